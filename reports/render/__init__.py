"""Results in, bytes out: one function a format, one map."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.render import csv, html, json, text, xlsx
from reports.render.frame import Computed
from reports.result import Result

__all__ = ["RENDERERS", "Computed", "Renderer"]


@dataclass(frozen=True)
class Renderer:
    """A format that tables can be had in. ``several``: whether one file can hold more than one table."""

    key: str
    name: str | Promise
    content_type: str
    extension: str
    function: Callable[[Sequence[Result], Computed | None], bytes]
    several: bool = True

    @property
    def media_type(self) -> str:
        """The content type without its parameters, as an Accept header names it."""
        return self.content_type.partition(";")[0]

    def render(self, *results: Result, computed: Computed | None = None) -> bytes:
        return self.function(results, computed)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RENDERERS: dict[str, Renderer] = {
    renderer.key: renderer
    for renderer in (
        Renderer("text", _("Text"), "text/plain; charset=utf-8", "txt", text.render),
        Renderer("csv", _("CSV (semikolon)"), "text/csv; charset=utf-8", "csv", csv.render, several=False),
        Renderer("xlsx", _("Excel"), XLSX, "xlsx", xlsx.render),
        Renderer("json", _("JSON"), "application/json", "json", json.render),
        Renderer("html", _("Webbsida"), "text/html; charset=utf-8", "html", html.render),
    )
}
