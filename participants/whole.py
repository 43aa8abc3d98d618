"""Participations with all that belongs to them."""

from django.db.models import Prefetch, QuerySet

from participants.models import FollowUp, Participation, StepAssessment


def with_everything(rows: QuerySet[Participation]) -> QuerySet[Participation]:
    """The rows with their steps and follow-ups that count, in a fixed number of queries."""
    return rows.select_related("municipality", "exit_reason").prefetch_related(
        Prefetch("assessments", StepAssessment.objects.counted().select_related("step").order_by("on", "pk")),
        Prefetch("follow_ups", FollowUp.objects.counted().order_by("months")),
    )
