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
from reports.definition import TOTAL
from reports.reconcile import reconcile
from reports.result import Result
from reports.tables import TABLES
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


@EXAMPLES
@given(SEEDS)
def test_quarters_add_up_for_new_and_exited_and_never_exceed_the_year_otherwise(seed: int):
    with federation_of(seed) as federation:
        year = results_of(federation, Period.year(2025))
        quarters = [results_of(federation, Period.quarter(2025, number)) for number in (1, 2, 3, 4)]
        for key, columns in (("flows", ("new", "exited")), ("ages", ("new", "exited")), ("referrers", ("exited",))):
            for column in columns:
                parts = sum(quarter[key].cell(column, TOTAL).number for quarter in quarters)
                assert parts == year[key].cell(column, TOTAL).number
        totals = sum(quarter["flows"].cell("total", TOTAL).number for quarter in quarters)
        # Whoever is in over a quarter's end is counted in both, and once in the year.
        assert totals >= year["flows"].cell("total", TOTAL).number
        assert quarters[-1]["flows"].cell("ongoing", TOTAL) == year["flows"].cell("ongoing", TOTAL)
