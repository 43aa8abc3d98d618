"""The vocabulary of report templates: sections of sentences, tables, charts, and boxes where the office writes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.functional import Promise

from reports.definition import TOTAL, DeclarationError
from reports.result import Cell, Result, ResultColumn, ResultRow, RowKind
from reports.tables import TABLES

_NAME = re.compile(r"\{([a-zåäö_]+)\}")


@dataclass(frozen=True)
class Ref:
    """A reference to a cell: its value is printed where it is shown, the sign for hidden where it is hidden."""

    table: str
    column: str
    row: tuple[str, ...] = (TOTAL,)

    def look_up(self, results: Mapping[str, Result]) -> tuple[Cell, ResultColumn] | None:
        """The cell with its column; None where the federation has no such cell."""
        result = results.get(self.table)
        if result is None or not result.has_row(*self.row) or self.column not in {c.key for c in result.columns}:
            return None
        return result.cell(self.column, *self.row), result.columns[result.column(self.column)]


@dataclass(frozen=True)
class Sentence:
    """Words with figures in braces, by the template's names: "Av {avslutade} ...". Left out where one is missing."""

    text: str | Promise


@dataclass(frozen=True)
class Writing:
    """A box where the office writes, in its own words."""

    key: str
    title: str | Promise
    hint: str | Promise = ""


@dataclass(frozen=True)
class Cut:
    """The part of a table that a template prints; the rest is not in the publication. ``columns`` empty is all;
    ``lines`` are the rows with names of their own."""

    columns: tuple[str, ...] = ()
    only_total: bool = False
    lines: bool = True

    def of(self, result: Result) -> Result:
        rows = [row for row in result.rows if self._keeps(row)]
        at = [i for i, column in enumerate(result.columns) if not self.columns or column.key in self.columns]
        return replace(
            result,
            columns=tuple(result.columns[i] for i in at),
            rows=tuple(replace(row, cells=tuple(row.cells[i] for i in at)) for row in rows),
        )

    def _keeps(self, row: ResultRow) -> bool:
        return (row.key == (TOTAL,) or not self.only_total) and (self.lines or row.kind is not RowKind.LINE)


@dataclass(frozen=True)
class Printed:
    """A table that is printed, after its chart where it is to have one."""

    table: str
    chart: bool = False
    cut: Cut = Cut()


Part = Sentence | Writing | Printed


@dataclass(frozen=True)
class Chapter:
    """A section of a template."""

    title: str | Promise
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Template:
    """A kind of report. ``periods`` are the kinds of period that it can be about; ``figures`` the names that its
    sentences and the office's own texts may use."""

    key: str
    title: str | Promise
    description: str | Promise
    periods: frozenset[str]
    chapters: tuple[Chapter, ...]
    figures: Mapping[str, Ref] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = {printed.table for printed in self.printed()} - TABLES.keys()
        if unknown:
            raise DeclarationError(f"Template {self.key!r} prints tables that are not declared: {sorted(unknown)}.")
        for ref in self.figures.values():
            if ref.table not in {printed.table for printed in self.printed()}:
                raise DeclarationError(
                    f"Template {self.key!r} names a figure of {ref.table!r}, which it does not print."
                )
        for part in self._parts():
            if isinstance(part, Sentence) and (missing := names_in(str(part.text)) - self.figures.keys()):
                raise DeclarationError(f"Template {self.key!r}: a sentence names figures that it has not: {missing}.")

    def _parts(self) -> Iterator[Part]:
        return (part for chapter in self.chapters for part in chapter.parts)

    def printed(self) -> Iterator[Printed]:
        """The tables, in the order they stand."""
        return (part for part in self._parts() if isinstance(part, Printed))

    def boxes(self) -> Iterator[Writing]:
        return (part for part in self._parts() if isinstance(part, Writing))


def names_in(text: str) -> set[str]:
    """The names in braces."""
    return set(_NAME.findall(text))


def fill(text: str, figures: Mapping[str, str]) -> str:
    """The text with its names replaced; what is no name stays."""
    return _NAME.sub(lambda found: figures.get(found[1], found[0]), text)
