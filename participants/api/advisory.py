"""Advisory contacts over REST, a month at a time."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from finsam_tracker.core.api import ApiView, problems
from finsam_tracker.core.api_reading import Given, Property, WrongValueError, checked, read_body, text, whole_number
from finsam_tracker.core.period import Period, PeriodError
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.problems import wrong_parameter
from initiatives.models import Initiative
from participants.advisory import Place, contacts_of, field_of, read_month
from participants.api.acting import place_of, refusals
from participants.api.views import PLACE
from participants.models.advisory import MOST_CONTACTS
from participants.policies import Problems
from participants.services.advisory import count_contacts

MONTH = OpenApiParameter("month", str, OpenApiParameter.PATH, description="A month, as `2025-03`.")
EXAMPLE = OpenApiExample(
    "A month", value={"counts": [{"kind": "phone", "referred_to": "af", "count": 4}]}, request_only=True
)


class CountSerializer(serializers.Serializer[Any]):
    """How many contacts of a kind ended in a referral. Codes of the lists `contact_kind` and `contact_outcome`."""

    kind = serializers.CharField()
    referred_to = serializers.CharField()
    count: Any = serializers.IntegerField()


class MonthOfContactsSerializer(serializers.Serializer[Any]):
    """A month's contacts: counted, and nobody enrolled."""

    counts = CountSerializer(many=True)


class AdvisoryContactsView(ApiView):
    """One month."""

    @extend_schema(
        operation_id="advisory_contacts_read",
        summary="The advisory contacts of a month",
        parameters=[*PLACE, MONTH],
        responses={200: MonthOfContactsSerializer, **problems(400, 401, 403, 404, 406, 429)},
    )
    def get(self, request: Request, federation: str, initiative: str, month: str) -> Response:
        _user, place = place_of(request, federation, initiative, Permission.SEE_ROWS)
        return Response(_told(place, _month(month)))

    @extend_schema(
        operation_id="advisory_contacts_count",
        summary="Count the advisory contacts of a month",
        description="What is sent holds; what is left out stays as it is. Sent again, nothing changes.",
        parameters=[*PLACE, MONTH],
        request=MonthOfContactsSerializer,
        responses={200: MonthOfContactsSerializer, **problems(400, 401, 403, 404, 406, 413, 415, 429)},
        examples=[EXAMPLE],
    )
    def put(self, request: Request, federation: str, initiative: str, month: str) -> Response:
        user, place = place_of(request, federation, initiative, Permission.REGISTER)
        period = _month(month)
        counts = checked(read_body(request.data, _BODY))["counts"]
        with refusals(renamed=lambda problems: _renamed(problems, list(counts))):
            count_contacts(by=user, initiative=place, month=period, counts=counts, now=timezone.now())
        return Response(_told(place, period))


def _month(text: str) -> Period:
    try:
        return read_month(text)
    except PeriodError as error:
        raise wrong_parameter("month", str(error)) from error


def _counts(value: Any) -> dict[Place, int]:
    if not isinstance(value, list):
        raise WrongValueError(_("Skicka en lista med kind, referred_to och count."))
    return {(row["kind"], row["referred_to"]): row["count"] for row in map(_row, value)}


def _row(value: Any) -> dict[str, Any]:
    number = _("Skriv antalet som ett heltal mellan 0 och %d.") % MOST_CONTACTS
    code = Property(text, _("Skicka en kod ur listan."))
    given: Given = read_body(
        value, {"kind": code, "referred_to": code, "count": Property(whole_number(number), number)}
    )
    if given.problems:
        raise WrongValueError(" ".join(sentence for told in given.problems.values() for sentence in told))
    return given.values


_BODY = {"counts": Property(_counts, "Skicka counts.")}


def _renamed(problems: Problems, places: list[Place]) -> Problems:
    """The faults of the grid's squares, by their place in the list that was sent."""
    at = {field_of(place): f"counts/{index}" for index, place in enumerate(places)}
    return {at.get(name, name): told for name, told in problems.items()}


def _told(place: Initiative, month: Period) -> dict[str, Any]:
    held = contacts_of(place, month)
    counts = sorted(held.counts.items())
    return {"counts": [{"kind": kind, "referred_to": to, "count": n} for (kind, to), n in counts]}
