"""Structural activities: courses, meetings and events of an initiative that enrols nobody. Only heads are counted."""

from datetime import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.versions import Facts, Registration, Version, known_at
from initiatives.models.initiative import Initiative

M = TypeVar("M", bound="ActivityFacts")

MOST_HEADS = 10_000
"""At one activity, of one gender; also of answers. A larger number is a slip of the finger."""
MOST_DAYS = 100
LOWEST_RATING, HIGHEST_SCALE = 1, 10
"""A rating is given from 1 up to the highest of its scale, which is 10 at most."""


class ActivitySets(models.QuerySet[M]):
    """The named sets that the page and the statistics share. They read the same on current rows and on versions."""

    def counted(self) -> Self:
        return self.filter(is_void=False)

    def held_in(self, period: Period) -> Self:
        """Those held on a day of the period."""
        return self.counted().filter(held_on__range=(period.start, period.end))

    def rated_in(self, period: Period) -> Self:
        """Those of them whose participants gave a rating."""
        return self.held_in(period).exclude(rating_mean=None)

    def asked_about_use_in(self, period: Period) -> Self:
        """Those of them where it is known how many had use of it."""
        return self.rated_in(period).exclude(rating_useful=None)


class ActivityQuerySet(ActivitySets["Activity"]):
    def visible_to(self, user: User) -> Self:
        """The activities a person may see: those of the federations where they count heads."""
        may = [m.federation_id for m in user.current_memberships if user.may(Permission.COUNT_HEADS, m.federation)]
        return self.filter(federation__in=may)


class ActivityVersionQuerySet(ActivitySets["ActivityVersion"]):
    def known_at(self, moment: datetime) -> Self:
        """What was known at a moment."""
        return self.filter(known_at(moment))


class ActivityFacts(Facts):
    """An activity: when, of what kind, for whom, how long, how many came, and what they thought. No free text.

    Where only the total is known, it stands in ``others``: their gender is unknown. The rating is a mean over
    ``rating_answers`` answers on a scale from 1 to ``rating_scale``; the three stand together or not at all. Where it
    was asked, ``rating_useful`` is how many of those who answered had use of the activity.
    """

    federation = models.ForeignKey(Federation, models.PROTECT, related_name="+")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="+", verbose_name=_("insats"))
    held_on = models.DateField(_("datum"))
    # Codes of the federation's lists (CodeKind.ACTIVITY_KIND and AUDIENCE); no audience is "not known".
    kind = models.CharField(_("slag av aktivitet"), max_length=40)
    audience = models.CharField(_("målgrupp"), max_length=40, null=True, blank=True)  # noqa: DJ001 - None is "unknown"
    days = models.DecimalField(_("omfattning (dagar)"), max_digits=5, decimal_places=2, null=True, blank=True)
    women = models.PositiveIntegerField(_("kvinnor"), default=0)
    men = models.PositiveIntegerField(_("män"), default=0)
    others = models.PositiveIntegerField(_("annat eller okänt kön"), default=0)
    rating_mean = models.DecimalField(_("medelbetyg"), max_digits=4, decimal_places=2, null=True, blank=True)
    rating_answers = models.PositiveIntegerField(_("antal svar"), null=True, blank=True)
    rating_scale = models.PositiveSmallIntegerField(_("högsta betyg"), null=True, blank=True)
    rating_useful = models.PositiveIntegerField(_("antal som hade nytta"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(held_on__lte=F("recorded_on")), name="%(app_label)s_%(class)s_not_in_future"
            ),
            models.CheckConstraint(
                condition=Q(women__lte=MOST_HEADS) & Q(men__lte=MOST_HEADS) & Q(others__lte=MOST_HEADS),
                name="%(app_label)s_%(class)s_heads",
            ),
            models.CheckConstraint(
                condition=Q(women__gt=0) | Q(men__gt=0) | Q(others__gt=0), name="%(app_label)s_%(class)s_somebody"
            ),
            models.CheckConstraint(
                condition=Q(days=None) | (Q(days__gt=0) & Q(days__lte=MOST_DAYS)), name="%(app_label)s_%(class)s_days"
            ),
            models.CheckConstraint(
                condition=Q(rating_mean=None, rating_answers=None, rating_scale=None)
                | Q(rating_mean__isnull=False, rating_answers__isnull=False, rating_scale__isnull=False),
                name="%(app_label)s_%(class)s_rating_whole",
            ),
            models.CheckConstraint(
                condition=Q(rating_mean=None)
                | Q(rating_mean__gte=LOWEST_RATING) & Q(rating_mean__lte=F("rating_scale")),
                name="%(app_label)s_%(class)s_rating_on_scale",
            ),
            models.CheckConstraint(
                condition=Q(rating_scale=None) | Q(rating_scale__gt=LOWEST_RATING) & Q(rating_scale__lte=HIGHEST_SCALE),
                name="%(app_label)s_%(class)s_scale",
            ),
            models.CheckConstraint(
                condition=Q(rating_answers=None)
                | Q(rating_answers__gt=0) & Q(rating_answers__lte=F("women") + F("men") + F("others")),
                name="%(app_label)s_%(class)s_answers_of_those_who_came",
            ),
            models.CheckConstraint(
                condition=Q(rating_useful=None)
                | Q(rating_answers__isnull=False) & Q(rating_useful__lte=F("rating_answers")),
                name="%(app_label)s_%(class)s_useful_of_those_who_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.kind}: {self.participants}"

    @property
    def participants(self) -> int:
        """How many came, whatever their gender."""
        return self.women + self.men + self.others


class Activity(ActivityFacts, Registration):
    """The current row."""

    objects = ActivityQuerySet.as_manager()

    class Meta(ActivityFacts.Meta):
        ordering = ["held_on", "pk"]
        indexes = [models.Index(fields=["federation", "held_on"], name="activity_by_day")]


class ActivityVersion(ActivityFacts, Version):
    """A state that was the known one for a while."""

    facts_model = ActivityFacts
    registration = models.ForeignKey(Activity, models.CASCADE, related_name="versions")

    objects = ActivityVersionQuerySet.as_manager()

    class Meta(ActivityFacts.Meta):
        constraints = [*ActivityFacts.Meta.constraints, *Version.Meta.constraints]
        indexes = [models.Index(fields=["federation", "known_from"], name="activityversion_known")]


Activity.version_model = ActivityVersion
