"""Reading tables back from where users meet them: the page, files, the API, the terminal."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from html.parser import HTMLParser
from typing import Any

from openpyxl import load_workbook

from reports.result import Result
from tests.golden import CellKey

Row = tuple[tuple[str, ...], list[Any]]


def cells_of(result: Result, rows: Iterable[Row]) -> dict[CellKey, Decimal]:
    """Rows read from somewhere, as cells; columns are told by their place, as the declared table has them."""
    found: dict[CellKey, Decimal] = {}
    for labels, values in rows:
        named = tuple(label for label in labels if label)
        for column, value in zip(result.columns, values, strict=True):
            number = number_of(value)
            if number is not None:
                found[(result.table, named, column.key)] = number
                if column.group:
                    found[(result.table, named, f"{column.group} {column.title}")] = number
    return found


def number_of(value: Any) -> Decimal | None:
    """The number that a cell shows, or None where it shows none."""
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value))
    text = str(value or "").replace("\u202f", "").replace("\N{NO-BREAK SPACE}", "").replace("%", "")
    try:
        return Decimal(text.replace("\N{MINUS SIGN}", "-").replace(",", ".").strip())
    except InvalidOperation:
        return None


def rows_of_result(result: Result) -> Iterator[Row]:
    for row in result.rows:
        yield row.labels, [cell.value for cell in row.cells]


def rows_of_json(content: bytes) -> Iterator[Row]:
    for row in json.loads(content, parse_float=Decimal)["rows"]:
        yield tuple(row["labels"]), [cell["value"] for cell in row["cells"]]


def rows_of_csv(content: bytes, result: Result) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    yield from _data_rows(list(lines), result)


def rows_of_xlsx(content: bytes, result: Result) -> Iterator[Row]:
    for lines in _sheets(content):
        if lines and lines[0] and lines[0][0] == result.title:
            yield from _data_rows(lines, result)
            return
    raise AssertionError(f"no sheet says {result.title!r}")


@cache
def _sheets(content: bytes) -> list[list[list[Any]]]:
    """The lines of each sheet. A workbook of all tables is asked for each of them."""
    book = load_workbook(io.BytesIO(content), data_only=False)
    return [[list(line) for line in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]


def _data_rows(lines: Sequence[Sequence[Any]], result: Result) -> Iterator[Row]:
    """The lines that hold the table's rows: found by their labels, in order, with the values at the end of the line."""
    width, labels_width = len(result.columns), len(result.headings)
    wanted = iter(result.rows)
    row = next(wanted, None)
    for line in lines:
        cells = list(line)
        while cells and cells[-1] in (None, "") and len(cells) > labels_width + width:
            cells.pop()
        if row is not None and tuple(str(c or "") for c in cells[:labels_width]) == row.labels:
            yield row.labels, cells[-width:]
            row = next(wanted, None)
    assert row is None, f"{result.table}: the row {row.labels if row else ''} is not in the file"


class PageTables(HTMLParser):
    """The tables of a page by the id of the section that they stand in, each as rows of labels and shown values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[Row]] = {}
        self._section = ""
        self._labels: list[str] = []
        self._values: list[str] = []
        self._text: list[str] | None = None
        self._into: list[str] = self._labels
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "section":
            self._section = attributes.get("id") or ""
        elif tag == "tr":
            self._labels, self._values = [], []
        elif (tag == "th" and attributes.get("scope") == "row") or tag == "td":
            self._text = []
            self._into = self._labels if tag == "th" else self._values

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td") and self._text is not None:
            self._into.append(" ".join("".join(self._text).split()) if tag == "th" else "".join(self._text))
            self._text = None
        elif tag == "tr" and self._values:
            self.tables.setdefault(self._section, []).append((tuple(self._labels), list(self._values)))
