"""How long after an event it is registered, and how many of a period may still come.

An event is a start, an exit, an assessment or a follow-up that was done. It is known from the day of the first version
that holds it; where an exit was opened again, the first exit. What happened before an initiative registered anything
here is left out: it was taken in afterwards and tells nothing of how late people register.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.core.period import Period
from initiatives.models import Initiative
from participants.codes import FollowUpOutcome
from participants.models import (
    FollowUp,
    FollowUpVersion,
    Participation,
    ParticipationVersion,
    StepAssessment,
    StepAssessmentVersion,
)
from participants.quality.moment import Moment, closed_quarter

CLASSES: tuple[tuple[int | None, str | Promise], ...] = (
    (7, gettext_lazy("0–7 dagar")),
    (30, gettext_lazy("8–30 dagar")),
    (90, gettext_lazy("31–90 dagar")),
    (None, gettext_lazy("Mer än 90 dagar")),
)
"""The last day of each class, counted from the event."""
LATE_AFTER = 30
YEARS_BACK = 5
YEARS_NEEDED = 2
"""So many earlier years are compared with, and fewer than these say nothing."""


@dataclass(frozen=True)
class Kind:
    """A kind of event: the column with its day, the initiative's, and the versions that hold it."""

    title: str | Promise
    rows: Callable[[], QuerySet[Any]]
    day: str
    initiative: str
    known_in: Callable[[], QuerySet[Any]]


KINDS = (
    Kind(
        gettext_lazy("Starter"),
        Participation.objects.counted,
        "start_on",
        "initiative",
        ParticipationVersion.objects.all,
    ),
    Kind(
        gettext_lazy("Avslut"),
        Participation.objects.exited,
        "exit_on",
        "initiative",
        lambda: ParticipationVersion.objects.exclude(exit_on=None),
    ),
    Kind(
        gettext_lazy("Stegbedömningar"),
        lambda: StepAssessment.objects.counted().filter(participation__is_void=False),
        "on",
        "participation__initiative",
        StepAssessmentVersion.objects.all,
    ),
    Kind(
        gettext_lazy("Uppföljningar"),
        lambda: FollowUp.objects.counted().exclude(outcome=FollowUpOutcome.PLANNED),
        "done_on",
        "participation__initiative",
        # Tried in vain before, it is the attempt that counted which was registered late or not.
        lambda: FollowUpVersion.objects.filter(outcome=OuterRef("outcome")),
    ),
)


@dataclass(frozen=True)
class Events:
    """So many of an initiative that happened on a day and were known from a day."""

    initiative: int
    on: date
    known: date
    number: int

    @property
    def delay(self) -> int:
        """Days; none where the day was corrected to a later one than that of the registration."""
        return max(0, (self.known - self.on).days)


@dataclass(frozen=True)
class Curve:
    """How many events fall in each of CLASSES, and how many of all came later than LATE_AFTER days."""

    numbers: tuple[int, ...]
    late: int

    @property
    def total(self) -> int:
        return sum(self.numbers)


@dataclass(frozen=True)
class Forecast:
    """How many more are to be expected, from so many earlier years."""

    low: int
    high: int
    years: int

    def __str__(self) -> str:
        if not self.high:
            return _("Inga fler är att vänta.")
        if self.low == self.high:
            return _("Preliminärt: räkna med %d till.") % self.high
        return _("Preliminärt: räkna med %(low)d–%(high)d till.") % {"low": self.low, "high": self.high}


@dataclass(frozen=True)
class Lateness:
    """A kind of event: the period's curve, that of the same period in earlier years, and what may still come.

    ``forecast`` is None where there are too few years to go by.
    """

    title: str | Promise
    period: Curve
    earlier: Curve
    forecast: Forecast | None


@dataclass(frozen=True)
class Lap:
    """The period, some years earlier, and the day that corresponds to today."""

    start: date
    end: date
    cutoff: date


