"""What a workbook needs whatever is in it: safe texts, sheet names, number formats, the same bytes each time."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from reports.render.numbers import PLAIN_SPACE
from reports.result import Format

SHEET_NAME_LENGTH = 31
NOT_IN_A_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
CORE_PROPERTIES = "docProps/core.xml"
DRAWINGS = "xl/drawings/"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can hold; the files in a workbook of ours have no other."""


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError(f"{cell.coordinate} is inside merged cells; write to the first of them")
    return cell


def write_text(cell: Cell, text: str) -> None:
    """A text that stays one: neither a formula nor an error value, also after somebody has edited the cell."""
    if not text:
        return
    cell.value = _clean(text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@", "#"))


def sheet_names(titles: Iterable[str]) -> Iterator[str]:
    """The titles as Excel allows a sheet to be called: short, without its special characters, each once."""
    taken: set[str] = set()
    for title in titles:
        base = _shortened(" ".join(_clean(title).translate(NOT_IN_A_SHEET_NAME).split())) or _("Tabell")
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base[: SHEET_NAME_LENGTH - len(f' {number}')]} {number}"
        taken.add(name.casefold())
        yield name


def number_format(form: Format, decimals: int, zero: str) -> str:
    """Excel's format for a column. A true zero is stored as 0 and shown as the table shows it."""
    digits = "0" if form is Format.PERCENT else "#,##0"
    shown = f"{digits}.{'0' * decimals}" if decimals else digits
    if form is Format.PERCENT:
        shown = f'{shown}"{PLAIN_SPACE}%"'
    if zero == "0":
        return shown
    quoted = '"{}"'.format(zero.replace('"', "")) if zero else ""
    return f"{shown};-{shown};{quoted}"


def set_up_page(sheet: Worksheet) -> None:
    """On paper: lying A4, as wide as the page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def saved(book: Workbook, at: datetime | None, picture: str = "") -> bytes:
    """The workbook's bytes, with a time of ours in all the places that otherwise tell when it was saved. ``picture``:
    what its pictures show, in words."""
    first, stamped = io.BytesIO(), io.BytesIO()
    book.properties.creator = "Finsam Tracker"
    book.save(first)
    when = (at or datetime(*ZIP_EPOCH, tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)
    book.properties.created = book.properties.modified = when
    properties = tostring(book.properties.to_tree())
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(stamped, "w") as target:
        for name in source.namelist():
            content = properties if name == CORE_PROPERTIES else source.read(name)
            if name.startswith(DRAWINGS):
                # openpyxl writes this word for every picture, and has no other way to say what it shows.
                content = content.replace(b'descr="Picture"', f"descr={quoteattr(_clean(picture))}".encode())
            target.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), content, zipfile.ZIP_DEFLATED)
    return stamped.getvalue()


def _clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub(" ", text)


def _shortened(text: str) -> str:
    """The beginning of a title: the part before its first full stop where that is a name, otherwise whole words."""
    if len(text) <= SHEET_NAME_LENGTH:
        return text
    name = text.partition(". ")[0]
    if len(name) <= SHEET_NAME_LENGTH:
        return name
    words = text[: SHEET_NAME_LENGTH + 1].rpartition(" ")[0]
    return words or text[:SHEET_NAME_LENGTH]
