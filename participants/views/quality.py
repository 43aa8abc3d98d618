"""What to see over in an initiative's registrations, and what to do about each. For those who see its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from finsam_tracker.core.models import acting_user
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.lookup import find_staffed
from initiatives.models import Initiative
from initiatives.places import tabs
from participants.quality import counting
from participants.quality.checks import BLANKS, CHECKS
from participants.quality.counting import Part
from participants.quality.lateness import CLASSES, Registered
from participants.quality.moment import Moment, moment_of, offered_periods
from participants.views.lookup import address_of_list


@dataclass(frozen=True)
class Notice:
    """Something to see over: how many, what to do, and the list of them. ``count`` is None where no limit is set."""

    title: str | Promise
    remedy: str | Promise
    count: int | None
    address: str


@dataclass(frozen=True)
class BlankLine:
    """A line of what is left out."""

    title: str | Promise
    part: Part
    address: str


@never_cache
@require_safe
def initiative_quality(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """The page of one initiative."""
    user = acting_user(request.user)
    place = find_staffed(user, federation, initiative, Permission.SEE_ROWS)
    today = timezone.localdate()
    moment, complaint = moment_of(place.federation, request.GET.get("period", ""), today)
    registered = Registered([place], moment)
    shown = {
        "initiative": place,
        "tabs": tabs(user, place),
        "complaint": complaint,
        "period": moment.period,
        "periods": offered_periods(moment.period, today),
        "page_address": reverse("initiative_quality", args=[place.federation.slug, place.slug]),
        "notices": [notice for notice in _notices(place, moment) if notice.count != 0],
        "blanks": list(_blanks(place, moment)),
        "classes": [title for _last, title in CLASSES],
        "closed": registered.period,
        "lateness": registered.of(place),
        "silence": counting.silences([place], moment)[place.pk],
    }
    return render(request, "participants/quality.html", shown)


def _notices(place: Initiative, moment: Moment) -> Iterator[Notice]:
    late = counting.overdue([place], moment.today).get(place.pk, 0)
    remedy = _("Följ upp dem, eller registrera att personen inte nåddes eller avböjde.")
    yield Notice(_("Försenade uppföljningar"), remedy, late, _list(place, uppfoljning="forsenad"))
    found = counting.found_by_checks([place], moment)
    for check in CHECKS:
        count = found[check.key].get(place.pk, 0) if check.is_set(moment) else None
        yield Notice(check.title, check.remedy, count, _list(place, kvalitet=check.key, period=moment.period.key))


def _blanks(place: Initiative, moment: Moment) -> Iterator[BlankLine]:
    found, lists = counting.blanks([place], moment), Lists(place.federation)
    for blank in BLANKS:
        if blank.applies(place, lists):
            part = found[blank.key].get(place.pk, Part(0, 0))
            yield BlankLine(blank.title, part, _list(place, kvalitet=blank.key, period=moment.period.key))


def _list(place: Initiative, **narrowed: str) -> str:
    return f"{address_of_list(place)}?{urlencode({'visa': 'alla', **narrowed})}"
