"""The start page of an initiative: what is to be done, and numbers at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from finsam_tracker.core.models import acting_user
from finsam_tracker.core.permissions import Permission
from initiatives.duties import duties_in
from initiatives.lookup import find_staffed
from initiatives.models import Initiative
from initiatives.places import tabs
from participants.forms.filters import YES
from participants.forms.search import CodeSearchForm
from participants.models import FollowUp, Participation, ParticipationQuerySet
from participants.quality.checks import noticed
from participants.quality.moment import moment_of
from participants.todo import DAYS_AHEAD, MONTHS_WITHOUT_STEP, Waiting, waiting_in
from participants.views.lookup import address_of_list

SHOWN_AT_ONCE = 5
"""So many are listed on the page itself; more are a number and a link."""


@dataclass(frozen=True)
class Kind:
    """A kind of thing to do: the set of ``Waiting`` it comes from, the list's filter, and the page that does it."""

    waiting: str
    title: str | Promise
    hint: str | Promise
    filter: str
    value: str
    page: str
    is_urgent: bool = False


KINDS = (
    Kind("overdue", _("Försenade uppföljningar"), "", "uppfoljning", "forsenad", "follow_up", True),
    Kind("due_this_month", _("Uppföljningar den här månaden"), "", "uppfoljning", "manad", "follow_up"),
    Kind(
        "without_step",
        _("Deltaganden utan stegbedömning"),
        format_lazy(_("Pågår, och inget steg är bedömt på {} månader."), MONTHS_WITHOUT_STEP),
        "utan_steg",
        YES,
        "assess",
    ),
    Kind(
        "blanks",
        _("Deltaganden där uppgifter saknas"),
        _("Pågår eller är avslutade i år. Tabellerna redovisar dem som Uppgift saknas."),
        "saknas",
        YES,
        "correct",
    ),
    Kind(
        "coming",
        _("Uppföljningar därefter"),
        format_lazy(_("Inom {} dagar."), DAYS_AHEAD),
        "uppfoljning",
        "kommande",
        "follow_up",
    ),
)


@dataclass(frozen=True)
class Line:
    """One thing to do: where, and since or by when."""

    code: str
    address: str
    day: date


@dataclass(frozen=True)
class Task:
    """A kind of thing to do and how many there are; ``lines`` are all of them, or none where they are too many."""

    kind: Kind
    count: int
    lines: Sequence[Line]
    address: str


# Rows are not left in the cache of a shared computer.
@never_cache
@require_safe
def my_initiative(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """What is to be done, and numbers at a glance."""
    user = acting_user(request.user)
    place = find_staffed(user, federation, initiative, Permission.SEE_ROWS)
    today = timezone.localdate()
    waiting, rows = waiting_in([place], today), Participation.objects.visible_to(user).filter(initiative=place)
    tasks = [_task(kind, waiting, place) for kind in KINDS]
    shown = {
        "initiative": place,
        "tabs": tabs(user, place),
        "search": CodeSearchForm(),
        "list_address": address_of_list(place),
        "to_see_over": noticed(rows, moment_of(place.federation, "", today)[0]).count(),
        "duties": duties_in(user, place, today),
        "tasks": [task for task in tasks if task.count],
        "numbers": _numbers(rows, today),
        "year": str(today.year),
        "may_register": user.may(Permission.REGISTER, place.federation),
    }
    return render(request, "participants/my_initiative.html", shown)


def _task(kind: Kind, waiting: Waiting, place: Initiative) -> Task:
    rows = getattr(waiting, kind.waiting)
    if kind.page == "follow_up":
        rows = rows.select_related("participation").order_by("due_on", "pk")
    else:
        rows = rows.order_by("start_on", "pk")
    first = list(rows[: SHOWN_AT_ONCE + 1])
    all_shown = len(first) <= SHOWN_AT_ONCE
    address = f"{address_of_list(place)}?{urlencode({'visa': 'alla', kind.filter: kind.value})}"
    lines = [_line(kind, row, place) for row in first] if all_shown else []
    return Task(kind, len(first) if all_shown else rows.count(), lines, address)


def _line(kind: Kind, row: FollowUp | Participation, place: Initiative) -> Line:
    where: list[object] = [place.federation.slug, place.slug]
    if isinstance(row, FollowUp):
        code, day = row.participation.code, row.due_on
        return Line(code, reverse(kind.page, args=[*where, code, row.months]), day)
    return Line(row.code, reverse(kind.page, args=[*where, row.code]), row.start_on)


def _numbers(rows: ParticipationQuerySet, today: date) -> dict[str, int]:
    first = date(today.year, 1, 1)
    return rows.counted().aggregate(
        ongoing=Count("pk", filter=Q(exit_on=None)),
        new=Count("pk", filter=Q(start_on__gte=first)),
        exited=Count("pk", filter=Q(exit_on__gte=first)),
    )
