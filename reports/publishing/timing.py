"""When a schedule's drafts are due. Asks no database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from finsam_tracker.core.period import Period
from reports.models import Schedule
from reports.publications.declaration import Template


@dataclass(frozen=True, order=True)
class Coming:
    """A draft that will be made: on which day, of which period, by which schedule."""

    on: date
    period: Period
    number: int
    template: str


def due_on(schedule: Schedule, period: Period) -> date:
    """The day on which a period's draft is made."""
    return period.end + timedelta(days=schedule.days)


def due_periods(schedule: Schedule, until: date) -> Iterator[Period]:
    """The periods whose drafts are due on a day or before, since the schedule was switched on."""
    period = Period.of_kind(schedule.rhythm, schedule.since - timedelta(days=schedule.days))
    while due_on(schedule, period) <= until:
        if due_on(schedule, period) >= schedule.since:
            yield period
        period = period.following


def coming(schedules: Iterable[Schedule], today: date, within: timedelta = timedelta(days=366)) -> list[Coming]:
    """What the schedules that are on will make after today, in the order of the days."""
    return sorted(
        Coming(due_on(schedule, period), period, schedule.pk, schedule.template)
        for schedule in schedules
        if schedule.is_on
        for period in due_periods(schedule, today + within)
        if due_on(schedule, period) > today
    )


def last_closed(rhythm: str, today: date) -> Period:
    """The last period of a kind that has ended."""
    return Period.of_kind(rhythm, Period.of_kind(rhythm, today).start - timedelta(days=1))


def default_rhythm(template: Template, rhythm: str) -> str:
    """What a schedule follows that says nothing: the federation's rhythm, or the report's own where it has only one."""
    return rhythm if rhythm in template.periods or len(template.periods) > 1 else next(iter(template.periods))
