"""Registering what became of a follow-up."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import User
from initiatives.lists import Lists
from participants import policies
from participants.facts import FollowUpAnswer
from participants.models import FollowUp
from participants.services import saving


@transaction.atomic
def answer(
    *, by: User, follow_up: FollowUp, facts: FollowUpAnswer, now: datetime, lists: Lists | None = None
) -> FollowUp:
    """Register the outcome of a follow-up. Raises ValidationError with Swedish sentences by field."""
    participation = saving.locked(by, follow_up.participation)
    follow_up = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if follow_up.is_void:
        raise ValidationError(_("Uppföljningen gäller inte längre, eftersom avslutet har tagits tillbaka."))
    lists = lists or Lists(participation.federation)
    policies.refuse(policies.follow_up_problems(follow_up, facts, lists, timezone.localdate(now)))
    follow_up.outcome = facts.outcome
    follow_up.done_on = facts.done_on
    follow_up.work_after = facts.work_after
    follow_up.studies_after = facts.studies_after
    follow_up.support_after = facts.support_after
    saving.save(follow_up, saving.act_on(participation, by=by, action="follow_up", now=now))
    return follow_up
