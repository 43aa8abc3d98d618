"""What became of a participant some months after the exit."""

from datetime import date, datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.fields import CodeSetField
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.period import Period
from finsam_tracker.core.versions import Facts, Registration, Version, known_at
from initiatives.common_lists import NO_SUPPORT
from initiatives.models import Initiative
from participants.codes import FollowUpOutcome, StudiesAfter, WorkAfter
from participants.models.participation import Participation

M = TypeVar("M", bound="FollowUpFacts")


class FollowUpSets(models.QuerySet[M]):
    """The named sets that lists and the statistics share. They read the same on current rows and on versions."""

    def counted(self) -> Self:
        """All but those that fell away with a re-opened exit or a felregistrering."""
        return self.filter(is_void=False)

    def due_in(self, period: Period) -> Self:
        """Fell due in the period, whatever became of them."""
        return self.counted().filter(due_on__range=(period.start, period.end))

    def reached_of_due_in(self, period: Period) -> Self:
        """Fell due in the period, and the participant was reached."""
        return self.due_in(period).filter(outcome=FollowUpOutcome.REACHED)

    def due_after(self, period: Period) -> Self:
        """Of those who had left when the period ended, and not due until later."""
        return self.counted().filter(due_on__gt=period.end, exit_on__lte=period.end)


class FollowUpQuerySet(FollowUpSets["FollowUp"]):
    def visible_to(self, user: User) -> Self:
        """The rows a person may see: those of the initiatives they work in."""
        return self.filter(participation__initiative__in=Initiative.objects.staffed_by(user))

    def planned(self) -> Self:
        """Not done yet."""
        return self.counted().filter(outcome=FollowUpOutcome.PLANNED)

    def overdue_on(self, day: date) -> Self:
        """Should have been done before the day. One that falls due on the day itself is not overdue."""
        return self.planned().filter(due_on__lt=day)

    def fell_due_between(self, first: date, last: date) -> Self:
        """Due in these days, both included, whether or not they have been done."""
        return self.counted().filter(due_on__range=(first, last))

    def due_between(self, first: date, last: date) -> Self:
        """Planned, and due in these days, both included."""
        return self.planned().filter(due_on__range=(first, last))


class FollowUpVersionQuerySet(FollowUpSets["FollowUpVersion"]):
    def known_at(self, moment: datetime) -> Self:
        """What was known at a moment."""
        return self.filter(known_at(moment))


class FollowUpFacts(Facts):
    """A follow-up: when it is due, what became of it, and then occupation and support as at the exit."""

    federation = models.ForeignKey(Federation, models.PROTECT, related_name="+")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="+")
    months = models.PositiveSmallIntegerField(_("månader efter avslut"))
    # The participation's exit date, kept here so that the database can hold "not before the exit".
    exit_on = models.DateField(_("avslutsdatum"))
    due_on = models.DateField(_("ska göras"))
    outcome = models.CharField(_("utfall"), max_length=12, choices=FollowUpOutcome, default=FollowUpOutcome.PLANNED)
    done_on = models.DateField(_("gjord"), null=True, blank=True)
    work_after = models.CharField(  # noqa: DJ001 - None: not known
        _("arbete"), max_length=7, choices=WorkAfter, null=True, blank=True
    )
    studies_after = models.CharField(  # noqa: DJ001 - None: not known
        _("studier"), max_length=7, choices=StudiesAfter, null=True, blank=True
    )
    support_after = CodeSetField(_("offentlig försörjning"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gt=F("exit_on")), name="%(app_label)s_%(class)s_due_after_exit"),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(done_on__gte=F("exit_on"), done_on__lte=F("recorded_on")),
                name="%(app_label)s_%(class)s_done_after_exit",
            ),
            models.CheckConstraint(
                condition=Q(outcome="planned", done_on=None) | (~Q(outcome="planned") & Q(done_on__isnull=False)),
                name="%(app_label)s_%(class)s_done_pair",
            ),
            models.CheckConstraint(
                condition=Q(outcome="reached") | Q(work_after=None, studies_after=None, support_after=None),
                name="%(app_label)s_%(class)s_after_needs_reached",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=FollowUpOutcome.values), name="%(app_label)s_%(class)s_outcome_known"
            ),
            models.CheckConstraint(
                condition=(Q(work_after=None) | Q(work_after__in=WorkAfter.values))
                & (Q(studies_after=None) | Q(studies_after__in=StudiesAfter.values)),
                name="%(app_label)s_%(class)s_after_known",
            ),
            models.CheckConstraint(
                condition=Q(support_after=None) | Q(support_after=NO_SUPPORT) | ~Q(support_after__contains=NO_SUPPORT),
                name="%(app_label)s_%(class)s_no_support_alone",
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1) & Q(months__lte=60),
                name="%(app_label)s_%(class)s_months_plausible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.months} månader: {self.get_outcome_display()}"


class FollowUp(FollowUpFacts, Registration):
    """The current row."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="follow_ups")

    objects = FollowUpQuerySet.as_manager()

    def attempts(self) -> int:
        """How many times somebody has tried without reaching the participant."""
        return FollowUpVersion.objects.filter(registration=self, outcome=FollowUpOutcome.NOT_REACHED).count()

    class Meta(FollowUpFacts.Meta):
        ordering = ["due_on", "pk"]
        constraints = [
            *FollowUpFacts.Meta.constraints,
            models.UniqueConstraint(
                fields=["participation", "months"],
                condition=Q(is_void=False),
                name="participants_followup_once",
            ),
        ]
        indexes = [models.Index(fields=["federation", "due_on"], name="followup_by_due")]


class FollowUpVersion(FollowUpFacts, Version):
    """A state the follow-up was in."""

    facts_model = FollowUpFacts
    registration = models.ForeignKey(FollowUp, models.CASCADE, related_name="versions")

    objects = FollowUpVersionQuerySet.as_manager()

    class Meta(FollowUpFacts.Meta):
        constraints = [*FollowUpFacts.Meta.constraints, *Version.Meta.constraints]
        indexes = [models.Index(fields=["federation", "known_from"], name="followupversion_known")]


FollowUp.version_model = FollowUpVersion
