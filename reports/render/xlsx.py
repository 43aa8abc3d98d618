"""Tables as a workbook, a sheet each."""

import math
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import groupby

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from reports.render.frame import Computed, about, assumptions, legend, notes
from reports.render.numbers import SIGNS, column_decimals, decimals_of, sv_number
from reports.render.workbook import cell_at, number_format, saved, set_up_page, sheet_names, write_text
from reports.result import Cell, Format, Result, ResultRow, RowKind, Status

PLAIN, BOLD, TITLE = Font(), Font(bold=True), Font(bold=True, size=14)
QUIET = Font(color="FF495057")
LINK = Font(color="FF0A3D91", underline="single")
RIGHT = Alignment(horizontal="right", vertical="top")
LEFT = Alignment(horizontal="left", vertical="top", wrap_text=True)
RIGHT_HEADING = Alignment(horizontal="right", vertical="bottom", wrap_text=True)
LEFT_HEADING = Alignment(horizontal="left", vertical="bottom", wrap_text=True)
GROUP_HEADING = Alignment(horizontal="center", vertical="bottom", wrap_text=True)
LINE = Side(style="thin", color="FF6B7580")
UNDER, OVER, NO_BORDER = Border(bottom=LINE), Border(top=LINE), Border()

NARROWEST, WIDEST_LABEL, WIDEST_NUMBER = 10, 50, 18
NOTE_WIDTH = 70
LINE_POINTS = 15


def render(results: Sequence[Result], computed: Computed | None = None) -> bytes:
    """One table is one sheet; several have a sheet of contents before theirs.

    Numbers are numbers, unrounded; the cell's format rounds what is shown. Formats are written the international way
    (``#,##0``), which Swedish Excel shows as ``1 234``. Nothing is a formula. The same tables give the same bytes.
    """
    book = Workbook()
    del book[book.sheetnames[0]]
    contents = [_("Innehåll")] if len(results) > 1 else []
    names = list(sheet_names([*contents, *(result.title for result in results)]))
    if contents:
        _write_contents(book.create_sheet(names.pop(0)), results, names, computed)
    for result, name in zip(results, names, strict=True):
        TableSheet(book.create_sheet(name), result, computed).write()
    return saved(book, computed.at if computed else None)


