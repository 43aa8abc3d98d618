"""The initiatives of a federation and its code lists, over REST."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from finsam_tracker.core.api import ApiView, problems
from finsam_tracker.core.models import Federation, acting_user
from finsam_tracker.core.paging import PAGING, only_known, page_of, paged
from finsam_tracker.core.problems import wrong_parameter
from finsam_tracker.core.tenancy import find_federation
from initiatives.lists import Lists
from initiatives.models import CodeKind, Initiative
from initiatives.models.codelists import DatedItem

FEDERATION = OpenApiParameter("federation", str, OpenApiParameter.PATH, description="A federation's `slug`.")
SEEN = (400, 401, 404, 406, 429)
LISTS = (*CodeKind.values, "municipalities", "exit_reasons", "steps")


class InitiativeSerializer(serializers.Serializer[Any]):
    """An initiative, and what a client must know to register in it."""

    slug = serializers.CharField()
    name = serializers.CharField()
    orientation = serializers.ChoiceField(Initiative.Orientation.values)
    start_on = serializers.DateField()
    end_on = serializers.DateField(allow_null=True)
    uses_assignments = serializers.BooleanField()
    follow_up_months = serializers.ListField(child=serializers.IntegerField())
    exit_reasons = serializers.ListField(child=serializers.CharField(), help_text="Codes of the list `exit_reasons`.")


class ItemSerializer(serializers.Serializer[Any]):
    """An item of a list. Its code never changes; an item that is no longer used gets an end date."""

    code = serializers.CharField()
    label: Any = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    group = serializers.CharField(allow_null=True, help_text="The outcome group of an exit reason.")


class CodeListSerializer(serializers.Serializer[Any]):
    list = serializers.ChoiceField(LISTS)
    items = ItemSerializer(many=True)


class InitiativesView(ApiView):
    """Those that the user may know of."""

    @extend_schema(
        operation_id="initiatives_list",
        summary="The initiatives of a federation",
        description="All for the office and readers; their own for those who work in initiatives.",
        parameters=[FEDERATION, *PAGING],
        responses={200: paged(InitiativeSerializer, "InitiativePage"), **problems(*SEEN)},
    )
    def get(self, request: Request, federation: str) -> Response:
        user = acting_user(request.user)
        found = find_federation(user, federation)
        only_known(request)
        rows = Initiative.objects.visible_to(user).filter(federation=found)
        return Response(page_of(request, rows.prefetch_related("follow_up_rules", "exit_reasons"), _initiatives))


class InitiativeView(ApiView):
    @extend_schema(
        operation_id="initiatives_read",
        summary="An initiative",
        parameters=[FEDERATION, OpenApiParameter("initiative", str, OpenApiParameter.PATH)],
        responses={200: InitiativeSerializer, **problems(401, 404, 406, 429)},
    )
    def get(self, request: Request, federation: str, initiative: str) -> Response:
        user = acting_user(request.user)
        found = find_federation(user, federation)
        row = get_object_or_404(Initiative.objects.visible_to(user).filter(federation=found), slug=initiative)
        return Response(_initiatives([row])[0])


class CodeListsView(ApiView):
    """All of them at once: they are short, and a client needs most of them."""

    @extend_schema(
        operation_id="code_lists_list",
        summary="The code lists of a federation",
        parameters=[FEDERATION, OpenApiParameter("list", str, enum=LISTS, description="Only this list.")],
        responses={200: CodeListSerializer(many=True), **problems(*SEEN)},
    )
    def get(self, request: Request, federation: str) -> Response:
        found = find_federation(acting_user(request.user), federation)
        wanted = request.query_params.get("list")
        if wanted not in (None, *LISTS):
            sentence = _("Listan finns inte. De som finns är %s.") % ", ".join(LISTS)
            raise wrong_parameter("list", sentence)
        return Response([told for told in _code_lists(found) if wanted in (None, told["list"])])


def _initiatives(rows: Iterable[Initiative]) -> list[Mapping[str, Any]]:
    return [
        {
            "slug": row.slug,
            "name": row.name,
            "orientation": row.orientation,
            "start_on": row.start_on,
            "end_on": row.end_on,
            "uses_assignments": row.uses_assignments,
            "follow_up_months": [rule.months for rule in row.follow_up_rules.all()],
            "exit_reasons": [reason.code for reason in row.exit_reasons.all()],
        }
        for row in rows
    ]


def _code_lists(federation: Federation) -> Iterator[dict[str, Any]]:
    lists = Lists(federation)
    for kind in CodeKind:
        yield {"list": kind.value, "items": [_item(item) for item in lists.codes(kind)]}
    places = [{"code": m.code, "label": m.name} for m in lists.municipalities]
    nothing = {"valid_from": None, "valid_to": None, "group": None}
    yield {"list": "municipalities", "items": [{**place, **nothing} for place in places]}
    yield {"list": "exit_reasons", "items": [_item(reason, reason.group.code) for reason in lists.reasons]}
    yield {"list": "steps", "items": [_item(step) for step in lists.steps]}


def _item(item: DatedItem, group: str | None = None) -> dict[str, Any]:
    return {
        "code": item.code,
        "label": item.label,
        "valid_from": item.valid_from,
        "valid_to": item.valid_to,
        "group": group,
    }
