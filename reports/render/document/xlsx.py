"""An edition as a workbook: contents, what to know about the figures, and one sheet a table."""

import io
import math
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.styles import Font
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from reports.edition import Edition, Imprint, Look
from reports.render.document.words import definitions, differences, footer, standing
from reports.render.workbook import cell_at, saved, set_up_page, sheet_names, write_text
from reports.render.xlsx import BOLD, LEFT, LINE_POINTS, LINK, NOTE_WIDTH, PLAIN, QUIET, TITLE, TableSheet

LOGO_WIDTH, LOGO_HEIGHT = 190, 54
"""Pixels: 5 and 1.4 centimetres."""
LOGO_POINTS = 44


def render(edition: Edition, imprint: Imprint) -> bytes:
    """Numbers are numbers, nothing is a formula, and the same edition gives the same bytes."""
    book = Workbook()
    del book[book.sheetnames[0]]
    fixed = (_("Innehåll"), _("Om siffrorna"))
    contents, notes, *names = sheet_names([*fixed, *(result.title for result in edition.results)])
    first, second = book.create_sheet(contents), book.create_sheet(notes)
    _write(first, _contents(edition, imprint))
    _write_logo(first, edition.look)
    _link(first, [notes, *names], [notes, *(result.title for result in edition.results)])
    _write(second, _notes(edition))
    for result, name in zip(edition.results, names, strict=True):
        sheet = book.create_sheet(name)
        TableSheet(sheet, result, None).write()
        sheet.oddFooter.left.text = footer(edition, imprint).replace("&", "&&")
    return saved(book, edition.published or edition.known, edition.look.logo_text)


def _write_logo(sheet: Worksheet, look: Look) -> None:
    """In the first row, which ``_contents`` leaves to it."""
    if look.logo:
        image = Image(io.BytesIO(look.image))
        size = min(LOGO_WIDTH / image.width, LOGO_HEIGHT / image.height)
        image.width, image.height = round(image.width * size), round(image.height * size)
        sheet.add_image(image, "A1")
        sheet.row_dimensions[1].height = LOGO_POINTS


def _contents(edition: Edition, imprint: Imprint) -> Iterator[tuple[str, Font]]:
    if edition.look.logo:
        yield "", PLAIN
    yield f"{edition.title} {edition.period_label}", TITLE
    yield edition.federation, PLAIN
    yield standing(edition), QUIET
    yield footer(edition, imprint), QUIET
    if imprint.digest:
        yield _("Kontrollsumma (SHA-256): %s") % imprint.digest, QUIET
    yield "", PLAIN


def _notes(edition: Edition) -> Iterator[tuple[str, Font]]:
    yield _("Om siffrorna"), TITLE
    for told in differences(edition):
        yield told, PLAIN
    yield _("Skydd av små tal"), BOLD
    for told in edition.protection:
        yield told, PLAIN
    yield _("Så räknas tabellerna"), BOLD
    for title, words in definitions(edition):
        yield f"{title}. {words}", PLAIN


def _write(sheet: Worksheet, lines: Iterable[tuple[str, Font]]) -> None:
    sheet.column_dimensions["A"].width = NOTE_WIDTH + 20
    for row, (text, font) in enumerate(lines, start=1):
        cell = cell_at(sheet, row, 1)
        write_text(cell, text)
        cell.font = font
        if font is not TITLE:
            cell.alignment = LEFT
            sheet.row_dimensions[row].height = LINE_POINTS * max(math.ceil(len(text) / (NOTE_WIDTH + 15)), 1)
    set_up_page(sheet)


def _link(sheet: Worksheet, names: list[str], titles: list[str]) -> None:
    for row, (name, title) in enumerate(zip(names, titles, strict=True), start=sheet.max_row + 2):
        cell = cell_at(sheet, row, 1)
        write_text(cell, title)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1")
        cell.font = LINK
