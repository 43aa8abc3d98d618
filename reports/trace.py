"""From a figure back to the registrations behind it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from reports.context import Context
from reports.definition import TOTAL, Count, Dimension, Measure, Registrations, Table
from reports.result import ResultRow, RowKind


@dataclass(frozen=True)
class Traced:
    """A count that a cell is made of, and the registrations it counted."""

    count: Count
    registrations: Registrations

    def number(self) -> int:
        """How many they stand for: what the cell says."""
        return self.count.population.number(self.registrations)


def behind(table: Table, context: Context, row: ResultRow, column: str) -> list[Traced]:
    """The registrations behind a cell: one set for a count, several for a figure made of several counts."""
    measure, split = measure_of(table, context, row, column)
    codes = dict(zip(table.rows, row.key, strict=True)) if row.kind is not RowKind.LINE else {}
    if split is not None:
        codes[split] = column
    return [Traced(count, registrations_of(count, codes, context)) for count in measure.counts()]


def measure_of(table: Table, context: Context, row: ResultRow, column: str) -> tuple[Measure, Dimension | None]:
    """The measure that a cell shows, and the dimension its column splits by. KeyError where there is no such cell."""
    figure = next((f for f in table.figures if f.key == column), None)
    split = None
    if figure is None:
        figure = next((f for f in table.figures if f.split), None)
        split = figure.split if figure else None
    if figure is None:
        raise KeyError(f"{table.key} has no column {column!r}")
    if row.kind is RowKind.LINE:
        lines = {line.key: line for line in (table.lines(context) if table.lines else ())}
        return lines[row.key[0]].cells[figure.key], split
    if figure.measure is None:
        raise KeyError(f"{table.key} has no measure in column {column!r}")
    return figure.measure, split


def registrations_of(count: Count, codes: dict[Dimension, str], context: Context) -> Registrations:
    """The registrations of a count's population that have the given codes."""
    found = count.population.rows(context)
    if count.dimension is not None:
        found = with_codes(found, count.dimension, count.codes, context)
    for dimension, code in codes.items():
        if code != TOTAL:
            found = with_codes(found, dimension, frozenset({code}), context)
    return found


def with_codes(rows: Registrations, dimension: Dimension, codes: frozenset[str], context: Context) -> Registrations:
    """Those of the rows that have one of the codes in a dimension."""
    rows = rows.annotate(**{c.name: c.expression for c in dimension.columns if c.expression is not None})
    wanted = Q(pk=None)
    for raws in raw_values(rows, dimension, codes, context):
        wanted |= Q(
            **{
                c.name if raw is not None else f"{c.name}__isnull": raw if raw is not None else True
                for c, raw in zip(dimension.columns, raws, strict=True)
            }
        )
    return rows.filter(wanted)


def raw_values(
    rows: Registrations, dimension: Dimension, codes: frozenset[str], context: Context
) -> Iterator[tuple[object, ...]]:
    """The raw values among the rows that the dimension places under one of the codes."""
    place = dimension.placer(context)
    for raws in rows.order_by().values_list(*(c.name for c in dimension.columns)).distinct():
        if place(*raws) in codes:
            yield raws
