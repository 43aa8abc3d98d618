"""The statistics as files: a table, a chart, or all tables of a part at once."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from finsam_tracker.core.downloads import as_file
from reports.asking import ASKING_ERRORS, Wanted, wanted
from reports.compute import COMPUTE_ERRORS
from reports.context import Scope
from reports.definition import Table
from reports.render import RENDERERS, Computed
from reports.render.chart import chart_svg, png
from reports.services import Tables, fits, tables_for
from reports.tables import TABLES
from reports.views.statistics import cannot, federation_with_figures, initiative_with_figures, table_of

DOWNLOADS = ("xlsx", "csv", "json")
CHARTS = {"svg": "image/svg+xml", "png": "image/png"}


@require_safe
def download(request: HttpRequest, federation: str, key: str, extension: str) -> HttpResponse:
    """One table as a file."""
    found = federation_with_figures(request, federation)
    return _download(request, Scope(found), table_of(key), extension)


@require_safe
def initiative_download(
    request: HttpRequest, federation: str, initiative: str, key: str, extension: str
) -> HttpResponse:
    """One table of an initiative as a file."""
    found = initiative_with_figures(request, federation, initiative)
    return _download(request, Scope(found.federation, found), table_of(key), extension)


def _download(request: HttpRequest, scope: Scope, table: Table, extension: str) -> HttpResponse:
    if extension in CHARTS and table.chart:
        return _chart_file(request, scope, table, extension)
    if extension not in DOWNLOADS:
        raise Http404
    return _file(request, scope, extension, [table.key])


@require_safe
def download_all(request: HttpRequest, federation: str) -> HttpResponse:
    """All tables in one workbook, one sheet a table."""
    found = federation_with_figures(request, federation)
    return _file(request, Scope(found), "xlsx", list(TABLES))


@require_safe
def initiative_download_all(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """All tables of an initiative in one workbook."""
    found = initiative_with_figures(request, federation, initiative)
    return _file(request, Scope(found.federation, found), "xlsx", list(TABLES))


def _file(request: HttpRequest, whole: Scope, extension: str, keys: list[str]) -> HttpResponse:
    try:
        asked, scope, tables = _asked_tables(request, whole, keys)
    except (*ASKING_ERRORS, *COMPUTE_ERRORS) as error:
        return cannot(request, whole, error)
    results = [tables.results[key] for key in keys if key in tables.results]
    renderer = RENDERERS[extension]
    computed = Computed(tables.computed_at, tables.is_stale, asked.known_on)
    content = renderer.render(*results, computed=computed)
    name = keys[0] if len(keys) == 1 else "tabeller"
    return _attachment(content, renderer.content_type, scope, asked, f"{name}.{extension}")


def _chart_file(request: HttpRequest, whole: Scope, table: Table, extension: str) -> HttpResponse:
    try:
        asked, scope, tables = _asked_tables(request, whole, [table.key])
    except (*ASKING_ERRORS, *COMPUTE_ERRORS) as error:
        return cannot(request, whole, error)
    if table.chart is None:
        raise Http404
    drawing = chart_svg(tables.results[table.key], table.chart)
    content = png(drawing) if extension == "png" else drawing.encode()
    return _attachment(content, CHARTS[extension], scope, asked, f"{table.key}.{extension}")


def _asked_tables(request: HttpRequest, whole: Scope, keys: list[str]) -> tuple[Wanted, Scope, Tables]:
    """What is asked for. 404 where a single table is asked for a part that it is not about."""
    now = timezone.now()
    asked = wanted(request.GET, now)
    scope = asked.within(whole)
    if len(keys) == 1 and not fits(TABLES[keys[0]], scope):
        raise Http404
    return asked, scope, tables_for(scope, asked.period, now=now, known_at=asked.known_at)


def _attachment(content: bytes, content_type: str, scope: Scope, asked: Wanted, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    stem, _dot, extension = name.partition(".")
    known = f"-kant-{asked.known_on}" if asked.known_on else ""
    initiative = scope.initiative.slug if scope.initiative else ""
    part = "".join(f"-{code}" for code in (initiative, scope.municipality, scope.assignment) if code)
    file_name = f"{scope.federation.slug}{part}-{stem}-{asked.period.key}{known}.{extension}"
    response["Cache-Control"] = "private, no-store"
    return as_file(response, file_name)
