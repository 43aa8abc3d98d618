"""Tables as tidy data, for other programs: one row a cell, and a column for each dimension. API.md says how the columns
correspond to those of SDMX."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from reports.definition import TOTAL, Table
from reports.edition import Defined
from reports.render.csv import guarded
from reports.render.frame import Computed
from reports.render.json import known_at, period_of, value_of
from reports.result import Cell, Format, Result, ResultColumn, ResultRow, RowKind, Status
from reports.tables import declared

Observation = dict[str, Any]
LINE = "line"
LABEL = "_label"
UNITS = {
    Format.COUNT: "number",
    Format.SEK: "SEK",
    Format.PERCENT: "percent",
    Format.DECIMAL: "number",
    Format.MONTHS: "months",
    Format.TEXT: "text",
}
ABOUT = ("table", "version", "federation", "federation_label", "scope", "scope_label", "period", "period_start")
BEFORE = (*ABOUT, "period_end", "row_kind")
AFTER = ("measure", "measure_label", "value", "status", "format", "unit")
"""The columns of every table; its dimensions stand between them."""


@dataclass(frozen=True)
class Axis:
    """A dimension: what its column is called, and its title."""

    key: str
    title: str


@dataclass(frozen=True)
class Shape:
    """The dimensions of a table: those of its rows, ``line`` where it has rows with names of their own, and the one
    that the measure ``split_measure`` is split by."""

    rows: tuple[Axis, ...]
    line: Axis | None
    split: Axis | None
    split_measure: str

    @property
    def axes(self) -> tuple[Axis, ...]:
        return (*self.rows, *(axis for axis in (self.line, self.split) if axis))


@dataclass(frozen=True)
class Told:
    """A table, and what it does not know itself: the federation and the scope as addresses have them, its definition,
    and in sentences what the figures cannot say."""

    result: Result
    federation: str
    definition: Defined | None
    limits: tuple[str, ...] = ()
    scope: str = ""
    computed: Computed | None = None


def render_json(told: Told) -> bytes:
    """One table with all that is known of it."""
    return f"{json.dumps(value(told), ensure_ascii=False, allow_nan=False)}\n".encode()


def render_csv(tables: Sequence[Told]) -> bytes:
    """Tables one after the other as RFC 4180 says, in UTF-8 without a mark: commas, points, CRLF. A column that is not
    a table's own is empty in its rows."""
    axes = dict.fromkeys(axis.key for told in tables for axis in shape_of(told.result).axes)
    names = [*BEFORE, *(name for axis in axes for name in (axis, f"{axis}{LABEL}")), *AFTER]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    for told in tables:
        writer.writerows(map(_written, observations(told), _cells(told.result)))
    return text.getvalue().encode()


def value(told: Told) -> dict[str, Any]:
    """A table as JSON has it; ``serializers.TidyTableSerializer`` describes the same."""
    result, shape, defined = told.result, shape_of(told.result), told.definition
    return {
        "layout": "tidy",
        "table": result.table,
        "version": result.version,
        "title": result.title,
        "definition": defined.definition if defined else "",
        "source": defined.source if defined else "",
        "valid_from": defined.valid_from if defined else None,
        "counts": result.counts,
        "federation": {"key": told.federation, "title": result.federation},
        "scope": {"key": told.scope, "title": result.scope},
        "period": period_of(result),
        "dimensions": list(map(asdict, shape.axes)),
        "measures": list(_measures(result, shape)),
        "parameters": list(map(asdict, result.parameters)),
        "notes": list(result.notes),
        "breaks": [one._asdict() for one in result.breaks],
        "limits": list(told.limits),
        **known_at(told.computed),
        "observations": list(observations(told)),
    }


def observations(told: Told) -> Iterator[Observation]:
    """A row for each cell, in the order of the table."""
    result, shape = told.result, shape_of(told.result)
    same = _same(told)
    measured = [_measured(column, shape) for column in result.columns]
    for row in result.rows:
        here = {**same, "row_kind": row.kind.value, **_place(row, shape)}
        for column, measure, cell in zip(result.columns, measured, row.cells, strict=True):
            yield {**here, **measure, "value": value_of(cell), "status": cell.status.value, **_kind(column)}


