"""A participation: one person's time in one initiative."""

from datetime import date, datetime, timedelta
from typing import Self, TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.fields import CodeSetField
from finsam_tracker.core.models import Federation, Municipality, User
from finsam_tracker.core.period import Period
from finsam_tracker.core.versions import Facts, Registration, Version, known_at
from initiatives.common_lists import NO_SUPPORT
from initiatives.models import CommonGroup, ExitReason, Initiative, Step
from participants.codes import WORKING, Asked, FollowUpOutcome, Gender, StudiesAfter, WorkAfter

M = TypeVar("M", bound="ParticipationFacts")

YOUNGEST, OLDEST = 15, 75
"""Plausible age in the year of the start; Finsam is for working age (16-64), with a margin."""
ALIKE = ("initiative_id", "gender", "birth_year", "municipality_id")
ALIKE_WITHIN = timedelta(days=7)
"""Two participations that agree in ALIKE, all of it known, and start this close to each other are probably one."""


class ParticipationSets(models.QuerySet[M]):
    """The named sets of participations that lists, exports and statistics share.

    Every set leaves out felregistreringar. They read the same on current rows and on versions.
    """

    def counted(self) -> Self:
        """All but felregistreringar."""
        return self.filter(is_void=False)

    def took_part_in(self, period: Period) -> Self:
        """In the initiative on any day of the period: its total."""
        return self.counted().filter(Q(exit_on=None) | Q(exit_on__gte=period.start), start_on__lte=period.end)

    def started_in(self, period: Period) -> Self:
        """New in the period."""
        return self.counted().filter(start_on__range=(period.start, period.end))

    def exited_in(self, period: Period) -> Self:
        """Left in the period."""
        return self.counted().filter(exit_on__range=(period.start, period.end))

    def ongoing_at_end_of(self, period: Period) -> Self:
        """Still in when the period ends: started by then, and not left by then."""
        return self.counted().filter(Q(exit_on=None) | Q(exit_on__gt=period.end), start_on__lte=period.end)

    def working_after_exit_in(self, period: Period) -> Self:
        """Left in the period and work afterwards, whatever the exit reason says."""
        return self.exited_in(period).filter(work_after__in=WORKING)


