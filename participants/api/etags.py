"""Whether a participation is still as the client read it."""

from dataclasses import astuple

from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from participants.marks import Mark, mark_of
from participants.models import Participation

_LENGTH = 32


class ChangedSinceError(APIException):
    """Told by the sentence of its status."""

    status_code = status.HTTP_412_PRECONDITION_FAILED


class EtagMissingError(APIException):
    """Told by the sentence of its status."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED


def if_match(*, required: bool) -> OpenApiParameter:
    """The header, for the schema."""
    told = "The `ETag` of what you read. Changed since, nothing is written and the answer is 412."
    return OpenApiParameter(
        "If-Match", {"type": "string", "maxLength": 200}, "header", required=required, description=told
    )


def etag_of(participation: Participation, mark: Mark) -> str:
    """The same as long as nothing has happened to the participation, its steps and its follow-ups."""
    text = f"{participation.pk}:{astuple(mark)}"
    return f'"{salted_hmac("participants.etag", text, algorithm="sha256").hexdigest()[:_LENGTH]}"'


def seen_by(request: Request, participation: Participation, *, required: bool) -> Mark | None:
    """What the client has seen, for the service that changes it; None where the client does not say."""
    header = request.headers.get("If-Match")
    if header is None:
        if required:
            raise EtagMissingError
        return None
    mark = mark_of(participation)
    etags = parse_etags(header)
    if "*" not in etags and etag_of(participation, mark) not in etags:
        raise ChangedSinceError
    return mark
