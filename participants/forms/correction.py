"""The form that corrects a participation: everything registered at the start and the exit, on one page."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from initiatives.lists import Lists
from participants.facts import Exit
from participants.forms.changing import ChangeForm, reason_field
from participants.forms.choices import value_of, values_of
from participants.forms.costs import tell_costs
from participants.forms.enrolment import START_SECTIONS, EnrolmentFields
from participants.forms.exit import ExitFields
from participants.models import Participation

EXIT_FIELDS = ("exit_on", "exit_reason", "work_after", "studies_after", "support_after")


class CorrectionForm(EnrolmentFields, ExitFields, ChangeForm):
    """Filled with what is registered. One who is still in the initiative has no exit to correct."""

    reason = reason_field()

    texts = ("reason",)
    sections = (
        *START_SECTIONS,
        (_("Avslutet"), EXIT_FIELDS),
        (_("Skälet"), ("reason", "not_a_name")),
    )

    def __init__(self, *args: Any, lists: Lists, today: date, **kwargs: Any) -> None:
        registered: Participation = kwargs["participation"]
        super().__init__(*args, initial=_registered(registered), **kwargs)
        self.offer_start(registered.initiative, lists, today)
        if registered.exit_on:
            self.offer_exit(registered, lists, today)
        else:
            for name in EXIT_FIELDS:
                del self.fields[name]
        tell_costs(self.fields)

    def exit_or_none(self) -> Exit | None:
        """The exit as typed, None for one who is still in the initiative."""
        return self.exit_facts() if "exit_on" in self.fields else None


def _registered(p: Participation) -> dict[str, Any]:
    """The participation as the fields show it."""
    return {
        "gender": p.gender,
        "birth_year": p.birth_year,
        "municipality": value_of(p.municipality.code if p.municipality else None),
        "education": value_of(p.education),
        "start_on": p.start_on.isoformat(),
        "referrer": value_of(p.referrer),
        "assignment": value_of(p.assignment),
        "asked_about_violence": p.asked_about_violence,
        "support_before": values_of(p.support_before),
        "support_months": p.support_months,
        "exit_on": str(p.exit_on),
        "exit_reason": p.exit_reason.code if p.exit_reason else "",
        "work_after": value_of(p.work_after),
        "studies_after": value_of(p.studies_after),
        "support_after": values_of(p.support_after),
    }
