"""The tables of a workbook: what stands together without a blank row between is one."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import groupby

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from reports.document_check.collecting import LEAST_COLUMNS, Collector
from reports.document_check.found import FoundDocument, Refusal, RefusedError
from reports.document_check.limits import MAX_COLUMNS, MAX_ROWS
from reports.document_check.numbers import parse

Line = tuple[int, list[str]]
_QUOTED = re.compile(r'"[^"]*"|\\.')


def read(content: bytes) -> FoundDocument:
    """Each sheet from the top; the values that were saved, never a formula."""
    found = Collector()
    for sheet in load_workbook(BytesIO(content), data_only=True).worksheets:
        found.heading()
        above: list[str] = []
        for is_blank, block in groupby(enumerate(_texts(sheet)), key=lambda line: not any(line[1])):
            if not is_blank:
                _take(found, sheet.title, list(block), above)
    return found.whole()


def _take(found: Collector, sheet: str, block: list[Line], above: list[str]) -> None:
    """The texts above a table, the table, and the texts beneath it."""
    wide = [at for at, (_number, row) in enumerate(block) if _is_wide(row)] or [len(block)]
    first, last = wide[0], wide[-1] + 1
    if first and _is_heading(block[first - 1][1]):
        first -= 1
    above += _write(found, block[:first])
    if table := block[first:last]:
        rows = [row for _number, row in table]
        found.table(rows, " · ".join(above[-3:]), sheet=sheet, rows_above=table[0][0])
        above.clear()
        _write(found, block[last:])


def _write(found: Collector, lines: list[Line]) -> list[str]:
    texts = [" ".join(dict.fromkeys(filter(None, row))) for _number, row in lines]
    for text in texts:
        found.text(text)
    return texts


def _is_wide(row: list[str]) -> bool:
    """Whether there are several cells. A text in merged cells is one."""
    return len({text for text in row if text}) >= LEAST_COLUMNS or sum(parse(text).is_number for text in row) > 1


def _is_heading(row: list[str]) -> bool:
    """Whether it is a heading over all columns but the first."""
    return not row[0]


def _texts(sheet: Worksheet) -> Iterator[list[str]]:
    """The rows as texts; what stands in merged cells stands in each of them, a number in the first."""
    if sheet.max_row > MAX_ROWS or sheet.max_column > MAX_COLUMNS:
        raise RefusedError(Refusal.TOO_MANY_TABLES)
    merged = _merged(sheet)
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield [merged.get((number, column), "") or _text(cell) for column, cell in enumerate(row, start=1)]


def _merged(sheet: Worksheet) -> dict[tuple[int, int], str]:
    texts: dict[tuple[int, int], str] = {}
    for area in sheet.merged_cells.ranges:
        text = _text(sheet.cell(area.min_row, area.min_col))
        if text and not parse(text).is_number and area.max_col - area.min_col < MAX_COLUMNS:
            places = ((r, c) for r, c in _places(area.bounds) if r <= sheet.max_row and c <= sheet.max_column)
            texts.update(dict.fromkeys(places, text))
    return texts


def _places(bounds: Sequence[int]) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = bounds
    return ((row, column) for row in range(top, min(bottom, MAX_ROWS) + 1) for column in range(left, right + 1))


def _text(cell: Cell | MergedCell) -> str:
    value = cell.value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return _number(value, cell.number_format or "")
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: float | Decimal, pattern: str) -> str:
    """A number as it is stored, in percent where the cell shows it so."""
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return ""
    is_share = "%" in _QUOTED.sub("", pattern)
    digits = f"{round(number * 100 if is_share else number, 6):f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return digits.replace(".", ",") + ("%" if "%" in pattern else "")
