"""What has been registered in Uppföljning Finsam, by when it must be, who was reminded, and what was sent there."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.letters import Claim
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.texts import FIRST_YEAR, LAST_YEAR
from reports.models.publications import FrozenError

LONGEST_WAIT = timedelta(hours=12)
"""Between two attempts of a delivery."""
YEARS = Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR)


class Kept(models.Model):
    """A row that is written once and never changed or taken away: what was reported was reported."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses to write what is there already; FrozenError."""
        if self.pk:
            raise FrozenError(f"{self} was reported and stays as it is. Write a new row.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise FrozenError(f"{self} was reported and stays.")


class KeptQuerySet(models.QuerySet[Any]):
    """Rows that are added and read."""

    def update(self, **kwargs: Any) -> int:
        raise FrozenError("What was reported stays as it is. Write a new row.")

    def delete(self) -> Any:
        raise FrozenError("What was reported stays.")


class FinsamMarkQuerySet(KeptQuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the federations whose figures the person may take there."""
        may = [m.federation_id for m in user.current_memberships if user.may(Permission.REPORT_FINSAM, m.federation)]
        return self.filter(federation__in=may)


class FinsamMark(Kept):
    """Somebody has typed a value into Uppföljning Finsam and says so: which, what it was, who, when.

    ``place`` is an initiative's slug, or empty for the federation, with what it was called then. ``field`` is a key of
    ``reports.finsam.fields``. ``period`` and ``counted`` say how participants were counted; ``counted`` is empty for
    the rest. ``number`` counts the marks of one value, so that two at once cannot both be the next.
    """

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="finsam_marks")
    year = models.PositiveSmallIntegerField()
    place = models.SlugField(blank=True)
    name = models.CharField(max_length=100)
    field = models.CharField(max_length=40)
    period = models.CharField(max_length=10)
    counted = models.CharField(max_length=10, blank=True)
    number = models.PositiveIntegerField()
    value = models.JSONField(_("värde"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = FinsamMarkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["federation", "year", "place", "field", "period", "counted", "number"],
                name="reports_finsammark_once",
            ),
            models.CheckConstraint(condition=YEARS & Q(number__gte=1), name="reports_finsammark_year"),
            models.CheckConstraint(
                condition=Q(counted__in=["", "total", "new", "ongoing", "exited"]), name="reports_finsammark_counted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.place or '-'} {self.field}: {self.value}"

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Which value it is a mark of."""
        return (self.place, self.field, self.period, self.counted)


class FinsamUndo(Kept):
    """A mark that was a mistake. The mark stays, and so does this."""

    mark = models.OneToOneField(FinsamMark, models.CASCADE, related_name="undo")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = KeptQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.mark} (ångrad)"


class FinsamDeadline(models.Model):
    """The last day for a year's figures, as the federation has been told."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="finsam_deadlines")
    year = models.PositiveSmallIntegerField()
    day = models.DateField(_("sista dag"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["federation", "year"], name="reports_finsamdeadline_once"),
            models.CheckConstraint(condition=YEARS, name="reports_finsamdeadline_year"),
        ]

    def __str__(self) -> str:
        return f"{self.federation_id} {self.year}: {self.day}"


class FinsamReminder(Claim):
    """The claim to a person's mail of a week about a federation's year."""

    deadline = models.ForeignKey(FinsamDeadline, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    # ISO 8601: around New Year, the year of the week is not the year of the day.
    iso_year = models.PositiveSmallIntegerField()
    iso_week = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "user", "iso_year", "iso_week"], name="reports_finsamreminder_once_a_week"
            ),
            models.CheckConstraint(
                condition=Q(iso_week__gte=1, iso_week__lte=53), name="reports_finsamreminder_week_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline} {self.iso_year}-W{self.iso_week:02}"


class FinsamSwitch(models.Model):
    """Whether a federation lets its figures be sent. No row is off."""

    federation = models.OneToOneField(Federation, models.CASCADE, related_name="finsam_switch")
    is_on = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.federation_id}: {'på' if self.is_on else 'av'}"


class FinsamDeliveryQuerySet(models.QuerySet["FinsamDelivery"]):
    def due_at(self, now: datetime) -> Self:
        """Those to be tried: their time has come, the federation lets them, and nobody is at it or whoever was is
        dead. What waits longer than anything waits was put off before the clock was set back."""
        never = now + LONGEST_WAIT
        free = Q(leased_until=None) | Q(leased_until__lt=now) | Q(leased_until__gt=never)
        time_has_come = Q(next_at__lte=now) | Q(next_at__gt=never)
        wanted = FinsamSwitch.objects.filter(is_on=True).values("federation")
        return self.filter(free, time_has_come, state=FinsamDelivery.State.WAITING, federation__in=wanted)


class FinsamDelivery(models.Model):
    """The figures of a year, once: the bytes that are sent, again and again until a receipt says they are there.

    ``number`` counts the deliveries of a year, each of other figures than the one before. ``body`` and ``key`` never
    change, so that the receiver knows a second attempt from a second delivery.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("på väg")
        DELIVERED = "delivered", _("framme")
        FAILED = "failed", _("kom inte fram")

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="finsam_deliveries")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=160, unique=True)
    body = models.TextField()
    figures = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # Since somebody last asked for it; a new try by hand begins at nought.
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=20, blank=True)
    delivered_at = models.DateTimeField(null=True)
    receipt = models.JSONField(null=True)

    objects = FinsamDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "year", "number"], name="reports_finsamdelivery_once"),
            models.UniqueConstraint(
                fields=["federation", "year"], condition=Q(state="waiting"), name="reports_finsamdelivery_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "delivered", "failed"]), name="reports_finsamdelivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", receipt__isnull=False, delivered_at__gte=F("asked_at"), problem="")
                | Q(~Q(state="delivered"), receipt=None, delivered_at=None),
                name="reports_finsamdelivery_receipt_of_delivered",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(problem=""), name="reports_finsamdelivery_failed_says_why"
            ),
            models.CheckConstraint(condition=YEARS & Q(number__gte=1), name="reports_finsamdelivery_year"),
        ]

    def __str__(self) -> str:
        return f"{self.federation_id} {self.year} nr {self.number}: {self.state}"
