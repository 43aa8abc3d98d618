"""Ending a participation, and taking an exit back."""

from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import AuditEvent, User
from finsam_tracker.core.reasons import reason_problems
from initiatives.lists import Lists
from participants import policies
from participants.facts import Exit
from participants.marks import Mark
from participants.models import FollowUp, Participation
from participants.services import saving


@transaction.atomic
def end(
    *,
    by: User,
    participation: Participation,
    facts: Exit,
    now: datetime,
    lists: Lists | None = None,
    seen: Mark | None = None,
) -> Participation:
    """End a participation and plan its follow-ups by the initiative's rules.

    Raises ValidationError with Swedish sentences by field; a second exit is refused.
    """
    participation = saving.locked(by, participation, seen)
    if participation.is_void:
        raise ValidationError(_("Deltagandet är en felregistrering och kan inte avslutas."))
    if participation.exit_on:
        raise ValidationError(
            _("Deltagandet avslutades redan %s. Rätta det avslutet i stället för att göra ett nytt.")
            % participation.exit_on
        )
    lists = lists or Lists(participation.federation)
    policies.refuse(policies.exit_problems(participation, facts, lists, timezone.localdate(now)))
    set_exit(participation, facts)
    act = saving.act_on(participation, by=by, action="exit", now=now)
    saving.save(participation, act)
    plan_follow_ups(participation, act)
    return participation


@transaction.atomic
def reopen(
    *, by: User, participation: Participation, reason: str, now: datetime, seen: Mark | None = None
) -> Participation:
    """Take an exit back, with its follow-ups; what was registered stays in the history."""
    participation = saving.locked(by, participation, seen)
    policies.refuse(reason_problems(reason))
    if participation.exit_on is None or participation.is_void:
        raise ValidationError(_("Deltagandet är inte avslutat, så det finns inget avslut att ta tillbaka."))
    set_exit(participation, None)
    act = saving.act_on(participation, by=by, action="reopen", now=now, reason=reason)
    saving.save(participation, act)
    void_follow_ups(participation, act)
    return participation


def set_exit(participation: Participation, facts: Exit | None) -> None:
    """Put an exit, or none, into the row. The caller saves."""
    participation.exit_on = facts.exit_on if facts else None
    participation.exit_reason = facts.exit_reason if facts else None
    participation.work_after = facts.work_after if facts else None
    participation.studies_after = facts.studies_after if facts else None
    participation.support_after = facts.support_after if facts else None


def plan_follow_ups(participation: Participation, act: AuditEvent) -> None:
    """Make the follow-ups that the initiative's rules ask for, counted from the exit."""
    if participation.exit_on is None:
        return
    for months in participation.initiative.follow_up_rules.values_list("months", flat=True):
        follow_up = FollowUp(
            federation=participation.federation,
            participation=participation,
            months=months,
            exit_on=participation.exit_on,
            due_on=participation.exit_on + relativedelta(months=months),
        )
        saving.save(follow_up, act)


def void_follow_ups(participation: Participation, act: AuditEvent) -> None:
    """Let the follow-ups fall away with the exit they belong to."""
    for follow_up in participation.follow_ups.counted():
        follow_up.is_void = True
        saving.save(follow_up, act)
