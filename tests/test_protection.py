"""Computed tables leave the house protected together, with all that was published before."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from django.db.models.functions import ExtractMonth

from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period
from participants.models import Participation
from reports.compute import compute
from reports.context import Context, Scope
from reports.definition import Column, Count, Dimension, Figure, Joining, Member
from reports.disclosure.attack import intervals
from reports.disclosure.plan import Method
from reports.disclosure.system import Published
from reports.populations import EXITED
from reports.protection.design import Sheet
from reports.protection.differences import Changed
from reports.protection.explained import attack_in_words, hidden_figures
from reports.protection.known import Known
from reports.protection.outcome import ProtectedSet, RefusedError
from reports.protection.protected import attack, protect
from reports.protection.rule import Rule
from reports.result import Result, ResultRow, Status
from reports.tables import TABLES

pytestmark = pytest.mark.django_db
RULE = Rule()
PUBLIC = ("flows", "table_1", "table_2", "table_3", "facts", "goals", "financing", "funding")


def sheets(federation: Federation, period: str, tables: Iterable[str]) -> list[Sheet]:
    context = Context(Scope(federation), Period.parse(period))
    return [Sheet(TABLES[r.table], r, context) for r in compute([TABLES[key] for key in tables], context)]


def result_of(outcome: ProtectedSet, table: str) -> Result:
    return next(result for result in outcome.results if result.table == table)


def with_status(results: Iterable[Result], status: Status) -> list[tuple[str, ResultRow, int]]:
    return [
        (result.table, row, index)
        for result in results
        for row in result.rows
        for index, cell in enumerate(row.cells)
        if cell.status is status
    ]


@pytest.fixture(scope="module")
def year(demo: Federation, django_db_blocker: Any) -> ProtectedSet:
    """The year's tables, protected together once for the tests of this file."""
    with django_db_blocker.unblock():
        return protect(sheets(demo, "2025", PUBLIC), rule=RULE)


def test_the_recommended_design_of_tabell_1_prints_40_cells_and_hides_none(demo: Federation):
    outcome = protect(sheets(demo, "2025", ["table_1"]), rule=RULE)
    (table,) = outcome.results
    assert len([1 for row in table.rows for cell in row.cells if cell.status is Status.VALUE]) == 40
    assert not outcome.hidden_places()
    assert outcome.report.is_green
    assert not any(0 < cell.number < 5 for row in table.rows for cell in row.cells if cell.value)


def test_the_sums_of_the_groups_in_a_text_hide_2_of_44(demo: Federation):
    """Said after Tabell 1 was printed. Said together with it, they are told by joining two reasons more instead."""
    table_1, groups = sheets(demo, "2025", ["table_1", "exit_groups"])
    in_text = replace(groups.result, rows=tuple(row for row in groups.result.rows if row.key == ("total",)))
    printed = protect([table_1], rule=RULE)
    outcome = protect([table_1, replace(groups, result=in_text)], known=[printed.known], rule=RULE)
    numbers = {key for keys in outcome.depends.values() for key in keys}
    assert len(numbers) == 44
    assert len(outcome.published.hidden) == 2
    assert attack(outcome).is_green
    together = protect([table_1, replace(groups, result=in_text)], rule=RULE)
    assert not together.hidden_places()
    assert together.report.is_green


def test_as_printed_with_only_the_small_hidden_the_gate_is_red(demo: Federation):
    rule = replace(RULE, split=0)
    outcome = protect(sheets(demo, "2025", ["table_1", "exit_groups"]), rule=rule)
    system = outcome.published.system
    assert not attack(Published(system, system.hidden_beyond_choice())).is_green


def test_a_year_protected_together_gives_nothing_away(year: ProtectedSet):
    assert year.report.is_green
    assert year.method is Method.CHEAPEST
    assert attack(year).is_green
    for result in year.results:
        original = next(p.result for p in year.sheets if p.result.table == result.table)
        assert [row.key for row in original.rows] == [row.key for row in result.rows]


