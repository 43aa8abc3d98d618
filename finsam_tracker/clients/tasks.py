"""Forgetting what need not be kept."""

from celery import shared_task
from django.utils import timezone

from finsam_tracker.clients.idempotency import forget


@shared_task(soft_time_limit=60, time_limit=120)
def forget_answers() -> None:
    """Delete the answers that nobody can ask for again."""
    forget(timezone.now())
