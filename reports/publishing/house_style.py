"""A federation's logo and main colour: from the next draft on; what has been published keeps its own."""

import base64
from datetime import datetime
from typing import IO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from finsam_tracker.core.audit import record
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.services.acting import refuse
from finsam_tracker.core.texts import text_problems
from reports.edition import Look
from reports.models import HouseStyle
from reports.publishing.acting import lock_publishing
from reports.publishing.colour import read_colour
from reports.publishing.logo import LogoError, read_logo

LONGEST_TEXT = 100


def look_of(federation: Federation) -> Look:
    """How the federation's reports look now."""
    style = HouseStyle.objects.filter(federation=federation).first()
    if style is None:
        return Look()
    return Look(style.colour, base64.b64encode(bytes(style.logo)).decode(), style.logo_text)


@transaction.atomic
def set_house_style(
    *, by: User, federation: Federation, colour: str, logo_text: str, logo: IO[bytes] | None, now: datetime
) -> bool:
    """The colour, what the logo says in words, and a new logo where one is sent; returns whether anything changed."""
    lock_publishing(by, federation)
    style = HouseStyle.objects.filter(federation=federation).first() or HouseStyle(federation=federation)
    before = (style.colour, bytes(style.logo), style.logo_text)
    after = _read(colour, logo_text, logo, bytes(style.logo))
    if before == after:
        return False
    style.colour, style.logo, style.logo_text = after
    style.save()
    record(by=by, action="set_house_style", subject=style, federation=federation, now=now)
    return True


def _read(colour: str, logo_text: str, logo: IO[bytes] | None, kept: bytes) -> tuple[str, bytes, str]:
    problems: dict[str, list[str]] = {}
    read = ""
    try:
        read = read_colour(colour)
    except ValueError as error:
        problems["colour"] = [str(error)]
    try:
        kept = read_logo(logo) if logo else kept
    except LogoError as error:
        problems["logo"] = [str(error)]
    missing = _("Skriv vad logotypen visar, för den som inte ser den. Till exempel förbundets namn.")
    problems["logo_text"] = text_problems(logo_text, LONGEST_TEXT, missing if kept or logo else "")
    refuse(problems)
    return read, kept, logo_text.strip() if kept else ""


@transaction.atomic
def remove_logo(*, by: User, federation: Federation, now: datetime) -> None:
    """No logo from the next draft on. ValidationError where there is none."""
    lock_publishing(by, federation)
    style = HouseStyle.objects.filter(federation=federation).first()
    if style is None or not style.logo:
        raise ValidationError(_("Det finns ingen logotyp att ta bort."))
    style.logo, style.logo_text = b"", ""
    style.save()
    record(by=by, action="remove_logo", subject=style, federation=federation, now=now)
