"""The tables of a federation and its figures for Uppföljning Finsam, over REST."""

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from finsam_tracker.core.api import ApiView, problems
from finsam_tracker.core.models import Federation, acting_user
from finsam_tracker.core.period import Period, PeriodError
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.problems import Problem
from finsam_tracker.core.tenancy import allow, find_federation
from finsam_tracker.core.texts import year_problems
from reports.compute import COMPUTE_ERRORS
from reports.context import Scope
from reports.finsam.export import Asked, AskedError, Export, asked_of, export_of, payload_of
from reports.finsam.fields import Counted
from reports.finsam.serializers import ExportSerializer
from reports.finsam.words import csv_of
from reports.render import RENDERERS, Computed, Renderer
from reports.result import Result
from reports.serializers import TableEntrySerializer, TableSerializer
from reports.services import Tables, tables_for
from reports.tables import TABLES

FORMATS = ("json", "csv", "xlsx")
EXPORT_FORMATS = ("json", "csv")
DOWNLOADS = ("csv", "xlsx")


def negotiated(key: str) -> type[BaseRenderer]:
    """A format that a client may ask for, by suffix or Accept. The view answers with the bytes itself."""
    renderer = RENDERERS[key]
    return type(
        f"{key.title()}Format",
        (BaseRenderer,),
        {"media_type": renderer.media_type, "format": renderer.extension, "charset": None},
    )


FEDERATION = OpenApiParameter("federation", str, OpenApiParameter.PATH, description="A federation's `slug`.")
PERIOD = OpenApiParameter(
    "period",
    str,
    required=True,
    description="A year, half-year, quarter, month, two dates, or from the start to a date.",
    examples=[
        OpenApiExample(text, value=text)
        for text in ("2025", "2025-H1", "2025-Q3", "2025-04", "2025-01-01--2025-06-30", "start--2025-12-31")
    ],
)


class TablesView(ApiView):
    """The tables there are, in the order a report prints them."""

    @extend_schema(
        operation_id="federations_tables_list",
        summary="The tables of a federation",
        parameters=[FEDERATION],
        responses={200: TableEntrySerializer(many=True), **problems(401, 403, 404, 406)},
    )
    def get(self, request: Request, federation: str) -> Response:
        _federation_of(request, federation)
        return Response(TableEntrySerializer(TABLES.values(), many=True).data)


