"""Assessing a step, and taking an assessment back."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from finsam_tracker.core.kept import keeps_typed, typed
from initiatives.lists import Lists
from participants.forms.assessment import AssessmentForm
from participants.forms.changing import ReasonForm
from participants.models import Participation, StepAssessment
from participants.services.assessment import take_back_assessment
from participants.services.enrolment import assess_step
from participants.views.changing import Deed, carry_out, find_to_change, fresh, show_form
from participants.views.lookup import leave_void_alone


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, federation: str, initiative: str, code: str) -> HttpResponse:
    """The form, and what it does."""
    user, found = find_to_change(request, federation, initiative, code)
    if away := leave_void_alone(request, found):
        return away
    now, lists = timezone.now(), Lists(found.federation)
    form = AssessmentForm(typed(request), participation=found, lists=lists, today=timezone.localdate(now))
    deed = Deed(
        do=lambda: assess_step(
            by=user,
            participation=found,
            step=form.chosen_step(),
            on=form.cleaned_data["on"],
            now=now,
            seen=form.seen(),
        ),
        actions=("assess_step",),
        is_done=lambda: (
            found.assessments.counted().filter(on=form.cleaned_data["on"], step=form.chosen_step()).exists()
        ),
        told=_("Bedömningen av %s är sparad.") % found.code,
    )
    latest = found.assessments.counted().select_related("step").last()
    return carry_out(request, form, deed) or show_form(
        request, "participants/assess.html", form, latest=latest, has_ladder=bool(lists.steps)
    )


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, federation: str, initiative: str, code: str, on: str) -> HttpResponse:
    """Takes the assessment of a day back, with the reason."""
    user, found = find_to_change(request, federation, initiative, code)
    assessment = _find_assessment(found, on)
    form = ReasonForm(typed(request), participation=found)
    deed = Deed(
        do=lambda: take_back_assessment(
            by=user,
            assessment=assessment,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
            seen=form.seen(),
        ),
        actions=("take_back_assessment",),
        is_done=lambda: fresh(assessment).is_void,
        told=_("Bedömningen %(day)s av %(code)s är borttagen.") % {"day": assessment.on, "code": found.code},
    )
    return carry_out(request, form, deed) or show_form(
        request, "participants/take_back.html", form, assessment=assessment
    )


def _find_assessment(participation: Participation, on: str) -> StepAssessment:
    """The assessment of a day; one that was taken back only where no other has come in its place."""
    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise Http404 from error
    rows = participation.assessments.filter(on=day).select_related("step", "participation__initiative__federation")
    return get_object_or_404(rows.order_by("is_void", "-pk")[:1])
