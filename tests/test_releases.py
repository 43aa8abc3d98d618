"""Made-up releases by the hundred, and made-up federations: none gives anything away, and what is printed is of use.

A few each time; ``FINSAM_RELEASES=1000`` runs so many random releases, and the federations in proportion.
"""

import os
import random
from dataclasses import replace

import pytest

from finsam_tracker.core.models import Federation
from reports.disclosure.attack import attack, intervals
from reports.disclosure.release import protect_system
from reports.disclosure.requirements import Impossible
from reports.disclosure.system import Published, Show, System
from reports.protection.known import Known
from reports.protection.protected import ProtectedSet, RefusedError, protect
from reports.protection.rule import Rule
from reports.publications.parts import GROUPS_IN_TOTAL
from reports.result import Status
from tests.made_up_federations import make_federation
from tests.made_up_releases import hierarchical, linked, nested
from tests.test_protection import sheets

RELEASES = int(os.environ.get("FINSAM_RELEASES", "60"))
FEDERATIONS = max(RELEASES * 75 // 1000, 4)
YEARS = max(RELEASES * 40 // 1000, 2)
KINDS = (hierarchical, linked, nested)
RULE = Rule()


def made_up(seed: int) -> System:
    chance = random.Random(seed)
    return KINDS[seed % len(KINDS)](chance, (3, 5)[seed // len(KINDS) % 2])


def test_no_random_release_gives_anything_away():
    refused = 0
    for seed in range(RELEASES):
        system = made_up(seed)
        try:
            published = protect_system(system).published
        except Impossible:
            refused += 1
            assert is_stuck(system), seed
        else:
            assert nothing_is_told(published), seed
    print(f"{RELEASES} releases, {refused} refused")
    assert refused * 20 <= RELEASES


def is_stuck(system: System) -> bool:
    """Whether hiding all that may be hidden still gives a small number away."""
    everything = frozenset(k for k, c in system.cells.items() if c.value and c.show is not Show.UNPRINTED)
    return not attack(Published(system, everything)).is_green


def nothing_is_told(published: Published) -> bool:
    """By the intervals alone, whatever the report says; a true zero is printed."""
    cells = published.system.cells
    for key, (low, high) in intervals(published).items():
        if key in published.hidden and (low == high or not cells[key].value):
            return False
        if cells[key].is_small and low >= 1 and high is not None and high < cells[key].threshold:
            return False
    return all(published.is_hidden(c) or c.show is Show.UNPRINTED for c in cells.values() if c.is_small)


def appendix(federation: Federation, *, groups_in_text: bool = True) -> ProtectedSet:
    """The recommended design: the flows and Tabell 1; and the sums of the outcome groups in the text."""
    flows, table_1, groups = sheets(federation, "2025", ["flows", "table_1", "exit_groups"])
    in_text = replace(groups, result=GROUPS_IN_TOTAL.cut.of(groups.result))
    return protect([flows, table_1, *([in_text] if groups_in_text else [])], rule=RULE)


@pytest.mark.django_db
@pytest.mark.parametrize(("groups_in_text", "most", "whole_at_least"), [(False, 0.02, 60), (True, 0.03, 30)])
def test_made_up_federations_print_nearly_everything(groups_in_text: bool, most: float, whole_at_least: int):
    """At most 2 % hidden, and at least 60 of 75 without a hole. The sums in the text cost a little more."""
    hidden = printed = whole = 0
    for number in range(FEDERATIONS):
        outcome = appendix(make_federation(number), groups_in_text=groups_in_text)
        assert outcome.report.is_green, number
        statuses = [cell.status for result in outcome.results for row in result.rows for cell in row.cells]
        holes = statuses.count(Status.SUPPRESSED)
        hidden, printed, whole = hidden + holes, printed + statuses.count(Status.VALUE) + holes, whole + (not holes)
    print(f"{FEDERATIONS} federations: {hidden} of {printed} hidden, {whole} without a hole")
    assert hidden <= max(printed * most, 3)
    assert whole * 75 >= FEDERATIONS * whole_at_least


@pytest.mark.django_db
def test_four_publications_in_a_year_give_nothing_away_together():
    """Two quarters, a half-year and the year, in turn. What cannot be is refused by name; the others hold together."""
    refused = 0
    for number in range(YEARS):
        federation, known = make_federation(number), list[Known]()
        for period in ("2025-Q1", "2025-H1", "2025-Q3", "2025"):
            tables = ["flows", "table_1"] if period == "2025" else ["flows"]
            try:
                outcome = protect(sheets(federation, period, tables), known=known, rule=RULE)
            except RefusedError as error:
                refused += bool(error.cells and "Förslag" in str(error)) or pytest.fail("refused without a reason")
            else:
                assert attack(union(outcome, known)).is_green, (number, period)
                known.append(outcome.known)
    print(f"{YEARS} years of four publications, {refused} refused")
    assert refused * 10 <= YEARS * 4


def union(outcome: ProtectedSet, known: list[Known]) -> Published:
    """All that has been printed, each number as it was shown, with every sum that anybody has written down."""
    cells, hidden = dict(outcome.published.system.cells), set(outcome.published.hidden)
    for one in known:
        for key, cell in one.cells.items():
            assert key in cells, "what was published is remembered"
            assert (key in hidden) == (cell.show is Show.HIDDEN) or cell.show is Show.UNPRINTED, key
    relations = dict.fromkeys([*outcome.published.system.relations, *(r for one in known for r in one.relations)])
    return Published(System(cells, tuple(relations)), frozenset(hidden))
