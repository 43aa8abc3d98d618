"""The sections of the reports, when they are drafted, and how they look."""

import base64
import io

from finsam_tracker.configuration.changes import Change
from finsam_tracker.configuration.writers.writing import Writing
from reports.publishing import arranging, house_style, schedules


def write_report(writing: Writing, change: Change) -> None:
    (template,) = change.wanted.key
    sections = change.values["sections"]
    arranging.arrange(**writing.actor, federation=writing.federation, template=template, sections=sections)


def write_schedule(writing: Writing, change: Change) -> None:
    template, rhythm = change.wanted.key
    federation, told = writing.federation, change.values
    if change.current is None:
        schedules.add_schedule(**writing.actor, federation=federation, template=template, rhythm=rhythm, **told)
    else:
        schedule = federation.schedules.get(template=template, rhythm=rhythm)
        schedules.change_schedule(**writing.actor, schedule=schedule, **told)


def write_look(writing: Writing, change: Change) -> None:
    colour, logo, logo_text = (change.values.get(name, "") for name in ("colour", "logo", "logo_text"))
    house_style.set_house_style(
        **writing.actor,
        federation=writing.federation,
        colour=colour,
        logo_text=logo_text,
        logo=io.BytesIO(base64.b64decode(logo)) if logo else None,
    )