class ParticipationQuerySet(ParticipationSets["Participation"]):
    def visible_to(self, user: User) -> Self:
        """The rows a person may see: those of the initiatives they work in. The office sees none."""
        return self.filter(initiative__in=Initiative.objects.staffed_by(user))

    def ongoing(self) -> Self:
        """In the initiative now."""
        return self.counted().filter(exit_on=None)

    def exited(self) -> Self:
        """Ended."""
        return self.counted().exclude(exit_on=None)

    def followed_up(self) -> Self:
        """Have a follow-up that is done, whatever became of it."""
        done = Q(follow_ups__is_void=False) & ~Q(follow_ups__outcome=FollowUpOutcome.PLANNED)
        return self.counted().filter(done, follow_ups__isnull=False).distinct()

    def ongoing_since_before(self, day: date) -> Self:
        """In the initiative now, and started before the day."""
        return self.ongoing().filter(start_on__lt=day)

    def ongoing_or_exited_since(self, day: date) -> Self:
        """In the initiative now, or ended on the day or later."""
        return self.counted().filter(Q(exit_on=None) | Q(exit_on__gte=day))

    def with_blanks(self) -> Self:
        """Lack something that a table breaks participants down by, so that it counts them under Uppgift saknas."""
        blank_at_start = Q(municipality=None) | Q(education=None) | Q(referrer=None) | Q(support_before=None)
        blank_at_exit = Q(exit_on__isnull=False, support_after=None)
        return self.counted().filter(blank_at_start | blank_at_exit)

    def probable_duplicates(self) -> Self:
        """Have a twin: another participation of the initiative with the same gender, birth year and municipality that
        starts within a week of it. Where birth year or municipality is not known, nobody can tell."""
        nearby = (OuterRef("start_on") - ALIKE_WITHIN, OuterRef("start_on") + ALIKE_WITHIN)
        alike = Q(**{name: OuterRef(name) for name in ALIKE}, start_on__range=nearby)
        return self.counted().filter(Exists(Participation.objects.counted().filter(alike).exclude(pk=OuterRef("pk"))))

    def ended_the_day_they_started(self) -> Self:
        """Lasted no time at all."""
        return self.exited().filter(exit_on=F("start_on"))

    def of_rare_age(self) -> Self:
        """At the very edge of the ages that can be registered, or outside the initiative's own limits.

        Only the year of birth is known, so somebody may be a year younger at the start than the years between say.
        """
        outside = Q(years__lt=F("initiative__age_from")) | Q(years__gt=F("initiative__age_to") + 1)
        return self._with_years().filter(outside | Q(years__in=(YOUNGEST, OLDEST)))

    def in_support_longer_than_grown_up(self) -> Self:
        """More months in public support than since the year in which they were the youngest that can be registered."""
        return self._with_years().filter(support_months__gt=12 * (F("years") - YOUNGEST + 1))

    def _with_years(self) -> Self:
        return self.counted().alias(years=ExtractYear("start_on") - F("birth_year"))

    def left_for_an_unknown_extent(self) -> Self:
        """Left to work or to study, and how much was not registered."""
        work = Q(exit_reason__group__common=CommonGroup.WORK, work_after=WorkAfter.UNKNOWN_EXTENT)
        studies = Q(exit_reason__group__common=CommonGroup.STUDIES, studies_after=StudiesAfter.UNKNOWN_EXTENT)
        return self.exited().filter(work | studies)

    def working_though_they_left_for_else(self) -> Self:
        """Work, and left neither to work nor to study."""
        to_work_or_study = (CommonGroup.WORK, CommonGroup.STUDIES)
        return self.exited().filter(work_after__in=WORKING).exclude(exit_reason__group__common__in=to_work_or_study)


class ParticipationVersionQuerySet(ParticipationSets["ParticipationVersion"]):
    def known_at(self, moment: datetime) -> Self:
        """What was known at a moment: one version of each participation that was registered by then."""
        return self.filter(known_at(moment))


