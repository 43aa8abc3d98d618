"""Lägesrapporter: what each initiative's lead writes about a period, and what was sent to the office."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.letters import Claim
from finsam_tracker.core.models import User
from finsam_tracker.core.permissions import Permission
from initiatives.models import Initiative
from reports.models.publications import FrozenError


class StatusReportQuerySet(models.QuerySet["StatusReport"]):
    def visible_to(self, user: User) -> Self:
        """Those of the initiatives that a person works in, or of the whole federation for its office."""
        offices = [
            m.federation_id
            for m in user.current_memberships
            if user.may(Permission.ANSWER_STATUS_REPORTS, m.federation)
        ]
        return self.filter(
            Q(initiative__federation__in=offices) | Q(initiative__in=Initiative.objects.staffed_by(user))
        )

    def with_lead(self) -> Self:
        """Those that wait for the initiative's lead to write."""
        return self.filter(state__in=StatusReport.WITH_LEAD)


class StatusReport(models.Model):
    """One initiative's report about one period, as it is being written. What was sent is in its sendings."""

    class State(models.TextChoices):
        NOT_BEGUN = "not_begun", _("inte påbörjad")
        DRAFT = "draft", _("utkast")
        SENT = "sent", _("skickad")
        RETURNED = "returned", _("tillbaka hos insatsen")
        ACCEPTED = "accepted", _("godkänd")
        CALLED_OFF = "called_off", _("behövs inte")

    WITH_LEAD = (State.NOT_BEGUN, State.DRAFT, State.RETURNED)
    """The states in which the lead writes."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="status_reports")
    period = models.CharField(max_length=40)
    due_on = models.DateField(_("ska vara hos kansliet"))
    asked_at = models.DateTimeField()
    state = models.CharField(_("läge"), max_length=10, choices=State, default=State.NOT_BEGUN)
    progress = models.TextField(_("framsteg"), blank=True)
    deviations = models.TextField(_("avvikelser"), blank=True)
    plan = models.TextField(_("plan"), blank=True)
    written_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    called_off_at = models.DateTimeField(null=True)
    called_off_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = StatusReportQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "initiative__position", "initiative"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "period"], name="reports_statusreport_once"),
            models.CheckConstraint(
                condition=Q(state__in=["not_begun", "draft", "sent", "returned", "accepted", "called_off"]),
                name="reports_statusreport_state_known",
            ),
            models.CheckConstraint(
                condition=Q(written_at=None, written_by=None, progress="", deviations="", plan="")
                | Q(written_at__isnull=False, written_by__isnull=False),
                name="reports_statusreport_written_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="not_begun", written_at=None)
                | Q(state="called_off")
                | (~Q(state__in=["not_begun", "called_off"]) & Q(written_at__isnull=False)),
                name="reports_statusreport_begun",
            ),
            models.CheckConstraint(
                condition=Q(state="called_off", called_off_at__isnull=False, called_off_by__isnull=False)
                | (~Q(state="called_off") & Q(called_off_at=None, called_off_by=None)),
                name="reports_statusreport_called_off_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} {self.period}: {self.state}"

    @property
    def waits_for_lead(self) -> bool:
        return self.state in self.WITH_LEAD

    def is_late_on(self, day: date) -> bool:
        """Whether it should have been with the office before that day and is not."""
        return self.waits_for_lead and self.due_on < day


class Sending(models.Model):
    """A report as it was sent, which never changes, and the office's answer, which is given once.

    One that was accepted may be opened again, once, with a reason; then the lead sends a new one.
    """

    class Answer(models.TextChoices):
        NONE = "", _("väntar på svar")
        RETURNED = "returned", _("lämnad tillbaka")
        ACCEPTED = "accepted", _("godkänd")

    ANSWER = frozenset({"answer", "comment", "answered_at", "answered_by"})
    REOPENING = frozenset({"reopened_at", "reopened_by", "reopened_why"})

    report = models.ForeignKey(StatusReport, models.CASCADE, related_name="sendings")
    number = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # The edition (reports.edition), with the texts and the figures as they were counted then.
    content = models.JSONField()
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.NONE, blank=True)
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reopened_why = models.TextField(blank=True, default="", db_default="")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="reports_sending_once"),
            models.UniqueConstraint(
                fields=["report"], condition=Q(answer=""), name="reports_sending_one_waits_for_answer"
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(answer="accepted", reopened_at=None),
                name="reports_sending_one_accepted",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at=None, reopened_by=None, reopened_why="")
                | (Q(answer="accepted", reopened_at__isnull=False, reopened_by__isnull=False) & ~Q(reopened_why="")),
                name="reports_sending_reopening_whole",
            ),
            models.CheckConstraint(
                condition=Q(answer="", comment="", answered_at=None, answered_by=None)
                | Q(answer="accepted", answered_at__isnull=False, answered_by__isnull=False)
                | (Q(answer="returned", answered_at__isnull=False, answered_by__isnull=False) & ~Q(comment="")),
                name="reports_sending_answer_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}: {self.answer}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses to write anything but the answer or that it was opened again; FrozenError."""
        fields = kwargs.get("update_fields")
        if self.pk and not (fields is not None and set(fields) in (self.ANSWER, self.REOPENING)):
            raise FrozenError(f"{self} was sent and stays as it is.")
        super().save(*args, **kwargs)

    @property
    def what_to_mend(self) -> str:
        """What the office wants to have changed, where it has said so."""
        return self.reopened_why or self.comment

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise FrozenError(f"{self} was sent and stays.")


class ArrivalLetter(Claim):
    """The claim to the letter to a person at the office about a report that has arrived."""

    sending = models.ForeignKey(Sending, models.CASCADE, related_name="letters")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sending", "user"], name="reports_arrivalletter_once")]

    def __str__(self) -> str:
        return f"{self.sending_id} {self.user_id}"
