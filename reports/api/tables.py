"""The tables of a federation, over REST."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import status
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from finsam_tracker.core.api import ApiView, problems
from finsam_tracker.core.conditional import NOT_MODIFIED, unless_unchanged
from finsam_tracker.core.days import DayError
from finsam_tracker.core.models import Federation, acting_user
from finsam_tracker.core.period import Period, PeriodError
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.problems import Problem, wrong_parameter
from finsam_tracker.core.tenancy import federation_for
from reports.api.answering import TIDY, WIDE, answer_with, form_of
from reports.api.serializers import TableEntrySerializer, TableSerializer, TidyTableSerializer
from reports.asking import end_of, past_day
from reports.compute import COMPUTE_ERRORS
from reports.context import Scope
from reports.narrowing import ScopeError, narrow
from reports.render import RENDERERS, Computed
from reports.services import Tables, fits, tables_for
from reports.tables import TABLES

FORMATS = ("json", "csv", "xlsx")


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


PARTS = [
    OpenApiParameter("initiative", str, description="Only one initiative: its `slug`."),
    OpenApiParameter("municipality", str, description="Only participations from a municipality: its `code`."),
    OpenApiParameter("assignment", str, description="Only participations with an assignment: its `code`."),
]
LAYOUT = OpenApiParameter(
    "layout",
    str,
    enum=[WIDE, TIDY],
    description="As the table is printed (`wide`, unless said otherwise), or a row for each cell.",
)
ANY_TABLE = PolymorphicProxySerializer(
    component_name="AnyTable", serializers=[TableSerializer, TidyTableSerializer], resource_type_field_name=None
)
KNOWN_ON = OpenApiParameter("known_on", date, description="As it was known when that day ended.")


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
    """One table, as JSON, CSV or XLSX, as it is printed or as tidy data."""

    renderer_classes = tuple(negotiated(key) for key in FORMATS)

    @extend_schema(
        summary="A table for a period",
        description=(
            "JSON unless `Accept` or a suffix of the address says otherwise (`table_1.csv`, `table_1.xlsx`). Stored "
            "figures where there are any, with the time they were computed; otherwise computed now. A part or a past "
            "day is always computed now; tables of money, goals and activities are about whole federations only. "
            "With `layout=tidy`, JSON and CSV have a row for each cell and a column for each dimension."
        ),
        parameters=[
            FEDERATION,
            OpenApiParameter("table", str, OpenApiParameter.PATH, enum=list(TABLES)),
            PERIOD,
            *PARTS,
            KNOWN_ON,
            LAYOUT,
        ],
        responses={
            (200, RENDERERS["json"].media_type): ANY_TABLE,
            (200, RENDERERS["csv"].media_type): OpenApiTypes.STR,
            (200, RENDERERS["xlsx"].media_type): OpenApiTypes.BINARY,
            **NOT_MODIFIED,
            **problems(400, 401, 403, 404, 406, 409, 429),
        },
    )
    def get(self, request: Request, federation: str, table: str, **_suffix: str) -> HttpResponseBase:
        found = _federation_of(request, federation)
        _must_exist(table)
        form = form_of(request)
        period, scope = _period_of(request), _scope_of(request, found)
        if not fits(TABLES[table], scope):
            raise Problem(
                status.HTTP_404_NOT_FOUND, _("Tabellen ”%s” finns bara för hela förbundet. Ta bort urvalet.") % table
            )
        now = timezone.now()
        known_on = _known_on(request, now)
        tables = _computed(scope, period, now, known_on)
        computed = Computed(tables.computed_at, tables.is_stale, known_on)
        return unless_unchanged(request, answer_with(tables.results[table], computed, scope, form))


def _federation_of(request: Request, slug: str) -> Federation:
    return federation_for(acting_user(request.user), slug, Permission.SEE_FEDERATION_TABLES)


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
        raise wrong_parameter("period", _("Ange en period, till exempel ?period=2025."))
    try:
        return Period.parse(text)
    except PeriodError as error:
        raise wrong_parameter("period", str(error)) from error


def _scope_of(request: Request, federation: Federation) -> Scope:
    codes = {part.name: request.query_params.get(part.name, "") for part in PARTS}
    try:
        return narrow(Scope(federation), **codes)
    except ScopeError as error:
        raise wrong_parameter(error.field, str(error.args[0])) from error


def _known_on(request: Request, now: datetime) -> date | None:
    text = request.query_params.get("known_on", "")
    try:
        return past_day(text, now) if text else None
    except DayError as error:
        raise wrong_parameter("known_on", str(error)) from error


def _computed(scope: Scope, period: Period, now: datetime, known_on: date | None) -> Tables:
    try:
        return tables_for(scope, period, now=now, known_at=end_of(known_on) if known_on else None)
    except COMPUTE_ERRORS as error:
        raise Problem(status.HTTP_409_CONFLICT, str(error)) from error
