"""What became of those who left: studies and support at the exit, and the follow-up some months later."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from finsam_tracker.configuration.entries import STUDIES, FederationFile
from finsam_tracker.demo.chance import Weights, apportion, between, one_of, pick, shuffled
from finsam_tracker.demo.planned import (
    NOT_STUDYING,
    NOT_WORKING,
    REACHED,
    PlannedFollowUp,
    PlannedParticipation,
)
from finsam_tracker.demo.profiles import (
    STUDIES_AFTER,
    SUPPORT_AFTER,
    SUPPORT_AGES,
    SUPPORT_BESIDE_WORK,
)
from finsam_tracker.demo.working_days import on_or_after, on_or_before

UNKNOWN_OCCUPATION, UNKNOWN_SUPPORT = 0.07, 0.06
"""Shares of the exits, other than to work or studies, at which nobody registered it."""
FOLLOW_UPS: Weights = {REACHED: 65, "not_reached": 15, "declined": 8, "closed": 2}
NOT_MADE = 10
"""What is left of a hundred: overdue."""
MADE_AFTER = (-10, 4, 35)
"""Days from when a follow-up is due to when it is made."""
STILL_SO, LATER_AT_WORK, LATER_IN_STUDIES = 0.8, 0.09, 0.06
"""What those who are reached do some months later."""
LATER_EXTENTS: Weights = {"100": 30, "75": 15, "50": 25, "25": 8, "hourly": 22}
LATE_DAYS = 200
"""Overdue follow-ups are mostly those that fell due in the last months."""


def with_outcomes(
    stays: Sequence[PlannedParticipation], federation: FederationFile, chance: Random
) -> list[PlannedParticipation]:
    """The stays; those that ended with what is known of occupation and support at the exit."""
    return [_with_outcome(row, federation, chance) if row.exit_on else row for row in stays]


def with_follow_ups(
    stays: Sequence[PlannedParticipation], federation: FederationFile, today: date, chance: Random
) -> list[PlannedParticipation]:
    """The stays with what became of the follow-ups that are due by a day."""
    due = {n: day for n, row in enumerate(stays) if (day := _due_on(row, federation)) and day <= today}
    not_made, *made = apportion(len(due), [NOT_MADE, *FOLLOW_UPS.values()])
    overdue = set(pick(chance, list(due), not_made, lambda n: 4 if (today - due[n]).days < LATE_DAYS else 1))
    outcomes = shuffled(chance, [o for o, count in zip(FOLLOW_UPS, made, strict=True) for _n in range(count)])
    rows = list(stays)
    for n, outcome in zip([n for n in due if n not in overdue], outcomes, strict=True):
        rows[n] = replace(rows[n], follow_up=_follow_up(rows[n], outcome, due[n], today, chance))
    return rows


def _with_outcome(row: PlannedParticipation, federation: FederationFile, chance: Random) -> PlannedParticipation:
    studies = federation.means(row.exit_reason) == STUDIES
    if not studies and not row.works and chance.random() < UNKNOWN_OCCUPATION:
        return replace(row, support_after=_support_after(row, chance))
    return replace(
        row,
        work_after=row.work_after or NOT_WORKING,
        studies_after=one_of(chance, STUDIES_AFTER) if studies else NOT_STUDYING,
        support_after=_support_after(row, chance),
    )


def _support_after(row: PlannedParticipation, chance: Random) -> frozenset[str] | None:
    if chance.random() < UNKNOWN_SUPPORT:
        return None
    weights = SUPPORT_AFTER.get(row.exit_reason or "")
    if weights is None and row.works:
        weights = SUPPORT_BESIDE_WORK.get(row.work_after or "")
    if weights is None:
        return row.support_before
    age = row.age + (row.exit_on.year - row.start_on.year if row.exit_on else 0)
    return frozenset({one_of(chance, _at_age(weights, age))})


def _at_age(weights: Weights, age: int) -> Weights:
    fitting = {code: w for code, w in weights.items() if SUPPORT_AGES[code][0] <= age <= SUPPORT_AGES[code][1]}
    return fitting or {"none": 1}


def _due_on(row: PlannedParticipation, federation: FederationFile) -> date | None:
    months = federation.initiative(row.initiative).follow_up_months
    return row.exit_on + relativedelta(months=months[0]) if row.exit_on and months else None


def _follow_up(row: PlannedParticipation, outcome: str, due_on: date, today: date, chance: Random) -> PlannedFollowUp:
    made_on = on_or_before(min(on_or_after(due_on + timedelta(days=between(chance, *MADE_AFTER))), today))
    if outcome != REACHED:
        return PlannedFollowUp(outcome, made_on)
    if chance.random() < STILL_SO:
        return PlannedFollowUp(outcome, made_on, row.work_after, row.studies_after, row.support_after)
    later = one_of(chance, {"work": LATER_AT_WORK, "studies": LATER_IN_STUDIES, "neither": 0.05})
    extent = one_of(chance, LATER_EXTENTS) if later == "work" else NOT_WORKING
    studies = one_of(chance, STUDIES_AFTER) if later == "studies" else NOT_STUDYING
    support = SUPPORT_BESIDE_WORK[extent] if later == "work" else SUPPORT_AFTER["studies"]
    if later == "neither":
        return PlannedFollowUp(outcome, made_on, extent, studies, row.support_before)
    return PlannedFollowUp(outcome, made_on, extent, studies, frozenset({one_of(chance, _at_age(support, row.age))}))
