"""A definition that has changed: the old and the new side by side, and what the change means in participations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finsam_tracker.core.period import Period
from reports.compute import compute, snapshot
from reports.context import Context, Scope
from reports.definition import Table
from reports.result import Cell, Result
from reports.tables import TABLES
from reports.trace import registrations_of

Place = tuple[tuple[str, ...], str]
"""A row's key and a column's key."""


@dataclass(frozen=True)
class CellChange:
    """A cell that both versions have, and that differs."""

    labels: tuple[str, ...]
    column: str
    before: Cell
    after: Cell


@dataclass(frozen=True)
class VersionChange:
    """Two versions of a table for the same registrations.

    ``left_out`` and ``taken_in`` are how many registrations only the older or only the newer version counts anywhere.
    """

    before: Result
    after: Result
    left_out: int
    taken_in: int
    cells: tuple[CellChange, ...]

    @property
    def effect(self) -> str:
        """What the change means, in sentences."""
        if not (self.left_out or self.taken_in or self.cells):
            return _("Ändringen gör ingen skillnad för den här perioden.")
        out = (
            ngettext("%d deltagande räknas inte längre.", "%d deltaganden räknas inte längre.", self.left_out)
            % self.left_out
        )
        into = (
            ngettext("%d deltagande har kommit till.", "%d deltaganden har kommit till.", self.taken_in) % self.taken_in
        )
        cells = ngettext("%d ruta är en annan.", "%d rutor är andra.", len(self.cells)) % len(self.cells)
        return f"{out} {into} {cells}"


def compare_versions(
    key: str, scope: Scope, period: Period, tables: Mapping[str, Table] = TABLES
) -> list[VersionChange]:
    """Each version of a table beside the one before it, latest first, all computed from the same registrations."""
    with snapshot():
        context = Context(scope, period)
        versions = (tables[key], *tables[key].earlier)
        results = [compute([version], context)[0] for version in versions]
        counted = [set(_registrations(version, context)) for version in versions]
    return [
        VersionChange(
            before=results[at + 1],
            after=results[at],
            left_out=len(counted[at + 1] - counted[at]),
            taken_in=len(counted[at] - counted[at + 1]),
            cells=tuple(_changes(results[at + 1], results[at])),
        )
        for at, _next in pairwise(range(len(versions)))
    ]


def _registrations(table: Table, context: Context) -> Iterator[tuple[str, int]]:
    """Every registration that some count of the table counts, by its kind and key."""
    for measure in table.measures(context):
        for count in measure.counts():
            rows = registrations_of(count, {}, context)
            yield from ((rows.model.__name__, pk) for pk in rows.values_list("pk", flat=True))


def _cells(result: Result) -> dict[Place, tuple[tuple[str, ...], str, Cell]]:
    return {
        (row.key, column.key): (row.labels, column.title, cell)
        for row in result.rows
        for column, cell in zip(result.columns, row.cells, strict=True)
    }


def _changes(before: Result, after: Result) -> Iterator[CellChange]:
    old = _cells(before)
    for place, (labels, column, cell) in _cells(after).items():
        if place in old and old[place][2] != cell:
            yield CellChange(labels, column, old[place][2], cell)
