"""Periods: month, quarter, half-year, year, since start, free dates. A value, with its dates included at both ends."""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

from django.utils.formats import date_format
from django.utils.translation import gettext as _

BEGINNING = date(1994, 1, 1)
"""No initiative is older: the first trials with pooled funds began in 1994."""

_YEAR = re.compile(r"^(\d{4})$")
_HALF = re.compile(r"^(\d{4})-?[HhRr]([12])$")
_QUARTER = re.compile(r"^(\d{4})-?[QqKk]([1-4])$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_FREE = re.compile(r"^(\d{4}-\d{2}-\d{2})--(\d{4}-\d{2}-\d{2})$")
_SINCE_START = re.compile(r"^start--(\d{4}-\d{2}-\d{2})$")


class PeriodError(ValueError):
    """The text is no period; the message is a Swedish sentence that says what to write."""


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole days, ``start`` and ``end`` both inside it.

    ``key`` is how it is written in addresses, files and the database: ``2025``, ``2025-H1``, ``2025-Q3``, ``2025-04``,
    ``2024-07-01--2025-06-30`` or ``start--2025-12-31``.
    """

    start: date
    end: date
    key: str

    @classmethod
    def year(cls, year: int) -> Self:
        return cls(date(year, 1, 1), date(year, 12, 31), f"{year:04}")

    @classmethod
    def half(cls, year: int, half: int) -> Self:
        return cls._months(year, 6 * half - 5, 6 * half, f"{year:04}-H{half}")

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Self:
        return cls._months(year, 3 * quarter - 2, 3 * quarter, f"{year:04}-Q{quarter}")

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        return cls._months(year, month, month, f"{year:04}-{month:02}")

    @classmethod
    def free(cls, start: date, end: date) -> Self:
        if end < start:
            raise PeriodError(_("Periodens sista dag ligger före den första. Byt plats på dem."))
        return cls(start, end, f"{start.isoformat()}--{end.isoformat()}")

    @classmethod
    def since_start(cls, end: date) -> Self:
        return cls(BEGINNING, end, f"start--{end.isoformat()}")

    @classmethod
    def _months(cls, year: int, first: int, last: int, key: str) -> Self:
        return cls(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]), key)

    @classmethod
    def of_kind(cls, kind: str, day: date) -> Self:
        """The year, half or quarter that a day lies in; KeyError for another kind."""
        made = {
            "year": lambda: cls.year(day.year),
            "half": lambda: cls.half(day.year, (day.month + 5) // 6),
            "quarter": lambda: cls.quarter(day.year, (day.month + 2) // 3),
        }
        return made[kind]()

    def reaching_back(self, years: int) -> Self:
        """From the beginning of the year that lies so many years before its last day's, to its last day."""
        return replace(self, start=date(self.end.year - years, 1, 1))

    @property
    def following(self) -> Self:
        """The next period of the same kind: year, half or quarter."""
        return type(self).of_kind(self.kind, self.end + timedelta(days=1))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period a key stands for; raises PeriodError with a Swedish sentence."""
        text = text.strip()
        try:
            return cls._parse(text)
        except PeriodError:
            raise
        except ValueError as error:
            raise PeriodError(_not_a_period(text)) from error

    @classmethod
    def _parse(cls, text: str) -> Self:
        if m := _YEAR.match(text):
            return cls.year(int(m[1]))
        if m := _HALF.match(text):
            return cls.half(int(m[1]), int(m[2]))
        if m := _QUARTER.match(text):
            return cls.quarter(int(m[1]), int(m[2]))
        if m := _MONTH.match(text):
            return cls.month(int(m[1]), int(m[2]))
        if m := _FREE.match(text):
            return cls.free(date.fromisoformat(m[1]), date.fromisoformat(m[2]))
        if m := _SINCE_START.match(text):
            return cls.since_start(date.fromisoformat(m[1]))
        raise PeriodError(_not_a_period(text))

    @property
    def kind(self) -> str:
        """year, half, quarter, month, free or since_start."""
        if self.key.startswith("start"):
            return "since_start"
        for kind, pattern in (("year", _YEAR), ("half", _HALF), ("quarter", _QUARTER), ("month", _MONTH)):
            if pattern.match(self.key):
                return kind
        return "free"

    @property
    def label(self) -> str:
        """As a reader says it: "2025", "första halvåret 2025", "kvartal 3 2025", "april 2025"."""
        year = self.start.year
        match self.kind:
            case "year":
                return str(year)
            case "half":
                words = _("första halvåret %(year)d") if self.start.month == 1 else _("andra halvåret %(year)d")
                return words % {"year": year}
            case "quarter":
                return _("kvartal %(number)d %(year)d") % {
                    "number": (self.start.month + 2) // 3,
                    "year": year,
                }
            case "month":
                return date_format(self.start, "F Y")
            case "since_start":
                return _("från start till och med %(end)s") % {"end": self.end.isoformat()}
        return _("%(start)s till och med %(end)s") % {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
        }

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return self.key


def _not_a_period(text: str) -> str:
    return _(
        "”%(text)s” är ingen period. Skriv ett år (2025), ett halvår (2025-H1), ett kvartal (2025-Q3), en månad "
        "(2025-04) eller två datum (2025-01-01--2025-06-30)."
    ) % {"text": text[:40]}
