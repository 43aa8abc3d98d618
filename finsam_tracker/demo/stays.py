"""Who took part and when: initiative, gender and exit reason as published, dates by chance within the flows."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from finsam_tracker.configuration.entries import FederationFile, InitiativeEntry
from finsam_tracker.demo.chance import ImpossiblePlanError, apportion, between, one_of, shuffled
from finsam_tracker.demo.planned import MAN, WOMAN, PlannedParticipation
from finsam_tracker.demo.profiles import PROFILES, Profile
from finsam_tracker.demo.published import Flow, Published, count_for
from finsam_tracker.demo.working_days import Span, is_kept

TRIES = 20_000
LAST_STAY_BEFORE = 30
"""Days before the published year after which nobody starts a stay that ends before it."""
FAR_AWAY = date(2099, 12, 31)

Seat = tuple[str | None, str]
"""Exit reason (None: still in) and gender."""


def stays_of_the_year(federation: FederationFile, published: Published, chance: Random) -> list[PlannedParticipation]:
    """All who took part in the published year, in no particular order."""
    women = _women_still_in(published)
    stays: list[PlannedParticipation] = []
    for initiative in federation.with_participants():
        flow = published.flows[initiative.slug]
        left = shuffled(chance, _exits(published, initiative.slug))
        still_in: list[Seat] = [(None, WOMAN)] * women[initiative.slug]
        still_in += [(None, MAN)] * (flow.ongoing - len(still_in))
        stays += _dated(initiative, flow, published.year, (left, shuffled(chance, still_in)), chance)
    return shuffled(chance, stays)


def stays_before(federation: FederationFile, published: Published, chance: Random) -> list[PlannedParticipation]:
    """Those who came and left before the published year, for every reason that their initiative uses."""
    last = date(published.year, 1, 1) - timedelta(days=1)
    stays: list[PlannedParticipation] = []
    for initiative in federation.with_participants():
        starts = Span(initiative.start_on, last - timedelta(days=LAST_STAY_BEFORE))
        exits = Span(initiative.start_on, last)
        seats = _exits_before(published, initiative.slug, chance)
        stays += [_sat(initiative, seat, starts, exits, chance) for seat in seats]
    return shuffled(chance, stays)


def _exits(published: Published, slug: str) -> list[Seat]:
    seats: list[Seat] = []
    for reason, (women, men) in published.exits[slug].items():
        seats += [(reason, WOMAN)] * women + [(reason, MAN)] * men
    if len(seats) != published.flows[slug].exited:
        raise ImpossiblePlanError(f"{slug}: the exits by reason add up to {len(seats)}, not to the flows' exits.")
    return seats


def _exits_before(published: Published, slug: str, chance: Random) -> list[Seat]:
    """One for each reason at least, the others in proportion to the published year."""
    rows = published.exits[slug]
    more = apportion(PROFILES[slug].before - len(rows), [sum(pair) for pair in rows.values()])
    return [
        (reason, one_of(chance, {WOMAN: women + 1, MAN: men + 1}))
        for (reason, (women, men)), count in zip(rows.items(), more, strict=True)
        for _n in range(1 + count)
    ]


def _women_still_in(published: Published) -> dict[str, int]:
    """The women that the exits lack, shared out so that each initiative's mix resembles that of its exits."""
    women_left = {slug: sum(women for women, _men in rows.values()) for slug, rows in published.exits.items()}
    lacking = count_for(published.facts["women"], published.total) - sum(women_left.values())
    weights = [flow.ongoing * women_left[slug] / flow.exited for slug, flow in published.flows.items()]
    return dict(zip(published.flows, apportion(lacking, weights), strict=True))


def _dated(
    initiative: InitiativeEntry, flow: Flow, year: int, seats: tuple[list[Seat], list[Seat]], chance: Random
) -> list[PlannedParticipation]:
    left, still_in = seats
    in_and_out = _started_and_left(flow, PROFILES[initiative.slug])
    new_and_in = flow.new - in_and_out
    during = Span(date(year, 1, 1), date(year, 12, 31))
    earlier = Span(initiative.start_on, during.first - timedelta(days=1))
    later = Span(during.last + timedelta(days=1), FAR_AWAY)
    cohorts = (
        (left[:in_and_out], during, during),
        (left[in_and_out:], earlier, during),
        (still_in[:new_and_in], during, later),
        (still_in[new_and_in:], earlier, later),
    )
    return [_sat(initiative, seat, starts, exits, chance) for cohort, starts, exits in cohorts for seat in cohort]


def _started_and_left(flow: Flow, profile: Profile) -> int:
    """How many both started and left in the year; the flows leave a choice."""
    usual = round(profile.left_in_their_first_year * flow.exited)
    return min(max(usual, flow.exited - flow.carried_over), flow.new, flow.exited)


def _sat(initiative: InitiativeEntry, seat: Seat, starts: Span, exits: Span, chance: Random) -> PlannedParticipation:
    reason, gender = seat
    start_on, exit_on = _stay(PROFILES[initiative.slug], starts, exits, chance)
    stay = PlannedParticipation(initiative.slug, gender, start_on)
    return replace(stay, exit_on=exit_on, exit_reason=reason) if reason else stay


def _stay(profile: Profile, starts: Span, exits: Span, chance: Random) -> tuple[date, date]:
    """A stay of usual length that begins and ends in the spans: tried until one does, so lengths stay natural."""
    for _try in range(TRIES):
        start_on = starts.working_day(chance)
        exit_on = start_on + timedelta(days=between(chance, *profile.days))
        if exit_on in exits and is_kept(exit_on, chance):
            return start_on, exit_on
    raise ImpossiblePlanError(f"No stay of {profile.days} days starts in {starts} and ends in {exits}.")
