"""Money and goals, per year."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation
from initiatives.models.initiative import Initiative


class InitiativeYear(models.Model):
    """What an initiative was given, what it used, and how many participants were planned, in a year."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("år"))
    budget_sek = models.DecimalField(_("budget (kr)"), max_digits=12, decimal_places=0, null=True, blank=True)
    outcome_sek = models.DecimalField(_("utfall (kr)"), max_digits=12, decimal_places=0, null=True, blank=True)
    planned_participants = models.PositiveIntegerField(_("planerat antal deltagare"), null=True, blank=True)

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "year"], name="initiatives_initiativeyear_once"),
            models.CheckConstraint(
                condition=Q(budget_sek=None) | Q(budget_sek__gte=0), name="initiatives_initiativeyear_budget"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative} {self.year}"


class Goal(models.Model):
    """A goal of the year in the federation's own words, bound to a measure that the statistics know by its key."""

    class Direction(models.TextChoices):
        AT_LEAST = "at_least", _("minst")
        AT_MOST = "at_most", _("högst")

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="goals")
    year = models.PositiveSmallIntegerField(_("år"))
    code = models.SlugField(_("kod"), max_length=40)
    text = models.CharField(_("mål"), max_length=200)
    measure = models.SlugField(_("mått"), max_length=60)
    direction = models.CharField(
        _("riktning"), max_length=10, choices=Direction, default=Direction.AT_LEAST, db_default=Direction.AT_LEAST
    )
    target = models.DecimalField(_("målvärde"), max_digits=12, decimal_places=2)
    # The one initiative that the goal is about; none is the whole federation.
    initiative = models.ForeignKey(
        Initiative, models.CASCADE, null=True, blank=True, related_name="goals", verbose_name=_("insats")
    )
    position = models.PositiveSmallIntegerField(_("ordning"), default=0)

    class Meta:
        ordering = ["year", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "year", "code"], name="initiatives_goal_once"),
            models.CheckConstraint(condition=Q(target__gte=0), name="initiatives_goal_target"),
            models.CheckConstraint(
                condition=Q(direction__in=["at_least", "at_most"]), name="initiatives_goal_direction_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text
