"""What a goal may be: plain values, checked in one place for forms, services and files."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation
from finsam_tracker.core.texts import text_problems
from initiatives.goal_measures import GOAL_MEASURES, NUMBER, PERCENT, GoalMeasure
from initiatives.models import Goal, Initiative
from initiatives.models.activity import HIGHEST_SCALE, LOWEST_RATING

LONGEST_TEXT = 200
LARGEST_NUMBER = 1_000_000
HIGHEST_PERCENT = 1000
"""Of the planned participants more than all may come."""
WHOLE = 100


@dataclass(frozen=True, kw_only=True)
class GoalFacts:
    """A goal as it is told; without an initiative it is the whole federation's."""

    text: str
    measure: str
    target: Decimal
    direction: str = Goal.Direction.AT_LEAST
    initiative: Initiative | None = None

    @classmethod
    def of(cls, goal: Goal) -> "GoalFacts":
        """A goal as it is now."""
        names = ("text", "measure", "target", "direction", "initiative")
        return cls(**{name: getattr(goal, name) for name in names})


def goal_problems(facts: GoalFacts, federation: Federation) -> dict[str, list[str]]:
    """Whether a federation may have this goal, by field."""
    problems = {"text": text_problems(facts.text, LONGEST_TEXT, _("Skriv målet med era egna ord."))}
    if facts.direction not in Goal.Direction.values:
        problems["direction"] = [_("Välj minst eller högst.")]
    measure = GOAL_MEASURES.get(facts.measure)
    if measure is None:
        return {**problems, "measure": [_("Välj ett mått ur listan.")]}
    return {
        **problems,
        "target": target_problems(facts.target, measure),
        "initiative": _initiative_problems(facts.initiative, measure, federation),
    }


def target_problems(target: Decimal, measure: GoalMeasure) -> list[str]:
    """Whether a target can be of the measure's kind."""
    if measure.unit is PERCENT:
        highest = HIGHEST_PERCENT if measure.key == "planned_reached_share" else WHOLE
        sentence = _("Skriv målvärdet i procent, ett tal mellan 0 och %d.") % highest
        return [] if 0 <= target <= highest and _fits(target) else [sentence]
    if measure.unit is NUMBER:
        sentence = _("Skriv målvärdet som ett heltal, till exempel 60.")
        return [] if 0 <= target <= LARGEST_NUMBER and target == target.to_integral_value() else [sentence]
    sentence = _("Skriv målvärdet som ett betyg mellan %(low)d och %(high)d, till exempel 4,5.")
    bounds = {"low": LOWEST_RATING, "high": HIGHEST_SCALE}
    return [] if LOWEST_RATING <= target <= HIGHEST_SCALE and _fits(target) else [sentence % bounds]


def _fits(target: Decimal) -> bool:
    """Whether the column, which has two decimals, holds the number as it is."""
    return target == target.quantize(Decimal("0.01"))


def _initiative_problems(initiative: Initiative | None, measure: GoalMeasure, federation: Federation) -> list[str]:
    if initiative is None:
        return []
    if initiative.federation_id != federation.pk:
        return [_("Välj en insats som hör till förbundet.")]
    enrols = initiative.orientation == Initiative.Orientation.INDIVIDUAL
    if enrols and measure.counts_heads:
        return [_("Måttet räknar aktiviteter. Välj en strukturövergripande insats, eller hela förbundet.")]
    if not enrols and not measure.counts_heads:
        return [_("Måttet räknar inskrivna deltagare. Välj en individinriktad insats, eller hela förbundet.")]
    return []
