"""Undoing one's own latest act on a participation: everything it touched is again as it was before."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from finsam_tracker.core.models import AuditEvent, User
from participants.marks import Mark
from participants.models import (
    FollowUp,
    FollowUpVersion,
    Participation,
    ParticipationVersion,
    StepAssessment,
    StepAssessmentVersion,
    Version,
)
from participants.services import saving

UNDO_WITHIN = timedelta(hours=24)
"""Later than this it is no slip of the hand: then one corrects, and says why."""
UNDOABLE = frozenset(
    {
        "enrol",
        "exit",
        "assess_step",
        "follow_up",
        "try_again",
        "correct",
        "reopen",
        "void",
        "take_back_assessment",
    }
)
Row = Participation | StepAssessment | FollowUp


def undoable_act(by: User, participation: Participation, now: datetime) -> AuditEvent | None:
    """The act that the person could undo now: their own, not old, and the last that happened to the participation."""
    acts = {
        version.act.pk: version.act
        for model in (ParticipationVersion, StepAssessmentVersion, FollowUpVersion)
        if (version := _latest(model, participation))
    }
    if not acts:
        return None
    last = acts[max(acts)]
    is_ones_own = last.actor_id == by.pk and last.subject_id == participation.pk
    return last if is_ones_own and last.action in UNDOABLE and now - last.at <= UNDO_WITHIN else None


@transaction.atomic
def undo(*, by: User, participation: Participation, now: datetime, seen: Mark | None = None) -> Participation:
    """Undo one's latest act. What was made by it falls away; what was changed by it is restored."""
    participation = saving.locked(by, participation, seen)
    undone = undoable_act(by, participation, now)
    if undone is None:
        raise ValidationError(_("Det finns inget att ångra. Rätta deltagandet i stället."))
    rows = list(_touched(participation, undone))
    start_before = participation.start_on
    for row, before in rows:
        _restore(row, before)
    act = saving.act_on(participation, by=by, action="undo", now=now, reason=_("ångrat"), from_day=start_before)
    # What falls away goes first: a follow-up may come back in the place of one that goes.
    for row, _before in sorted(rows, key=lambda pair: not pair[0].is_void):
        saving.save(row, act)
    return participation


def _latest(model: Any, participation: Participation) -> Version | None:
    of = {"registration" if model is ParticipationVersion else "participation": participation}
    latest: Version | None = model.objects.filter(**of).select_related("act").order_by("pk").last()
    return latest


def _touched(participation: Participation, act: AuditEvent) -> Iterable[tuple[Row, Version | None]]:
    """The rows that the act changed, each with its version before the act; None for one that the act made."""
    if ParticipationVersion.objects.filter(act=act, registration=participation).exists():
        yield participation, _before(ParticipationVersion, participation, act)
    for assessment in participation.assessments.filter(versions__act=act).distinct():
        yield assessment, _before(StepAssessmentVersion, assessment, act)
    for follow_up in participation.follow_ups.filter(versions__act=act).distinct():
        yield follow_up, _before(FollowUpVersion, follow_up, act)


def _before(model: Any, row: Row, act: AuditEvent) -> Version | None:
    earlier: Version | None = model.objects.filter(registration=row).exclude(act=act).order_by("pk").last()
    return earlier


def _restore(row: Row, before: Version | None) -> None:
    """Put the values before into the row. The caller saves."""
    if before is None:
        row.is_void = True
        return
    for field in row.version_model.facts_model._meta.fields:  # noqa: SLF001 - Django's documented Meta API
        setattr(row, field.attname, getattr(before, field.attname))
