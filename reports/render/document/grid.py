"""A table as texts in a grid, for documents that set their own tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from reports.render.frame import about, assumptions, legend, notes, repeats
from reports.render.numbers import column_decimals, sv_number
from reports.result import Format, Result, ResultRow, RowKind


@dataclass(frozen=True)
class Head:
    """A heading, over so many columns and rows."""

    text: str
    is_number: bool = False
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True)
class Line:
    """A row's texts, labels first. ``is_sum`` rows are bold."""

    texts: tuple[str, ...]
    is_sum: bool


@dataclass(frozen=True)
class Grid:
    """``heads`` is one row of headings, or two where some columns share one. ``labels``: how many columns are words."""

    title: str
    about: str
    heads: tuple[tuple[Head, ...], ...]
    lines: tuple[Line, ...]
    numbers: tuple[bool, ...]
    notes: tuple[str, ...]


def grid_of(result: Result) -> Grid:
    """The table in texts, each number as the page writes it."""
    width = len(result.headings)
    decimals = [column_decimals((r.cells[i] for r in result.rows), c.format) for i, c in enumerate(result.columns)]
    return Grid(
        title=result.title,
        about=about(result),
        heads=tuple(_heads(result)),
        lines=tuple(
            Line((*_labels(row, width, shared), *_numbers(result, row, decimals)), _is_sum(row))
            for row, shared in zip(result.rows, repeats(result.rows), strict=True)
        ),
        numbers=(*(False for _n in range(width)), *(c.format is not Format.TEXT for c in result.columns)),
        notes=tuple(filter(None, (*notes(result), *(f"{told}." for told in assumptions(result)), legend(result)))),
    )


PAGE_WIDTH = 16.0
"""Centimetres between the margins of a document."""
A_SIGN, AROUND = 0.2, 0.5
"""Centimetres of a sign at nine points in a wide face, and of the space beside a text."""

BOLD = 1.15
"""How much wider a bold sign is."""


def column_widths(grid: Grid) -> list[float]:
    """In centimetres: every text on one line where there is room; otherwise each number, and each word, whole."""
    heads = {at: _longest_word(head.text) for at, head in _heads_of_one(grid)}
    least, wanted = [], []
    for at, is_number in enumerate(grid.numbers):
        texts = [line.texts[at] for line in grid.lines]
        whole = max(map(len, texts), default=0)
        least.append(_width(whole if is_number else max(map(_longest_word, texts), default=0)))
        wanted.append(max(_width(max(whole, heads[at] * BOLD)), least[-1]))
    room, more = PAGE_WIDTH - sum(least), sum(wanted) - sum(least)
    share = min(max(room / more, 0.0), 1.0) if more else 0.0
    return [low + share * (high - low) for low, high in zip(least, wanted, strict=True)]


def _width(signs: float) -> float:
    return signs * A_SIGN + AROUND


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _heads_of_one(grid: Grid) -> Iterator[tuple[int, Head]]:
    """The headings of single columns, with their places."""
    at = 0
    below = iter(grid.heads[1]) if len(grid.heads) > 1 else iter(())
    for head in grid.heads[0]:
        if head.columns == 1 and head.rows == len(grid.heads):
            yield at, head
        else:
            yield from ((at + n, next(below)) for n in range(head.columns))
        at += head.columns


def _heads(result: Result) -> Iterator[tuple[Head, ...]]:
    rows = 2 if any(column.group for column in result.columns) else 1
    top = [Head(heading, rows=rows) for heading in result.headings]
    for group, columns in groupby(result.columns, key=lambda column: column.group):
        members = list(columns)
        if group:
            top.append(Head(group, is_number=True, columns=len(members)))
        else:
            top += [Head(c.title, c.format is not Format.TEXT, rows=rows) for c in members]
    yield tuple(top)
    if rows > 1:
        yield tuple(Head(c.title, c.format is not Format.TEXT) for c in result.columns if c.group)


def _labels(row: ResultRow, width: int, shared: int) -> tuple[str, ...]:
    """The row's labels; what the row above says already is left out, but for what a reader needs to hear."""
    labels = (*row.labels, *("" for _n in range(width - len(row.labels))))
    return tuple("" if index < shared else label for index, label in enumerate(labels))


def _numbers(result: Result, row: ResultRow, decimals: list[int | None]) -> Iterator[str]:
    for cell, column, places in zip(row.cells, result.columns, decimals, strict=True):
        yield sv_number(cell, column.format, decimals=places, zero=result.zero)


def _is_sum(row: ResultRow) -> bool:
    return row.kind in (RowKind.SUBTOTAL, RowKind.TOTAL)
