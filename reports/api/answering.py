"""A table as an answer over REST: in a format, as it is printed or as tidy data, with an ETag."""

import hashlib
from typing import NamedTuple

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.request import Request

from finsam_tracker import __version__
from finsam_tracker.core.downloads import as_file
from finsam_tracker.core.problems import wrong_parameter
from reports.context import Scope
from reports.documentation import defined_of, general_notes
from reports.render import RENDERERS, Computed, Renderer
from reports.render.tidy import Told, render_csv, render_json
from reports.result import Result
from reports.tables import TABLES, declared

WIDE, TIDY = "wide", "tidy"
TIDY_FORMATS = ("json", "csv")
DOWNLOADS = ("csv", "xlsx")


class Form(NamedTuple):
    """How a table is wanted."""

    renderer: Renderer
    is_tidy: bool


def form_of(request: Request) -> Form:
    """What the request asks for; raises Problem where there is no such layout."""
    renderer, layout = RENDERERS[request.accepted_renderer.format], request.query_params.get("layout", WIDE)
    if layout not in (WIDE, TIDY) or (layout == TIDY and renderer.key not in TIDY_FORMATS):
        raise wrong_parameter("layout", _("Välj layout wide, eller i JSON och CSV också tidy."))
    return Form(renderer, layout == TIDY)


def answer_with(result: Result, computed: Computed, scope: Scope, form: Form) -> HttpResponse:
    """The table, as it was asked for."""
    told = _told(result, computed, scope)
    response = HttpResponse(_content(told, form), form.renderer.content_type)
    response["ETag"] = _etag(told, form)
    if form.renderer.key in DOWNLOADS:
        initiative = scope.initiative.slug if scope.initiative else ""
        parts = (scope.federation.slug, initiative, scope.municipality, scope.assignment, result.table, result.period)
        name = "_".join(filter(None, (*parts, TIDY if form.is_tidy else "")))
        as_file(response, f"{name}.{form.renderer.extension}")
    return response


def _told(result: Result, computed: Computed, scope: Scope) -> Told:
    """The table with the definition that it was computed by, and what it cannot say."""
    table = declared(result.table, result.version) or TABLES[result.table]
    limits = (*general_notes(table), *([computed.sentence] if computed.is_stale else []))
    return Told(result, scope.federation.slug, defined_of(table), limits, scope.key, computed)


def _content(told: Told, form: Form) -> bytes:
    if not form.is_tidy:
        return form.renderer.render(told.result, computed=told.computed)
    return render_json(told) if form.renderer.key == "json" else render_csv([told])


def _etag(told: Told, form: Form) -> str:
    """The same as long as the figures and the program are. Weak: they may have been computed again meanwhile."""
    computed = told.computed
    known = (computed.is_stale, computed.known_on) if computed else ()
    how = (__version__, get_language(), form.renderer.key, form.is_tidy)
    text = repr((how, told.scope, known, told.limits, told.result.to_json()))
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()}"'
