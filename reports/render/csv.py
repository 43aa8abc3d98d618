"""A table as CSV, for Swedish Excel."""

import csv
import io
from collections.abc import Iterator, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.render.frame import Computed, full_title
from reports.render.numbers import SIGNS
from reports.result import Cell, Number, Result, ResultRow, RowKind, Status

ROW_KINDS: dict[RowKind, str | Promise] = {
    RowKind.BODY: gettext_lazy("del"),
    RowKind.SUBTOTAL: gettext_lazy("delsumma"),
    RowKind.TOTAL: gettext_lazy("summa"),
    RowKind.LINE: gettext_lazy("rad"),
}

_OPENS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def render(results: Sequence[Result], computed: Computed | None = None) -> bytes:
    """One table: a header row, then a line a row.

    UTF-8 with a byte order mark and semicolons, because Swedish Excel opens the file rightly only so. Numbers are
    unrounded and plain: decimal comma (with a point, Excel would read text or dates), no thousands separator, a zero
    always 0, minus as a hyphen. Every row bears all its labels and its kind (del, delsumma, summa, rad), so that
    totals can be filtered out. Words that a spreadsheet would take for a formula get an apostrophe.
    """
    if len(results) != 1:
        raise ValueError("A CSV file holds one table; write one file for each.")
    (result,) = results
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(guarded, _header(result)))
    writer.writerows(_fields(result, row) for row in result.rows)
    return text.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """The text, so that a spreadsheet that opens it computes nothing. A lone hyphen is a sign and stays."""
    return f"'{text}" if text.startswith(_OPENS_A_FORMULA) and text != SIGNS[Status.MISSING] else text


def _header(result: Result) -> Iterator[str]:
    yield from result.headings
    yield _("Radslag")
    yield from (full_title(column.group, column.title) for column in result.columns)


def _fields(result: Result, row: ResultRow) -> list[str]:
    blank = [""] * (len(result.headings) - len(row.labels))
    return [*map(guarded, row.labels), *blank, str(ROW_KINDS[row.kind]), *map(_field, row.cells)]


def _field(cell: Cell) -> str:
    if cell.status is not Status.VALUE:
        return SIGNS[cell.status]
    if isinstance(cell.value, str):
        return guarded(cell.value)
    return _plain(cell.number)


def _plain(number: Number) -> str:
    whole, _point, fraction = f"{number:f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole},{fraction}" if fraction else whole