class Registered:
    """The events of a closed period and of the same period in earlier years, in some initiatives."""

    def __init__(self, initiatives: Sequence[Initiative], moment: Moment) -> None:
        self._begun = _begun(initiatives)
        self._thinned = {i.pk: i.federation.thinned_until for i in initiatives}
        self.period = moment.period if moment.period.end < moment.today else closed_quarter(moment.today)
        self._laps = [_lap(self.period, years, moment.today) for years in range(YEARS_BACK + 1)]
        self._events = [list(self._read(kind, initiatives)) for kind in KINDS]

    def _read(self, kind: Kind, initiatives: Sequence[Initiative]) -> Iterable[Events]:
        first_known = (
            kind.known_in().filter(registration=OuterRef("pk")).order_by("known_from").values("known_from")[:1]
        )
        days = (self._laps[-1].start, self._laps[0].end)
        rows = kind.rows().filter(**{f"{kind.initiative}__in": initiatives, f"{kind.day}__range": days})
        grouped = rows.order_by().values_list(F(kind.initiative), F(kind.day), TruncDate(Subquery(first_known)))
        for initiative, on, known, number in grouped.annotate(number=Count("pk")):
            if known and on >= self._begun.get(initiative, date.max):
                yield Events(initiative, on, known, number)

    def of(self, *initiatives: Initiative) -> list[Lateness]:
        """Each kind of event in some of the initiatives, together."""
        keys = {i.pk for i in initiatives}
        usable = self._usable(keys)
        pairs = zip(KINDS, self._events, strict=True)
        return [_lateness(kind, self._laps[0], usable, _of(keys, events)) for kind, events in pairs]

    def _usable(self, keys: set[int]) -> list[Lap]:
        """The earlier years whose whole period somebody registered here, and that no thinning has touched."""
        begun = min((day for key, day in self._begun.items() if key in keys), default=date.max)
        thinned = max((day for key in keys if (day := self._thinned[key])), default=date.min)
        return [lap for lap in self._laps[1:] if lap.start >= begun and lap.start > thinned]


def _begun(initiatives: Sequence[Initiative]) -> dict[int, date]:
    """The day on which something was first registered in each initiative."""
    rows = ParticipationVersion.objects.filter(initiative__in=initiatives).order_by().values_list("initiative")
    return {initiative: timezone.localdate(at) for initiative, at in rows.annotate(at=Min("known_from"))}


def _lap(period: Period, years: int, today: date) -> Lap:
    back = relativedelta(years=years)
    # By the day after the last, so that a February ends when it ends.
    end = period.end + timedelta(days=1) - back - timedelta(days=1)
    return Lap(period.start - back, end, today - back)


def _of(keys: set[int], events: Iterable[Events]) -> list[Events]:
    return [found for found in events if found.initiative in keys]


def _lateness(kind: Kind, now: Lap, usable: Sequence[Lap], events: Sequence[Events]) -> Lateness:
    period, earlier = _in(now, events), [found for lap in usable for found in _in(lap, events)]
    known = sum(found.number for found in period)
    return Lateness(kind.title, _curve(period), _curve(earlier), _forecast(known, usable, events))


def _in(lap: Lap, events: Iterable[Events]) -> list[Events]:
    return [found for found in events if lap.start <= found.on <= lap.end]


def _curve(events: Iterable[Events]) -> Curve:
    numbers: Counter[int] = Counter()
    late = 0
    for found in events:
        numbers[_class_of(found.delay)] += found.number
        late += found.number if found.delay > LATE_AFTER else 0
    return Curve(tuple(numbers[place] for place in range(len(CLASSES))), late)


def _class_of(delay: int) -> int:
    return next(place for place, (last, _title) in enumerate(CLASSES) if last is None or delay <= last)


def _forecast(known: int, laps: Iterable[Lap], events: Sequence[Events]) -> Forecast | None:
    """What came later in each earlier year, in proportion to what was known as long after its period, taken times what
    is known now; the lowest and the highest of the years."""
    growths = [growth for lap in laps if (growth := _growth(lap, events)) is not None]
    if len(growths) < YEARS_NEEDED:
        return None
    return Forecast(floor(min(growths) * known), ceil(max(growths) * known), len(growths))


def _growth(lap: Lap, events: Sequence[Events]) -> Fraction | None:
    """The part that came later; None where nothing was known then to be a part of."""
    mine = _in(lap, events)
    then = sum(found.number for found in mine if found.known <= lap.cutoff)
    return Fraction(sum(found.number for found in mine) - then, then) if then else None
