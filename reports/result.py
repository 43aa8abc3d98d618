"""Computed tables: plain frozen values. Renderers, stores and checks see these and nothing else of the statistics."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, Self

Number = int | Decimal


class Status(StrEnum):
    """Why a cell shows what it shows. ``value`` is None for all but VALUE."""

    VALUE = "value"
    SUPPRESSED = "suppressed"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    TOO_EARLY = "too_early"


class Format(StrEnum):
    """What a column's numbers are: people, kronor, percent, full-time equivalents, months; or words."""

    COUNT = "count"
    SEK = "sek"
    PERCENT = "percent"
    DECIMAL = "decimal"
    MONTHS = "months"
    TEXT = "text"


class RowKind(StrEnum):
    """What a row is in its table: one of the parts, the sum of a group, the sum of all, or a line of its own."""

    BODY = "body"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    LINE = "line"


class Cell(NamedTuple):
    """A value and its status. Counts are int; money, shares and full-time equivalents Decimal; verdicts str."""

    value: Number | str | None
    status: Status = Status.VALUE

    @property
    def number(self) -> Number:
        """The number, for checks and sums; raises where the cell has none."""
        if isinstance(self.value, str) or self.value is None:
            raise TypeError(f"a cell with status {self.status} and value {self.value!r} has no number")
        return self.value

    def to_json(self) -> Any:
        """An int, a text for a Decimal, or an object where it is neither."""
        if self.status is not Status.VALUE:
            return {"status": self.status.value}
        if isinstance(self.value, str):
            return {"text": self.value}
        return self.value if isinstance(self.value, int) else str(self.value)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        if isinstance(data, dict):
            return cls(data["text"]) if "text" in data else cls(None, Status(data["status"]))
        return cls(data if isinstance(data, int) else Decimal(data))


MISSING = Cell(None, Status.MISSING)
NOT_APPLICABLE = Cell(None, Status.NOT_APPLICABLE)


@dataclass(frozen=True)
class ResultColumn:
    """``group`` is the heading above several columns that split one measure; empty where the column stands alone."""

    key: str
    title: str
    format: Format
    group: str = ""


@dataclass(frozen=True)
class ResultRow:
    """``key`` holds one code per row dimension, "total" where the row sums over it; ``labels`` reads the same way."""

    key: tuple[str, ...]
    labels: tuple[str, ...]
    kind: RowKind
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class UsedParameter:
    """An assumption in force, as the reader is told of it."""

    key: str
    title: str
    value: str
    unit: str
    valid_from: str
    source: str


class Break(NamedTuple):
    """Something that makes a column and those after it less alike those before: the column's key, and what."""

    column: str
    cause: str


@dataclass(frozen=True)
class Result:
    """A computed table. ``period`` is the period's key; ``zero`` is how a true zero prints.

    ``breaks`` are in columns that follow each other in time.
    """

    table: str
    version: int
    title: str
    federation: str
    scope: str
    period: str
    period_label: str
    counts: str
    headings: tuple[str, ...]
    columns: tuple[ResultColumn, ...]
    rows: tuple[ResultRow, ...]
    zero: str = "0"
    notes: tuple[str, ...] = ()
    parameters: tuple[UsedParameter, ...] = ()
    breaks: tuple[Break, ...] = ()

    def column(self, key: str) -> int:
        """The place of a column; KeyError names the columns there are."""
        for index, column in enumerate(self.columns):
            if column.key == key:
                return index
        raise KeyError(f"{self.table} has no column {key!r}; it has {[c.key for c in self.columns]}")

    def row(self, *key: str) -> ResultRow:
        """The row with a key; KeyError names the rows there are."""
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(f"{self.table} has no row {key!r}; it has {[r.key for r in self.rows]}")

    def has_row(self, *key: str) -> bool:
        return any(row.key == key for row in self.rows)

    def cell(self, column: str, *row: str) -> Cell:
        """A cell by column and row key."""
        return self.row(*row).cells[self.column(column)]

    def body(self) -> Iterator[ResultRow]:
        """The rows that are parts: those that add up to the totals."""
        return (row for row in self.rows if row.kind is RowKind.BODY)

    def to_json(self) -> dict[str, Any]:
        """A value that JSON can hold and ``from_json`` gives back equal."""
        return {
            "table": self.table,
            "version": self.version,
            "title": self.title,
            "federation": self.federation,
            "scope": self.scope,
            "period": self.period,
            "period_label": self.period_label,
            "counts": self.counts,
            "headings": list(self.headings),
            "columns": [[c.key, c.title, c.format.value, c.group] for c in self.columns],
            "rows": [[list(r.key), list(r.labels), r.kind.value, [c.to_json() for c in r.cells]] for r in self.rows],
            "zero": self.zero,
            "notes": list(self.notes),
            "parameters": [[p.key, p.title, p.value, p.unit, p.valid_from, p.source] for p in self.parameters],
            # Most tables have none, and what has been stored or frozen without stays as it is.
            **({"breaks": [list(one) for one in self.breaks]} if self.breaks else {}),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            **{
                **data,
                "headings": tuple(data["headings"]),
                "columns": tuple(ResultColumn(k, t, Format(f), g) for k, t, f, g in data["columns"]),
                "rows": tuple(
                    ResultRow(tuple(key), tuple(labels), RowKind(kind), tuple(map(Cell.from_json, cells)))
                    for key, labels, kind, cells in data["rows"]
                ),
                "notes": tuple(data["notes"]),
                "parameters": tuple(UsedParameter(*p) for p in data["parameters"]),
                "breaks": tuple(Break(*one) for one in data.get("breaks", ())),
            }
        )
