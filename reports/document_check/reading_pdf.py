"""The tables and the running text of a PDF: from its tags where it has them, else from where the words stand."""

from io import BytesIO

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from reports.document_check import pdf_places, pdf_tags
from reports.document_check.collecting import Collector
from reports.document_check.found import FoundDocument, Refusal, RefusedError
from reports.document_check.limits import MAX_PAGES


def read(content: bytes) -> FoundDocument:
    """The document; a scanned one, which has pictures but no words, is refused."""
    try:
        with pdfplumber.open(BytesIO(content)) as pdf:
            return _read(pdf)
    except PdfminerException as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (*error.args, error.__cause__, error.__context__)):
            raise RefusedError(Refusal.ENCRYPTED) from error
        raise RefusedError(Refusal.BROKEN) from error


def _read(pdf: PDF) -> FoundDocument:
    if len(pdf.pages) > MAX_PAGES:
        raise RefusedError(Refusal.TOO_MANY_PAGES)
    document = _by_tags(pdf) or _by_places(pdf)
    if not document.tables and not document.passages:
        raise RefusedError(Refusal.SCANNED if pdf.pages else Refusal.BROKEN)
    return document


def _by_tags(pdf: PDF) -> FoundDocument | None:
    found, tags = Collector(), pdf_tags.tables_tagged(pdf)
    if not tags:
        return None
    try:
        pdf_tags.read(pdf, tags, found)
    except pdf_tags.MisplacedError:
        return None
    return found.whole()


def _by_places(pdf: PDF) -> FoundDocument:
    found = Collector()
    for page in pdf.pages:
        pdf_places.read(page, found)
        page.close()
    return found.whole()
