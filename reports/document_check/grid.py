"""A found table as labels and values, and turned on its side, so that every check is written once, for columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from reports.document_check.found import FoundTable
from reports.document_check.numbers import Kind, Value, parse

_ROUGH = re.compile(r"\b(tkr|mnkr|kkr|msek|tusental|miljoner)\b")
Labels = tuple[str, ...]
_YEAR = re.compile(r"^(19|20)[0-9]{2}$")
_SUMS = r"(?:summa|summering|sammanlagt|totalt?|totala|totalsumma|delsumma)"
_TOTAL = re.compile(rf"^{_SUMS}\b|^(?:alla|samtliga|tot)$|\b{_SUMS}$")
_COMPARED = re.compile(r"\b(föregående|förra|tidigare|fjol|budget|mål|plan|andel|medeltal|medelvärde)")


@dataclass(frozen=True)
class Line:
    """A row or a column: its labels from the outside in, and its place among the cells of the table, from 0."""

    labels: Labels
    place: int

    @cached_property
    def folded(self) -> Labels:
        """The labels as they are compared."""
        return tuple(map(fold, self.labels))

    @property
    def name(self) -> str:
        """The labels in words."""
        return ", ".join(dict.fromkeys(filter(None, self.labels)))

    @cached_property
    def words(self) -> str:
        """All labels as one text that is compared."""
        return " ".join(self.folded)

    @cached_property
    def total_of(self) -> Labels | None:
        """Of a sum, the labels of the group that it sums; None of what is no sum."""
        said = [label for label in self.folded if label]
        if not said or not _TOTAL.match(said[-1]) or _COMPARED.search(said[-1]):
            return None
        return tuple(said[:-1])


@dataclass(frozen=True)
class Grid:
    """``values`` by row and column. ``stubs`` stand above the labels of the rows. ``is_turned``: rows are columns."""

    table: FoundTable
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    values: tuple[tuple[Value, ...], ...]
    stubs: Labels
    is_turned: bool = False

    def turned(self) -> "Grid":
        """The same table on its side."""
        return Grid(self.table, self.columns, self.rows, tuple(zip(*self.values, strict=True)), self.stubs, True)

    def column(self, number: int) -> tuple[Value, ...]:
        return tuple(row[number] for row in self.values)

    def spot(self, row: int, column: int) -> tuple[int, int]:
        """Where a value stands among the cells of the table, from 0, whichever way the grid is turned."""
        one, other = self.rows[row].place, self.columns[column].place
        return (other, one) if self.is_turned else (one, other)

    @cached_property
    def about(self) -> str:
        """What is said of the table, as it is compared."""
        return fold(f"{self.table.caption} {self.table.notes}")

    @cached_property
    def is_rough(self) -> bool:
        """Whether its figures are in thousands of kronor or more, so that they are rounded."""
        said = (f"{self.table.caption} {self.table.notes}".casefold(), *(label.casefold() for label in self._labels()))
        return any(map(_ROUGH.search, said))

    def _labels(self) -> Iterator[str]:
        return (label for line in (*self.rows, *self.columns) for label in line.labels)


def fold(text: str) -> str:
    """A label as it is compared: without case, footnote signs and units, every space alike."""
    plain = re.sub(r"\((?:kr|sek|kronor|tkr|mnkr|%|procent|st|antal)\)|[*¹²³†]", " ", text.casefold())
    return " ".join(plain.replace("\u00ad", "").split()).strip(" .:")


def grid_of(table: FoundTable) -> Grid | None:
    """The table as labels and values; None where it has no numbers to check."""
    values = [[parse(text) for text in row] for row in table.cells]
    heads = _heads(values)
    body = values[heads:]
    words = _word_columns(body)
    if not body or words >= len(table.cells[0]):
        return None
    rows = _row_labels(table.cells[heads:], words)
    columns = [_column(table.cells[:heads], number) for number in range(words, len(table.cells[0]))]
    return Grid(
        table,
        tuple(Line(labels, heads + n) for n, labels in enumerate(rows)),
        tuple(Line(labels, words + n) for n, labels in enumerate(columns)),
        tuple(tuple(row[words:]) for row in body),
        tuple(map(fold, table.cells[heads - 1][:words])) if heads else ("",) * words,
    )


def _heads(values: Sequence[Sequence[Value]]) -> int:
    """How many rows at the top have no figures; years are headings."""
    for number, row in enumerate(values):
        if any(value.is_number and not _YEAR.match(value.text) for value in row[1:]) or (
            number and any(value.kind in (Kind.NUMBER, Kind.SIGN) for value in row[1:])
        ):
            return number
    return len(values)


def _word_columns(body: Sequence[Sequence[Value]]) -> int:
    """How many columns from the left are labels: the first, and those after it with more words than figures."""
    width = len(body[0]) if body else 0
    for number in range(1, width):
        column = [row[number] for row in body]
        words = sum(value.kind is Kind.TEXT for value in column)
        if words <= sum(value.kind in (Kind.NUMBER, Kind.SIGN) for value in column):
            return number
    return width


def _row_labels(cells: Sequence[Labels], words: int) -> list[Labels]:
    """The labels of each row; what the row above says already is said again."""
    labels: list[Labels] = []
    for row in cells:
        own = row[:words]
        blank = next((n for n, text in enumerate(own) if text), 0)
        labels.append((labels[-1][:blank] if labels else ()) + own[blank:])
    return labels


def _column(heads: Sequence[Labels], number: int) -> Labels:
    """The headings of a column from the top, each once."""
    return tuple(dict.fromkeys(text for text in (row[number] for row in heads) if text))
