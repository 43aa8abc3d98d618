"""What a goal may be bound to. The statistics compute each (``reports.goals``); here they have their names."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class GoalMeasure:
    """A measure by its key, with a Swedish title, its unit, and what of: participants, or heads at activities."""

    key: str
    title: str | Promise
    unit: str | Promise
    counts_heads: bool = False

    @property
    def is_share(self) -> bool:
        return self.unit is PERCENT


PERCENT = _("procent")
NUMBER = _("antal")
MEAN = _("medelvärde")
_MEASURES = (
    GoalMeasure("work_or_studies_share", _("andel av de avslutade som gick till arbete eller studier"), PERCENT),
    GoalMeasure("positive_step_share", _("andel av de avslutade med positiv stegförflyttning"), PERCENT),
    GoalMeasure("went_on_share", _("andel av de avslutade som gick vidare"), PERCENT),
    GoalMeasure("purpose_reached_share", _("andel av de avslutade som nådde syftet"), PERCENT),
    GoalMeasure("asked_about_violence_share", _("andel av deltagarna som fått frågor om våld"), PERCENT),
    GoalMeasure("women_share", _("andel kvinnor av deltagarna"), PERCENT),
    GoalMeasure("planned_reached_share", _("deltagare i procent av det planerade antalet"), PERCENT),
    GoalMeasure("participants", _("antal deltagare"), NUMBER),
    GoalMeasure("exits", _("antal avslutade"), NUMBER),
    GoalMeasure(
        "structural_participants", _("antal deltagare i strukturövergripande aktiviteter"), NUMBER, counts_heads=True
    ),
    GoalMeasure("useful_share", _("andel av de svarande som hade nytta av aktiviteten"), PERCENT, counts_heads=True),
    GoalMeasure("mean_rating", _("medelbetyg på strukturövergripande aktiviteter"), MEAN, counts_heads=True),
)
GOAL_MEASURES: dict[str, GoalMeasure] = {measure.key: measure for measure in _MEASURES}
