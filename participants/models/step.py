"""An assessment of where on the federation's ladder a participant stands on a day."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.versions import Facts, Registration, Version
from initiatives.models import Step
from participants.models.participation import Participation


class StepAssessmentQuerySet(models.QuerySet["StepAssessment"]):
    def counted(self) -> Self:
        """All but those taken back."""
        return self.filter(is_void=False)

    def since(self, day: date) -> Self:
        """Made on the day or later."""
        return self.counted().filter(on__gte=day)


class StepAssessmentFacts(Facts):
    """Participation, day, step."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="+")
    on = models.DateField(_("datum"))
    step = models.ForeignKey(Step, models.PROTECT, related_name="+", verbose_name=_("steg"))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(on__lte=F("recorded_on")), name="%(app_label)s_%(class)s_not_in_future")
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.step}"


class StepAssessment(StepAssessmentFacts, Registration):
    """The current row."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="assessments")

    objects = StepAssessmentQuerySet.as_manager()

    class Meta(StepAssessmentFacts.Meta):
        ordering = ["on", "pk"]
        constraints = [
            *StepAssessmentFacts.Meta.constraints,
            models.UniqueConstraint(
                fields=["participation", "on"],
                condition=Q(is_void=False),
                name="participants_stepassessment_once_a_day",
            ),
        ]


class StepAssessmentVersion(StepAssessmentFacts, Version):
    """A state the assessment was in."""

    facts_model = StepAssessmentFacts
    registration = models.ForeignKey(StepAssessment, models.CASCADE, related_name="versions")

    class Meta(StepAssessmentFacts.Meta):
        constraints = [*StepAssessmentFacts.Meta.constraints, *Version.Meta.constraints]


StepAssessment.version_model = StepAssessmentVersion
