"""The figures of a federation for Uppföljning Finsam, over REST."""

import json

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request

from finsam_tracker.core.api import problems
from finsam_tracker.core.downloads import as_file
from finsam_tracker.core.models import Federation, acting_user
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.problems import Problem, wrong_parameter
from finsam_tracker.core.tenancy import federation_for
from finsam_tracker.core.texts import year_problems
from reports.api.tables import FEDERATION, FormatsView, negotiated
from reports.compute import COMPUTE_ERRORS
from reports.finsam.export import Asked, AskedError, Export, asked_of, export_of, payload_of
from reports.finsam.fields import Counted
from reports.finsam.serializers import ExportSerializer
from reports.finsam.words import csv_of
from reports.render import RENDERERS, Renderer

EXPORT_FORMATS = ("json", "csv")
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
        found = federation_for(acting_user(request.user), federation, Permission.SEE_FINSAM_EXPORT)
        if year_problems(year):
            raise Http404
        renderer = RENDERERS[request.accepted_renderer.format]
        return _answer_export(_exported(found, _asked(request, year)), renderer)


def _asked(request: Request, year: int) -> Asked:
    try:
        return asked_of(year, request.query_params)
    except AskedError as error:
        raise wrong_parameter(error.field, str(error)) from error


def _exported(federation: Federation, asked: Asked) -> Export:
    try:
        return export_of(federation, asked, now=timezone.now())
    except COMPUTE_ERRORS as error:
        raise Problem(status.HTTP_409_CONFLICT, str(error)) from error


def _answer_export(export: Export, renderer: Renderer) -> HttpResponse:
    if renderer.key == "json":
        return HttpResponse(json.dumps(payload_of(export), ensure_ascii=False), renderer.content_type)
    name = f"{export.federation.slug}_uppfoljning-finsam_{export.asked.year}.csv"
    return as_file(HttpResponse(csv_of(export), renderer.content_type), name)
