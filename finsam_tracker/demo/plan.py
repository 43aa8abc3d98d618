"""Invented registrations that give back every published figure of a year at once, with plausible years before it.

Plain Python: no database. The same figures and seed give the same plan on every machine.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from finsam_tracker.configuration.entries import FederationFile
from finsam_tracker.demo.afterwards import with_follow_ups, with_outcomes
from finsam_tracker.demo.background import Quotas, with_background, with_gaps_in_asking
from finsam_tracker.demo.chance import source_of_chance
from finsam_tracker.demo.ladder import with_steps
from finsam_tracker.demo.places import settled, settled_before
from finsam_tracker.demo.planned import PlannedParticipation
from finsam_tracker.demo.published import Published, count_for
from finsam_tracker.demo.stays import stays_before, stays_of_the_year

POSITIVE_BEFORE = 45
"""Percent of the earlier exits with a positive step: a little below the published year."""


def followed_up_until(published: Published) -> date:
    """The day after which the demo knows nothing: half a year after the published one, when its exits are due."""
    return date(published.year + 1, 6, 30)


def make_plan(federation: FederationFile, published: Published, seed: int) -> tuple[PlannedParticipation, ...]:
    """Every participation, by start, numbered from 1."""
    chance = source_of_chance(seed)
    year_end = date(published.year, 12, 31)
    until = followed_up_until(published)

    rows = settled(stays_of_the_year(federation, published, chance), federation, published, chance)
    rows = with_background(rows, federation, Quotas.of(published, published.total), chance)
    positive = count_for(published.goals["positive_step"], published.exited)
    rows = with_steps(rows, federation, positive, year_end, chance)

    before = settled_before(stays_before(federation, published, chance), federation, published, chance)
    before = with_background(before, federation, Quotas.of(published, len(before)), chance)
    before = with_gaps_in_asking(before, chance)
    before = with_steps(before, federation, count_for(POSITIVE_BEFORE, len(before)), year_end, chance)

    rows = with_outcomes([*rows, *before], federation, chance)
    return _numbered(with_follow_ups(rows, federation, until, chance))


def _numbered(rows: Sequence[PlannedParticipation]) -> tuple[PlannedParticipation, ...]:
    in_order = sorted(rows, key=lambda row: row.start_on)
    return tuple(replace(row, number=number) for number, row in enumerate(in_order, 1))
