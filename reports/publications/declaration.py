"""The vocabulary of report templates: sections of sentences, tables, charts, and boxes where the office writes."""

import re
from collections.abc import Iterable, Iterator, Mapping
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
    """Words with figures in braces, by the template's names: "Av {avslutade} ...". Left out where one is missing, or
    where the figure ``unless`` is not."""

    text: str | Promise
    unless: str = ""

    def can_stand(self, figures: Iterable[str]) -> bool:
        """Whether it can be said with these figures."""
        return names_in(str(self.text)) <= set(figures) and self.unless not in figures


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
    """A table that is printed, after its chart where it is to have one. ``instead``: the parts of it that are printed
    where the whole would cost a hidden figure, or nothing; None: it is printed at any cost."""

    table: str
    chart: bool = False
    cut: Cut = Cut()
    instead: tuple[Cut, ...] | None = None


Part = Sentence | Writing | Printed


@dataclass(frozen=True)
class Chapter:
    """A section of a template. ``key`` is how a federation's choice of sections knows it; it never changes."""

    key: str
    title: str | Promise
    parts: tuple[Part, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it prints."""
        return tuple(part.table for part in self.parts if isinstance(part, Printed))


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
        if len({chapter.key for chapter in self.chapters}) < len(self.chapters):
            raise DeclarationError(f"Template {self.key!r} has two sections of the same key.")
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

    def arranged(self, keys: Iterable[str]) -> "Template":
        """The template with these sections only, in this order; keys that it no longer has are passed over.

        A figure goes with its table: a sentence that names one whose table is not printed is left out as well, so
        that nothing leaves the house that was not protected together with the rest.
        """
        by_key = {chapter.key: chapter for chapter in self.chapters}
        chosen = [by_key[key] for key in keys if key in by_key]
        tables = {table for chapter in chosen for table in chapter.tables}
        figures = {name: ref for name, ref in self.figures.items() if ref.table in tables}
        chapters = tuple(replace(c, parts=tuple(p for p in c.parts if _can_stand(p, figures))) for c in chosen)
        return replace(self, chapters=chapters, figures=figures)

    @property
    def keys(self) -> tuple[str, ...]:
        """Its sections, in the order they stand."""
        return tuple(chapter.key for chapter in self.chapters)

    def _parts(self) -> Iterator[Part]:
        return (part for chapter in self.chapters for part in chapter.parts)

    def printed(self) -> Iterator[Printed]:
        """The tables, in the order they stand."""
        return (part for part in self._parts() if isinstance(part, Printed))

    def boxes(self) -> Iterator[Writing]:
        return (part for part in self._parts() if isinstance(part, Writing))


def _can_stand(part: Part, figures: Mapping[str, Ref]) -> bool:
    return not isinstance(part, Sentence) or part.can_stand(figures)


def names_in(text: str) -> set[str]:
    """The names in braces."""
    return set(_NAME.findall(text))


def fill(text: str, figures: Mapping[str, str]) -> str:
    """The text with its names replaced; what is no name stays."""
    return _NAME.sub(lambda found: figures.get(found[1], found[0]), text)
