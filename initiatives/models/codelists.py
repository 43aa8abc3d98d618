"""A federation's own lists. They are data: code, label, order, validity; a used item is ended, never deleted."""

from datetime import date
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period

M = TypeVar("M", bound=models.Model)


def _in_force(day: date) -> Q:
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gte=day))


class DatedQuerySet(models.QuerySet[M]):
    def valid_on(self, day: date) -> Self:
        """The items that may be chosen for something that happens on a day."""
        return self.filter(_in_force(day))


class DatedItem(models.Model):
    """What every list item has: a code that never changes, a label, an order, and when it may be chosen."""

    code = models.SlugField(_("kod"), max_length=40)
    label = models.CharField(_("benämning"), max_length=100)
    position = models.PositiveSmallIntegerField(_("ordning"), default=0)
    valid_from = models.DateField(_("gäller från"), null=True, blank=True)
    valid_to = models.DateField(_("gäller till"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_validity_order",
            )
        ]

    def __str__(self) -> str:
        return self.label

    def holds_between(self, first: date, last: date) -> bool:
        """Whether it may be chosen on some day from the first to the last."""
        return (self.valid_from or last) <= last and (self.valid_to or first) >= first

    def holds_on(self, day: date) -> bool:
        """Whether it may be chosen for what happens on a day."""
        return self.holds_between(day, day)

    def holds_in(self, period: Period) -> bool:
        """Whether it may be chosen on some day of a period."""
        return self.holds_between(period.start, period.end)


class CodeKind(models.TextChoices):
    """The lists that share one shape."""

    EDUCATION = "education", _("Utbildning")
    REFERRER = "referrer", _("Aktualiserande part")
    SUPPORT = "support", _("Offentlig försörjning")
    ASSIGNMENT = "assignment", _("Uppdrag")
    CONTACT_KIND = "contact_kind", _("Slag av rådgivande samtal")
    CONTACT_OUTCOME = "contact_outcome", _("Hänvisad till")
    ACTIVITY_KIND = "activity_kind", _("Slag av aktivitet")
    AUDIENCE = "audience", _("Målgrupp för aktiviteter")


class CodeItem(DatedItem):
    """An item of a plain list. ``common`` is the national item it counts as where federations are compared.

    The national items are in ``initiatives.common_lists``. A list of assignment types has no national counterpart.
    """

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="code_items")
    kind = models.CharField(_("lista"), max_length=20, choices=CodeKind)
    common = models.SlugField(_("räknas nationellt som"), max_length=40, blank=True)

    objects = DatedQuerySet["CodeItem"].as_manager()

    class Meta(DatedItem.Meta):
        constraints = [
            *DatedItem.Meta.constraints,
            models.UniqueConstraint(fields=["federation", "kind", "code"], name="initiatives_codeitem_code_once"),
            models.CheckConstraint(condition=Q(kind__in=CodeKind.values), name="initiatives_codeitem_kind_known"),
        ]


class BandKind(models.TextChoices):
    """What is cut into classes."""

    AGE = "age", _("Ålder vid start (år)")
    SUPPORT_MONTHS = "support_months", _("Tid i offentlig försörjning före start (månader)")
    INITIATIVE_MONTHS = "initiative_months", _("Tid i insatsen (månader)")


class Band(models.Model):
    """A class of a number: ``low`` <= number <= ``high``; ``high`` None is "and more"."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="bands")
    kind = models.CharField(_("slag"), max_length=20, choices=BandKind)
    code = models.SlugField(_("kod"), max_length=40)
    label = models.CharField(_("benämning"), max_length=60)
    low = models.PositiveSmallIntegerField(_("från och med"))
    high = models.PositiveSmallIntegerField(_("till och med"), null=True, blank=True)

    class Meta:
        ordering = ["kind", "low"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "kind", "code"], name="initiatives_band_code_once"),
            models.UniqueConstraint(fields=["federation", "kind", "low"], name="initiatives_band_low_once"),
            models.CheckConstraint(condition=Q(high=None) | Q(high__gte=F("low")), name="initiatives_band_order"),
            models.CheckConstraint(condition=Q(kind__in=BandKind.values), name="initiatives_band_kind_known"),
        ]

    def __str__(self) -> str:
        return self.label

    def holds(self, number: int) -> bool:
        """Whether the number falls in the class."""
        return self.low <= number and (self.high is None or number <= self.high)


class CommonGroup(models.TextChoices):
    """The outcome groups that all federations share in meaning."""

    WORK = "work", _("Arbete")
    STUDIES = "studies", _("Studier")
    REHAB = "rehab", _("Rehab")
    OTHER = "other", _("Övrigt")


class OutcomeGroup(models.Model):
    """An outcome group as the federation prints it, and what it means in common."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="outcome_groups")
    code = models.SlugField(_("kod"), max_length=40)
    label = models.CharField(_("benämning"), max_length=60)
    common = models.CharField(_("betydelse"), max_length=10, choices=CommonGroup)
    position = models.PositiveSmallIntegerField(_("ordning"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "code"], name="initiatives_outcomegroup_code_once"),
            models.CheckConstraint(
                condition=Q(common__in=CommonGroup.values), name="initiatives_outcomegroup_common_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ExitReason(DatedItem):
    """Why participations end, in the federation's words. Old exits keep the reason they were given."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="exit_reasons")
    group = models.ForeignKey(OutcomeGroup, models.PROTECT, related_name="reasons", verbose_name=_("utfallsgrupp"))
    counts_as_positive_step = models.BooleanField(_("räknas som positiv stegförflyttning"), default=False)
    purpose_reached = models.BooleanField(_("syftet uppnått"), default=False)
    went_on = models.BooleanField(_("räknas som att ha gått vidare"), default=False, db_default=False)

    objects = DatedQuerySet["ExitReason"].as_manager()

    class Meta(DatedItem.Meta):
        constraints = [
            *DatedItem.Meta.constraints,
            models.UniqueConstraint(fields=["federation", "code"], name="initiatives_exitreason_code_once"),
        ]


class Step(DatedItem):
    """A rung of the federation's ladder; a higher ``position`` is further along."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="steps")

    objects = DatedQuerySet["Step"].as_manager()

    class Meta(DatedItem.Meta):
        constraints = [
            *DatedItem.Meta.constraints,
            models.UniqueConstraint(fields=["federation", "code"], name="initiatives_step_code_once"),
            models.UniqueConstraint(
                fields=["federation", "position"],
                condition=Q(valid_to=None),
                name="initiatives_step_position_once",
            ),
        ]


ListItem = CodeItem | ExitReason | Step
"""An item of a list that changes by the day."""
