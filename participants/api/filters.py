"""What a list of participations can be narrowed to."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from finsam_tracker.core.days import DayError, read_day
from finsam_tracker.core.paging import only_known
from finsam_tracker.core.problems import wrong_parameter
from participants.models import Participation

STATES = ("ongoing", "exited", "void")
DAYS = {
    "started_from": ("start_on__gte", "Started on the day or later."),
    "started_to": ("start_on__lte", "Started on the day or earlier."),
    "exited_from": ("exit_on__gte", "Left on the day or later."),
    "exited_to": ("exit_on__lte", "Left on the day or earlier."),
}
FILTERS = (
    OpenApiParameter("state", str, enum=STATES, description="Without it: all but those that are void."),
    *(OpenApiParameter(name, OpenApiTypes.DATE, description=told) for name, (_lookup, told) in DAYS.items()),
)


def narrowed(request: Request, rows: QuerySet[Participation]) -> QuerySet[Participation]:
    """The rows that the question is about; raises Problem where it cannot be read."""
    only_known(request, "state", *DAYS)
    rows = _in_state(request, rows)
    for name, (lookup, _told) in DAYS.items():
        if name in request.query_params:
            rows = rows.filter(**{lookup: _day(name, request.query_params[name])})
    return rows


def _in_state(request: Request, rows: QuerySet[Participation]) -> QuerySet[Participation]:
    state = request.query_params.get("state")
    if state is None:
        return rows.filter(is_void=False)
    if state not in STATES:
        raise wrong_parameter("state", _("Välj state bland %s.") % ", ".join(STATES))
    if state == "void":
        return rows.filter(is_void=True)
    return rows.filter(is_void=False, exit_on__isnull=state == "ongoing")


def _day(name: str, text: str) -> date:
    try:
        return read_day(text)
    except DayError as error:
        raise wrong_parameter(name, _("Skriv %s som åååå-mm-dd, till exempel 2025-01-31.") % name) from error
