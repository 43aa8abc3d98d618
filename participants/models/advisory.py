"""Advisory contacts: talks with people who are not enrolled, counted by the month. Nothing else is known of them."""

from datetime import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.period import Period
from finsam_tracker.core.versions import Facts, Registration, Version, known_at
from initiatives.models import Initiative

M = TypeVar("M", bound="AdvisoryContactsFacts")

MOST_CONTACTS = 10_000
"""In a month, of one kind, referred one way. A larger number is a slip of the finger."""


class AdvisorySets(models.QuerySet[M]):
    """The named sets that the page and the statistics share. They read the same on current rows and on versions."""

    def counted(self) -> Self:
        return self.filter(is_void=False)

    def contacts_in(self, period: Period) -> Self:
        """Of the months that begin in the period, so that the parts of a year add up to the year."""
        return self.counted().filter(month__range=(period.start, period.end))


class AdvisoryContactsQuerySet(AdvisorySets["AdvisoryContacts"]):
    def visible_to(self, user: User) -> Self:
        """The rows a person may see: those of the initiatives they work in."""
        return self.filter(initiative__in=Initiative.objects.staffed_by(user))


class AdvisoryContactsVersionQuerySet(AdvisorySets["AdvisoryContactsVersion"]):
    def known_at(self, moment: datetime) -> Self:
        """What was known at a moment."""
        return self.filter(known_at(moment))


class AdvisoryContactsFacts(Facts):
    """How many contacts an initiative had in a month, of one kind and referred one way. No person, no free text."""

    federation = models.ForeignKey(Federation, models.PROTECT, related_name="+")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="+", verbose_name=_("insats"))
    # The month's first day.
    month = models.DateField(_("månad"))
    kind = models.CharField(_("slag av rådgivande samtal"), max_length=40)
    referred_to = models.CharField(_("hänvisad till"), max_length=40)
    count = models.PositiveIntegerField(_("antal"))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="%(app_label)s_%(class)s_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(month__lte=F("recorded_on")), name="%(app_label)s_%(class)s_not_in_future"
            ),
            models.CheckConstraint(
                condition=Q(count__gte=0) & Q(count__lte=MOST_CONTACTS), name="%(app_label)s_%(class)s_count"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.kind}, {self.referred_to}: {self.count}"


class AdvisoryContacts(AdvisoryContactsFacts, Registration):
    """The current row."""

    objects = AdvisoryContactsQuerySet.as_manager()

    class Meta(AdvisoryContactsFacts.Meta):
        constraints = [
            *AdvisoryContactsFacts.Meta.constraints,
            models.UniqueConstraint(
                fields=["initiative", "month", "kind", "referred_to"], name="participants_advisorycontacts_once"
            ),
        ]
        indexes = [models.Index(fields=["federation", "month"], name="advisorycontacts_by_month")]


class AdvisoryContactsVersion(AdvisoryContactsFacts, Version):
    """A number that was the known one for a while."""

    facts_model = AdvisoryContactsFacts
    registration = models.ForeignKey(AdvisoryContacts, models.CASCADE, related_name="versions")

    objects = AdvisoryContactsVersionQuerySet.as_manager()

    class Meta(AdvisoryContactsFacts.Meta):
        constraints = [*AdvisoryContactsFacts.Meta.constraints, *Version.Meta.constraints]
        indexes = [models.Index(fields=["federation", "known_from"], name="advisoryversion_known")]


AdvisoryContacts.version_model = AdvisoryContactsVersion
