"""Every table agrees with the reference, cell for cell, whatever a federation has decided and registered.

``FINSAM_REFERENCE`` says how many federations; the ordinary run makes ten.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import product

import pytest

from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period
from initiatives.models import CodeKind
from reports.compute import compute
from reports.context import Context, Scope
from reports.reconcile import reconcile
from reports.result import Cell, Result, RowKind
from reports.services import applicable
from reports.tables import TABLES
from tests.reference.facts import narrowed, read
from tests.reference.figures import Reference, Span, method_of
from tests.reference.goals import WholeReference
from tests.reference.world import make_federation

FEDERATIONS = int(os.environ.get("FINSAM_REFERENCE", "10"))
PERIODS = ("2025", "2024", "2025-Q2", "2025-H2", "2026-02", "start--2025-12-31", "2024-11-15--2025-03-31")
MOMENTS = (None, datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))

pytestmark = pytest.mark.django_db


@pytest.fixture(params=range(FEDERATIONS))
def federation(request: pytest.FixtureRequest, db: None) -> Federation:
    return make_federation(request.param)


def span_of(period: Period, known_at: datetime | None) -> Span:
    if known_at is None:
        return Span(period.start, period.end, period.end, period.end)
    day = known_at.date()
    return Span(period.start, period.end, min(day, period.end), min(date.fromordinal(day.toordinal() - 1), period.end))


def value_of(cell: Cell) -> Fraction | str | None:
    return cell.value if cell.value is None or isinstance(cell.value, str) else Fraction(cell.value)


def differences(result: Result, reference: Reference) -> Iterator[str]:
    """The cells that are not as the reference has them, and the registrations that have no row."""
    for row in result.rows:
        for column, cell in zip(result.columns, row.cells, strict=True):
            wanted = reference.cell(result.table, row.key, column.key)
            wanted = Fraction(wanted) if isinstance(wanted, int) else wanted
            if value_of(cell) != wanted:
                yield f"{result.table} {row.key} {column.key}: {cell.value}, the reference says {wanted}"
    keys = {row.key for row in result.rows if row.kind is not RowKind.LINE}
    dimensions = reference.dimensions(result.table)
    for registration in reference.population(result.table) if dimensions else ():
        for place in product(*(codes(registration) for codes in dimensions)):
            if place not in keys:
                yield f"{result.table}: no row for {place}"


@pytest.mark.parametrize("known_at", MOMENTS, ids=["now", "before", "after"])
def test_every_table_agrees_with_the_reference(federation: Federation, known_at: datetime | None):
    facts = read(federation, known_at)
    # Three of the periods for each federation, in turn, so that ten federations see every one.
    turn = int(federation.slug.removeprefix("slump-"))
    for key in [PERIODS[(turn + step) % len(PERIODS)] for step in (0, 1, 2)]:
        period = Period.parse(key)
        context = Context(Scope(federation), period, known_at)
        results = compute(TABLES.values(), context)
        reference = WholeReference(facts, span_of(period, known_at))
        found = [text for result in results for text in differences(result, reference)]
        assert not found, f"{key}: {found[:10]}"
        faults = [check for check in reconcile({r.table: r for r in results}) if not check.holds]
        assert not faults, f"{key}: {faults[:5]}"


def parts_of(federation: Federation) -> Iterator[Scope]:
    """An initiative, a municipality, an assignment, and two of them together."""
    initiative = federation.initiatives.with_participants().first()
    municipality = federation.municipalities.latest("position").code
    kinds = federation.code_items.filter(kind=CodeKind.ASSIGNMENT).values_list("code", flat=True)
    yield Scope(federation, initiative)
    yield Scope(federation, municipality=municipality)
    yield from (Scope(federation, assignment=code) for code in kinds[:1])
    yield Scope(federation, initiative, municipality)


def test_every_table_of_a_part_agrees_with_the_reference(federation: Federation):
    turn = int(federation.slug.removeprefix("slump-"))
    period, known_at = Period.parse(PERIODS[turn % len(PERIODS)]), MOMENTS[turn % len(MOMENTS)]
    facts, span = read(federation, known_at), span_of(period, known_at)
    for scope in parts_of(federation):
        results = compute(applicable(scope, period), Context(scope, period, known_at))
        initiative = scope.initiative.pk if scope.initiative else None
        reference = WholeReference(narrowed(facts, initiative, scope.municipality, scope.assignment), span)
        found = [text for result in results for text in differences(result, reference)]
        assert not found, f"{scope.key} {period.key}: {found[:10]}"
        faults = [check for check in reconcile({r.table: r for r in results}) if not check.holds]
        assert not faults, f"{scope.key} {period.key}: {faults[:5]}"


def test_every_registered_table_has_its_reference():
    """One without would pass wherever it happens to have no rows."""
    assert [key for key in TABLES if not callable(getattr(WholeReference, f"_{method_of(key)}", None))] == []
