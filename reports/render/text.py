"""A table in monospaced text, for the terminal."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from django.utils.translation import gettext as _

from reports.render.frame import Computed, about, assumptions, legend, notes, repeats
from reports.render.numbers import PLAIN_SPACE, column_decimals, sv_number
from reports.result import Format, Result, RowKind

GAP = "  "
RULE = "─"
LABEL_WIDTH = 56
HEADING_WIDTH = 14
TEXT_WIDTH = 100

Lines = list[str]


@dataclass(frozen=True)
class Column:
    """A column on its way to the screen: its heading, and a text for each row."""

    heading: Lines
    cells: list[Lines]
    group: str = ""
    to_the_right: bool = True

    @property
    def width(self) -> int:
        return max(map(len, (*self.heading, *(line for lines in self.cells for line in lines))), default=0)


def render(results: Sequence[Result], computed: Computed | None = None) -> bytes:
    """The tables one after the other, each with its notes."""
    return "\n\n".join("\n".join(_table(result, computed)) for result in results).encode() + b"\n"


def _table(result: Result, computed: Computed | None) -> Iterator[str]:
    yield printable(result.title)
    yield printable(about(result))
    if computed:
        yield computed.sentence
    yield ""
    yield from _grid(result)
    beneath = list(_beneath(result))
    if beneath:
        yield ""
        yield from beneath


def _grid(result: Result) -> Iterator[str]:
    columns = [*_label_columns(result), *_value_columns(result)]
    widths = _widths(columns)
    if any(column.group for column in columns):
        yield _group_line(columns, widths)
    height = max(len(column.heading) for column in columns)
    headings = [[""] * (height - len(column.heading)) + column.heading for column in columns]
    yield from _lines(columns, widths, headings)
    yield _rule(widths)
    above = None
    for index, row in enumerate(result.rows):
        if row.kind is RowKind.TOTAL:
            yield _rule(widths)
        elif above is RowKind.SUBTOTAL:
            yield ""
        yield from _lines(columns, widths, [column.cells[index] for column in columns])
        above = row.kind


def _label_columns(result: Result) -> Iterator[Column]:
    repeated = repeats(result.rows)
    for index, heading in enumerate(result.headings):
        cells = [
            wrapped(row.labels[index] if repeated[at] <= index < len(row.labels) else "", LABEL_WIDTH)
            for at, row in enumerate(result.rows)
        ]
        yield Column(_heading(heading, cells), cells, to_the_right=False)


def _value_columns(result: Result) -> Iterator[Column]:
    for index, column in enumerate(result.columns):
        cells = [row.cells[index] for row in result.rows]
        decimals = column_decimals(cells, column.format)
        shown = [
            wrapped(sv_number(cell, column.format, decimals=decimals, zero=result.zero, space=PLAIN_SPACE), LABEL_WIDTH)
            for cell in cells
        ]
        yield Column(_heading(column.title, shown), shown, column.group, column.format is not Format.TEXT)


def _heading(text: str, cells: Sequence[Lines]) -> Lines:
    """The heading, folded where it would be wider than what stands under it."""
    return wrapped(text, max(HEADING_WIDTH, *(len(line) for lines in cells for line in lines), 0))


def wrapped(text: str, width: int, indent: str = "") -> Lines:
    """The text in lines of at most so many characters; at least one line."""
    return textwrap.wrap(printable(text), width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def printable(text: str) -> str:
    """The text without what would steer the terminal."""
    return "".join(character if character.isprintable() or character == PLAIN_SPACE else " " for character in text)


def _widths(columns: Sequence[Column]) -> list[int]:
    """The columns' widths, with room for the headings above several of them."""
    widths = [column.width for column in columns]
    for group, members in _groups(columns):
        missing = len(group) + 2 - (sum(widths[i] for i in members) + len(GAP) * (len(members) - 1))
        if group and missing > 0:
            widths[members[-1]] += missing
    return widths


def _groups(columns: Sequence[Column]) -> Iterator[tuple[str, list[int]]]:
    for group, members in groupby(range(len(columns)), key=lambda index: columns[index].group):
        yield group, list(members)


def _group_line(columns: Sequence[Column], widths: Sequence[int]) -> str:
    parts = []
    for group, members in _groups(columns):
        width = sum(widths[index] for index in members) + len(GAP) * (len(members) - 1)
        parts.append(f" {printable(group)} ".center(width, RULE) if group else " " * width)
    return GAP.join(parts).rstrip()


def _rule(widths: Sequence[int]) -> str:
    return GAP.join(RULE * width for width in widths)


def _lines(columns: Sequence[Column], widths: Sequence[int], cells: Sequence[Lines]) -> Iterator[str]:
    for line in zip_longest(*cells, fillvalue=""):
        placed = zip(columns, widths, line, strict=True)
        yield GAP.join(
            text.rjust(width) if column.to_the_right else text.ljust(width) for column, width, text in placed
        ).rstrip()


def _beneath(result: Result) -> Iterator[str]:
    for note in notes(result):
        yield from wrapped(note, TEXT_WIDTH)
    if legend(result):
        yield from wrapped(legend(result), TEXT_WIDTH)
    if result.parameters:
        yield _("Antaganden:")
        for assumption in assumptions(result):
            yield from wrapped(f"– {assumption}", TEXT_WIDTH, indent="  ")
