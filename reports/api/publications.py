"""What a federation has published, over REST: never a draft, and never more than was printed."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from finsam_tracker import __version__
from finsam_tracker.core.api import ApiView, problems
from finsam_tracker.core.conditional import NOT_MODIFIED, unless_unchanged
from finsam_tracker.core.downloads import as_file
from finsam_tracker.core.models import Federation, User, acting_user
from finsam_tracker.core.paging import PAGING, only_known, page_of, paged
from finsam_tracker.core.period import Period, PeriodError
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.problems import Problem
from finsam_tracker.core.tenancy import federation_for
from reports.api.serializers import EditionSerializer, PublishedSerializer, TidyTableSerializer
from reports.api.tables import FEDERATION
from reports.models import Publication
from reports.models.publications import PublicationQuerySet
from reports.publications import TEMPLATES
from reports.publishing.files import DRAWN, OF_A_TABLE, WHOLE, AlteredError, File, file_of
from reports.render import RENDERERS
from reports.render.document import DOCUMENTS

CODE = OpenApiParameter("code", str, OpenApiParameter.PATH, description="A publication's `code`.")
FILTERS = (
    OpenApiParameter("period", str, description="Only of a period, such as `2025` or `2025-Q3`."),
    OpenApiParameter("template", str, enum=list(TEMPLATES), description="Only of a report."),
)
ANY_PUBLISHED = PolymorphicProxySerializer(
    component_name="AnyPublished", serializers=[EditionSerializer, TidyTableSerializer], resource_type_field_name=None
)
FILE_TYPES = {
    *(form.content_type for form in DOCUMENTS.values()),
    *(RENDERERS[extension].content_type for extension in OF_A_TABLE),
    *DRAWN.values(),
}


def _suffixes(formats: Iterable[str]) -> str:
    return ", ".join(f"`.{extension}`" for extension in formats)


class PublicationsView(ApiView):
    """Those of a federation."""

    @extend_schema(
        operation_id="publications_list",
        summary="What a federation has published",
        description="Every edition, in the order in which they were begun.",
        parameters=[FEDERATION, *FILTERS, *PAGING],
        responses={200: paged(PublishedSerializer, "PublicationPage"), **problems(400, 401, 403, 404, 406, 429)},
    )
    def get(self, request: Request, federation: str) -> Response:
        found, user = _federation_of(request, federation)
        only_known(request, "period", "template")
        rows = _published(user, found).filter(**_narrowing(request)).defer("content", "inside")
        return Response(page_of(request, rows, _tell))


class PublicationView(ApiView):
    """One published edition."""

    @extend_schema(
        operation_id="publications_read",
        summary="A published edition with its tables",
        description="As it was frozen. The tables are tidy data; a hidden cell has a status and no value.",
        parameters=[FEDERATION, CODE],
        responses={200: EditionSerializer, **NOT_MODIFIED, **problems(401, 403, 404, 406, 409, 429)},
    )
    def get(self, request: Request, federation: str, code: str) -> HttpResponseBase:
        found = _find(request, federation, code)
        return _answer(request, found, _file(found, WHOLE, "json"))


class PublicationFileView(ApiView):
    """A file of a published edition. Its suffix says the format, whatever ``Accept`` does."""

    @extend_schema(
        operation_id="publications_file",
        summary="A file of a published edition",
        description=f"The whole: `{WHOLE}` as {_suffixes(DOCUMENTS)}. A table by its key, as {_suffixes(OF_A_TABLE)}; "
        f"its chart, where it was printed, as {_suffixes(DRAWN)}. CSV and JSON are tidy data.",
        parameters=[
            FEDERATION,
            CODE,
            OpenApiParameter("stem", str, OpenApiParameter.PATH, description=f"`{WHOLE}`, or the key of a table."),
            OpenApiParameter("extension", str, OpenApiParameter.PATH, enum=sorted({*DOCUMENTS, *OF_A_TABLE, *DRAWN})),
        ],
        responses={
            **{(200, kind.partition(";")[0]): OpenApiTypes.BINARY for kind in sorted(FILE_TYPES)},
            (200, RENDERERS["json"].media_type): ANY_PUBLISHED,
            **NOT_MODIFIED,
            **problems(401, 403, 404, 409, 429),
        },
    )
    def get(self, request: Request, federation: str, code: str, stem: str, extension: str) -> HttpResponseBase:
        found = _find(request, federation, code)
        file = _file(found, stem, extension)
        return as_file(_answer(request, found, file), file.name)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        return JSONRenderer(), JSONRenderer.media_type


def _federation_of(request: Request, slug: str) -> tuple[Federation, User]:
    user = acting_user(request.user)
    return federation_for(user, slug, Permission.SEE_PUBLISHED), user


def _published(user: User, federation: Federation) -> PublicationQuerySet:
    return Publication.objects.visible_to(user).published().filter(federation=federation)


def _find(request: Request, slug: str, code: str) -> Publication:
    federation, user = _federation_of(request, slug)
    return get_object_or_404(_published(user, federation).select_related("federation"), code=code)


def _narrowing(request: Request) -> dict[str, str]:
    narrowing = {name: request.query_params[name] for name in ("period", "template") if name in request.query_params}
    if "period" in narrowing:
        try:
            narrowing["period"] = Period.parse(narrowing["period"]).key
        except PeriodError as error:
            raise _wrong("period", str(error)) from error
    if "template" in narrowing and narrowing["template"] not in TEMPLATES:
        raise _wrong("template", _("Välj template bland %s.") % ", ".join(TEMPLATES))
    return narrowing


def _wrong(name: str, sentence: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, sentence, {name: [sentence]})


def _tell(rows: list[Publication]) -> list[Mapping[str, Any]]:
    return [
        {
            "code": row.code,
            "template": row.template,
            "title": str(TEMPLATES[row.template].title) if row.template in TEMPLATES else row.template,
            "period": row.period,
            "edition": row.edition,
            "kind": row.kind,
            "reason": row.reason,
            "known_at": row.known_at,
            "published_at": row.published_at,
            "hash": row.hash,
        }
        for row in rows
    ]


def _file(publication: Publication, stem: str, extension: str) -> File:
    try:
        found = file_of(publication, stem, extension)
    except AlteredError as error:
        sentence = _("Publikationen är inte längre som när den publicerades, så inget lämnas ut. Kontakta driften.")
        raise Problem(HTTPStatus.CONFLICT, sentence) from error
    if found is None:
        raise Http404
    return found


def _answer(request: Request, publication: Publication, file: File) -> HttpResponseBase:
    """The file under the fingerprint of what it is made of, and the name of the program that made it."""
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer["ETag"] = f'"{publication.hash}-{__version__}"'
    return unless_unchanged(request, answer)