def test_opening_any_one_hidden_number_of_the_year_turns_the_gate_red(year: ProtectedSet):
    """Or leaves some small number less room than the board has asked for; nothing is hidden for nothing."""
    published = year.published
    small = [key for key, cell in published.system.cells.items() if cell.is_small]
    room = reach(published, small)
    red = 0
    for key in published.hidden:
        opened = published.opened(key)
        is_red = not attack(opened).is_green
        assert is_red or reach(opened, small) != room, key
        assert is_red or not published.system.cells[key].is_small, key
        red += is_red
    assert red


def reach(published: Published, small: list[str]) -> dict[str, tuple[bool, bool]]:
    """Whether a reader can think of each small number that it is one, and that it is none."""
    cells = published.system.cells
    found = intervals(published, small)
    return {key: (low <= 1, high is None or high >= cells[key].threshold) for key, (low, high) in found.items()}


def test_money_is_hidden_with_the_people_it_is_a_multiple_of(year: ProtectedSet):
    table = result_of(year, "table_2")
    hidden = [row for row in table.rows if row.cells[0].status is Status.SUPPRESSED]
    assert hidden
    for row in hidden:
        assert {cell.status for cell in row.cells} == {Status.SUPPRESSED}


def test_totals_are_still_there(year: ProtectedSet):
    assert [cell.value for cell in result_of(year, "flows").row("total").cells] == [676, 351, 334, 342]
    assert result_of(year, "table_1").cell("total", "total", "total").value == 334
    assert result_of(year, "table_2").row("total").cells[0].value == 34


def test_what_has_no_people_in_it_is_never_hidden(year: ProtectedSet):
    for table in ("financing", "funding"):
        original = next(p.sheet.result for p in year.sheets if p.result.table == table)
        assert result_of(year, table) == original


def test_hidden_values_are_nowhere_in_what_is_handed_on(year: ProtectedSet):
    hidden = with_status(year.results, Status.SUPPRESSED)
    assert len(hidden) == len(year.hidden_places())
    assert all(row.cells[index].value is None for _table, row, index in hidden)


def test_the_same_figures_are_protected_in_the_same_way(demo: Federation, year: ProtectedSet):
    tables = ("flows", "table_1")
    first, second = (protect(sheets(demo, "2025", tables), rule=RULE) for _n in range(2))
    assert first.results == second.results
    assert first.published == second.published


def test_each_hidden_figure_has_a_reason_for_those_inside(year: ProtectedSet):
    figures = list(hidden_figures(year))
    assert len(figures) == len(year.hidden_places())
    assert all(figure.reason.endswith(".") for figure in figures)
    assert any(figure.reason == "Färre än 5." for figure in figures)
    assert any(figure.reason.startswith("Dold för att ett annat tal annars kan räknas ut") for figure in figures)
    assert "Inget av dem kan räknas ut" in " ".join(attack_in_words(year.report, year))


def test_a_quarter_inside_the_year_is_remembered(demo: Federation):
    known: list[Known] = []
    for period in ("2025-Q1", "2025-Q2", "2025-H1"):
        outcome = protect(sheets(demo, period, ["flows"]), known=known, rule=RULE)
        assert attack(outcome).is_green
        known.append(outcome.known)
    outcome = protect(sheets(demo, "2025", ["flows"]), known=known, rule=RULE)
    assert attack(outcome).is_green
    exits = {key for key in outcome.published.system.cells if key.startswith("exited|")}
    assert {key.split("|")[1] for key in exits} >= {"2025-01-01", "2025-04-01"}
    assert any("exited|2025-07-01|2025-12-31" in key for key in outcome.published.system.cells), "the rest of the year"


def test_one_plan_for_the_year_protects_its_quarters_too(demo: Federation):
    quarters = [sheet for n in (1, 2, 3, 4) for sheet in sheets(demo, f"2025-Q{n}", ["flows"])]
    outcome = protect([*quarters, *sheets(demo, "2025", ["flows", "table_1"])], rule=RULE)
    assert attack(outcome).is_green
    assert len(outcome.results) == 6


