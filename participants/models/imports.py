"""A file that somebody sent in: how far it has come, what was found in it, and what it became.

The file's name is not kept, and its rows only as checked values, until they are read in, given up, or a day old.
"""

import json
import zlib
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import User
from initiatives.models import Initiative

KEPT_FOR = timedelta(hours=24)
MAX_ATTEMPTS = 3
"""A file that has brought a worker down this many times is given up."""


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User) -> Self:
        """The imports of the initiatives a person works in."""
        return self.filter(initiative__in=Initiative.objects.staffed_by(user))

    def in_initiative(self, initiative: Initiative) -> Self:
        """The list of an initiative, the latest first, without what only one import's own page needs."""
        return self.filter(initiative=initiative).select_related("by").defer("faults", "preview", "lines")

    def same_file(self, initiative: Initiative, digest: str) -> Self:
        """Those of the initiative that read the same rows in."""
        return self.filter(initiative=initiative, digest=digest, state=Import.State.DONE)

    def open_before(self, moment: datetime) -> Self:
        """Those left lying. Not what somebody has said yes to: that waits for a worker, and for nobody else."""
        return self.filter(created_at__lt=moment, state__in=Import.OPEN).exclude(state=Import.State.CONFIRMED)


class Import(models.Model):
    """One file, from the moment it was sent in."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Väntar på kontroll")
        CHECKING = "checking", _("Kontrolleras")
        READY = "ready", _("Väntar på din granskning")
        FAULTY = "faulty", _("Har fel")
        CONFIRMED = "confirmed", _("Läses in")
        DONE = "done", _("Inläst")
        NOTHING = "nothing", _("Ändrade ingenting")
        CANCELLED = "cancelled", _("Avbruten")
        EXPIRED = "expired", _("För gammal")
        FAILED = "failed", _("Kunde inte läsas")

    RUNNING = (State.WAITING, State.CHECKING, State.CONFIRMED)
    OPEN = (State.WAITING, State.CHECKING, State.READY, State.FAULTY, State.CONFIRMED)

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="imports")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    row_count = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    # How many times a job has begun what the import waits for now.
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    fault_count = models.PositiveIntegerField(default=0)
    preview = models.JSONField(default=dict)
    sentence = models.CharField(max_length=300, blank=True)
    # The rows' own digest: the same for the same rows, however they were saved.
    digest = models.CharField(max_length=64, blank=True)
    # What the check depended on, and what it found that confirming would do.
    basis = models.CharField(max_length=64, blank=True)
    effect = models.CharField(max_length=64, blank=True)
    # Which participation each line became, compressed; so the same file is known again.
    lines = models.BinaryField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "waiting",
                        "checking",
                        "ready",
                        "faulty",
                        "confirmed",
                        "done",
                        "nothing",
                        "cancelled",
                        "expired",
                        "failed",
                    ]
                ),
                name="participants_import_state_known",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, state__in=["waiting", "checking", "ready", "faulty", "confirmed"])
                | Q(ended_at__isnull=False, state__in=["done", "nothing", "cancelled", "expired", "failed"]),
                name="participants_import_end_pair",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("created_at")),
                name="participants_import_end_order",
            ),
        ]
        indexes = [models.Index(fields=["initiative", "digest"], name="import_by_digest")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.get_state_display()}"

    @property
    def is_running(self) -> bool:
        """Whether a job works on it, or will."""
        return self.state in self.RUNNING

    @property
    def is_open(self) -> bool:
        """Whether it has not come to its end."""
        return self.state in self.OPEN

    @property
    def percent(self) -> int:
        """How far the job has come."""
        return min(100, 100 * self.progress // max(1, self.row_count))

    @property
    def participations(self) -> dict[int, int]:
        """The participation that each line was or became."""
        if self.lines is None:
            return {}
        return {int(line): pk for line, pk in json.loads(zlib.decompress(self.lines)).items()}

    def keep_participations(self, lines: dict[int, int]) -> None:
        """Put in which participation each line was or became. The caller saves."""
        self.lines = zlib.compress(json.dumps(lines).encode())


class ImportContent(models.Model):
    """What an import still has to do: a large file until a job has checked it, then its checked rows."""

    of = models.OneToOneField(Import, models.CASCADE, related_name="content")
    file = models.BinaryField(null=True)
    plan = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"{self.of_id}"