class ParticipationFacts(Facts):
    """Everything that is registered about a participation. No free text, no date of birth, no name, no number."""

    federation = models.ForeignKey(Federation, models.PROTECT, related_name="+")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="+", verbose_name=_("insats"))
    code = models.CharField(_("kod"), max_length=12)
    gender = models.CharField(_("kön"), max_length=5, choices=Gender)
    birth_year = models.PositiveSmallIntegerField(_("födelseår"), null=True, blank=True)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kommun")
    )
    education = models.CharField(_("utbildning"), max_length=40, null=True, blank=True)  # noqa: DJ001 - None: not known
    referrer = models.CharField(_("aktualiserande part"), max_length=40, null=True, blank=True)  # noqa: DJ001
    assignment = models.CharField(_("uppdrag"), max_length=40, null=True, blank=True)  # noqa: DJ001
    support_before = CodeSetField(_("offentlig försörjning före"), null=True, blank=True)
    # Months in public support before the start; breaks of up to a month are ignored.
    support_months = models.PositiveSmallIntegerField(_("månader i offentlig försörjning"), null=True, blank=True)
    asked_about_violence = models.CharField(_("fråga om våld"), max_length=7, choices=Asked, default=Asked.NOT_YET)
    start_on = models.DateField(_("startdatum"))
    exit_on = models.DateField(_("avslutsdatum"), null=True, blank=True)
    exit_reason = models.ForeignKey(
        ExitReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("avslutsorsak")
    )
    work_after = models.CharField(  # noqa: DJ001 - None: not known
        _("arbete efter"), max_length=7, choices=WorkAfter, null=True, blank=True
    )
    studies_after = models.CharField(  # noqa: DJ001 - None: not known
        _("studier efter"), max_length=7, choices=StudiesAfter, null=True, blank=True
    )
    support_after = CodeSetField(_("offentlig försörjning efter"), null=True, blank=True)
    # First and last assessed step, kept here so that no table has to look through all assessments.
    first_step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="+")
    last_step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(exit_on=None) | Q(exit_on__gte=F("start_on")),
                name="%(app_label)s_%(class)s_exit_after_start",
            ),
            models.CheckConstraint(
                condition=Q(exit_on=None, exit_reason=None) | Q(exit_on__isnull=False, exit_reason__isnull=False),
                name="%(app_label)s_%(class)s_exit_pair",
            ),
            models.CheckConstraint(
                condition=Q(exit_on__isnull=False) | Q(work_after=None, studies_after=None, support_after=None),
                name="%(app_label)s_%(class)s_after_needs_exit",
            ),
            models.CheckConstraint(
                condition=Q(first_step=None, last_step=None) | Q(first_step__isnull=False, last_step__isnull=False),
                name="%(app_label)s_%(class)s_step_pair",
            ),
            models.CheckConstraint(
                condition=Q(start_on__lte=F("recorded_on")) & (Q(exit_on=None) | Q(exit_on__lte=F("recorded_on"))),
                name="%(app_label)s_%(class)s_not_in_future",
            ),
            models.CheckConstraint(
                condition=Q(birth_year=None)
                | Q(
                    birth_year__gte=ExtractYear("start_on") - OLDEST,
                    birth_year__lte=ExtractYear("start_on") - YOUNGEST,
                ),
                name="%(app_label)s_%(class)s_age_plausible",
            ),
            models.CheckConstraint(
                condition=Q(support_months=None) | Q(support_months__lte=12 * OLDEST),
                name="%(app_label)s_%(class)s_support_months",
            ),
            models.CheckConstraint(
                condition=(
                    Q(support_before=None) | Q(support_before=NO_SUPPORT) | ~Q(support_before__contains=NO_SUPPORT)
                )
                & (Q(support_after=None) | Q(support_after=NO_SUPPORT) | ~Q(support_after__contains=NO_SUPPORT)),
                name="%(app_label)s_%(class)s_no_support_alone",
            ),
            models.CheckConstraint(condition=Q(gender__in=Gender.values), name="%(app_label)s_%(class)s_gender_known"),
            models.CheckConstraint(
                condition=Q(asked_about_violence__in=Asked.values), name="%(app_label)s_%(class)s_asked_known"
            ),
            models.CheckConstraint(
                condition=(Q(work_after=None) | Q(work_after__in=WorkAfter.values))
                & (Q(studies_after=None) | Q(studies_after__in=StudiesAfter.values)),
                name="%(app_label)s_%(class)s_after_known",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Participation(ParticipationFacts, Registration):
    """The current row."""

    objects = ParticipationQuerySet.as_manager()

    class Meta(ParticipationFacts.Meta):
        constraints = [
            *ParticipationFacts.Meta.constraints,
            models.UniqueConstraint(fields=["federation", "code"], name="participants_participation_code_once"),
        ]
        indexes = [
            models.Index(fields=["federation", "start_on"], name="participation_by_start"),
            models.Index(fields=["federation", "exit_on"], name="participation_by_exit"),
            models.Index(fields=["initiative", "start_on"], name="participation_by_initiative"),
        ]

    @property
    def is_ongoing(self) -> bool:
        """Neither ended nor void."""
        return self.exit_on is None and not self.is_void


class ParticipationVersion(ParticipationFacts, Version):
    """A state the participation was in."""

    facts_model = ParticipationFacts
    registration = models.ForeignKey(Participation, models.CASCADE, related_name="versions")

    objects = ParticipationVersionQuerySet.as_manager()

    class Meta(ParticipationFacts.Meta):
        constraints = [*ParticipationFacts.Meta.constraints, *Version.Meta.constraints]
        indexes = [models.Index(fields=["federation", "known_from"], name="participationversion_known")]


Participation.version_model = ParticipationVersion
