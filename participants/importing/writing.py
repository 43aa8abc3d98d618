"""Writes the spreadsheet of an initiative: empty as a template, or with its registrations; as XLSX or CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from participants.codes import Asked
from participants.importing.cells import may_be_unknown
from participants.importing.columns import EXPLANATION, LISTS, YES, Column, Kind, SheetOf, sheets_of
from participants.importing.limits import MAX_ROWS
from participants.importing.registered import Line, Registered
from participants.importing.separated import guarded
from participants.importing.words import Words, unknown_label
from participants.importing.workbook import column_letter

DAY_FORMAT = "yyyy-mm-dd"
_HEADING = PatternFill("solid", fgColor="DCE6F1")
_NEEDED = PatternFill("solid", fgColor="FCE4B6")
_WIDTHS = {Kind.CODE: 12, Kind.DAY: 14, Kind.YEAR: 11, Kind.MONTHS: 16, Kind.CHOICE: 24, Kind.MEMBER: 16, Kind.SET: 30}
_LAST = MAX_ROWS + 1


def workbook(words: Words, today: date, registered: Registered | None = None) -> bytes:
    """The workbook: the three sheets, the explanation, and the lists behind the drop-downs."""
    book = Workbook(write_only=True)
    sheets = sheets_of(words)
    lists = _lists(sheets, words, today)
    for sheet in sheets:
        _sheet(book, sheet, lists, registered.lines(sheet) if registered else ())
    _explanation(book, sheets, words)
    _hidden_lists(book, lists)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def separated(words: Words, registered: Registered) -> Iterator[str]:
    """The participations as CSV for Swedish Excel, line by line: UTF-8 with a mark, semicolons."""
    sheet = sheets_of(words)[0]
    yield "\ufeff" + _csv_line([c.title for c in _columns(sheet)])
    for line in registered.lines(sheet):
        yield _csv_line(line)


def faults_as_text(rows: Iterable[dict[str, Any]]) -> str:
    """The faults as CSV."""
    heading = [_("Blad"), _("Rad"), _("Kolumn"), _("Värde"), _("Vad som är fel")]
    lines = [[r["sheet"], r["line"], r["column"], r["value"], r["sentence"]] for r in rows]
    return "\ufeff" + "".join(map(_csv_line, [heading, *lines]))


def _csv_line(values: Iterable[Any]) -> str:
    text = io.StringIO()
    plain = [guarded(v) if isinstance(v, str) else v for v in values]
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(plain)
    return text.getvalue()


def _columns(sheet: SheetOf) -> list[Column]:
    return [column for column in sheet.columns if column.is_offered]


_Lists = dict[str, tuple[str, list[str]]]


def _lists(sheets: Iterable[SheetOf], words: Words, today: date) -> _Lists:
    """The labels of each drop-down, by the column they are for, and the column of the hidden sheet they stand in.

    Items that have ended are offered too, last: a file may be about last year. The check knows the day.
    """
    found: _Lists = {}
    for column in (c for sheet in sheets for c in sheet.columns if c.kind is Kind.CHOICE):
        if column.field not in found:
            vocabulary = words.of[column.field]
            labels = [*vocabulary.offered_on(today), *(choice.label for choice in vocabulary.choices)]
            unknown = [unknown_label()] if may_be_unknown(column) else []
            found[column.field] = (column_letter(len(found)), [*dict.fromkeys(labels), *unknown])
    return found


def _sheet(book: Workbook, sheet: SheetOf, lists: _Lists, lines: Iterable[Line]) -> None:
    page = book.create_sheet(sheet.name)
    page.freeze_panes = "B2"
    for index, column in enumerate(_columns(sheet)):
        letter = column_letter(index)
        page.column_dimensions[letter].width = max(_WIDTHS[column.kind], min(30, len(column.title) + 2))
        if column.kind is Kind.DAY:
            page.column_dimensions[letter].number_format = DAY_FORMAT
        if rule := _rule(column, lists):
            rule.add(f"{letter}2:{letter}{_LAST}")
            page.data_validations.append(rule)
    page.row_dimensions[1].height = 48
    page.append([_heading(page, column) for column in _columns(sheet)])
    for line in lines:
        page.append([_cell(page, value) for value in line])


def _heading(page: Any, column: Column) -> Cell:
    cell: Cell = _cell(page, column.title, always=True)
    cell.font = Font(bold=True)
    cell.fill = _NEEDED if column.is_required else _HEADING
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(page: Any, value: Any, *, always: bool = False) -> Any:
    """A text that begins like a formula is written as the text it is."""
    if not always and not (isinstance(value, str) and value.startswith(("=", "+", "-", "@"))):
        return value
    cell = WriteOnlyCell(page, value)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _rule(column: Column, lists: _Lists) -> DataValidation | None:
    if column.kind is Kind.CHOICE:
        letter, labels = lists[column.field]
        return _refusing(
            DataValidation(type="list", formula1=f"{LISTS}!${letter}$2:${letter}${len(labels) + 1}", allow_blank=True),
            _("Välj ett värde ur listan."),
        )
    if column.kind is Kind.MEMBER:
        rule = DataValidation(type="list", formula1=f'"{YES}"', allow_blank=True)
        return _refusing(rule, _("Välj Ja, eller lämna cellen tom."))
    if column.kind is Kind.DAY:
        rule = DataValidation(type="date", operator="between", formula1="34335", formula2="73050", allow_blank=True)
        return _refusing(rule, _("Skriv datumet som åååå-mm-dd, till exempel 2025-01-31."))
    if column.kind in (Kind.YEAR, Kind.MONTHS):
        low, high = ("1900", "2100") if column.kind is Kind.YEAR else ("0", "900")
        rule = DataValidation(type="whole", operator="between", formula1=low, formula2=high, allow_blank=True)
        return _refusing(rule, _("Skriv ett heltal."))
    return None


def _refusing(rule: DataValidation, sentence: str) -> DataValidation:
    rule.errorTitle, rule.error, rule.showErrorMessage = _("Stämmer inte"), sentence, True
    return rule


def _explanation(book: Workbook, sheets: Iterable[SheetOf], words: Words) -> None:
    page = book.create_sheet(EXPLANATION)
    for letter, width in zip("ABCDEF", (18, 30, 50, 60, 14, 50), strict=True):
        page.column_dimensions[letter].width = width
    for sentence in _introduction(words):
        page.append([_cell(page, sentence)])
    page.append([])
    headings = [_("Blad"), _("Kolumn"), _("Vad"), _("Tillåtna värden"), _("Måste fyllas i"), _("Om den lämnas tom")]
    page.append([_bold(page, heading) for heading in headings])
    for sheet in sheets:
        for column in _columns(sheet):
            cells = [sheet.name, column.title, column.about, _allowed(column, words), _needed(column), column.without]
            page.append([_wrapped(page, str(cell)) for cell in cells])


def _introduction(words: Words) -> list[str]:
    return [
        _("Mall för %s") % words.initiative.name,
        _("Skriv aldrig namn, personnummer eller kontaktuppgifter. En fil med sådant läses inte in."),
        _("En rad är ett deltagande. Lämna koden tom för ett nytt; systemet ger det en kod när filen läses in."),
        _("En rad med kod ändrar det deltagandet. En tom cell ändrar ingenting; skriv Uppgift saknas för att tömma."),
        _("Hämta filen med koder efteråt och fortsätt i den, så att ingen rad läses in två gånger."),
        _("Steg och uppföljningar hör till en kod. Läs in deltagandet först om det inte har någon."),
        _("Avslut tas tillbaka på deltagandets egen sida, inte här."),
    ]


def _allowed(column: Column, words: Words) -> str:
    if column.kind is Kind.CHOICE:
        return "; ".join(choice.label for choice in words.of[column.field].choices)
    return {
        Kind.CODE: _("En kod från systemet, eller tomt."),
        Kind.DAY: _("Datum som åååå-mm-dd."),
        Kind.YEAR: _("Ett årtal med fyra siffror."),
        Kind.MONTHS: _("Ett heltal."),
        Kind.MEMBER: _("Ja eller tomt."),
    }[column.kind]


def _needed(column: Column) -> str:
    return str(Asked.YES.label if column.is_required else Asked.NO.label)


def _bold(page: Any, text: str) -> Cell:
    cell = _wrapped(page, text)
    cell.font = Font(bold=True)
    return cell


def _wrapped(page: Any, text: str) -> Cell:
    cell: Cell = _cell(page, text, always=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _hidden_lists(book: Workbook, lists: _Lists) -> None:
    page = book.create_sheet(LISTS)
    page.sheet_state = "hidden"
    page.append(list(lists))
    longest = max(len(labels) for _letter, labels in lists.values())
    for index in range(longest):
        cells = [labels[index] if index < len(labels) else None for _letter, labels in lists.values()]
        page.append([_cell(page, cell) for cell in cells])
