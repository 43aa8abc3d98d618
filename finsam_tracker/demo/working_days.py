"""Days on which somebody works and registers: weekdays that are no Swedish holiday, few of them in July."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from dateutil.easter import easter

FRIDAY = 4
FIXED_HOLIDAYS = frozenset({(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)})
GOOD_FRIDAY, EASTER_MONDAY, ASCENSION = -2, 1, 39
"""Days from Easter Sunday."""
HOW_BUSY = {1: 1.1, 2: 1.0, 3: 1.0, 4: 0.9, 5: 0.9, 6: 0.7, 7: 0.1, 8: 1.0, 9: 1.3, 10: 1.2, 11: 1.0, 12: 0.7}
"""By month, against a usual month."""


@cache
def _moving_holidays(year: int) -> frozenset[date]:
    sunday = easter(year)
    midsummer_eve = next(day for n in range(19, 26) if (day := date(year, 6, n)).weekday() == FRIDAY)
    return frozenset({midsummer_eve, *(sunday + timedelta(days=n) for n in (GOOD_FRIDAY, EASTER_MONDAY, ASCENSION))})


@cache
def is_working_day(day: date) -> bool:
    return (
        day.weekday() <= FRIDAY and (day.month, day.day) not in FIXED_HOLIDAYS and day not in _moving_holidays(day.year)
    )


def on_or_after(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def on_or_before(day: date) -> date:
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def working_day(self, chance: Random) -> date:
        """A working day in it, as busy months have it."""
        days, weights = _days_and_weights(self.first, self.last)
        return days[bisect_left(weights, chance.random() * weights[-1])]


def is_kept(day: date, chance: Random) -> bool:
    """Whether something that would happen on the day does: only on working days, seldom in a quiet month."""
    return is_working_day(day) and chance.random() * max(HOW_BUSY.values()) < HOW_BUSY[day.month]


@cache
def _days_and_weights(first: date, last: date) -> tuple[list[date], list[float]]:
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    days = [day for day in every if is_working_day(day)]
    return days, list(accumulate(HOW_BUSY[day.month] for day in days))
