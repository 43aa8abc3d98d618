"""What is published gives no small number away: the figures that `disclosure control` was measured by."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from scipy.optimize import milp

from reports.disclosure import bounds
from reports.disclosure.attack import Verdict, attack, intervals, small_given_away
from reports.disclosure.plan import Method, Planner
from reports.disclosure.release import protect_system
from reports.disclosure.requirements import Impossible
from reports.disclosure.rounding import base_for, round_system
from reports.disclosure.system import Cell, InconsistentError, Published, Relation, Show, System
from reports.disclosure.unknowns import Contradiction
from tests import published_exits
from tests.enumeration import TooManyError, every_interval
from tests.made_up_releases import crossed, hierarchical, overlapping
from tests.witnesses import fits, witness


def only_the_small_hidden(system: System) -> Published:
    return Published(system, system.hidden_beyond_choice())


@pytest.mark.parametrize(
    ("system", "small", "recovered"),
    [(published_exits.table_1(5), 16, 7), (published_exits.with_groups(5), 17, 13)],
)
def test_hiding_only_the_small_numbers_of_the_printed_year_turns_the_gate_red(
    system: System, small: int, recovered: int
):
    published = only_the_small_hidden(system)
    report = attack(published)
    assert len(published.hidden) == small
    assert len(small_given_away(system, report)) == recovered
    assert not report.is_green


def test_tabell_1_as_printed_needs_24_of_its_69_cells_hidden():
    protected = protect_system(published_exits.table_1(5))
    assert len(protected.published.system.cells) == 69
    assert len(protected.published.hidden) == 24
    assert protected.method is Method.CHEAPEST
    assert protected.report.is_green


def with_the_groups_open(threshold: int) -> System:
    """The sums of the groups over all initiatives stand in the text too, and may not be hidden."""
    system = published_exits.with_groups(threshold)
    sums = {f"{published_exits.EVERY}/grupp {group}" for group in published_exits.GROUPS}
    cells = [replace(cell, show=Show.OPEN) if key in sums else cell for key, cell in system.cells.items()]
    return System.of(cells, system.relations)


@pytest.mark.parametrize(("system", "least"), [(with_the_groups_open(5), 30), (published_exits.with_groups(5), 29)])
def test_the_outcome_groups_beside_it_need_30_or_one_less_where_their_own_sums_may_be_hidden(
    system: System, least: int
):
    """That each pattern is safe is shown by whole tables, checked with nothing but addition."""
    protected = protect_system(system)
    assert len(protected.published.hidden) == least
    assert protected.method is Method.CHEAPEST
    assert protected.report.is_green
    for key, cell in system.cells.items():
        if cell.is_small:
            fewest, most = (witness(protected.published, key, sign) for sign in (1, -1))
            assert fits(protected.published, fewest)
            assert fits(protected.published, most)
            assert fewest[key] <= max(1, sum(part.value > 0 for part in parts_of(system, cell)))
            assert most[key] >= 5


def test_a_small_number_may_be_anything_up_to_the_threshold():
    system = published_exits.table_1(5)
    ranges = intervals(protect_system(system).published)
    for key, cell in system.cells.items():
        if cell.is_small:
            low, high = ranges[key]
            assert low <= max(1, sum(part.value > 0 for part in parts_of(system, cell)) or 1)
            assert high is None or high >= 5


def parts_of(system: System, total: Cell) -> list[Cell]:
    return [
        system.cells[key]
        for relation in system.relations
        if (total.key, -1) in relation.terms
        for key, coefficient in relation.terms
        if coefficient > 0
    ]


@pytest.mark.parametrize("link", published_exits.links())
def test_a_forgotten_link_between_the_tables_turns_the_gate_red(link: str):
    """Protected as if the sums did not hold, and attacked by somebody who knows that they do."""
    whole, forgotten = published_exits.with_groups(5), published_exits.links()[link]
    protected = protect_system(System(whole.cells, tuple(r for r in whole.relations if r not in forgotten)))
    assert protected.report.is_green
    assert not attack(Published(whole, protected.published.hidden)).is_green


@pytest.mark.parametrize("system", [published_exits.table_1(5), published_exits.with_groups(3)])
def test_opening_any_one_hidden_cell_turns_the_gate_red(system: System):
    published = protect_system(system).published
    for key in published.hidden:
        assert not attack(published.opened(key)).is_green, key


def test_each_table_protected_on_its_own_is_not_protected_together():
    alone = protect_system(published_exits.table_1(5)).published.hidden
    linked = published_exits.with_groups(5)
    hidden = alone | linked.hidden_beyond_choice()
    assert not attack(Published(linked, hidden)).is_green


def systems_to_enumerate() -> list[System]:
    chance = random.Random(2025)
    found = []
    for n in range(700):
        threshold = chance.choice([3, 5])
        match n % 5:
            case 0:
                found.append(crossed(chance, (3, chance.randint(3, 4)), threshold, 3.0))
            case 1:
                found.append(crossed(chance, (2, 3, 3), threshold, 1.6))
            case 2:
                found.append(hierarchical(chance, threshold))
            case 3:
                found.append(overlapping(chance, threshold))
            case _:
                found.append(crossed(chance, (3, 3, 3), threshold, 1.2))
    return found


def hidden_somehow(system: System, chance: random.Random) -> Published:
    """The small and some others: safe or not, the attacker must see what enumeration sees."""
    free = [c.key for c in system.cells.values() if c.value and "*" not in c.key]
    some = frozenset(key for key in free if chance.random() < 0.35)
    return Published(system, some | frozenset(k for k in system.hidden_beyond_choice() if "*" not in k))


def test_the_attacker_sees_exactly_what_enumeration_sees(monkeypatch: pytest.MonkeyPatch):
    chance = random.Random(6)
    compared: Counter[bool] = Counter()
    needed_whole = count_whole_programs(monkeypatch)
    for system in systems_to_enumerate():
        published = hidden_somehow(system, chance)
        try:
            true = every_interval(published)
        except TooManyError:
            continue
        found = intervals(published)
        for key, interval in true.items():
            compared[found[key] == interval] += 1
        assert {f.key: f.verdict for f in attack(published).findings if f.verdict is not Verdict.PRINTED} == {
            key: verdict_of(system.cells[key], *interval) for key, interval in true.items()
        }
    assert compared[False] == 0
    assert compared[True] >= 5000
    assert len(needed_whole) >= 20, "some numbers must need the programs in whole numbers"


def count_whole_programs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Watches how often the attacker has to ask in whole numbers; changes nothing."""
    found: list[int] = []

    def watched(goal: Any, *, integrality: Any, **how: Any) -> Any:
        if integrality.any():
            found.append(len(goal))
        return milp(goal, integrality=integrality, **how)

    monkeypatch.setattr(bounds, "milp", watched)
    return found


