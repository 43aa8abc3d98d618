"""Schedules: which report is drafted by the clock, each run of it, and the letters that tell of a draft."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.letters import Claim
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission
from reports.models.publications import Publication

LATEST = 365
"""A draft that comes later than a year after its period helps nobody."""


class Schedule(models.Model):
    """A report that is drafted when a period has closed.

    ``days`` after the last day of the period, at least one. What was due before ``since`` (the day it was added or
    switched on) is not made up for.
    """

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="schedules")
    template = models.SlugField(max_length=40)
    rhythm = models.CharField(_("rytm"), max_length=10, choices=Federation.Rhythm)
    days = models.PositiveSmallIntegerField(_("dagar efter perioden"))
    is_on = models.BooleanField(_("på"), default=True)
    since = models.DateField()

    class Meta:
        ordering = ["template", "rhythm"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "template", "rhythm"], name="reports_schedule_once"),
            models.CheckConstraint(condition=Q(rhythm__in=["quarter", "half", "year"]), name="reports_schedule_rhythm"),
            models.CheckConstraint(condition=Q(days__gte=1) & Q(days__lte=LATEST), name="reports_schedule_days"),
        ]

    def __str__(self) -> str:
        return f"{self.federation_id} {self.template} {self.rhythm}+{self.days}"


class ScheduledRunQuerySet(models.QuerySet["ScheduledRun"]):
    def visible_to(self, user: User) -> Self:
        """The runs of the federations whose reports a person writes."""
        writes = [m.federation_id for m in user.current_memberships if user.may(Permission.PUBLISH, m.federation)]
        return self.filter(schedule__federation__in=writes)

    def under_way(self) -> Self:
        """Those that a worker has, or should have, in hand."""
        return self.filter(state__in=ScheduledRun.UNDER_WAY)


class ScheduledRun(models.Model):
    """A draft that a schedule makes of a period: asked for once, however often it has to be begun.

    ``asked_by`` is None where the clock asked. ``publication`` is None until the draft is there, and again when
    somebody has thrown it away.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("väntar på att räknas")
        MADE = "made", _("utkastet är klart, breven skickas")
        DONE = "done", _("klar")
        EXISTED = "existed", _("rapporten fanns redan")
        FAILED = "failed", _("misslyckades")

    UNDER_WAY = (State.WAITING, State.MADE)

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="runs")
    period = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("utfall"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    publication = models.ForeignKey(Publication, models.SET_NULL, null=True, related_name="+")

    objects = ScheduledRunQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "period"], name="reports_scheduledrun_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "made"], ended_at=None)
                | Q(state__in=["done", "existed", "failed"], ended_at__isnull=False),
                name="reports_scheduledrun_ended_pair",
            ),
            models.CheckConstraint(
                condition=Q(attempts=0, started_at=None) | Q(attempts__gte=1, started_at__isnull=False),
                name="reports_scheduledrun_begun_pair",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
                name="reports_scheduledrun_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.period}: {self.state}"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def took(self) -> timedelta | None:
        """How long it took from its first beginning; None while it goes on."""
        return self.ended_at - self.started_at if self.ended_at and self.started_at else None


class DraftLetter(Claim):
    """The claim to the letter to a person about a run's draft."""

    run = models.ForeignKey(ScheduledRun, models.CASCADE, related_name="letters")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="reports_draftletter_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.user_id}"
