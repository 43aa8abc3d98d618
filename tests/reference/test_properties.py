"""What must hold of any federation's figures, whatever hypothesis makes of it.

``FINSAM_REFERENCE`` federations are tried; the ordinary run tries a few.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period
from reports.compute import compute
from reports.context import Context, Scope
from reports.definition import TOTAL, Count, Measure, Table
from reports.populations import ADVISORY_CONTACTS, EXITED, STARTED, WORKING
from reports.reconcile import reconcile
from reports.result import Cell, Result, ResultRow, RowKind, Status
from reports.structural import EVENTS
from reports.tables import TABLES
from reports.trace import Traced, behind, measure_of
from tests.reference.world import make_federation

EXAMPLES = settings(
    max_examples=int(os.environ.get("FINSAM_REFERENCE", "3")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# Above those of the reference, which are small numbers.
SEEDS = st.integers(10_000, 2_000_000)

pytestmark = pytest.mark.django_db


@contextmanager
def federation_of(seed: int) -> Iterator[Federation]:
    """A federation that is gone again when the example is over."""
    with transaction.atomic():
        yield make_federation(seed)
        transaction.set_rollback(True)


def results_of(federation: Federation, period: Period, known_at: datetime | None = None) -> dict[str, Result]:
    return {r.table: r for r in compute(TABLES.values(), Context(Scope(federation), period, known_at))}


@EXAMPLES
@given(SEEDS, st.sampled_from(["2025", "2025-Q1", "2024-H2", "start--2026-06-30"]))
def test_every_sum_between_tables_holds_or_is_explained(seed: int, period: str):
    with federation_of(seed) as federation:
        results = results_of(federation, Period.parse(period))
        assert [check for check in reconcile(results) if not check.holds] == []


@EXAMPLES
@given(SEEDS)
def test_as_known_today_is_what_is_so_now(seed: int):
    with federation_of(seed) as federation:
        now = results_of(federation, Period.year(2025))
        assert results_of(federation, Period.year(2025), datetime(2026, 11, 1, tzinfo=UTC)) == now


NOT_OF_REGISTRATIONS = {"financing", "funding"}
"""Tables of what the federation has stated; all others count something."""
ADDITIVE = {p.key for p in (EXITED, STARTED, WORKING, ADVISORY_CONTACTS, EVENTS)}
"""Populations of something that happens on one day or in one month: a year has those of its quarters."""


def counted_cells(result: Result, context: Context) -> Iterator[tuple[str, Cell, Traced]]:
    """The cells of a table's totals and lines that count registrations, each with what it counts."""
    table = TABLES[result.table]
    for row in result.rows:
        if row.kind is RowKind.LINE or set(row.key) == {TOTAL}:
            for column, cell in zip(result.columns, row.cells, strict=True):
                if cell.status is Status.VALUE and isinstance(_measure(table, context, row, column.key), Count):
                    (traced,) = behind(table, context, row, column.key)
                    yield f"{result.table} {row.key} {column.key}", cell, traced


def _measure(table: Table, context: Context, row: ResultRow, column: str) -> Measure | None:
    try:
        return measure_of(table, context, row, column)[0]
    except KeyError:
        return None


def test_every_tables_total_is_its_population():
    """And every table has one: what no example reaches is named."""
    reached: set[str] = set()

    @EXAMPLES
    @given(SEEDS, st.sampled_from(["2025", "2025-Q1", "start--2026-06-30"]))
    def check(seed: int, period: str) -> None:
        with federation_of(seed) as federation:
            context = Context(Scope(federation), Period.parse(period))
            for result in compute(TABLES.values(), context):
                for place, cell, traced in counted_cells(result, context):
                    assert cell.value == traced.number(), place
                    reached.add(result.table)

    check()
    assert set(TABLES) - NOT_OF_REGISTRATIONS - reached - {"goals", "follow_up_work"} == set()


@EXAMPLES
@given(SEEDS)
def test_quarters_add_up_where_they_must_and_not_where_they_must_not(seed: int):
    with federation_of(seed) as federation:
        year = totals_by_place(federation, Period.year(2025))
        quarters = [totals_by_place(federation, Period.quarter(2025, number)) for number in (1, 2, 3, 4)]
        assert {place.split()[0] for place, (_n, key) in year.items() if key in ADDITIVE} >= {
            "flows",
            "table_1",
            "ages",
        }
        for place, (number, key) in year.items():
            if key in ADDITIVE:
                assert sum(quarter.get(place, (0, key))[0] for quarter in quarters) == number, place
        # Whoever is in over a quarter's end is counted in both, and once in the year: just so many are too many.
        total, ongoing = "flows ('total',) total", "flows ('total',) ongoing"
        twice = sum(quarter[ongoing][0] for quarter in quarters[:3])
        assert sum(quarter[total][0] for quarter in quarters) == year[total][0] + twice
        assert quarters[-1][ongoing] == year[ongoing]


def totals_by_place(federation: Federation, period: Period) -> dict[str, tuple[int, str]]:
    """The counts of the tables' totals, each with the population it is of; development has years of its own."""
    context = Context(Scope(federation), period)
    tables = [table for table in TABLES.values() if table.key != "development"]
    return {
        place: (int(cell.number), traced.count.population.key)
        for result in compute(tables, context)
        for place, cell, traced in counted_cells(result, context)
    }
