"""A second federation, that of the example file, with eight made-up participations.

Its people are made here; everything else comes from the file alone.
"""

from datetime import date
from typing import NamedTuple

from finsam_tracker.core.models import Federation, Municipality
from finsam_tracker.core.permissions import Role
from initiatives.models import Initiative, InitiativeStaff
from participants.facts import Enrolment, Exit
from participants.models import Participation
from participants.services.enrolment import assess_step, enrol
from participants.services.exit import end
from tests.factories import MembershipFactory, noon, staff_of

NOW = noon(date(2026, 1, 15))


class Told(NamedTuple):
    """A participation of 2025; days are month and day."""

    initiative: str
    gender: str
    birth_year: int
    town: str
    start: str
    steps: tuple[str, ...] = ()
    left: str | None = None
    reason: str = ""
    work: str = "none"
    studies: str = "none"


PARTICIPATIONS = (
    Told("stegen", "woman", 1980, "bjorkvattnet", "01-15", ("hemma", "provar"), "06-30", "anstalld", "100", "none"),
    Told("stegen", "man", 1990, "granliden", "02-03", ("kontakt", "kontakt"), "08-29", "eget-foretag", "50", "none"),
    Told("stegen", "woman", 1975, "tjarnberg", "03-03", ("rutin", "redo"), "09-30", "borjat-studera", "none", "100"),
    Told("stegen", "man", 1985, "bjorkvattnet", "04-01", (), "10-31", "avbrutit", "none", "none"),
    Told("stegen", "woman", 1992, "bjorkvattnet", "05-02"),
    Told("ung-framat", "man", 2004, "granliden", "04-15", ("hemma", "rutin"), "12-15", "anstalld", "hourly", "none"),
    Told("ung-framat", "woman", 2005, "tjarnberg", "05-05"),
    Told("ung-framat", "woman", 2006, "granliden", "06-02", (), "11-28", "flyttat", "none", "none"),
)


def day(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def employ(federation: Federation) -> None:
    """A coordinator for each initiative that has participants."""
    for initiative in Initiative.objects.with_participants().filter(federation=federation):
        membership = MembershipFactory.create(federation=federation, role=Role.COORDINATOR)
        InitiativeStaff.objects.create(membership=membership, initiative=initiative)


def register(federation: Federation) -> list[Participation]:
    """The participations, by the services, as coordinators register them."""
    employ(federation)
    return [_register(federation, told) for told in PARTICIPATIONS]


def _register(federation: Federation, told: Told) -> Participation:
    initiative = federation.initiatives.get(slug=told.initiative)
    by = staff_of(initiative)
    town = Municipality.objects.get(federation=federation, code=told.town)
    facts = Enrolment(gender=told.gender, start_on=day(told.start), birth_year=told.birth_year, municipality=town)
    participation = enrol(by=by, initiative=initiative, facts=facts, now=NOW)
    for on, code in zip((day("06-10"), day("06-20")), told.steps, strict=False):
        step = federation.steps.get(code=code)
        assess_step(by=by, participation=participation, step=step, on=on, now=NOW)
    if told.left:
        why = federation.exit_reasons.get(code=told.reason)
        after = Exit(exit_on=day(told.left), exit_reason=why, work_after=told.work, studies_after=told.studies)
        end(by=by, participation=participation, facts=after, now=NOW)
    return participation
