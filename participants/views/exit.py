"""Ending a participation, and opening one again."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import User
from initiatives.lists import Lists
from participants.facts import enrolment_of, exit_of
from participants.forms.changing import ReasonForm
from participants.forms.exit import ExitForm
from participants.models import Participation
from participants.services.correction import correct
from participants.services.exit import end, reopen
from participants.views.changing import Deed, carry_out, find_to_change, fresh, show_form
from participants.views.lookup import address_of


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end_participation(request: HttpRequest, federation: str, initiative: str, code: str) -> HttpResponse:
    """The form, and what it does. What had ended already when the form was opened is shown instead."""
    user, found = find_to_change(request, federation, initiative, code)
    now, lists = timezone.now(), Lists(found.federation)
    form = ExitForm(typed(request), participation=found, lists=lists, today=timezone.localdate(now))
    if not found.is_ongoing and not (form.is_bound and form.seen()):
        messages.info(request, _("Deltagandet pågår inte längre. Så här är det registrerat."))
        return redirect(address_of(found))
    deed = Deed(
        do=lambda: _end(user, found, form, lists, now),
        actions=("exit", "correct"),
        is_done=lambda: exit_of(fresh(found)) == form.exit_facts(),
        told=_("Deltagandet %s är avslutat.") % found.code,
    )
    return carry_out(request, form, deed) or show_form(request, "participants/exit.html", form, extents=form.extents())


def _end(user: User, found: Participation, form: ExitForm, lists: Lists, now: datetime) -> Participation:
    """End it; or, for one who has seen that somebody else ended it and saves anyway, put this exit in its place."""
    facts, seen = form.exit_facts(), form.seen()
    if found.exit_on is None or found.is_void:
        return end(by=user, participation=found, facts=facts, now=now, lists=lists, seen=seen)
    why = _("två avslut samtidigt")
    start = enrolment_of(found)
    return correct(
        by=user, participation=found, enrolment=start, exit_=facts, reason=why, now=now, lists=lists, seen=seen
    )


@never_cache
@require_POST
def exit_fields(request: HttpRequest, federation: str, initiative: str, code: str) -> HttpResponse:
    """The part of the form that follows from the date or the reason, while somebody fills it in. Saves nothing."""
    _user, found = find_to_change(request, federation, initiative, code)
    form = ExitForm(
        initial={
            name: request.POST.get(name, "") for name in ("exit_on", "exit_reason", "work_after", "studies_after")
        },
        participation=found,
        lists=Lists(found.federation),
        today=timezone.localdate(),
        only_on_the_day=True,
    )
    follows_date = request.headers.get("HX-Trigger") == "exit-reasons"
    template = "participants/exit_reasons.html" if follows_date else "participants/exit_extents.html"
    return render(request, template, {"form": form, "extents": form.needed_extents()})


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reopen_participation(request: HttpRequest, federation: str, initiative: str, code: str) -> HttpResponse:
    """Takes an exit back, with the reason."""
    user, found = find_to_change(request, federation, initiative, code)
    form = ReasonForm(typed(request), participation=found)
    if (found.exit_on is None or found.is_void) and not (form.is_bound and form.seen()):
        messages.info(request, _("Deltagandet är inte avslutat, så det finns inget att öppna igen."))
        return redirect(address_of(found))
    deed = Deed(
        do=lambda: reopen(
            by=user,
            participation=found,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
            seen=form.seen(),
        ),
        actions=("reopen",),
        is_done=lambda: fresh(found).is_ongoing,
        told=_("Deltagandet %s är öppet igen.") % found.code,
    )
    return carry_out(request, form, deed) or show_form(request, "participants/reopen.html", form)