class FormatsView(ApiView):
    """Answers in one of several formats, by suffix or ``Accept``. Another suffix is a 404 that says which."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        try:
            return super().perform_content_negotiation(request, force)
        except Http404 as error:
            known = ", ".join(f".{renderer.format}" for renderer in self.renderer_classes)
            raise Problem(status.HTTP_404_NOT_FOUND, _("Formatet finns inte. Välj bland %s.") % known) from error


class TableView(FormatsView):
    """One table, as JSON, CSV or XLSX."""

    renderer_classes = tuple(negotiated(key) for key in FORMATS)

    @extend_schema(
        summary="A table for a period",
        description=(
            "JSON unless `Accept` or a suffix of the address says otherwise (`table_1.csv`, `table_1.xlsx`). Stored "
            "figures where there are any, with the time they were computed; otherwise computed now."
        ),
        parameters=[FEDERATION, OpenApiParameter("table", str, OpenApiParameter.PATH, enum=list(TABLES)), PERIOD],
        responses={
            (200, RENDERERS["json"].media_type): TableSerializer,
            (200, RENDERERS["csv"].media_type): OpenApiTypes.STR,
            (200, RENDERERS["xlsx"].media_type): OpenApiTypes.BINARY,
            **problems(400, 401, 403, 404, 406, 409),
        },
    )
    def get(self, request: Request, federation: str, table: str, **_suffix: str) -> HttpResponse:
        found = _federation_of(request, federation)
        _must_exist(table)
        period = _period_of(request)
        tables = _computed(found, period)
        return _answer(tables.results[table], tables, found, RENDERERS[request.accepted_renderer.format])


YEAR = OpenApiParameter("year", int, OpenApiParameter.PATH, description="A calendar year.")
COUNTED = OpenApiParameter(
    "participants",
    str,
    enum=[counted.value for counted in Counted],
    description="Who is counted: all who took part (`total`, unless said otherwise), began, left, or are still in.",
)
PART = OpenApiParameter(
    "period",
    str,
    description="When participants are counted: the year, or a half-year or quarter of it. Money is always the year's.",
    examples=[OpenApiExample(text, value=text) for text in ("2025", "2025-H1", "2025-Q3")],
)


class FinsamExportView(FormatsView):
    """The figures for Uppföljning Finsam, as JSON or CSV."""

    renderer_classes = tuple(negotiated(key) for key in EXPORT_FORMATS)

    @extend_schema(
        summary="The figures for Uppföljning Finsam",
        description=(
            "The fields of Försäkringskassan's web form and no others, computed now. **Participants by gender are not "
            "protected: small numbers are as they are, since the authority asks for them so. The figures are for "
            "Försäkringskassan only, and must not be published.** What is not known is null and named in `missing`, "
            "never 0; another null does not apply. CSV (`2025.csv`) has a line for each field."
        ),
        parameters=[FEDERATION, YEAR, COUNTED, PART],
        responses={
            (200, RENDERERS["json"].media_type): ExportSerializer,
            (200, RENDERERS["csv"].media_type): OpenApiTypes.STR,
            **problems(400, 401, 403, 404, 406, 409),
        },
    )
    def get(self, request: Request, federation: str, year: int, **_suffix: str) -> HttpResponse:
        found = _federation_for(request, federation, Permission.SEE_FINSAM_EXPORT)
        if year_problems(year):
            raise Http404
        renderer = RENDERERS[request.accepted_renderer.format]
        return _answer_export(_exported(found, _asked(request, year)), renderer)


def _asked(request: Request, year: int) -> Asked:
    try:
        return asked_of(year, request.query_params)
    except AskedError as error:
        raise Problem(status.HTTP_400_BAD_REQUEST, str(error), {error.field: [str(error)]}) from error


def _exported(federation: Federation, asked: Asked) -> Export:
    try:
        return export_of(federation, asked, now=timezone.now())
    except COMPUTE_ERRORS as error:
        raise Problem(status.HTTP_409_CONFLICT, str(error)) from error


def _answer_export(export: Export, renderer: Renderer) -> HttpResponse:
    if renderer.key == "json":
        return HttpResponse(json.dumps(payload_of(export), ensure_ascii=False), renderer.content_type)
    response = HttpResponse(csv_of(export), renderer.content_type)
    name = f"{export.federation.slug}_uppfoljning-finsam_{export.asked.year}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _federation_of(request: Request, slug: str) -> Federation:
    return _federation_for(request, slug, Permission.SEE_FEDERATION_TABLES)


def _federation_for(request: Request, slug: str, permission: Permission) -> Federation:
    user = acting_user(request.user)
    federation = find_federation(user, slug)
    allow(user, permission, federation)
    return federation


def _must_exist(table: str) -> None:
    if table not in TABLES:
        raise Problem(
            status.HTTP_404_NOT_FOUND,
            _("Tabellen ”%(table)s” finns inte. De som finns är %(known)s.")
            % {"table": table[:60], "known": ", ".join(TABLES)},
        )


def _period_of(request: Request) -> Period:
    text = request.query_params.get("period", "")
    if not text:
        raise _no_period(_("Ange en period, till exempel ?period=2025."))
    try:
        return Period.parse(text)
    except PeriodError as error:
        raise _no_period(str(error)) from error


def _no_period(sentence: str) -> Problem:
    return Problem(status.HTTP_400_BAD_REQUEST, sentence, {"period": [sentence]})


def _computed(federation: Federation, period: Period) -> Tables:
    try:
        return tables_for(Scope(federation), period, now=timezone.now())
    except COMPUTE_ERRORS as error:
        raise Problem(status.HTTP_409_CONFLICT, str(error)) from error


def _answer(result: Result, tables: Tables, federation: Federation, renderer: Renderer) -> HttpResponse:
    computed = Computed(tables.computed_at, tables.is_stale)
    response = HttpResponse(renderer.render(result, computed=computed), renderer.content_type)
    if renderer.key in DOWNLOADS:
        name = f"{federation.slug}_{result.table}_{result.period}.{renderer.extension}"
        response["Content-Disposition"] = content_disposition_header(True, name)
    return response
