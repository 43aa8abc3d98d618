"""What is known of participants at the start: age, education, support, who referred them.

Ages, education and time in support come out as the published percentages; the rest is only plausible.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from finsam_tracker.configuration.entries import STUDIES, WORK, FederationFile
from finsam_tracker.demo.chance import between, one_of, pick
from finsam_tracker.demo.planned import (
    ASKED,
    NO_SUPPORT,
    NOT_ASKED,
    NOT_YET_ASKED,
    WITHOUT_UPPER_SECONDARY,
    PlannedParticipation,
)
from finsam_tracker.demo.profiles import LOW_EDUCATION, PROFILES, SECOND_SUPPORT, SUPPORT_AGES
from finsam_tracker.demo.published import Published, count_for

UNKNOWN_REFERRER, UNKNOWN_SUPPORT, UNKNOWN_MONTHS, UNKNOWN_ASSIGNMENT = 0.03, 0.04, 0.06, 0.02
"""Shares that nobody registered."""
UNKNOWN_EDUCATION = 0.17
"""Share of those whose education is neither below upper secondary school nor above it."""
HAS_SECOND_SUPPORT = 0.14
ADULT = 18
STILL_AT_SCHOOL = 18
"""Up to this age nobody has finished upper secondary school."""
LEFT_SCHOOL_FROM = 17
POST_SECONDARY_FROM = 23
LONG_SUPPORT_FROM = 22
"""Three years or more after turning 18, and a margin."""
LONGEST_SUPPORT = 240
USUAL_LONG_SUPPORT = 20
"""Months above the limit."""
USUAL_SHORT_SUPPORT = 9
ASKED_BEFORE = {ASKED: 88, NOT_ASKED: 7, NOT_YET_ASKED: 5}

Rows = list[PlannedParticipation]


@dataclass(frozen=True)
class Quotas:
    """How many of the stays are to be what."""

    young: int
    long_support: int
    without_upper_secondary: int
    post_secondary: int

    @classmethod
    def of(cls, published: Published, total: int) -> "Quotas":
        return cls(
            **{
                name: count_for(published.facts[name], total)
                for name in ("young", "long_support", "without_upper_secondary", "post_secondary")
            }
        )


def with_background(
    stays: Sequence[PlannedParticipation], federation: FederationFile, quotas: Quotas, chance: Random
) -> Rows:
    """The stays, with everything that is known of them at the start but whether they were asked about violence."""
    limit = int(federation.parameter("long_support_months"))
    rows = _with_ages(stays, federation, quotas.young, chance)
    rows = _with_education(rows, quotas, chance)
    rows = _with_support(rows, quotas.long_support, limit, chance)
    return [_with_path(row, chance) for row in rows]


def with_gaps_in_asking(stays: Sequence[PlannedParticipation], chance: Random) -> Rows:
    """The stays before the published year: the question was new, and not everybody got it."""
    return [replace(row, asked_about_violence=one_of(chance, ASKED_BEFORE)) for row in stays]


def _chosen(
    stays: Sequence[PlannedParticipation], count: int, weight: Callable[[PlannedParticipation], float], chance: Random
) -> set[int]:
    return set(pick(chance, range(len(stays)), count, lambda n: weight(stays[n])))


def _with_ages(stays: Sequence[PlannedParticipation], federation: FederationFile, young: int, chance: Random) -> Rows:
    def likely_young(row: PlannedParticipation) -> float:
        profile = PROFILES[row.initiative]
        if profile.older_ages is None:
            return 0
        to_occupation = federation.means(row.exit_reason) in (WORK, STUDIES)
        return profile.young * (2 if to_occupation else 1)

    always = sum(PROFILES[row.initiative].older_ages is None for row in stays)
    chosen = _chosen(stays, young - always, likely_young, chance)
    rows: Rows = []
    for n, row in enumerate(stays):
        profile = PROFILES[row.initiative]
        older = profile.older_ages if n not in chosen else None
        rows.append(replace(row, birth_year=row.start_on.year - between(chance, *(older or profile.young_ages))))
    return rows


def _with_education(stays: Sequence[PlannedParticipation], quotas: Quotas, chance: Random) -> Rows:
    at_school = {n for n, row in enumerate(stays) if row.age <= STILL_AT_SCHOOL}
    high = _chosen(stays, quotas.post_secondary, _likely_post_secondary, chance)
    free = [n for n in range(len(stays)) if n not in high and n not in at_school]
    low = {*at_school, *pick(chance, free, quotas.without_upper_secondary - len(at_school), lambda _n: 1)}
    rows: Rows = []
    for n, row in enumerate(stays):
        if n in low:
            education: str | None = one_of(chance, _low_education_at(row.age))
        elif n in high:
            education = "post-secondary"
        else:
            education = None if chance.random() < UNKNOWN_EDUCATION else "upper-secondary"
        rows.append(replace(row, education=education))
    return rows


def _likely_post_secondary(row: PlannedParticipation) -> float:
    return PROFILES[row.initiative].post_secondary if row.age >= POST_SECONDARY_FROM else 0


def _low_education_at(age: int) -> dict[str, float]:
    """Nobody has started upper secondary school and left it by the year of turning 16."""
    levels = WITHOUT_UPPER_SECONDARY if age >= LEFT_SCHOOL_FROM else WITHOUT_UPPER_SECONDARY[:-1]
    return {level: LOW_EDUCATION[level] for level in levels}


def _with_support(stays: Sequence[PlannedParticipation], long: int, limit: int, chance: Random) -> Rows:
    def likely_long(row: PlannedParticipation) -> float:
        return PROFILES[row.initiative].long_support * (row.age - ADULT) if row.age >= LONG_SUPPORT_FROM else 0

    chosen = _chosen(stays, long, likely_long, chance)
    return [
        _long_supported(row, limit, chance) if n in chosen else _supported(row, limit, chance)
        for n, row in enumerate(stays)
    ]


def _long_supported(row: PlannedParticipation, limit: int, chance: Random) -> PlannedParticipation:
    most = min(LONGEST_SUPPORT, 12 * (row.age - ADULT))
    months = between(chance, limit, min(limit + USUAL_LONG_SUPPORT, most), most)
    return replace(row, support_before=_support(row, chance, but=(NO_SUPPORT, "student-aid")), support_months=months)


def _supported(row: PlannedParticipation, limit: int, chance: Random) -> PlannedParticipation:
    if chance.random() < UNKNOWN_SUPPORT:
        return row
    support = _support(row, chance)
    if NO_SUPPORT in support:
        return replace(row, support_before=support, support_months=0)
    if chance.random() < UNKNOWN_MONTHS:
        return replace(row, support_before=support)
    most = max(1, min(limit - 1, 12 * (row.age - ADULT + 1) - 1))
    months = between(chance, 1, min(USUAL_SHORT_SUPPORT, most), most)
    return replace(row, support_before=support, support_months=months)


def _support(row: PlannedParticipation, chance: Random, but: tuple[str, ...] = ()) -> frozenset[str]:
    weights = {
        code: weight
        for code, weight in PROFILES[row.initiative].support.items()
        if code not in but and SUPPORT_AGES[code][0] <= row.age <= SUPPORT_AGES[code][1]
    }
    first = one_of(chance, weights)
    second = SECOND_SUPPORT.get(first)
    return frozenset({first, second}) if second and chance.random() < HAS_SECOND_SUPPORT else frozenset({first})


def _with_path(row: PlannedParticipation, chance: Random) -> PlannedParticipation:
    """Who referred the participant, and to what."""
    profile = PROFILES[row.initiative]
    referrer = None if chance.random() < UNKNOWN_REFERRER else one_of(chance, profile.referrers)
    if profile.assignments is None or chance.random() < UNKNOWN_ASSIGNMENT:
        return replace(row, referrer=referrer)
    return replace(row, referrer=referrer, assignment=one_of(chance, profile.assignments))
