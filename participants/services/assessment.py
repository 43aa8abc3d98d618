"""Taking back an assessment of a step. Making one is beside the enrolment."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from finsam_tracker.core.models import User
from finsam_tracker.core.reasons import reason_problems
from participants import policies
from participants.marks import Mark
from participants.models import StepAssessment
from participants.services import saving
from participants.services.enrolment import refresh_steps


@transaction.atomic
def take_back_assessment(
    *, by: User, assessment: StepAssessment, reason: str, now: datetime, seen: Mark | None = None
) -> StepAssessment:
    """Let an assessment fall away, saying why; it stays in the history."""
    participation = saving.locked(by, assessment.participation, seen)
    policies.refuse(reason_problems(reason))
    assessment = StepAssessment.objects.select_for_update().get(pk=assessment.pk)
    if assessment.is_void:
        raise ValidationError(_("Bedömningen är redan borttagen."))
    assessment.is_void = True
    act = saving.act_on(participation, by=by, action="take_back_assessment", now=now, reason=reason)
    saving.save(assessment, act)
    if refresh_steps(participation):
        saving.save(participation, act)
    return assessment
