"""Registering what became of a follow-up."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import User
from finsam_tracker.core.reasons import reason_problems
from initiatives.lists import Lists
from participants import policies
from participants.codes import FollowUpOutcome
from participants.facts import FollowUpAnswer
from participants.marks import Mark
from participants.models import FollowUp
from participants.services import saving


@transaction.atomic
def answer(
    *,
    by: User,
    follow_up: FollowUp,
    facts: FollowUpAnswer,
    now: datetime,
    reason: str = "",
    again: bool = False,
    lists: Lists | None = None,
    seen: Mark | None = None,
) -> FollowUp:
    """Register the outcome of a follow-up, or correct it with a reason.

    With ``again`` an attempt that did not reach the participant leaves the follow-up
    planned. Raises ValidationError with Swedish sentences by field.
    """
    participation = saving.locked(by, follow_up.participation, seen)
    follow_up = _in_force(follow_up)
    lists = lists or Lists(participation.federation)
    problems = policies.follow_up_problems(follow_up, facts, lists, timezone.localdate(now))
    policies.refuse(problems | (reason_problems(reason) if policies.is_final(follow_up) else {}))
    act = saving.act_on(participation, by=by, action="follow_up", now=now, reason=reason)
    _put(follow_up, facts)
    saving.save(follow_up, act)
    if again and facts.outcome == FollowUpOutcome.NOT_REACHED:
        # Two states that begin in one moment: the attempt stays in the history, and the later one lasts.
        _put(follow_up, None)
        saving.save(follow_up, act)
    return follow_up


@transaction.atomic
def try_again(*, by: User, follow_up: FollowUp, now: datetime, seen: Mark | None = None) -> FollowUp:
    """Plan a follow-up anew that did not reach the participant. The attempt stays in the history, and is counted."""
    participation = saving.locked(by, follow_up.participation, seen)
    follow_up = _in_force(follow_up)
    if follow_up.outcome != FollowUpOutcome.NOT_REACHED:
        raise ValidationError(_("Bara en uppföljning som inte nådde deltagaren kan göras igen."))
    _put(follow_up, None)
    saving.save(follow_up, saving.act_on(participation, by=by, action="try_again", now=now))
    return follow_up


def _in_force(follow_up: FollowUp) -> FollowUp:
    row = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if row.is_void:
        raise ValidationError(_("Uppföljningen gäller inte längre, eftersom avslutet har tagits tillbaka."))
    return row


def _put(follow_up: FollowUp, facts: FollowUpAnswer | None) -> None:
    """Put an answer, or none, into the row. The caller saves."""
    follow_up.outcome = facts.outcome if facts else FollowUpOutcome.PLANNED
    follow_up.done_on = facts.done_on if facts else None
    follow_up.work_after = facts.work_after if facts else None
    follow_up.studies_after = facts.studies_after if facts else None
    follow_up.support_after = facts.support_after if facts else None
