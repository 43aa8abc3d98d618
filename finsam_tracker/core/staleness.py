"""Telling the statistics that something changed."""

from datetime import date, datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction

from finsam_tracker.core.models import Federation, JobRun, StaleMark

REFRESH_TASK = "reports.tasks.refresh_federation"
"""The statistics lie above this app, so they are reached by the task's name and not by an import."""

GATHERED_FOR = timedelta(seconds=30)
"""So long after a refresh has begun, changes wait for the next time that beat asks, which is as often: of twenty people
who register at once, each would otherwise have all tables computed anew."""


def mark_stale(federation: Federation, *, now: datetime, from_day: date | None = None) -> None:
    """Note that stored tables from ``from_day`` on (None: all) no longer hold, and ask for their refresh on commit.

    Must be called inside the transaction of the change.
    """
    StaleMark.objects.create(federation=federation, created_at=now, from_day=from_day)

    # A plain function: Django logs a robust one that failed by its name, which a partial has not.
    def ask() -> None:
        if _is_time_to_ask(federation.pk, now):
            current_app.tasks[REFRESH_TASK].delay(federation.pk)

    # robust: a broker that is away must not turn a saved registration into an error page; beat asks again.
    transaction.on_commit(ask, robust=True)


def _is_time_to_ask(federation_id: int, now: datetime) -> bool:
    if settings.CELERY_TASK_ALWAYS_EAGER:
        # Without a beat nobody asks later. Of many changes in one transaction the first one's refresh counts them all.
        return StaleMark.objects.filter(federation=federation_id).exists()
    begun = JobRun.objects.filter(task="refresh_federation", started_at__gt=now - GATHERED_FOR)
    return not begun.filter(federation=federation_id).exists()
