"""A frozen edition in, a file out: one function a format, one map."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.edition import Edition, Imprint
from reports.render import RENDERERS
from reports.render.document import docx, json, pdf, tables, xlsx

__all__ = ["DOCUMENTS", "DocumentFormat"]


@dataclass(frozen=True)
class DocumentFormat:
    """A format that a whole publication can be had in."""

    extension: str
    name: str | Promise
    content_type: str
    function: Callable[[Edition, Imprint], bytes]


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCUMENTS: dict[str, DocumentFormat] = {
    form.extension: form
    for form in (
        DocumentFormat("pdf", _("PDF"), "application/pdf", pdf.render),
        DocumentFormat("docx", _("Word"), DOCX, docx.render),
        DocumentFormat("xlsx", _("Excel"), RENDERERS["xlsx"].content_type, xlsx.render),
        DocumentFormat("csv", _("CSV"), RENDERERS["csv"].content_type, tables.render),
        DocumentFormat("json", _("JSON"), RENDERERS["json"].content_type, json.render),
    )
}