class TableSheet:
    """One table on its way into its sheet, from the top down."""

    def __init__(self, sheet: Worksheet, result: Result, computed: Computed | None) -> None:
        self.sheet = sheet
        self.result = result
        self.computed = computed
        self.labels = len(result.headings)
        self.width = self.labels + len(result.columns)
        self.row = 0

    @cached_property
    def decimals(self) -> list[int | None]:
        """The decimals of each column."""
        rows, columns = self.result.rows, self.result.columns
        return [column_decimals((row.cells[i] for row in rows), c.format) for i, c in enumerate(columns)]

    def write(self) -> None:
        self._title()
        first_heading = self.row + 1
        self._headings()
        self.sheet.freeze_panes = cell_at(self.sheet, self.row + 1, self.labels + 1)
        self.sheet.print_title_rows = f"{first_heading}:{self.row}"
        self._widths()
        for row in self.result.rows:
            self.row += 1
            self._body_row(row)
        self._beneath()
        set_up_page(self.sheet)

    def put(self, column: int, text: str, font: Font, alignment: Alignment, border: Border = NO_BORDER) -> None:
        cell = cell_at(self.sheet, self.row, column)
        write_text(cell, text)
        cell.font, cell.alignment, cell.border = font, alignment, border

    def _title(self) -> None:
        self.row += 1
        self.put(1, self.result.title, TITLE, Alignment())
        for line in filter(None, (about(self.result), self.computed.sentence if self.computed else "")):
            self.row += 1
            self.put(1, line, QUIET, Alignment())
        self.row += 1

    def _headings(self) -> None:
        """One row of headings, or two where some columns share one."""
        grouped = any(column.group for column in self.result.columns)
        if grouped:
            self.row += 1
            self._group_headings()
        self.row += 1
        for index, heading in enumerate(self.result.headings, start=1):
            self.put(index, heading, BOLD, LEFT_HEADING, UNDER)
        for index, column in enumerate(self.result.columns, start=self.labels + 1):
            alignment = LEFT_HEADING if column.format is Format.TEXT else RIGHT_HEADING
            self.put(index, column.title, BOLD, alignment, UNDER)

    def _group_headings(self) -> None:
        first = self.labels + 1
        for group, members in groupby(self.result.columns, key=lambda column: column.group):
            last = first + len(list(members)) - 1
            if group:
                self.put(first, group, BOLD, GROUP_HEADING)
                self._merge(first, last)
            first = last + 1

    def _merge(self, first: int, last: int) -> None:
        if last > first:
            self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=first, end_column=last)

    def _body_row(self, row: ResultRow) -> None:
        font = PLAIN if row.kind in (RowKind.BODY, RowKind.LINE) else BOLD
        border = OVER if row.kind is RowKind.TOTAL else NO_BORDER
        for index in range(self.labels):
            label = row.labels[index] if index < len(row.labels) else ""
            self.put(index + 1, label, font, LEFT, border)
        for index, cell in enumerate(row.cells):
            at = cell_at(self.sheet, self.row, self.labels + index + 1)
            self._write_cell(at, cell, index)
            at.font, at.border = font, border

    def _write_cell(self, at: SheetCell, cell: Cell, index: int) -> None:
        form = self.result.columns[index].format
        at.alignment = LEFT if form is Format.TEXT else RIGHT
        if cell.status is not Status.VALUE:
            write_text(at, SIGNS[cell.status])
        elif isinstance(cell.value, str):
            write_text(at, cell.value)
        else:
            decimals = self.decimals[index]
            at.value = cell.number
            at.number_format = number_format(
                form, decimals_of(cell.number, form) if decimals is None else decimals, self.result.zero
            )

    def _widths(self) -> None:
        """Wide enough for what the columns show, so that no number turns into ``####``."""
        for index, heading in enumerate(self.result.headings):
            labels = [row.labels[index] for row in self.result.rows if index < len(row.labels)]
            self._set_width(index + 1, _longest([heading, *labels]), WIDEST_LABEL)
        for index, column in enumerate(self.result.columns):
            shown = [
                sv_number(row.cells[index], column.format, decimals=self.decimals[index]) for row in self.result.rows
            ]
            widest = WIDEST_LABEL if column.format is Format.TEXT else max(WIDEST_NUMBER, _longest(shown) + 2)
            self._set_width(self.labels + index + 1, _longest([*column.title.split(), *shown]), widest)

    def _set_width(self, column: int, longest: int, widest: int) -> None:
        self.sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, NARROWEST), widest)

    def _beneath(self) -> None:
        self.row += 1
        used = assumptions(self.result)
        lines = [*notes(self.result), legend(self.result), *([_("Antaganden:")] if used else []), *used]
        last, characters = self._note_columns()
        for line in filter(None, lines):
            self.row += 1
            self.put(1, line, QUIET, LEFT)
            self._merge(1, last)
            self.sheet.row_dimensions[self.row].height = LINE_POINTS * math.ceil(len(line) / characters)

    def _note_columns(self) -> tuple[int, float]:
        """The columns that a note goes over, at least as many as it takes to be readable, and their width."""
        widths, column = 0.0, 0
        while column < self.width or widths < NOTE_WIDTH:
            column += 1
            letter = get_column_letter(column)
            in_table = column <= self.width
            widths += float(self.sheet.column_dimensions[letter].width) if in_table else NARROWEST
        return column, widths


def _write_contents(
    sheet: Worksheet, results: Sequence[Result], names: Sequence[str], computed: Computed | None
) -> None:
    sheet.column_dimensions["A"].width = NOTE_WIDTH
    heads = [results[0].federation, computed.sentence if computed else ""]
    lines: list[tuple[str, Font]] = [(_("Innehåll"), TITLE), *((head, QUIET) for head in heads if head), ("", PLAIN)]
    for row, (text, font) in enumerate(lines, start=1):
        write_text(cell_at(sheet, row, 1), text)
        cell_at(sheet, row, 1).font = font
    for row, (result, name) in enumerate(zip(results, names, strict=True), start=len(lines) + 1):
        cell = cell_at(sheet, row, 1)
        write_text(cell, result.title)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1")
        cell.font = LINK
        write_text(cell_at(sheet, row, 2), result.period_label)
    set_up_page(sheet)


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)
