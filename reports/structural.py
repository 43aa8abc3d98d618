"""Structural activities as the statistics see them: populations, dimensions and measures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, F
from django.db.models.functions import Cast, Round
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.period import Period
from initiatives.models import CodeKind
from initiatives.models.activity import HIGHEST_SCALE, LOWEST_RATING, ActivitySets
from reports.context import Context
from reports.definition import (
    Column,
    Constant,
    Count,
    Dimension,
    Measure,
    Member,
    Named,
    Of,
    Percent,
    Population,
    Ratio,
    Registrations,
    Within,
)
from reports.dimensions.common import INITIATIVE_ID, code_list, table_of
from reports.result import MISSING, NOT_APPLICABLE, Cell

if TYPE_CHECKING:
    from reports.compute import Place

HUNDREDTHS = 100
"""Days and ratings have two decimals. They are summed as whole hundredths, so that no database rounds them."""
_A_HUNDREDTH = Constant(Decimal("0.01"), _("en hundradel"))


def _hundredths(column: str) -> Cast:
    return Cast(Round(F(column) * HUNDREDTHS), BigIntegerField())


def _days_in(rows: ActivitySets[Any], period: Period) -> Registrations:
    return rows.held_in(period).annotate(day_hundredths=_hundredths("days"))


def _ratings_in(rows: ActivitySets[Any], period: Period) -> Registrations:
    return rows.rated_in(period).annotate(points=_hundredths("rating_mean") * F("rating_answers"))


_AT_ACTIVITIES = Population(
    "activities",
    _("aktiviteter i perioden"),
    _("Alla aktiviteter i strukturövergripande insatser som hölls, eller började, en dag i perioden."),
    ActivitySets.held_in,
    source="activities",
)
EVENTS = replace(_AT_ACTIVITIES, of=Of.THINGS)
WOMEN = replace(
    _AT_ACTIVITIES,
    key="activity_women",
    title=_("kvinnor vid aktiviteterna"),
    rule=_("Antalet kvinnor vid periodens aktiviteter. Den som kommer två gånger räknas två gånger."),
    weight="women",
)
MEN = replace(
    _AT_ACTIVITIES,
    key="activity_men",
    title=_("män vid aktiviteterna"),
    rule=_("Antalet män vid periodens aktiviteter. Den som kommer två gånger räknas två gånger."),
    weight="men",
)
OTHERS = replace(
    _AT_ACTIVITIES,
    key="activity_others",
    title=_("deltagare med annat eller okänt kön vid aktiviteterna"),
    rule=_("De vid periodens aktiviteter vars kön är annat eller inte är känt, även där bara hela antalet är känt."),
    weight="others",
)
DAYS = replace(
    _AT_ACTIVITIES,
    key="activity_days",
    title=_("aktiviteternas omfattning"),
    rule=_("Periodens aktiviteter med sin omfattning i dagar. Den vars omfattning saknas räknas som 0."),
    select=_days_in,
    weight="day_hundredths",
)
ANSWERS = replace(
    _AT_ACTIVITIES,
    key="activity_answers",
    title=_("svar om aktiviteterna"),
    rule=_("Hur många deltagare som har gett betyg åt periodens aktiviteter."),
    select=ActivitySets.rated_in,
    weight="rating_answers",
    of=Of.ANSWERS,
)
ASKED_ABOUT_USE = replace(
    _AT_ACTIVITIES,
    key="activity_asked_about_use",
    title=_("svar om nyttan av aktiviteterna"),
    rule=_("Hur många deltagare som har svarat, vid de av periodens aktiviteter där det frågades om nyttan."),
    select=ActivitySets.asked_about_use_in,
    weight="rating_answers",
    of=Of.ANSWERS,
)
USEFUL = replace(
    ASKED_ABOUT_USE,
    key="activity_useful",
    title=_("svarande som hade nytta av aktiviteterna"),
    rule=_("Hur många av de svarande som hade nytta av aktiviteten, vid de av periodens aktiviteter där det frågades."),
    weight="rating_useful",
    of=Of.PEOPLE,
)
POINTS = replace(
    _AT_ACTIVITIES,
    key="activity_points",
    title=_("betygen på aktiviteterna"),
    rule=_("Varje aktivitets medelbetyg gånger dess antal svar, för periodens aktiviteter."),
    select=_ratings_in,
    weight="points",
)


def _initiative_members(context: Context, _within: Within) -> Sequence[Member]:
    return [
        Member(i.slug, i.label, only_if_occurs=not i.runs_in(context.period))
        for i in context.lists.structural_initiatives
    ]


STRUCTURAL_INITIATIVE = Dimension(
    "initiative",
    _("Insats"),
    (INITIATIVE_ID,),
    _initiative_members,
    lambda context: table_of({i.pk: i.slug for i in context.lists.structural_initiatives}),
)
ACTIVITY_KIND = code_list("activity_kind", _("Slag av aktivitet"), Column("kind"), CodeKind.ACTIVITY_KIND)
AUDIENCE = code_list("audience", _("Målgrupp"), Column("audience"), CodeKind.AUDIENCE)
SCALES = range(LOWEST_RATING + 1, HIGHEST_SCALE + 1)
RATING_SCALE = Dimension(
    "rating_scale",
    _("Betygsskala"),
    (Column("rating_scale"),),
    lambda _context, _within: [Member(str(n), f"1–{n}") for n in SCALES],
    lambda _context: table_of({n: str(n) for n in SCALES}),
)


@dataclass(frozen=True)
class Scale(Measure):
    """The scale that ratings were given on; not applicable where they were given on several."""

    answers: tuple[Count, ...]

    def used(self, place: "Place") -> list[str]:
        return [code for count in self.answers for code in count.codes if count.at(place).number]

    def at(self, place: "Place") -> Cell:
        used = self.used(place)
        if len(used) != 1:
            return NOT_APPLICABLE if used else MISSING
        return Cell(f"1–{used[0]}")

    def words(self) -> str:
        return str(_("den skala som betygen är givna på"))

    def parts(self) -> tuple[Measure, ...]:
        return self.answers


@dataclass(frozen=True)
class MeanRating(Ratio):
    """A mean of ratings on one scale; not applicable where there are several, since means of such mean nothing."""

    scale: Scale | None = None

    def exact(self, place: "Place") -> Decimal | None:
        return None if self._is_mixed(place) else super().exact(place)

    def at(self, place: "Place") -> Cell:
        return NOT_APPLICABLE if self._is_mixed(place) else super().at(place)

    def _is_mixed(self, place: "Place") -> bool:
        return self.scale is not None and len(self.scale.used(place)) > 1

    def parts(self) -> tuple[Measure, ...]:
        return (*super().parts(), *(self.scale.parts() if self.scale else ()))


HEADS = Named(
    _("deltagare vid aktiviteterna"),
    Count(WOMEN) + Count(MEN) + Count(OTHERS),
    _("Kvinnor, män och de med annat eller okänt kön tillsammans."),
)
SHARE_WITH_USE = Percent(Count(USEFUL), Count(ASKED_ABOUT_USE))
SHARE_OF_WOMEN = Percent(Count(WOMEN), Count(WOMEN) + Count(MEN))
SHARE_OF_MEN = Percent(Count(MEN), Count(WOMEN) + Count(MEN))
SUM_OF_DAYS = Named(_("dagar"), Count(DAYS) * _A_HUNDREDTH, _("Aktiviteternas omfattning i dagar tillsammans."))
SCALE = Scale(tuple(Count(ANSWERS, RATING_SCALE, frozenset({str(n)})) for n in SCALES))
RATING = Named(
    _("medelbetyg"),
    MeanRating(Count(POINTS) * _A_HUNDREDTH, Count(ANSWERS), 2, SCALE),
    _("Medelvärdet av alla svar: varje aktivitets medelbetyg vägs med dess antal svar."),
)
