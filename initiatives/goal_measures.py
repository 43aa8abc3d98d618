"""What a goal may be bound to. The statistics compute each (``reports.measures``); here they have their names."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class GoalMeasure:
    """A measure by its key, with a Swedish title and its unit."""

    key: str
    title: str | Promise
    unit: str | Promise


_PERCENT = _("procent")
_MEASURES = (
    GoalMeasure("work_or_studies_share", _("andel av de avslutade som gick till arbete eller studier"), _PERCENT),
    GoalMeasure("positive_step_share", _("andel av de avslutade med positiv stegförflyttning"), _PERCENT),
    GoalMeasure("asked_about_violence_share", _("andel av deltagarna som fått frågor om våld"), _PERCENT),
)
GOAL_MEASURES: dict[str, GoalMeasure] = {measure.key: measure for measure in _MEASURES}