def test_the_same_publication_again_is_the_same(demo: Federation):
    first = protect(sheets(demo, "2025", ["flows", "table_1"]), rule=RULE)
    stored = Known.from_json(json.loads(json.dumps(first.known.to_json())))
    again = protect(sheets(demo, "2025", ["flows", "table_1"]), known=[stored], rule=RULE)
    assert again.results == first.results


def test_another_edition_remembers_what_the_first_hid(demo: Federation):
    first = protect(sheets(demo, "2025", ["flows", "table_1", "exit_groups"]), rule=RULE)
    late = Participation.objects.filter(
        federation=demo, initiative__slug="cooperari", exit_on__year=2025, exit_reason__code="work"
    ).first()
    assert late is not None
    Participation.objects.filter(pk=late.pk).update(gender="woman" if late.gender == "man" else "man")
    known = replace(first.known, changed=Changed(Period.year(2025), other=1))
    second = protect(sheets(demo, "2025", ["flows", "table_1", "exit_groups"]), known=[known], rule=RULE)
    assert attack(second).is_green
    assert first.published.hidden <= set(second.published.system.cells)
    assert first.published.hidden & set(second.published.system.cells) <= second.published.hidden
    assert any(key.startswith("~most exited") for key in second.published.system.cells), "what is told is in the system"


def test_what_cannot_be_published_is_refused_with_the_cell_named(demo: Federation):
    """Two quarters, each published as if there were no other, give one away between them; no half-year can mend it."""
    forgetful = [protect(sheets(demo, period, ["flows"]), rule=RULE).known for period in ("2025-Q1", "2025-Q2")]
    with pytest.raises(RefusedError) as refused:
        protect(sheets(demo, "2025-H1", ["flows"]), known=forgetful, rule=RULE)
    assert "Cooperari · Avslutade" in str(refused.value)
    assert "Förslag" in str(refused.value)


def test_rounding_hides_nothing_and_keeps_every_sum(demo: Federation):
    outcome = protect(sheets(demo, "2025", ["flows", "table_1", "facts"]), rule=replace(RULE, rounding=3))
    assert outcome.method is Method.ROUNDED
    assert outcome.report.is_green
    assert not with_status(outcome.results, Status.SUPPRESSED)
    flows = result_of(outcome, "flows")
    for row in flows.rows:
        total, _new, exited, ongoing = (int(cell.number) for cell in row.cells)
        assert total == exited + ongoing
        assert total % 3 == 0


def test_no_board_can_go_below_the_floor():
    assert (Rule(threshold=0).usual, Rule(threshold=0).sensitive) == (3, 5)
    assert (Rule(threshold=10).usual, Rule(threshold=10).sensitive) == (10, 10)


def test_a_share_of_too_few_is_not_printed(demo: Federation):
    outcome = protect(sheets(demo, "2025", ["facts"]), rule=replace(RULE, percent=1000))
    facts = result_of(outcome, "facts")
    assert {row.cells[facts.column("percent")].status for row in facts.rows} == {Status.SUPPRESSED}
    assert any(figure.reason == "Andelen tas av färre än 1000." for figure in hidden_figures(outcome))


def test_only_neighbours_of_an_ordered_dimension_are_joined(demo: Federation):
    month = Dimension(
        "exit_month",
        "Månad för avslut",
        (Column("exit_month", ExtractMonth("exit_on")),),
        lambda _context, _within: [Member(f"{n:02}", f"månad {n}") for n in range(1, 13)],
        lambda _context: lambda raw: f"{raw:02}",
        joined=Joining("Flera månader", neighbours=True),
    )
    by_month = replace(TABLES["flows"], key="by_month", rows=(month,), figures=(Figure("n", "Antal", Count(EXITED)),))
    context = Context(Scope(demo), Period.year(2025))
    (result,) = compute([by_month], context)
    outcome = protect([Sheet(by_month, result, context)], rule=replace(RULE, threshold=20))
    joined = next(row.key[0].split("+") for row in outcome.results[0].rows if "+" in row.key[0])
    months = sorted(map(int, joined))
    assert months == list(range(months[0], months[-1] + 1))
    assert attack(outcome).is_green
