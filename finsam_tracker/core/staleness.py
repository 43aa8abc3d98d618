"""Telling the statistics that something changed."""

from datetime import date, datetime

from celery import current_app
from django.db import transaction

from finsam_tracker.core.models import Federation, StaleMark

REFRESH_TASK = "reports.tasks.refresh_federation"
"""The statistics lie above this app, so they are reached by the task's name and not by an import."""


def mark_stale(federation: Federation, *, now: datetime, from_day: date | None = None) -> None:
    """Note that stored tables from ``from_day`` on (None: all) no longer hold, and ask for their refresh on commit.

    Must be called inside the transaction of the change.
    """
    StaleMark.objects.create(federation=federation, created_at=now, from_day=from_day)

    # A plain function: Django logs a robust one that failed by its name, which a partial has not.
    def ask() -> None:
        _ask_for_refresh(federation.pk)

    # robust: a broker that is away must not turn a saved registration into an error page; beat asks again.
    transaction.on_commit(ask, robust=True)


def _ask_for_refresh(federation_id: int) -> None:
    # Of many changes in one transaction the first one's refresh, run in this process, counts them all.
    if StaleMark.objects.filter(federation=federation_id).exists():
        current_app.tasks[REFRESH_TASK].delay(federation_id)