def verdict_of(cell: Cell, low: int, high: int) -> Verdict:
    if low == high:
        return Verdict.RECOVERED
    return Verdict.SURELY_SMALL if low >= 1 and high < cell.threshold else Verdict.SAFE


def test_the_same_release_is_always_protected_in_the_same_way():
    first = [protect_system(published_exits.table_1(5)).published.hidden for _n in range(3)]
    assert len(set(first)) == 1


def test_the_way_out_when_time_runs_out_is_as_safe_and_hides_more():
    system = published_exits.with_groups(5)
    protected = protect_system(system, seconds=0)
    assert protected.method is Method.GREEDY
    assert protected.report.is_green
    assert len(protected.published.hidden) >= 29


def test_what_was_open_stays_open_and_what_was_hidden_stays_hidden():
    system = published_exits.table_1(5)
    before = protect_system(system).published.hidden
    shown = {k: Cell(k, c.value, Show.HIDDEN if k in before else Show.OPEN, 5) for k, c in system.cells.items()}
    linked = published_exits.with_groups(5)
    again = System.of([shown.get(key, cell) for key, cell in linked.cells.items()], linked.relations)
    protected = protect_system(again)
    assert protected.report.is_green
    assert protected.published.hidden & set(system.cells) == before


def test_figures_that_do_not_add_up_are_not_published():
    with pytest.raises(InconsistentError):
        System.of([Cell("a", 3), Cell("b", 4), Cell("s", 8)], [Relation.sum_of("s", ["a", "b"])])


def test_a_print_that_cannot_be_is_told_apart_from_a_safe_one():
    system = System.of([Cell("a", 3, threshold=5), Cell("s", 3)], [Relation.sum_of("s", ["a"])])
    object.__setattr__(system, "cells", {**system.cells, "s": Cell("s", 0)})
    with pytest.raises(Contradiction):
        attack(Published(system, frozenset("a")))


def test_what_cannot_be_protected_is_refused_by_name():
    cells = [Cell("a", 3, threshold=5), Cell("b", 4, Show.OPEN), Cell("s", 7, Show.OPEN)]
    with pytest.raises(Impossible) as refused:
        protect_system(System.of(cells, [Relation.sum_of("s", ["a", "b"])]))
    assert "a" in refused.value.keys


def test_what_is_known_to_be_somebody_is_never_planned_as_nobody():
    """One of a joined row, beside nine that are printed, in a sum that is at most ten: refused before any plan."""
    cells = [
        Cell("a", 1, Show.UNPRINTED, threshold=5, floor=1),
        Cell("b", 9, Show.OPEN),
        Cell("s", 10),
        Cell("rest", 0, Show.UNPRINTED),
        Cell("most", 10, Show.OPEN),
    ]
    with pytest.raises(Impossible) as refused:
        Planner(System.of(cells, [Relation.sum_of("s", ["a", "b"]), Relation.sum_of("most", ["s", "rest"])]))
    assert refused.value.keys == ("a",)


@pytest.mark.parametrize("threshold", [3, 5, 8])
def test_controlled_rounding_keeps_every_sum_and_hides_nothing(threshold: int):
    system = published_exits.with_groups(threshold)
    rounded = round_system(system, base_for(threshold))
    for relation in system.relations:
        assert sum(c * rounded.values[key] for key, c in relation.terms) == 0
    assert rounded.mean_error(system) < base_for(threshold) / 2
    for key, cell in system.cells.items():
        low, high = rounded.interval(key)
        assert low <= cell.value <= high
        assert rounded.values[key] % rounded.base == 0
        assert low < 1 or high >= threshold, "nobody can be sure that it is small"


def test_a_report_says_what_was_found():
    report = attack(only_the_small_hidden(published_exits.table_1(5)))
    assert {f.verdict for f in report.given_away} <= {Verdict.RECOVERED, Verdict.SURELY_SMALL}
    assert len(report.given_away) == 16
