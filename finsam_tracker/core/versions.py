"""How registrations keep their history.

Each registration has a current row, and one version row for every state it was ever in, with the same columns and from
when to when that state was the known one. So a table can be computed as it was known on a past day by the same query.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Max, Q

from finsam_tracker.core.models import AuditEvent


class ChangedMeanwhileError(ValidationError):
    """Somebody else has changed it since the person who saves saw it. Nothing was written."""


class Facts(models.Model):
    """The columns that a registration and its versions share. Subclasses add theirs."""

    # The day of the act that gave the row its present values; what "no dates in the future" is measured against.
    recorded_on = models.DateField()
    # Ended as felregistrering: in the history, in no figure.
    is_void = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Registration(models.Model):
    """A current row. ``version_model`` is set by the subclass."""

    version_model: ClassVar[Any]

    class Meta:
        abstract = True

    def keep_version(self, act: AuditEvent) -> None:
        """Close the version that held until now and open one with the present values.

        Must be called in the transaction of the change, after the row is saved.
        """
        until_now = self.version_model.objects.filter(registration=self, known_until=None)
        moment = known_after(until_now, act.at)
        until_now.update(known_until=moment)
        self.version_model.objects.bulk_create([self.as_version(act, moment)])

    def keep_first_version(self, act: AuditEvent) -> None:
        """Open the version of a row that is new: there is none to close, so none is looked for."""
        self.version_model.objects.bulk_create([self.as_version(act, act.at)])

    def as_version(self, act: AuditEvent, moment: datetime) -> "Version":
        """The version row of the present values, known from a moment on, not yet saved."""
        fields = [f.attname for f in self.version_model.facts_model._meta.fields]  # noqa: SLF001 - Meta API
        version: Version = self.version_model(
            registration=self, known_from=moment, act=act, **{name: getattr(self, name) for name in fields}
        )
        return version


def known_after(versions: models.QuerySet[Any], at: datetime) -> datetime:
    """From when a change is known that was made at a moment: not before what it changes.

    A clock may have been set back, and of two changes at once the one that waited may have looked at its clock first.
    """
    latest: datetime | None = versions.aggregate(latest=Max("known_from"))["latest"]
    return max(at, latest) if latest else at


def known_at(moment: datetime) -> Q:
    """Picks the one version of each registration that was the known one at a moment."""
    return (Q(known_until=None) | Q(known_until__gt=moment)) & Q(known_from__lte=moment)


class Version(models.Model):
    """A state a registration was in. ``registration`` and ``facts_model`` are set by the subclass."""

    facts_model: ClassVar[type[Facts]]

    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)
    act = models.ForeignKey(AuditEvent, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(known_until=None),
                name="%(app_label)s_%(class)s_one_open",
            ),
            models.CheckConstraint(
                condition=Q(known_until=None) | Q(known_until__gte=F("known_from")),
                name="%(app_label)s_%(class)s_known_order",
            ),
        ]
