"""Enrolling a participant, and assessing a step."""

from dataclasses import fields
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import User
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.models import Initiative, Step
from initiatives.staffing import require_staff
from participants import policies
from participants.codes import new_code, read_code
from participants.facts import Enrolment
from participants.marks import Mark
from participants.models import Participation, StepAssessment
from participants.services import saving

CODE_TRIES = 20


@transaction.atomic
def enrol(
    *,
    by: User,
    initiative: Initiative,
    facts: Enrolment,
    now: datetime,
    code: str | None = None,
    lists: Lists | None = None,
) -> Participation:
    """Enrol a participant. The system makes the code; ``code`` is for data that comes with codes of ours.

    Raises ValidationError with Swedish sentences by field, PermissionDenied for one who does not work there.
    """
    require_staff(by, initiative, Permission.REGISTER)
    lists = lists or Lists(initiative.federation)
    policies.refuse(policies.enrolment_problems(initiative, facts, lists, timezone.localdate(now)))
    participation = Participation(
        federation=initiative.federation,
        initiative=initiative,
        code=_free_code(initiative, code),
        recorded_on=timezone.localdate(now),
        **fields_of(facts),
    )
    participation.save()
    participation.keep_first_version(saving.act_on(participation, by=by, action="enrol", now=now))
    return participation


@transaction.atomic
def assess_step(
    *, by: User, participation: Participation, step: Step, on: date, now: datetime, seen: Mark | None = None
) -> StepAssessment:
    """Register where on the ladder the participant stands on a day; one assessment a day, a second one replaces it."""
    participation = saving.locked(by, participation, seen)
    policies.refuse(policies.assessment_problems(participation, step, on, timezone.localdate(now)))
    assessment = participation.assessments.counted().filter(on=on).first() or StepAssessment(
        participation=participation, on=on
    )
    assessment.step = step
    act = saving.act_on(participation, by=by, action="assess_step", now=now)
    saving.save(assessment, act)
    if refresh_steps(participation):
        saving.save(participation, act)
    return assessment


def refresh_steps(participation: Participation) -> bool:
    """Set first and last step from the assessments that count; whether that changed them. The caller saves."""
    assessments = list(participation.assessments.counted().select_related("step"))
    before = (participation.first_step_id, participation.last_step_id)
    participation.first_step = assessments[0].step if assessments else None
    participation.last_step = assessments[-1].step if assessments else None
    return before != (participation.first_step_id, participation.last_step_id)


def fields_of(facts: Enrolment) -> dict[str, object]:
    """The facts as the model's columns."""
    return {field.name: getattr(facts, field.name) for field in fields(facts)}


def _free_code(initiative: Initiative, wanted: str | None) -> str:
    taken = Participation.objects.filter(federation=initiative.federation)
    if wanted is not None:
        code = read_code(wanted)
        if code is None:
            raise ValidationError({"code": _("Koden stämmer inte. Kontrollera varje tecken mot den kod du fick.")})
        if taken.filter(code=code).exists():
            raise ValidationError({"code": _("Koden finns redan. Öppna det deltagandet i stället.")})
        return code
    for _try in range(CODE_TRIES):
        code = new_code()
        if not taken.filter(code=code).exists():
            return code
    raise RuntimeError(f"No free code in {CODE_TRIES} tries; are the codes random?")
