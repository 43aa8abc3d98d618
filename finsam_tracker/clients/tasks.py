"""Forgetting what need not be kept."""

from celery import shared_task
from django.utils import timezone

from finsam_tracker.clients.idempotency import forget
from finsam_tracker.core.clock import require_right_clock
from finsam_tracker.core.jobs import job_run


@shared_task(soft_time_limit=60, time_limit=120)
def forget_answers() -> None:
    """Delete the answers that nobody can ask for again."""
    now = timezone.now()
    with job_run("forget_answers", now=now, only_latest=True):
        require_right_clock(now)
        forget(now)
