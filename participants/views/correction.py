"""Correcting what is registered, ending it as felregistrering, and undoing one's own latest act."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import User
from initiatives.lists import Lists
from participants.facts import enrolment_of, exit_of
from participants.forms.changing import ReasonForm, UndoForm
from participants.forms.correction import CorrectionForm
from participants.history import History
from participants.models import Participation
from participants.services.correction import correct, void
from participants.services.undo import undo, undoable_act
from participants.views.changing import Deed, carry_out, find_to_change, fresh, show_form
from participants.views.lookup import address_of, leave_void_alone


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct_participation(request: HttpRequest, federation: str, initiative: str, code: str) -> HttpResponse:
    """The form with everything registered, and what it does."""
    user, found = find_to_change(request, federation, initiative, code)
    if away := leave_void_alone(request, found):
        return away
    now, lists = timezone.now(), Lists(found.federation)
    form = CorrectionForm(typed(request), participation=found, lists=lists, today=timezone.localdate(now))
    deed = Deed(
        do=lambda: _correct(user, found, form, lists, now),
        actions=("correct",),
        is_done=lambda: (enrolment_of(fresh(found)), exit_of(found)) == (form.enrolment_facts(), form.exit_or_none()),
        told=_("Deltagandet %s är rättat.") % found.code,
    )
    return carry_out(request, form, deed) or show_form(request, "participants/correct.html", form)


def _correct(user: User, found: Participation, form: CorrectionForm, lists: Lists, now: datetime) -> Participation:
    return correct(
        by=user,
        participation=found,
        enrolment=form.enrolment_facts(),
        exit_=form.exit_or_none(),
        reason=form.cleaned_data["reason"],
        now=now,
        lists=lists,
        seen=form.seen(),
    )


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def void_participation(request: HttpRequest, federation: str, initiative: str, code: str) -> HttpResponse:
    """Ends a registration that should not have been made, with the reason."""
    user, found = find_to_change(request, federation, initiative, code)
    form = ReasonForm(typed(request), participation=found)
    if not (form.is_bound and form.seen()) and (away := leave_void_alone(request, found)):
        return away
    deed = Deed(
        do=lambda: void(
            by=user,
            participation=found,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
            seen=form.seen(),
        ),
        actions=("void",),
        is_done=lambda: fresh(found).is_void,
        told=_("Deltagandet %s är borttaget som felregistrering.") % found.code,
    )
    return carry_out(request, form, deed) or show_form(request, "participants/void.html", form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undo_latest(request: HttpRequest, federation: str, initiative: str, code: str) -> HttpResponse:
    """Says what would be undone, and does it."""
    user, found = find_to_change(request, federation, initiative, code)
    form = UndoForm(typed(request), participation=found)
    now = timezone.now()
    act = undoable_act(user, found, now)
    if act is None and not (form.is_bound and form.seen()):
        messages.info(request, _("Det finns inget att ångra. Rätta deltagandet i stället."))
        return redirect(address_of(found))
    deed = Deed(
        do=lambda: undo(by=user, participation=found, now=now, seen=form.seen()),
        actions=("undo",),
        is_done=lambda: True,
        told=_("Ändringen av %s är ångrad.") % found.code,
    )
    latest = next((e for e in History(found, Lists(found.federation)).entries() if act and e.act.pk == act.pk), None)
    return carry_out(request, form, deed) or show_form(request, "participants/undo.html", form, latest=latest)
