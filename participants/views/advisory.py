"""Counting advisory contacts, a month a page."""

from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from finsam_tracker.core.doing import posted
from finsam_tracker.core.forms import attempt
from finsam_tracker.core.models import User, acting_user
from finsam_tracker.core.period import Period, PeriodError
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.lookup import find_staffed
from initiatives.models import Initiative
from initiatives.places import tabs
from participants.advisory import contacts_of, month_of, month_problem, neighbour, read_month
from participants.forms.advisory import AdvisoryContactsForm
from participants.services.advisory import count_contacts


@require_http_methods(["GET", "HEAD", "POST"])
def advisory_contacts(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """The grid of one month, and what it does."""
    user = acting_user(request.user)
    place = find_staffed(user, federation, initiative, Permission.REGISTER)
    now, lists = timezone.now(), Lists(place.federation)
    today = timezone.localdate(now)
    month, complaint = _month(request.GET.get("manad", ""), place, today)
    held = contacts_of(place, month)
    form = AdvisoryContactsForm(posted(request), held=held, lists=lists)
    if form.is_bound and complaint:
        # Which month was meant is not known, so nothing may be saved, however good the numbers are.
        form.add_error(None, complaint)
    elif form.is_valid() and _save(form, user, place, month, lists, now):
        messages.success(request, _("Samtalen i %s är sparade.") % month.label)
        return redirect(_address(place, month))
    shown = {
        "initiative": place,
        "tabs": tabs(user, place),
        "form": form,
        "month": month,
        "address": _address(place, month),
        "complaint": "" if form.is_bound else complaint,
        "before": _link(place, neighbour(month, -1, place, today)),
        "after": _link(place, neighbour(month, 1, place, today)),
    }
    return render(request, "participants/advisory.html", shown)


def _save(
    form: AdvisoryContactsForm, user: User, place: Initiative, month: Period, lists: Lists, now: datetime
) -> bool:
    def act() -> int:
        return count_contacts(
            by=user, initiative=place, month=month, counts=form.counts(), now=now, seen=form.state(), lists=lists
        )

    return attempt(form, act) is not None


def _month(text: str, place: Initiative, today: date) -> tuple[Period, str]:
    """The month that the address asks for, or the latest there is and a sentence about why not that one."""
    latest = month_of(min(today, place.end_on or today))
    if not text:
        return latest, ""
    try:
        month = read_month(text)
    except PeriodError as error:
        return latest, str(error)
    problem = month_problem(place, month, today)
    return (latest, problem) if problem else (month, "")


def _address(place: Initiative, month: Period) -> str:
    return f"{reverse('advisory_contacts', args=[place.federation.slug, place.slug])}?manad={month.key}"


def _link(place: Initiative, month: Period | None) -> tuple[str, str] | None:
    return (_address(place, month), month.label) if month else None
