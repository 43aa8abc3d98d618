"""What every act has in common."""

from datetime import date, datetime

from django.utils import timezone

from finsam_tracker.core import audit
from finsam_tracker.core.models import AuditEvent, User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.staleness import mark_stale
from initiatives.staffing import require_staff
from participants.marks import Mark, mark_of
from participants.models import FollowUp, Participation, StepAssessment


class ChangedMeanwhileError(Exception):
    """Somebody has changed the participation since the person who saves saw it. Nothing was written."""


def locked(by: User, participation: Participation, seen: Mark | None = None) -> Participation:
    """The participation as it is now, locked until the transaction ends, if the person may register in it.

    With ``seen``, raises ChangedMeanwhileError where it is no longer as the person saw it.
    """
    initiative = participation.initiative
    require_staff(by, initiative, Permission.REGISTER)
    row = Participation.objects.select_for_update().get(pk=participation.pk)
    if seen is not None and mark_of(row) != seen:
        raise ChangedMeanwhileError
    # Neither ever changes for a participation, so what the caller holds is good.
    row.initiative, row.federation = initiative, initiative.federation
    return row


def act_on(
    participation: Participation,
    *,
    by: User,
    action: str,
    now: datetime,
    reason: str = "",
    from_day: date | None = None,
) -> AuditEvent:
    """Write the act down and note that the statistics from the participation's first day on are stale."""
    mark_stale(
        participation.federation,
        now=now,
        from_day=min(from_day or participation.start_on, participation.start_on),
    )
    return audit.record(
        by=by,
        action=action,
        subject=participation,
        federation=participation.federation,
        now=now,
        reason=reason,
    )


def save(row: Participation | FollowUp | StepAssessment, act: AuditEvent) -> None:
    """Save a registration with the day it was recorded, and keep the version."""
    row.recorded_on = timezone.localdate(act.at)
    row.save()
    row.keep_version(act)
