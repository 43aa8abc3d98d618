"""What an office should know before it publishes: what comes late, what waits, which sums do not hold."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from finsam_tracker.core.period import Period
from participants.models import FollowUp
from reports.asking import end_of
from reports.changes import changes
from reports.context import Scope
from reports.models import Publication


@dataclass(frozen=True)
class Missing:
    """``late``: participations changed after the period's end. ``overdue``: follow-ups that should have been made."""

    goes_on: bool
    late: int
    overdue: int


def missing_from(draft: Publication, *, now: datetime) -> Missing:
    """What may still come for the draft's period."""
    period, today = Period.parse(draft.period), timezone.localdate(now)
    goes_on = period.end >= today
    late = 0 if goes_on else _late(draft, period, now)
    return Missing(goes_on, late, _overdue(draft, min(period.end, today)))


def _late(draft: Publication, period: Period, now: datetime) -> int:
    return sum(change.number for change in changes(Scope(draft.federation), period, end_of(period.end), now))


def _overdue(draft: Publication, day: date) -> int:
    return FollowUp.objects.filter(federation=draft.federation).overdue_on(day).count()
