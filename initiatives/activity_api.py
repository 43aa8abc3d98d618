"""Structural activities over REST: the office reads them and counts heads."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from finsam_tracker.core.api import ApiView, problems
from finsam_tracker.core.api_reading import (
    Property,
    checked,
    day,
    decimal_number,
    one_of,
    read_body,
    text,
    whole_number,
    wrong,
    yes_or_no,
)
from finsam_tracker.core.models import Federation, User, acting_user
from finsam_tracker.core.paging import PAGING, only_known, page_of, paged
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import federation_for
from initiatives.activities import ActivityEntry, Rating, days_sentence, heads_sentence
from initiatives.lists import Lists
from initiatives.models import Activity
from initiatives.services.activities import register_activity

FEDERATION = OpenApiParameter("federation", str, OpenApiParameter.PATH, description="A federation's `slug`.")
HEADS = ("women", "men", "others")
EXAMPLE = OpenApiExample(
    "An activity",
    value={
        "initiative": "larande-natverk",
        "held_on": "2025-03-10",
        "kind": "course",
        "audience": "staff",
        "days": 0.5,
        "women": 12,
        "men": 5,
        "rating": {"mean": 4.2, "answers": 9, "scale": 5, "useful": 8},
    },
    request_only=True,
)


class RatingSerializer(serializers.Serializer[Any]):
    """The mean of so many answers, on a scale from 1 to `scale`, and how many of them had use of the activity."""

    mean = serializers.FloatField()
    answers = serializers.IntegerField()
    scale = serializers.IntegerField()
    useful = serializers.IntegerField(
        required=False, allow_null=True, help_text="How many of those who answered; null where they were not asked."
    )


class ActivitySerializer(serializers.Serializer[Any]):
    """An activity of a structural initiative: heads, never persons. `others` is other or unknown gender."""

    initiative = serializers.CharField(help_text="The initiative's `slug`.")
    held_on = serializers.DateField(help_text="The day it was held, or began.")
    kind = serializers.CharField(help_text="A code of the list `activity_kind`.")
    audience = serializers.CharField(required=False, allow_null=True, help_text="A code of the list `audience`.")
    days = serializers.FloatField(required=False, allow_null=True)
    women = serializers.IntegerField(required=False)
    men = serializers.IntegerField(required=False)
    others = serializers.IntegerField(required=False)
    rating = RatingSerializer(required=False, allow_null=True)


class NewActivitySerializer(ActivitySerializer):
    is_another = serializers.BooleanField(
        required=False, help_text="One just like it is registered already, and this is another."
    )


class ActivitiesView(ApiView):
    """What has been counted."""

    @extend_schema(
        operation_id="activities_list",
        summary="The structural activities of a federation",
        parameters=[FEDERATION, *PAGING],
        responses={200: paged(ActivitySerializer, "ActivityPage"), **problems(400, 401, 403, 404, 406, 429)},
    )
    def get(self, request: Request, federation: str) -> Response:
        user, found = _office(request, federation)
        only_known(request)
        rows = Activity.objects.visible_to(user).filter(federation=found).counted().select_related("initiative")
        return Response(page_of(request, rows, lambda page: [_told(row) for row in page]))

    @extend_schema(
        operation_id="activities_create",
        summary="Register a structural activity",
        description="Sent again, it is refused: one just like it is there already, unless `is_another` says otherwise.",
        parameters=[FEDERATION],
        request=NewActivitySerializer,
        responses={201: ActivitySerializer, **problems(400, 401, 403, 404, 406, 413, 415, 429)},
        examples=[EXAMPLE],
    )
    def post(self, request: Request, federation: str) -> Response:
        user, found = _office(request, federation)
        lists = Lists(found)
        given = checked(read_body(request.data, _body(lists)))
        is_another = given.pop("is_another", False)
        try:
            made = register_activity(
                by=user, entry=_entry(given), now=timezone.now(), is_another=is_another, lists=lists
            )
        except ValidationError as refused:
            raise wrong(refused.message_dict) from refused
        return Response(_told(made), status=status.HTTP_201_CREATED)


def _office(request: Request, slug: str) -> tuple[User, Federation]:
    user = acting_user(request.user)
    return user, federation_for(user, slug, Permission.COUNT_HEADS)


def _body(lists: Lists) -> dict[str, Property]:
    initiatives = {i.slug: i for i in lists.structural_initiatives}
    which = _("Välj en strukturövergripande insats i förbundet, med dess adressnamn.")
    heads = {name: Property(whole_number(heads_sentence()), may_be_null=False) for name in HEADS}
    return {
        "initiative": Property(one_of(initiatives, which), which),
        "held_on": Property(day, _("Skriv dagen som åååå-mm-dd, till exempel 2025-01-31.")),
        "kind": Property(text, _("Välj slag av aktivitet ur listan.")),
        "audience": Property(text),
        "days": Property(decimal_number(days_sentence())),
        **heads,
        "rating": Property(_rating),
        "is_another": Property(yes_or_no, may_be_null=False),
    }


def _rating(value: Any) -> Rating:
    sentence = _("Skriv betyget som ett tal, till exempel 4.2, och svaren och skalan som heltal.")
    whole = Property(whole_number(sentence), sentence)
    useful = Property(whole_number(_("Skriv hur många av de svarande som hade nytta, som ett heltal.")))
    body = {"mean": Property(decimal_number(sentence), sentence), "answers": whole, "scale": whole, "useful": useful}
    return Rating(**checked(read_body(value, body)))


def _entry(given: Mapping[str, Any]) -> ActivityEntry:
    return ActivityEntry(**given)


def _told(row: Activity) -> dict[str, Any]:
    return {
        "initiative": row.initiative.slug,
        "held_on": row.held_on,
        "kind": row.kind,
        "audience": row.audience,
        "days": _number(row.days),
        **{name: getattr(row, name) for name in HEADS},
        "rating": None if row.rating_mean is None else _told_rating(row),
    }


def _told_rating(row: Activity) -> dict[str, Any]:
    return {
        "mean": _number(row.rating_mean),
        "answers": row.rating_answers,
        "scale": row.rating_scale,
        "useful": row.rating_useful,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