def shape_of(result: Result) -> Shape:
    """The dimensions by their declared names; by number where a frozen table's declaration is gone."""
    table = declared(result.table, result.version)
    figure = next((f for f in table.figures if f.split), None) if table else None
    split = Axis(figure.split.key, str(figure.split.title)) if figure and figure.split else None
    if split is None and any(column.group for column in result.columns):
        split = Axis("column", "")
    return Shape(tuple(_row_axes(result, table)), _line_axis(result, table), split, figure.key if figure else "value")


def _row_axes(result: Result, table: Table | None) -> Iterator[Axis]:
    if table is None:
        yield from (Axis(f"dimension_{number}", title) for number, title in enumerate(result.headings, start=1))
        return
    # A table of lines only has a heading and no dimension.
    yield from (Axis(d.key, title) for d, title in zip(table.rows, result.headings, strict=False))


def _line_axis(result: Result, table: Table | None) -> Axis | None:
    if any(row.kind is RowKind.LINE for row in result.rows):
        return Axis(LINE, result.headings[0] if table and not table.rows else "")
    return None


def _same(told: Told) -> Observation:
    result, period = told.result, period_of(told.result)
    return {
        "table": result.table,
        "version": result.version,
        "federation": told.federation,
        f"federation{LABEL}": result.federation,
        "scope": told.scope,
        f"scope{LABEL}": result.scope,
        "period": period["key"],
        "period_start": period["start"],
        "period_end": period["end"],
    }


def _place(row: ResultRow, shape: Shape) -> Observation:
    """The codes and labels of a row. A line is about all of the dimensions of the rows, and the others are no line."""
    if row.kind is RowKind.LINE:
        everywhere = {axis.key: (TOTAL, None) for axis in shape.rows}
        return _flat(everywhere | {LINE: (row.key[0], row.labels[0])})
    place: dict[str, tuple[str | None, str | None]] = {
        axis.key: (code, label or None) for axis, code, label in zip(shape.rows, row.key, row.labels, strict=True)
    }
    return _flat(place | ({LINE: (None, None)} if shape.line else {}))


def _measured(column: ResultColumn, shape: Shape) -> Observation:
    """The measure of a column. One that is not split is about all of what others are split by."""
    if shape.split is None:
        return {"measure": column.key, f"measure{LABEL}": column.title}
    if not column.group:
        return {**_flat({shape.split.key: (TOTAL, None)}), "measure": column.key, f"measure{LABEL}": column.title}
    split = _flat({shape.split.key: (column.key, column.title)})
    return {**split, "measure": shape.split_measure, f"measure{LABEL}": column.group}


def _measures(result: Result, shape: Shape) -> Iterator[dict[str, str]]:
    """Each measure once."""
    seen = set()
    for column in result.columns:
        measured = _measured(column, shape)
        if measured["measure"] not in seen:
            seen.add(measured["measure"])
            yield {"key": measured["measure"], "title": measured[f"measure{LABEL}"], **_kind(column)}


def _kind(column: ResultColumn) -> dict[str, str]:
    return {"format": column.format.value, "unit": UNITS[column.format]}


def _flat(places: dict[str, tuple[str | None, str | None]]) -> Observation:
    return {name: text for key, pair in places.items() for name, text in zip((key, f"{key}{LABEL}"), pair, strict=True)}


def _cells(result: Result) -> Iterator[Cell]:
    return (cell for row in result.rows for cell in row.cells)


def _written(observation: Observation, cell: Cell) -> dict[str, str]:
    """A row as text: numbers plain and unrounded, and no text that a spreadsheet would compute."""
    texts = {name: guarded(str(text)) for name, text in observation.items() if text is not None}
    is_number = cell.status is Status.VALUE and not isinstance(cell.value, str)
    return texts | ({"value": f"{cell.number:f}"} if is_number else {})
