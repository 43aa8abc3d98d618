"""The tables and the running text of a Word document."""

from collections.abc import Iterator
from io import BytesIO

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tbl, CT_Tc
from docx.table import Table
from docx.text.paragraph import Paragraph

from reports.document_check.collecting import Collector
from reports.document_check.found import FoundDocument
from reports.document_check.numbers import parse


def read(content: bytes) -> FoundDocument:
    """The document in its order; a paragraph with a heading's style ends what belongs to a table."""
    found = Collector()
    for item in Document(BytesIO(content)).iter_inner_content():
        if isinstance(item, Table):
            found.table(_rows(item._tbl))  # noqa: SLF001 - the cells of a Table are looked up in quadratic time
        else:
            _paragraph(found, item)
    return found.whole()


def _paragraph(found: Collector, paragraph: Paragraph) -> None:
    style = paragraph.style.name if paragraph.style and paragraph.style.name else ""
    if style.casefold().startswith(("heading", "rubrik")):
        found.heading()
    found.text(paragraph.text)


def _rows(table: CT_Tbl) -> list[list[str]]:
    """A merged cell's words stand in each of its places, and its number in the first."""
    rows: list[list[str]] = []
    for row in table.tr_lst:
        texts: list[str] = []
        for cell in row.tc_lst:
            above = rows[-1][len(texts)] if rows and len(texts) < len(rows[-1]) else ""
            texts += _spread(_words(cell, above), cell.grid_span)
        rows.append(["" for _n in range(_skipped(row))] + texts)
    return rows


def _words(cell: CT_Tc, above: str) -> str:
    if cell.vMerge == "continue":
        return "" if parse(above).is_number else above
    return " ".join(_texts(cell))


def _texts(cell: CT_Tc) -> Iterator[str]:
    for paragraph in cell.p_lst:
        yield "".join(part.text or "" for part in paragraph.iter(qn("w:t")))


def _spread(text: str, columns: int) -> list[str]:
    rest = "" if parse(text).is_number else text
    return [text, *(rest for _n in range(min(columns, 1000) - 1))]


def _skipped(row: CT_Row) -> int:
    """How many places at the beginning of the row have no cell."""
    return min(row.grid_before, 1000)
