"""What was first registered wrongly, and put right later: so that the demo has a history as real registers have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from finsam_tracker.configuration.entries import STUDIES, WORK, FederationFile
from finsam_tracker.demo.chance import ImpossiblePlanError, pick
from finsam_tracker.demo.places import municipalities_of
from finsam_tracker.demo.planned import NOT_WORKING, NOT_YET_ASKED, PlannedParticipation
from finsam_tracker.demo.working_days import on_or_after, on_or_before

LONG_ENOUGH = 75
"""Days in the initiative: who leaves sooner has left before the slip is noticed."""
GONE_FOR = 30
"""Days between an exit that was taken back and the one that held."""
LAST_SLIPS = (10, 31)
"""Month and day of the published year after which no slips are made, so that all are put right soon after it."""

Wrong = PlannedParticipation | None
"""The wrong state of a right registration; None where this slip cannot happen to it."""
Change = Callable[[PlannedParticipation, FederationFile, Random], Wrong]


@dataclass(frozen=True)
class Kind:
    """A kind of slip, how many there are of it, and the reason given when it is put right."""

    count: int
    reason: str
    change: Change
    at_exit: bool = False


@dataclass(frozen=True)
class Slip:
    """What was registered first. ``at_exit``: it is the exit that was wrong."""

    registered: PlannedParticipation
    reason: str
    at_exit: bool


@dataclass(frozen=True)
class Slips:
    """By participation number. ``duplicates`` are registrations that should not have been made at all, and why."""

    corrected: dict[int, Slip]
    came_back: dict[int, PlannedParticipation]
    duplicates: tuple[tuple[PlannedParticipation, str], ...]


def _asked_later(p: PlannedParticipation, _federation: FederationFile, _chance: Random) -> PlannedParticipation:
    return replace(p, asked_about_violence=NOT_YET_ASKED)


def _a_year_older(p: PlannedParticipation, _federation: FederationFile, _chance: Random) -> Wrong:
    return replace(p, birth_year=p.birth_year - 1) if p.birth_year else None


def _next_in_the_list(p: PlannedParticipation, federation: FederationFile, chance: Random) -> Wrong:
    others = [code for code in municipalities_of(federation, p.initiative) if code != p.municipality]
    return replace(p, municipality=chance.choice(others)) if p.municipality and others else None


def _without_education(p: PlannedParticipation, _federation: FederationFile, _chance: Random) -> Wrong:
    return replace(p, education=None) if p.education else None


def _too_early(p: PlannedParticipation, federation: FederationFile, chance: Random) -> Wrong:
    start_on = on_or_before(p.start_on - timedelta(days=chance.randint(1, 6)))
    return replace(p, start_on=start_on) if start_on >= federation.initiative(p.initiative).start_on else None


def _another_reason(p: PlannedParticipation, federation: FederationFile, chance: Random) -> Wrong:
    def plain(reason: str | None) -> bool:
        return federation.means(reason) not in (None, WORK, STUDIES)

    others = [r for r in federation.initiative(p.initiative).exit_reasons if plain(r) and r != p.exit_reason]
    return replace(p, exit_reason=chance.choice(others)) if plain(p.exit_reason) and others else None


def _left_later(p: PlannedParticipation, _federation: FederationFile, chance: Random) -> Wrong:
    if p.exit_on is None:
        return None
    return replace(p, exit_on=on_or_after(p.exit_on + timedelta(days=chance.randint(1, 5))))


def _works_full_time(p: PlannedParticipation, _federation: FederationFile, _chance: Random) -> Wrong:
    return replace(p, work_after="100") if p.works and p.work_after != "100" else None


KINDS = (
    Kind(6, "Fel avslutsorsak vald i listan", _another_reason, at_exit=True),
    Kind(5, "Fel avslutsdatum", _left_later, at_exit=True),
    Kind(2, "Arbetet är inte på heltid", _works_full_time, at_exit=True),
    Kind(6, "Fel födelseår", _a_year_older),
    Kind(6, "Fel kommun vald i listan", _next_in_the_list),
    Kind(10, "Utbildningen var inte känd vid starten", _without_education),
    Kind(5, "Fel startdatum", _too_early),
    Kind(60, "Frågan om våld ställdes vid ett senare möte", _asked_later),
)
CAME_BACK = 6
WHY_VOID = (
    "Dubbelregistrering",
    "Dubbelregistrering",
    "Tackade nej före starten",
    "Registrerad i fel insats",
    "Dubbelregistrering",
    "Tackade nej före starten",
    "Registrerad i fel insats",
    "Dubbelregistrering",
)


def choose_slips(plan: Sequence[PlannedParticipation], federation: FederationFile, year: int, chance: Random) -> Slips:
    """A few of each kind; a participation has at most one."""
    last = date(year, *LAST_SLIPS)
    early = [p for p in plan if p.start_on <= last and (p.exit_on is None or p.exit_on <= last) and _stayed(p)]
    pool = pick(chance, early, len(early), lambda _p: 1)
    corrected = {
        p.number: Slip(wrong, kind.reason, kind.at_exit)
        for kind in KINDS
        for p, wrong in _some(pool, kind.count, kind.change, federation, chance)
    }
    came_back = {p.number: left for p, left in _some(pool, CAME_BACK, _left_before, federation, chance)}
    twice = [again for _p, again in _some(pool, len(WHY_VOID), _again, federation, chance)]
    numbers = range(len(plan) + 1, len(plan) + 1 + len(twice))
    duplicates = tuple((replace(p, number=n), why) for p, n, why in zip(twice, numbers, WHY_VOID, strict=True))
    return Slips(corrected, came_back, duplicates)


def _stayed(p: PlannedParticipation) -> bool:
    return p.exit_on is None or (p.exit_on - p.start_on).days >= LONG_ENOUGH


def _some(
    pool: list[PlannedParticipation], count: int, change: Change, federation: FederationFile, chance: Random
) -> list[tuple[PlannedParticipation, PlannedParticipation]]:
    """So many pairs of right and wrong, from the first in the pool that the change fits; they leave the pool."""
    pairs: list[tuple[PlannedParticipation, PlannedParticipation]] = []
    for p in list(pool):
        if len(pairs) < count and (wrong := change(p, federation, chance)):
            pairs.append((p, wrong))
            pool.remove(p)
    if len(pairs) < count:
        raise ImpossiblePlanError(f"Only {len(pairs)} of {count} slips of a kind found a registration; ask for fewer.")
    return pairs


def _left_before(p: PlannedParticipation, federation: FederationFile, _chance: Random) -> Wrong:
    """The exit that was taken back when the participant returned."""
    if p.exit_on is None or "other" not in federation.initiative(p.initiative).exit_reasons:
        return None
    left_on = on_or_before(p.exit_on - timedelta(days=GONE_FOR))
    if any(left_on < step.on for step in p.steps[:-1]) or not p.steps or p.steps[-1].on <= left_on:
        return None
    return replace(
        p, exit_on=left_on, exit_reason="other", work_after=NOT_WORKING, studies_after=NOT_WORKING, support_after=None
    )


def _again(p: PlannedParticipation, _federation: FederationFile, _chance: Random) -> PlannedParticipation:
    """The start of somebody, registered a second time under a code of its own."""
    return replace(
        p,
        exit_on=None,
        exit_reason=None,
        work_after=None,
        studies_after=None,
        support_after=None,
        steps=(),
        follow_up=None,
    )
