"""Answers that are not sent again to whoever has them: ETag and If-None-Match."""

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import OpenApiResponse
from rest_framework import status
from rest_framework.request import Request

NOT_MODIFIED = {304: OpenApiResponse(description="As it was: `If-None-Match` held its `ETag`.")}
"""For the schema."""


def unless_unchanged(request: Request, answer: HttpResponseBase) -> HttpResponseBase:
    """An answer that has an ETag; 304 where the client holds the same already."""
    unchanged = get_conditional_response(request._request, etag=answer["ETag"])  # noqa: SLF001
    if unchanged is None or unchanged.status_code != status.HTTP_304_NOT_MODIFIED:
        return answer
    unchanged["ETag"] = answer["ETag"]
    return unchanged
