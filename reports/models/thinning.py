"""Plans of thinning."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation, User


class Thinning(models.Model):
    """A plan to turn a federation's old registrations into counts, and what became of it.

    ``counts`` is what it takes away, planned or done: initiative's slug -> year of exit -> number of participations.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planerad")
        STOPPED = "stopped", _("stoppad")
        DONE = "done", _("gjord")

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="thinnings")
    exited_until = models.DateField(_("avslutade till och med"))
    planned_at = models.DateTimeField()
    due_on = models.DateField(_("görs tidigast"))
    state = models.CharField(_("läge"), max_length=10, choices=State, default=State.PLANNED)
    done_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("varför"), max_length=100, blank=True)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-exited_until"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "exited_until"], name="reports_thinning_once"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "stopped", "done"]), name="reports_thinning_state"
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at=None)),
                name="reports_thinning_done_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_by__isnull=False) | (~Q(state="stopped") & Q(stopped_by=None)),
                name="reports_thinning_stopped_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.federation_id} {self.exited_until}: {self.state}"

    @property
    def total(self) -> int:
        """How many participations it takes away."""
        return sum(number for years in self.counts.values() for number in years.values())
