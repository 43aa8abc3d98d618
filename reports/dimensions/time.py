"""How long, and in which year."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Func, IntegerField, Value, When
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear
from django.utils.translation import gettext_lazy

from initiatives.models import BandKind
from reports.context import Context
from reports.definition import Column, Dimension, Member, Placer, Within
from reports.dimensions.people import banded
from reports.populations import YEARS_BACK

DAYS_A_MONTH = Decimal("30.4375")
"""A month as an average: 365.25 days a year in twelve."""


class DaysBetween(Func):
    """Whole days from the second day to the first."""

    output_field = IntegerField()
    template = "(%(expressions)s)"
    arg_joiner = " - "

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="CAST(julianday(%(expressions)s) AS INTEGER)", arg_joiner=") - julianday("
        )


WHOLE_MONTHS = (
    ExtractYear("exit_on") * 12
    + ExtractMonth("exit_on")
    - ExtractYear("start_on") * 12
    - ExtractMonth("start_on")
    - Case(When(start_on__day__gt=ExtractDay("exit_on"), then=Value(1)), default=Value(0))
)
"""Whole calendar months from start to exit: a month counts once its day has come again."""


def _day(raw: object) -> date:
    """A day as the database or the model gives it."""
    return raw if isinstance(raw, date) else date.fromisoformat(str(raw))


def whole_months(first: date, last: date) -> int:
    """Whole calendar months from one day to another, as ``WHOLE_MONTHS`` counts them; never below none."""
    months = 12 * (last.year - first.year) + last.month - first.month
    return max(months - (first.day > last.day), 0)


def _so_far(context: Context) -> Callable[[object], int]:
    return lambda raw: whole_months(_day(raw), context.as_of)


START_DAY = Column("start_on")
TIME_TO_EXIT = banded(
    "time_to_exit",
    gettext_lazy("Tid i insatsen"),
    Column("whole_months", WHOLE_MONTHS),
    BandKind.INITIATIVE_MONTHS,
)
TIME_SO_FAR = banded(
    "time_so_far", gettext_lazy("Tid i insatsen hittills"), START_DAY, BandKind.INITIATIVE_MONTHS, _so_far
)


def _no_members(_context: Context, _within: Within) -> Sequence[Member]:
    return ()


def _days_so_far(context: Context) -> Placer:
    return lambda raw: str(max((context.as_of - _day(raw)).days, 0))


DAYS_TO_EXIT = Dimension(
    "days_to_exit",
    gettext_lazy("Dagar från start till avslut"),
    (Column("days", DaysBetween(F("exit_on"), F("start_on"))),),
    _no_members,
    lambda _context: str,
)
DAYS_SO_FAR = Dimension(
    "days_so_far", gettext_lazy("Dagar från start hittills"), (START_DAY,), _no_members, _days_so_far
)


def first_year(context: Context) -> int:
    """The first year of the comparison; of a year whose registrations have been thinned nothing can be counted."""
    thinned = context.scope.federation.thinned_until
    return max(context.period.end.year - YEARS_BACK, thinned.year + 1 if thinned else 0)


def _year_members(context: Context, _within: Within) -> Sequence[Member]:
    last = context.period.end.year
    begun = min((i.start_on.year for i in context.lists.initiatives), default=last)
    years = range(first_year(context), last + 1)
    return [Member(str(year), str(year), only_if_occurs=year < min(begun, last)) for year in years]


def _year_placer(context: Context) -> Placer:
    first, last = first_year(context), context.period.end.year

    def place(begins: int, ends: int | None) -> frozenset[str]:
        return frozenset(map(str, range(max(begins, first), min(ends or last, last) + 1)))

    return place


YEAR = Dimension(
    "year",
    gettext_lazy("År"),
    (Column("first_counted_year"), Column("last_counted_year")),
    _year_members,
    _year_placer,
    several=True,
)
"""The years in which a registration counts. Its populations say from which to which, the last open where it goes on."""
