"""What the address of a statistics page asks for: a period, the day whose knowledge is wanted, and a part."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.days import DayError, read_day
from finsam_tracker.core.period import Period
from reports.context import Scope
from reports.forms import PERIOD_ERRORS, chosen_period
from reports.narrowing import ScopeError, narrow

ASKING_ERRORS = (*PERIOD_ERRORS, ScopeError)
"""What an address that asks for nothing there is raises; the message is a Swedish sentence."""


@dataclass(frozen=True)
class Wanted:
    """A period; ``known_on`` None is as known now, a day is as known when that day ended.

    The others are codes of a part; empty is all of it.
    """

    period: Period
    known_on: date | None = None
    initiative: str = ""
    municipality: str = ""
    assignment: str = ""

    @property
    def known_at(self) -> datetime | None:
        return end_of(self.known_on) if self.known_on else None

    @property
    def query(self) -> str:
        """The same wish, as the query of an address."""
        known = self.known_on.isoformat() if self.known_on else ""
        parts = (
            ("kant", known),
            ("insats", self.initiative),
            ("kommun", self.municipality),
            ("uppdrag", self.assignment),
        )
        return urlencode({"period": self.period.key, **{name: value for name, value in parts if value}})

    @property
    def is_part(self) -> bool:
        """Whether something less than everything is asked for."""
        return bool(self.initiative or self.municipality or self.assignment)

    def within(self, scope: Scope) -> Scope:
        """The part of a scope that is asked for. Raises ScopeError."""
        return narrow(scope, initiative=self.initiative, municipality=self.municipality, assignment=self.assignment)


def wanted(query: Mapping[str, str], now: datetime) -> Wanted:
    """What the query asks for; the last closed year where it says nothing. Raises one of PERIOD_ERRORS."""
    period = chosen_period(dict(query.items()), default_period(now))
    known = query.get("kant", "").strip()
    parts = (query.get(name, "").strip() for name in ("insats", "kommun", "uppdrag"))
    return Wanted(period, past_day(known, now) if known else None, *parts)


def past_day(text: str, now: datetime) -> date:
    """A day that has been; raises DayError."""
    day = read_day(text)
    if day > timezone.localdate(now):
        raise DayError(_("%s har inte varit än. Ange en dag som har varit.") % day.isoformat())
    return day


def end_of(day: date) -> datetime:
    """The last moment of a day here."""
    return timezone.make_aware(datetime.combine(day, time.max))


def default_period(now: datetime) -> Period:
    """The last year that has closed: what an office most often reports."""
    return Period.year(timezone.localdate(now).year - 1)
