"""A context whose federation, period and part are blanks: what a population asks of the database is written by Django
once, and then asked for one federation and period after the other."""

from typing import Any, Self, cast

from django.db.models import BigIntegerField, CharField, DateField, DateTimeField

from finsam_tracker.core.period import Period
from finsam_tracker.core.together import Blank
from reports.context import Context, Scope
from reports.populations import YEARS_BACK

Shape = tuple[bool, bool, bool, bool]
"""What of a context is there at all: a narrower initiative, municipality, assignment; a past day."""


class BlankPeriod:
    """What populations use of a period."""

    def __init__(self, first: str, last: str) -> None:
        self.start, self.end = Blank(first, DateField()), Blank(last, DateField())

    def reaching_back(self, years: int) -> Self:
        return type(self)(f"start_{years}_years_back", self.end.name)


class BlankContext(Context):
    """A context like another, in which nothing is said but what there is."""

    def __init__(self, like: Context) -> None:
        scope = like.scope
        self.scope = Scope(
            cast("Any", Blank("federation", BigIntegerField())),
            cast("Any", Blank("initiative", BigIntegerField())) if scope.initiative else None,
            cast("Any", Blank("municipality", CharField())) if scope.municipality else "",
            cast("Any", Blank("assignment", CharField())) if scope.assignment else "",
        )
        self.known_at = cast("Any", Blank("known_at", DateTimeField())) if like.known_at else None
        self.period = cast("Period", BlankPeriod("start", "end"))

    @property
    def lived_period(self) -> Period:
        return cast("Period", BlankPeriod("start", "lived_end"))


def shape_of(context: Context) -> Shape:
    """Contexts of one shape have the same statements."""
    scope = context.scope
    return bool(scope.initiative), bool(scope.municipality), bool(scope.assignment), bool(context.known_at)


def values_of(context: Context) -> dict[str, Any]:
    """What stands in the blanks."""
    scope, period = context.scope, context.period
    return {
        "federation": scope.federation.pk,
        "initiative": scope.initiative and scope.initiative.pk,
        "municipality": scope.municipality,
        "assignment": scope.assignment,
        "known_at": context.known_at,
        "start": period.start,
        "end": period.end,
        "lived_end": context.lived_period.end,
        f"start_{YEARS_BACK}_years_back": period.reaching_back(YEARS_BACK).start,
    }
