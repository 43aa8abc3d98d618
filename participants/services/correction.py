"""Correcting what was registered, and ending a registration that should not have been made."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import User
from finsam_tracker.core.reasons import reason_problems
from initiatives.lists import Lists
from participants import policies
from participants.facts import Enrolment, Exit
from participants.marks import Mark
from participants.models import Participation
from participants.services import saving
from participants.services.enrolment import fields_of
from participants.services.exit import plan_follow_ups, set_exit, void_follow_ups


@transaction.atomic
def correct(
    *,
    by: User,
    participation: Participation,
    enrolment: Enrolment,
    exit_: Exit | None,
    reason: str,
    now: datetime,
    lists: Lists | None = None,
    seen: Mark | None = None,
) -> Participation:
    """Replace what is registered about the start and the exit, saying why. Unchanged facts are passed as they are.

    An exit can be corrected but not made or taken back here. A moved exit date makes its planned follow-ups anew.
    """
    participation = saving.locked(by, participation, seen)
    policies.refuse(reason_problems(reason))
    if participation.is_void:
        raise ValidationError(_("Deltagandet är en felregistrering och kan inte rättas."))
    if (exit_ is None) != (participation.exit_on is None):
        raise ValidationError(_("Avsluta eller öppna deltagandet på dess egen sida; här rättas det som redan finns."))
    lists = lists or Lists(participation.federation)
    today = timezone.localdate(now)
    problems = policies.enrolment_problems(participation.initiative, enrolment, lists, today)
    earliest, old_exit = participation.start_on, participation.exit_on
    for name, value in fields_of(enrolment).items():
        setattr(participation, name, value)
    if exit_ is not None:
        problems |= policies.exit_problems(participation, exit_, lists, today)
    policies.refuse(problems | policies.order_problems(participation))
    set_exit(participation, exit_)
    act = saving.act_on(participation, by=by, action="correct", now=now, reason=reason, from_day=earliest)
    saving.save(participation, act)
    if participation.exit_on != old_exit:
        void_follow_ups(participation, act)
        plan_follow_ups(participation, act)
    return participation


@transaction.atomic
def void(
    *, by: User, participation: Participation, reason: str, now: datetime, seen: Mark | None = None
) -> Participation:
    """End as felregistrering: leaves every statistic, stays in the history."""
    participation = saving.locked(by, participation, seen)
    policies.refuse(reason_problems(reason))
    if participation.is_void:
        raise ValidationError(_("Deltagandet är redan en felregistrering."))
    participation.is_void = True
    act = saving.act_on(participation, by=by, action="void", now=now, reason=reason)
    saving.save(participation, act)
    void_follow_ups(participation, act)
    return participation
