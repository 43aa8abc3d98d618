"""What a goal may be bound to, and how its outcome is judged. Titles and units: ``initiatives.goal_measures``."""

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.core.parameters import GOAL_MIN_BASE
from finsam_tracker.core.period import Period
from initiatives.models import CommonGroup, Initiative
from participants.codes import Asked, Gender
from reports.budget import PLANNED, OfInitiative
from reports.definition import (
    Assumption,
    Constant,
    Count,
    Dimension,
    Measure,
    Percent,
    Population,
    Registrations,
    Text,
)
from reports.dimensions.common import ASKED, COMMON_GROUP, GENDER, POSITIVE_STEP, YES
from reports.dimensions.steps import PURPOSE_REACHED, WENT_ON
from reports.populations import EXITED, TOOK_PART
from reports.result import NOT_APPLICABLE, Cell
from reports.structural import ANSWERS, ASKED_ABOUT_USE, EVENTS, HEADS, RATING, USEFUL

if TYPE_CHECKING:
    from reports.compute import Place


@dataclass(frozen=True)
class Outcome:
    """What a goal measures. ``part`` and ``base`` are what a share is taken of and from, ``base`` also a mean's n.

    ``registered``: without any of these, nothing can be said yet. ``whole_year``: the target is for a year, so that
    a part of one cannot be held against it.
    """

    value: Measure
    registered: Measure
    part: Measure | None = None
    base: Measure | None = None
    whole_year: bool = False

    def of(self, initiative: Initiative) -> "Outcome":
        """The same of one initiative."""
        return replace(self, **_narrowed_fields(self, initiative))


def _narrowed_fields(whole: Any, initiative: Initiative) -> dict[str, Any]:
    """What something made of measures is made of, of one initiative."""
    return {field.name: _narrowed(getattr(whole, field.name), initiative) for field in fields(whole)}


def _narrowed(part: Any, initiative: Initiative) -> Any:
    """A measure of one initiative: its counts count only there. Anything else is as it is."""
    if isinstance(part, tuple):
        return tuple(_narrowed(one, initiative) for one in part)
    if isinstance(part, OfInitiative):
        return replace(part, initiative=initiative)
    if isinstance(part, Count):
        return replace(part, population=_population_of(part.population, initiative))
    if isinstance(part, Measure):
        return replace(part, **_narrowed_fields(part, initiative))  # type: ignore[type-var]
    return part


def _population_of(population: Population, initiative: Initiative) -> Population:
    def select(rows: Any, period: Period) -> Registrations:
        return population.select(rows, period).filter(initiative=initiative.pk)

    return replace(
        population,
        key=f"{population.key}@{initiative.slug}",
        title=_("%(population)s i %(initiative)s") % {"population": population.title, "initiative": initiative.label},
        rule=_("%(rule)s Bara i %(initiative)s.") % {"rule": population.rule, "initiative": initiative.label},
        select=select,
        passing=True,
    )


LEAST = Assumption(GOAL_MIN_BASE, required=False)


@dataclass(frozen=True)
class Verdict(Measure):
    """Whether an outcome reaches its target. Judged before rounding; with too few to go by, nothing is said."""

    outcome: Outcome
    target: Constant
    at_most: bool = False

    def at(self, place: "Place") -> Cell:
        if self.outcome.whole_year and place.context.year is None:
            return NOT_APPLICABLE
        value = self.outcome.value.exact(place)
        if value is None or not self.outcome.registered.exact(place):
            return Cell(_("ej mätbart ännu"))
        if self._has_too_few(place):
            return Cell(_("för få för att säga"))
        reached = value <= self.target.value if self.at_most else value >= self.target.value
        return Cell(_("uppnått") if reached else _("ej uppnått"))

    def _has_too_few(self, place: "Place") -> bool:
        least, base = LEAST.at(place), self.outcome.base
        return base is not None and least.value is not None and (base.exact(place) or 0) < least.number

    def words(self) -> str:
        words = {"outcome": self.outcome.value.words()}
        if self.at_most:
            return _("uppnått när %(outcome)s är högst målvärdet, räknat före avrundning") % words
        return _("uppnått när %(outcome)s är minst målvärdet, räknat före avrundning") % words

    def parts(self) -> tuple[Measure, ...]:
        base = (self.outcome.base,) if self.outcome.base else ()
        return (self.outcome.value, self.outcome.registered, *base, self.target, LEAST)


def _share(population: Population, dimension: Dimension, title: Text, *codes: str) -> Outcome:
    part, base = Count(population, dimension, frozenset(codes), title), Count(population)
    return Outcome(Percent(part, base), base, part, base)


def _number(value: Measure, registered: Population) -> Outcome:
    return Outcome(value, Count(registered), whole_year=True)


OUTCOMES: dict[str, Outcome] = {
    "work_or_studies_share": _share(
        EXITED,
        COMMON_GROUP,
        gettext_lazy("avslutade till arbete eller studier"),
        CommonGroup.WORK,
        CommonGroup.STUDIES,
    ),
    "positive_step_share": _share(EXITED, POSITIVE_STEP, gettext_lazy("avslutade med positiv stegförflyttning"), YES),
    "went_on_share": _share(EXITED, WENT_ON, gettext_lazy("avslutade som gick vidare"), YES),
    "purpose_reached_share": _share(EXITED, PURPOSE_REACHED, gettext_lazy("avslutade med syftet uppnått"), YES),
    "asked_about_violence_share": _share(
        TOOK_PART, ASKED, gettext_lazy("deltagare som fått frågor om våld"), Asked.YES
    ),
    "women_share": _share(TOOK_PART, GENDER, gettext_lazy("kvinnor bland deltagarna"), Gender.WOMAN),
    "planned_reached_share": Outcome(
        Percent(Count(TOOK_PART), PLANNED), Count(TOOK_PART), Count(TOOK_PART), PLANNED, whole_year=True
    ),
    "participants": _number(Count(TOOK_PART), TOOK_PART),
    "exits": _number(Count(EXITED), TOOK_PART),
    "structural_participants": _number(HEADS, EVENTS),
    "useful_share": Outcome(
        Percent(Count(USEFUL), Count(ASKED_ABOUT_USE)), Count(ASKED_ABOUT_USE), Count(USEFUL), Count(ASKED_ABOUT_USE)
    ),
    "mean_rating": Outcome(RATING, Count(ANSWERS), base=Count(ANSWERS)),
}
"""What a goal's ``measure`` may name; ``initiatives.goal_measures`` has the same keys."""
