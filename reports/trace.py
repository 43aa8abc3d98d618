"""From a figure back to the registrations behind it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import eq

from django.db.models import Q

from reports.context import Context
from reports.definition import TOTAL, Count, Dimension, Measure, OfAll, Placed, Registrations, Table
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
    return list(_behind(measure, table, codes, context))


def _behind(measure: Measure, table: Table, codes: dict[Dimension, str], context: Context) -> Iterator[Traced]:
    if isinstance(measure, Count):
        yield Traced(measure, registrations_of(measure, codes, context))
    if isinstance(measure, OfAll):
        codes = {dimension: code for dimension, code in codes.items() if dimension not in table.rows}
    for part in measure.parts():
        yield from _behind(part, table, codes, context)


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
        lines = {line.key: line for line in table.lines_in(context)}
        return lines[row.key[0]].cells[figure.key], split
    if figure.measure is None:
        raise KeyError(f"{table.key} has no measure in column {column!r}")
    return figure.measure, split


def registrations_of(count: Count, codes: dict[Dimension, str], context: Context) -> Registrations:
    """The registrations of a count's population that have the given codes."""
    found = count.population.rows(context)
    if count.dimension is not None:
        found = with_codes(found, count.dimension, count.chooses, context)
    for dimension, code in codes.items():
        if code != TOTAL:
            found = with_codes(found, dimension, partial(eq, code), context)
    return found


def with_codes(
    rows: Registrations, dimension: Dimension, wants: Callable[[str], bool], context: Context
) -> Registrations:
    """Those of the rows that have a code that is wanted in a dimension."""
    rows = rows.annotate(**{c.name: c.expression for c in dimension.columns if c.expression is not None})
    found = list(raw_values(rows, dimension, wants, context))
    names = [c.name for c in dimension.columns]
    if len(names) == 1:
        # In one list: a federation's start dates, each with its own OR, are more than SQLite takes.
        known = [raw for (raw,) in found if raw is not None]
        blank = Q(**{f"{names[0]}__isnull": True}) if len(known) < len(found) else Q(pk=None)
        return rows.filter(Q(**{f"{names[0]}__in": known}) | blank)
    wanted = Q(pk=None)
    for raws in found:
        wanted |= Q(
            **{
                name if raw is not None else f"{name}__isnull": raw if raw is not None else True
                for name, raw in zip(names, raws, strict=True)
            }
        )
    return rows.filter(wanted)


def raw_values(
    rows: Registrations, dimension: Dimension, wants: Callable[[str], bool], context: Context
) -> Iterator[tuple[object, ...]]:
    """The raw values among the rows that the dimension places under a code that is wanted."""
    place = dimension.placer(context)
    for raws in rows.order_by().values_list(*(c.name for c in dimension.columns)).distinct():
        if any(map(wants, codes_of(place(*raws)))):
            yield raws


def codes_of(placed: Placed) -> frozenset[str]:
    """The codes that a registration is placed under."""
    return placed if isinstance(placed, frozenset) else frozenset({placed} if placed is not None else ())
