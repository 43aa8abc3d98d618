"""All participations of an initiative in one answer."""

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from finsam_tracker.core.api import ApiView, problems
from finsam_tracker.core.permissions import Permission
from participants.api.acting import place_of
from participants.api.showing import tell_one
from participants.api.views import PLACE
from participants.models import Participation
from participants.streaming import json_lines
from participants.whole import with_everything

NDJSON = "application/x-ndjson"


class JsonLines(BaseRenderer):
    """What a client may ask for. The view answers with the bytes itself."""

    media_type, format, charset = NDJSON, "ndjson", None


class ExportView(ApiView):
    renderer_classes = (JsonLines,)

    @extend_schema(
        operation_id="participations_export",
        summary="All participations, as lines of JSON",
        description="One participation a line, all but felregistreringar. It begins at once, however many they are.",
        parameters=PLACE,
        responses={
            (200, NDJSON): OpenApiResponse({"type": "string"}, "Lines, each like a participation without its `etag`."),
            **problems(401, 403, 404, 406, 429),
        },
    )
    def get(self, request: Request, federation: str, initiative: str) -> StreamingHttpResponse:
        user, place = place_of(request, federation, initiative, Permission.SEE_ROWS)
        rows = with_everything(Participation.objects.visible_to(user).filter(initiative=place))
        return StreamingHttpResponse(json_lines(place, rows, tell_one), content_type=NDJSON)
