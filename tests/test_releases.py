"""Made-up releases by the hundred, and made-up federations: none gives anything away, and what is printed is of use.

A few each time; ``FINSAM_RELEASES=1000`` runs so many random releases, and the federations in proportion.
"""

import os
import random
from collections import Counter
from contextlib import suppress

import pytest

from finsam_tracker.core.models import Federation
from reports.disclosure.attack import attack, intervals
from reports.disclosure.release import protect_system
from reports.disclosure.requirements import Impossible
from reports.disclosure.system import Published, Show, System
from reports.protection.known import Known
from reports.protection.outcome import ProtectedSet, RefusedError
from reports.protection.protected import protect
from reports.protection.rule import Rule
from reports.publications.parts import GROUPS_IN_TOTAL
from reports.publishing.preparing import sheet_of
from reports.result import Status
from tests.made_up_federations import make_federation
from tests.made_up_releases import hierarchical, linked, nested
from tests.test_protection import sheets

RELEASES = int(os.environ.get("FINSAM_RELEASES", "40"))
FEDERATIONS = max(RELEASES * 75 // 1000, 4)
CLOSELY, LINKS = RELEASES // 10, 2
"""So many of the random releases are taken apart number by number, and so many sums of each are forgotten."""
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


def test_every_hidden_number_that_is_needed_turns_the_gate_red_when_it_is_opened():
    """Each hidden number of each release, one at a time. Some are hidden so that a small one may be anything up to the
    threshold, which is more than the gate asks: opened alone they tell nothing, and there the gate is green."""
    opened: Counter[bool] = Counter()
    for seed in range(CLOSELY):
        system = made_up(seed)
        with suppress(Impossible):
            published = protect_system(system).published
            for key in published.hidden:
                one = published.opened(key)
                is_red = not attack(one).is_green
                assert is_red == (not nothing_is_told(one)), (seed, key)
                assert is_red or not system.cells[key].is_small, (seed, key)
                opened[is_red] += 1
    print(f"{opened.total()} hidden numbers opened: red {opened[True]}, nothing told {opened[False]}")
    assert opened[True] > opened[False] * 4


def test_a_forgotten_sum_turns_the_gate_red_whenever_it_tells_something():
    """Protected as if one number hung together with nothing, and attacked by somebody who knows that it does."""
    dropped: Counter[bool] = Counter()
    for seed in range(CLOSELY):
        system = made_up(seed)
        for key in margins(system)[:LINKS]:
            forgotten = System(system.cells, tuple(r for r in system.relations if key not in dict(r.terms)))
            with suppress(Impossible):
                hidden = protect_system(forgotten).published.hidden
                is_red = not attack(Published(system, hidden)).is_green
                assert is_red == (not nothing_is_told(Published(system, hidden))), (seed, key)
                dropped[is_red] += 1
    print(f"{dropped.total()} links dropped: red {dropped[True]}, nothing told {dropped[False]}")
    assert dropped[True] * 5 > dropped.total()


def margins(system: System) -> list[str]:
    """The sums that tie the most together, beginning with those that tie the most."""
    named = Counter(key for relation in system.relations for key, _c in relation.terms)
    sums = {key for relation in system.relations for key, c in relation.terms if c < 0}
    return sorted(sums, key=lambda key: (-named[key], key))


def is_stuck(system: System) -> bool:
    """Whether hiding all that may be hidden still gives a small number away."""
    everything = frozenset(k for k, c in system.cells.items() if c.value and c.show is not Show.UNPRINTED)
    return not attack(Published(system, everything)).is_green


def nothing_is_told(published: Published) -> bool:
    """By the intervals alone, whatever the report says; a true zero is printed."""
    cells = published.system.cells
    for key, (low, high) in intervals(published).items():
        if key in published.hidden and (low == high or not (cells[key].value or cells[key].show is Show.KEPT)):
            return False
        if cells[key].is_small and low >= 1 and high is not None and high < cells[key].threshold:
            return False
    return all(published.is_hidden(c) or c.show is Show.UNPRINTED for c in cells.values() if c.is_small)


def appendix(federation: Federation, *, groups_in_text: bool = True) -> ProtectedSet:
    """The recommended design: the flows and Tabell 1; and the sums of the outcome groups in the text."""
    flows, table_1, groups = sheets(federation, "2025", ["flows", "table_1", "exit_groups"])
    in_text = sheet_of(groups.table, groups.result, GROUPS_IN_TOTAL, groups.context)
    return protect([flows, table_1, *([in_text] if groups_in_text else [])], rule=RULE)


@pytest.mark.django_db
@pytest.mark.parametrize("groups_in_text", [False, True])
def test_made_up_federations_print_nearly_everything(groups_in_text: bool):
    """At most 2 % hidden, and at least 60 of 75 without a hole; the text says of the groups what costs nothing."""
    hidden = printed = whole = said = 0
    for number in range(FEDERATIONS):
        outcome = appendix(make_federation(number), groups_in_text=groups_in_text)
        assert outcome.report.is_green, number
        statuses = [cell.status for result in outcome.results for row in result.rows for cell in row.cells]
        holes = statuses.count(Status.SUPPRESSED)
        said += any(result.table == "exit_groups" for result in outcome.results)
        hidden, printed, whole = hidden + holes, printed + statuses.count(Status.VALUE) + holes, whole + (not holes)
    print(f"{FEDERATIONS} federations: {hidden} of {printed} hidden, {whole} without a hole; groups in {said}")
    assert hidden <= max(printed * 0.02, 3)
    assert whole * 75 >= FEDERATIONS * 60
    assert said * 2 >= FEDERATIONS * groups_in_text


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
