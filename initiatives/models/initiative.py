"""An initiative, who works in it, and when its participants are followed up."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation, Membership, Party, User
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Role
from initiatives.models.codelists import ExitReason


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def staffed_by(self, user: User) -> Self:
        """The initiatives whose rows a person may see: those they work in, while they work there."""
        return self.filter(
            staff__membership__in=[m.pk for m in user.current_memberships if Role(m.role).works_in_initiatives]
        )

    def visible_to(self, user: User) -> Self:
        """The initiatives that exist for a person: their own, or all of the federation's for office and reader."""
        whole = [m.federation_id for m in user.current_memberships if not Role(m.role).works_in_initiatives]
        own = [m.pk for m in user.current_memberships if Role(m.role).works_in_initiatives]
        return self.filter(Q(federation__in=whole) | Q(staff__membership__in=own)).distinct()

    def with_participants(self) -> Self:
        """Those that enrol people; the others count heads at events."""
        return self.filter(orientation=Initiative.Orientation.INDIVIDUAL)


class Initiative(models.Model):
    """What a federation finances. ``orientation``, ``follow_up_method`` and ``esf`` cannot be changed once registered
    in Uppföljning Finsam, so they are not changed here either."""

    class Orientation(models.TextChoices):
        INDIVIDUAL = "individual", _("Individinriktad")
        STRUCTURAL = "structural", _("Strukturövergripande")

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="initiatives")
    slug = models.SlugField(_("adressnamn"))
    name = models.CharField(_("namn"), max_length=100)
    label = models.CharField(_("kortnamn i tabeller"), max_length=40)
    owner = models.ForeignKey(
        Party,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_initiatives",
        verbose_name=_("ägare"),
    )
    parties = models.ManyToManyField(Party, blank=True, related_name="initiatives", verbose_name=_("deltagande parter"))
    start_on = models.DateField(_("startar"))
    end_on = models.DateField(_("slutar"), null=True, blank=True)
    orientation = models.CharField(_("inriktning"), max_length=20, choices=Orientation)
    narrower_orientation = models.CharField(_("närmare inriktning"), max_length=100, blank=True)
    follow_up_method = models.CharField(_("uppföljningsmetod"), max_length=100, blank=True)
    esf = models.BooleanField(_("ESF-finansierad"), default=False)
    target_group = models.CharField(_("målgrupp"), max_length=200, blank=True)
    age_from = models.PositiveSmallIntegerField(_("lägsta ålder"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("högsta ålder"), null=True, blank=True)
    uses_assignments = models.BooleanField(_("registrerar uppdrag"), default=False)
    exit_reasons = models.ManyToManyField(ExitReason, related_name="initiatives", verbose_name=_("avslutsorsaker"))
    position = models.PositiveSmallIntegerField(_("ordning"), default=0)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "slug"], name="initiatives_initiative_slug_once"),
            models.UniqueConstraint(fields=["federation", "name"], name="initiatives_initiative_name_once"),
            models.CheckConstraint(
                condition=Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="initiatives_initiative_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_to=None) | Q(age_to__gte=F("age_from")),
                name="initiatives_initiative_age_order",
            ),
            models.CheckConstraint(
                condition=Q(orientation__in=["individual", "structural"]),
                name="initiatives_initiative_orientation_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def runs_on(self, day: date) -> bool:
        """Whether the initiative is under way on a day."""
        return self.start_on <= day and (self.end_on is None or day <= self.end_on)

    def runs_in(self, period: Period) -> bool:
        """Whether the initiative is under way on some day of a period."""
        return self.start_on <= period.end and (self.end_on is None or period.start <= self.end_on)


class InitiativeStaff(models.Model):
    """Somebody's work in an initiative, by their membership as coordinator or lead."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="initiatives")
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="staff")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "initiative"], name="initiatives_staff_once"),
        ]

    def __str__(self) -> str:
        return f"{self.membership.user} i {self.initiative}"


class FollowUpRule(models.Model):
    """Participants of the initiative are followed up this many months after they left. No rule, no follow-ups."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="follow_up_rules")
    months = models.PositiveSmallIntegerField(_("månader efter avslut"))

    class Meta:
        ordering = ["months"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "months"], name="initiatives_followuprule_once"),
            models.CheckConstraint(
                condition=Q(months__gte=1) & Q(months__lte=60), name="initiatives_followuprule_plausible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.months} månader"
