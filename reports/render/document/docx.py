"""An edition as a Word document that an editor can paste from and restyle: Word's own styles, captions, header rows."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC

from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shape import InlineShape
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from reports.edition import Block, Drawing, Edition, Imprint, Look, Paragraph, Shown
from reports.render.chart import png
from reports.render.document.grid import Grid, Head, column_widths, grid_of
from reports.render.document.words import definitions, differences, footer, standing
from reports.render.workbook import ZIP_EPOCH

CHART_WIDTH = Cm(9)
"""A chart is drawn for a narrow screen; as wide as the paper it would shout."""
KEPT_TOGETHER = 3
"""Rows that a table begins with on the page where its caption stands."""
LOGO_WIDTH, LOGO_HEIGHT = Cm(5), Cm(1.4)
SMALL = Pt(9)


def render(edition: Edition, imprint: Imprint) -> bytes:
    """The whole document; the same edition gives the same bytes."""
    document = Document()
    _set_up(document, edition, imprint)
    _write_logo(document, edition.look)
    document.add_heading(f"{edition.title} {edition.period_label}", level=0)
    document.add_paragraph(edition.federation, style="Subtitle")
    document.add_paragraph(standing(edition))
    _write_list(document, _("Vad som är ändrat"), list(differences(edition)))
    for section in edition.sections:
        document.add_heading(section.title, level=1)
        for block in section.blocks:
            _write_block(document, edition, block)
    _write_end(document, edition, imprint)
    return _saved(document)


def _set_up(document: WordDocument, edition: Edition, imprint: Imprint) -> None:
    properties = document.core_properties
    properties.title, properties.author = f"{edition.title} {edition.period_label}", edition.federation
    properties.language, properties.last_modified_by = "sv-SE", "Finsam Tracker"
    when = (edition.published or edition.known).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = when
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.footer.paragraphs[0].text = footer(edition, imprint)
    _set_language(document)
    _set_colour(document, edition.look.colour)


def _set_language(document: WordDocument) -> None:
    """So that a screen reader speaks Swedish."""
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "sv-SE")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _set_colour(document: WordDocument, colour: str) -> None:
    """In the styles, so that an editor changes it in one place."""
    for name in ("Title", "Heading 1") if colour else ():
        document.styles[name].font.color.rgb = RGBColor.from_string(colour.removeprefix("#").upper())


def _write_logo(document: WordDocument, look: Look) -> None:
    if look.logo:
        shape = document.add_picture(io.BytesIO(look.image), height=LOGO_HEIGHT)
        if shape.width > LOGO_WIDTH:
            shape.height, shape.width = Cm(shape.height.cm * LOGO_WIDTH / shape.width), LOGO_WIDTH
        _describe(shape, look.logo_text, "")


def _describe(shape: InlineShape, sentence: str, title: str) -> None:
    """What a screen reader says of a picture."""
    described = shape._inline.docPr  # noqa: SLF001 - python-docx has no other way to an alternative text
    described.set("descr", sentence)
    described.set("title", title)


def _write_list(document: WordDocument, title: str, lines: Sequence[str]) -> None:
    if lines:
        document.add_heading(title, level=1)
        for line in lines:
            document.add_paragraph(_clean(line), style="List Bullet")


def _write_block(document: WordDocument, edition: Edition, block: Block) -> None:
    match block:
        case Paragraph():
            document.add_paragraph(_clean(block.text))
        case Drawing():
            _write_drawing(document, block)
        case Shown():
            _write_table(document, grid_of(edition.result(block.table)))


def _write_drawing(document: WordDocument, drawing: Drawing) -> None:
    shape = document.add_picture(io.BytesIO(png(drawing.svg)), width=CHART_WIDTH)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _describe(shape, drawing.sentence, drawing.title)
    document.add_paragraph(_clean(drawing.title), style="Caption")


def _write_table(document: WordDocument, grid: Grid) -> None:
    caption = document.add_paragraph(_clean(grid.title), style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(len(grid.heads) + len(grid.lines), len(grid.numbers), style="Table Grid")
    widths = column_widths(grid)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    _write_heads(table, grid)
    for row, line in zip(list(table.rows)[len(grid.heads) :], grid.lines, strict=True):
        for cell, text, is_number, width in zip(row.cells, line.texts, grid.numbers, widths, strict=True):
            cell.width = Cm(width)
            _fill(cell, text, is_number=is_number, is_bold=line.is_sum)
    for row in list(table.rows)[:KEPT_TOGETHER]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    for note in grid.notes:
        document.add_paragraph(_clean(note)).runs[0].font.size = SMALL


def _write_heads(table: Table, grid: Grid) -> None:
    """Headings, merged where they stand over several, and said to be such, so that they stand on every page."""
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(grid.heads):
        _say_header(table, number)
        column = 0
        for head in row:
            while (number, column) in taken:
                column += 1
            _write_head(table, head, number, column)
            taken |= {(number + r, column + c) for r in range(head.rows) for c in range(head.columns)}
            column += head.columns


def _write_head(table: Table, head: Head, row: int, column: int) -> None:
    cell = table.cell(row, column)
    if head.rows > 1 or head.columns > 1:
        cell = cell.merge(table.cell(row + head.rows - 1, column + head.columns - 1))
    _fill(cell, head.text, is_number=head.is_number, is_bold=True)


def _say_header(table: Table, row: int) -> None:
    properties = table.rows[row]._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no other way to a header row
    properties.append(OxmlElement("w:tblHeader"))


def _fill(cell: _Cell, text: str, *, is_number: bool, is_bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(_clean(text))
    run.bold, run.font.size = is_bold, SMALL
    paragraph.paragraph_format.space_after = Pt(0)
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _write_end(document: WordDocument, edition: Edition, imprint: Imprint) -> None:
    document.add_heading(_("Skydd av små tal"), level=1)
    for told in edition.protection:
        document.add_paragraph(told)
    document.add_heading(_("Så räknas tabellerna"), level=1)
    for title, words in definitions(edition):
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{_clean(title)}. ").bold = True
        paragraph.add_run(_clean(words))
    if imprint.digest:
        document.add_paragraph(_("Kontrollsumma (SHA-256): %s") % imprint.digest).runs[0].font.size = SMALL


def _clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub(" ", text)


def _saved(document: WordDocument) -> bytes:
    """The bytes, with the same time for each file in the archive."""
    first, stamped = io.BytesIO(), io.BytesIO()
    document.save(first)
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(stamped, "w") as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return stamped.getvalue()
