"""Which weekly mails have been sent, so that none is sent twice."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from finsam_tracker.core.letters import Claim
from finsam_tracker.core.models import User


class Reminder(Claim):
    """The claim to a person's mail of a week and a kind."""

    class State(models.TextChoices):
        CLAIMED = "claimed"
        SENT = "sent"
        FAILED = "failed"

    class Kind(models.TextChoices):
        TODO = "todo"
        STATUS_REPORTS = "status_reports"

    user = models.ForeignKey(User, models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.TODO, db_default=Kind.TODO)
    # ISO 8601: the year of the week, which around New Year is not the year of the day.
    year = models.PositiveSmallIntegerField()
    week = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7, choices=State, default=State.CLAIMED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "year", "week"], name="participants_reminder_once_a_week"),
            models.CheckConstraint(
                condition=Q(kind__in=["todo", "status_reports"]), name="participants_reminder_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(week__gte=1) & Q(week__lte=53), name="participants_reminder_week_exists"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "sent", "failed"]), name="participants_reminder_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="participants_reminder_sent_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.year}-W{self.week:02}: {self.state}"

    def outcome(self, sent_at: datetime | None) -> dict[str, Any]:
        return super().outcome(sent_at) | {"state": self.State.SENT if sent_at else self.State.FAILED}
