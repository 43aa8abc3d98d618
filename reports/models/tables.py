"""Stored tables."""

from django.db import models
from django.db.models import Q

from finsam_tracker.core.models import Federation


class TableSet(models.Model):
    """All tables of one federation, scope and period, computed together from one snapshot of the database."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="table_sets")
    scope = models.CharField(max_length=120, blank=True)
    period = models.CharField(max_length=40)
    # When the tables were last computed and found to hold, whether or not anything differed.
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["federation", "scope", "period"], name="reports_tableset_once"),
        ]

    def __str__(self) -> str:
        return f"{self.federation_id} {self.scope} {self.period}"


class StoredTable(models.Model):
    """One table as computed. A changed table is a new row and the old one stays, with the time it was superseded."""

    table_set = models.ForeignKey(TableSet, models.CASCADE, related_name="tables")
    key = models.SlugField(max_length=60)
    payload = models.JSONField()
    digest = models.CharField(max_length=64)
    computed_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["computed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["table_set", "key"],
                condition=Q(superseded_at=None),
                name="reports_storedtable_one_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.computed_at:%Y-%m-%d %H:%M}"
