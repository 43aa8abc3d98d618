"""Lists in pages: each page says where the next begins, so a row that is added meanwhile moves none of them."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from finsam_tracker.core.problems import wrong_parameter

M = TypeVar("M", bound=Model)
DEFAULT_LIMIT, LARGEST_LIMIT = 100, 500
_SALT = "cursor"

PAGING = (
    OpenApiParameter("cursor", str, description="Where the page begins, from `next` of the page before."),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT},
        description="How many a page has at most.",
    ),
)


def page_of(request: Request, rows: QuerySet[M], show: Callable[[list[M]], list[Mapping[str, Any]]]) -> dict[str, Any]:
    """A page of the rows in the order of their keys, as ``show`` tells them, and the address of the next page."""
    limit, after = _limit(request), _after(request)
    found = list(rows.filter(pk__gt=after).order_by("pk")[: limit + 1])
    following = None
    if len(found) > limit:
        following = replace_query_param(
            request.build_absolute_uri(), "cursor", signing.dumps(found[limit - 1].pk, salt=_SALT)
        )
    return {"next": following, "results": show(found[:limit])}


def paged(item: type[serializers.Serializer[Any]], name: str) -> type[serializers.Serializer[Any]]:
    """A page of such items, for the schema."""
    fields = {
        "next": serializers.URLField(allow_null=True, help_text="The address of the next page; null on the last."),
        "results": item(many=True),
    }
    return type(name, (serializers.Serializer,), fields)


def only_known(request: Request, *known: str) -> None:
    """Refuse a question with a parameter that nobody reads: a mistyped filter would give every row."""
    unknown = sorted(set(request.query_params) - set(known) - {"cursor", "limit"})
    if unknown:
        sentence = _("Frågan har en parameter som inte finns. De som finns är %s.")
        raise wrong_parameter("", sentence % ", ".join([*known, "cursor", "limit"]))


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= LARGEST_LIMIT):
        raise wrong_parameter("limit", _("Skriv limit som ett heltal mellan 1 och %d.") % LARGEST_LIMIT)
    return int(text)


def _after(request: Request) -> int:
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return 0
    try:
        return int(signing.loads(cursor, salt=_SALT))
    except signing.BadSignature as error:
        raise wrong_parameter("cursor", _("Använd adressen i next, eller börja om utan cursor.")) from error
