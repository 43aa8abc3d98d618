"""Where participants stand on the ladder and how far they come, so that the share with a positive step comes out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from finsam_tracker.configuration.entries import FederationFile
from finsam_tracker.demo.chance import between, one_of, pick
from finsam_tracker.demo.planned import PlannedParticipation, PlannedStep
from finsam_tracker.demo.profiles import FIRST_STEPS
from finsam_tracker.demo.working_days import on_or_after, on_or_before

UNASSESSED = 0.07
CLIMBS_BESIDE_ITS_REASON = 0.6
"""Share of those whose exit reason is positive by itself that are assessed higher as well."""
CLIMBS_SO_FAR = 0.4
"""Share of those still in."""
FIRST_AFTER = (3, 12, 25)
LAST_BEFORE = (0, 3, 12)
"""Days from the start to the first assessment, and from the last to the exit."""
REASSESSED_AFTER = 90
"""Days; who leaves sooner is assessed once."""
LONG_STAY = 300
SEEN_BETWEEN = 0.3
"""Share of long stays with an assessment half-way."""
STANDS, SLIPS = 0.85, 1
"""Those who do not climb stand where they stood, or slip back a step."""


def with_steps(
    stays: Sequence[PlannedParticipation], federation: FederationFile, positive: int, today: date, chance: Random
) -> list[PlannedParticipation]:
    """The stays with their assessments up to a day; so many of those who left have a positive step or reason."""
    by_reason = {n for n, row in enumerate(stays) if federation.is_positive(row.exit_reason)}
    climbing = set(
        pick(
            chance,
            [n for n, row in enumerate(stays) if row.exit_on and n not in by_reason],
            positive - len(by_reason),
            lambda n: max(0, _days(stays[n], today) - REASSESSED_AFTER),
        )
    )
    rows: list[PlannedParticipation] = []
    for n, row in enumerate(stays):
        free_to_climb = n in by_reason or row.exit_on is None
        share = CLIMBS_BESIDE_ITS_REASON if n in by_reason else CLIMBS_SO_FAR
        climbs = chance.random() < share if free_to_climb else n in climbing
        days = _assessment_days(row, today, chance)
        if not climbs or len(days) == 1:
            days = days if chance.random() >= UNASSESSED or n in climbing else []
        rows.append(replace(row, steps=_steps(days, federation, chance, climbs=climbs)))
    return rows


def _days(row: PlannedParticipation, today: date) -> int:
    return ((row.exit_on or today) - row.start_on).days


def _assessment_days(row: PlannedParticipation, today: date, chance: Random) -> list[date]:
    """One soon after the start, one near the exit (or so far), one between in some long stays; working days all."""
    end = row.exit_on or today
    first = min(on_or_after(row.start_on + timedelta(days=between(chance, *FIRST_AFTER))), on_or_before(end))
    if _days(row, today) <= REASSESSED_AFTER:
        return [first] if first >= row.start_on else []
    last = on_or_before(end - timedelta(days=between(chance, *LAST_BEFORE)))
    if row.exit_on is None:
        last = on_or_before(end - timedelta(days=between(chance, 0, 20, (last - first).days // 2)))
    middle = on_or_after(first + (last - first) / 2)
    seen_between = _days(row, today) > LONG_STAY and chance.random() < SEEN_BETWEEN
    return sorted({first, *([middle] if seen_between else []), last})


def _steps(
    days: Sequence[date], federation: FederationFile, chance: Random, *, climbs: bool
) -> tuple[PlannedStep, ...]:
    if not days:
        return ()
    top = len(federation.steps) - 1
    first = int(one_of(chance, FIRST_STEPS))
    if climbs and len(days) > 1:
        last = between(chance, first + 1, first + 1, top)
    else:
        last = first if chance.random() < STANDS else max(0, first - SLIPS)
    middle = between(chance, min(first, last), first, max(first, last))
    rungs = [first, *[middle] * (len(days) - 2), last][: len(days)]
    return tuple(PlannedStep(day, federation.steps[rung].code) for day, rung in zip(days, rungs, strict=True))
