"""Which period a lägesrapport is about, and when it is due."""

from collections.abc import Iterator
from datetime import date, timedelta

from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period

Rhythm = Federation.StatusReportRhythm


def periods_of(rhythm: str, year: int) -> Iterator[Period]:
    """The year's periods in a rhythm, in order."""
    match rhythm:
        case Rhythm.QUARTER:
            yield from (Period.quarter(year, number) for number in (1, 2, 3, 4))
        case Rhythm.HALF:
            yield from (Period.half(year, number) for number in (1, 2))
        case Rhythm.YEAR:
            yield Period.year(year)


def last_closed(federation: Federation, today: date) -> Period | None:
    """The latest period that is over; None where the federation has no such reports."""
    rhythm = federation.status_report_rhythm
    ended = [p for year in (today.year - 1, today.year) for p in periods_of(rhythm, year) if p.end < today]
    return ended[-1] if ended else None


def next_to_close(federation: Federation, today: date) -> Period | None:
    """The period that goes on; None where the federation has no such reports."""
    return next((p for p in periods_of(federation.status_report_rhythm, today.year) if today in p), None)


def usual_due_day(federation: Federation, period: Period) -> date:
    """The federation's days after the period's end."""
    return period.end + timedelta(days=federation.status_report_days)


def due_day(federation: Federation, period: Period, today: date) -> date:
    """When a report that is asked for today is due: nobody is late from the start."""
    usual = usual_due_day(federation, period)
    return usual if usual >= today else today + timedelta(days=federation.status_report_days)
