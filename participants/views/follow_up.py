"""Registering what became of a follow-up."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import User
from initiatives.lists import Lists
from participants.codes import FollowUpOutcome
from participants.facts import FollowUpAnswer, answer_of
from participants.forms.changing import UndoForm
from participants.forms.follow_up import FollowUpForm
from participants.models import FollowUp, Participation
from participants.services.followup import answer, try_again
from participants.views.changing import Deed, carry_out, find_to_change, fresh, show_form


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, federation: str, initiative: str, code: str, months: int) -> HttpResponse:
    """The form, and what it does; for a follow-up that is done, a correction of it."""
    user, found = find_to_change(request, federation, initiative, code)
    asked = _find_follow_up(found, months)
    now, lists = timezone.now(), Lists(found.federation)
    today = timezone.localdate(now)
    form = FollowUpForm(typed(request), participation=found, follow_up=asked, lists=lists, today=today)
    deed = Deed(
        do=lambda: _answer(user, asked, form, lists, now),
        actions=("follow_up",),
        is_done=lambda: _is_done(fresh(asked), form.facts(), again=form.tries_again),
        told=_("Uppföljningen av %s är sparad.") % found.code,
    )
    return carry_out(request, form, deed) or show_form(
        request, "participants/follow_up.html", form, follow_up=asked, attempts=asked.attempts(), after=form.after()
    )


@never_cache
@require_POST
def follow_up_fields(request: HttpRequest, federation: str, initiative: str, code: str, months: int) -> HttpResponse:
    """The part of the form that follows from the outcome, while somebody fills it in. Saves nothing."""
    _user, found = find_to_change(request, federation, initiative, code)
    asked = _find_follow_up(found, months)
    lists, today = Lists(found.federation), timezone.localdate()
    form = FollowUpForm(participation=found, follow_up=asked, lists=lists, today=today, chosen=request.POST)
    return render(request, "participants/follow_up_after.html", {"after": form.after() if form.is_reached else []})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def plan_again(request: HttpRequest, federation: str, initiative: str, code: str, months: int) -> HttpResponse:
    """Plans a follow-up again that did not reach the participant."""
    user, found = find_to_change(request, federation, initiative, code)
    asked = _find_follow_up(found, months)
    form = UndoForm(typed(request), participation=found)
    deed = Deed(
        do=lambda: try_again(by=user, follow_up=asked, now=timezone.now(), seen=form.seen()),
        actions=("try_again",),
        is_done=lambda: fresh(asked).outcome == FollowUpOutcome.PLANNED,
        told=_("Uppföljningen av %s är planerad igen.") % found.code,
    )
    return carry_out(request, form, deed) or show_form(
        request, "participants/plan_again.html", form, follow_up=asked, attempts=asked.attempts()
    )


def _find_follow_up(participation: Participation, months: int) -> FollowUp:
    rows = participation.follow_ups.counted().select_related("participation__initiative__federation")
    return get_object_or_404(rows, months=months)


def _answer(user: User, asked: FollowUp, form: FollowUpForm, lists: Lists, now: datetime) -> FollowUp:
    return answer(
        by=user,
        follow_up=asked,
        facts=form.facts(),
        now=now,
        reason=form.cleaned_data.get("reason", ""),
        again=form.tries_again,
        lists=lists,
        seen=form.seen(),
    )


def _is_done(asked: FollowUp, facts: FollowUpAnswer, *, again: bool) -> bool:
    return asked.outcome == FollowUpOutcome.PLANNED if again else answer_of(asked) == facts
