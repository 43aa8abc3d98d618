"""The numbers at a glance: this year so far against last year at the same date."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import Count as CountOf
from django.db.models import Q
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.period import Period
from participants.codes import FollowUpOutcome
from participants.models import FollowUp, Participation
from participants.quality.checks import noticed
from participants.quality.moment import moment_of
from reports.changes import signed
from reports.chart import Chart, ChartKind
from reports.compute import compute, snapshot
from reports.context import Context, Scope
from reports.definition import TOTAL, Column, Count, Dimension, Figure, Member, Table
from reports.populations import EXITED
from reports.result import Result
from reports.tables.flows import FLOWS
from reports.tables.goals import GOALS

HUNDRED = 100


def _months(context: Context, _within: object) -> list[Member]:
    """The months of the period, in order."""
    month, end = context.period.start, context.period.end
    found = []
    while month <= end:
        found.append(Member(f"{month:%Y%m}", date_format(month, "b")))
        month += relativedelta(months=1, day=1)
    return found


EXIT_MONTH = Dimension(
    "exit_month",
    _("Månad"),
    (Column("exit_month", ExtractYear("exit_on") * 100 + ExtractMonth("exit_on")),),
    _months,
    lambda _context: str,
)
EXITS_PER_MONTH = Table(
    key="exits_per_month",
    title=_("Avslut per månad, de senaste tolv månaderna"),
    definition=_("Hur många som avslutades i varje månad."),
    source=_("Insatsernas registreringar av avslut."),
    valid_from=date(2023, 1, 1),
    rows=(EXIT_MONTH,),
    row_total=_("Summa"),
    figures=(Figure("exits", _("Avslut"), Count(EXITED)),),
    chart=Chart(ChartKind.COLUMNS, sentence=_("Flest avslutades i %(highest)s, %(highest_value)s av %(total)s.")),
)


@dataclass(frozen=True)
class Compared:
    """A number this year and at the same date last year."""

    title: str
    now: int
    before: int

    @property
    def difference(self) -> str:
        return signed(self.now - self.before)


@dataclass(frozen=True)
class FollowedUp:
    """Of the follow-ups that have fallen due this year: how many are done, and how many reached the participant."""

    due: int
    done: int
    reached: int

    @property
    def percent_done(self) -> int | None:
        """Whole percent, rounded half up; None where none was due."""
        return (HUNDRED * self.done * 2 + self.due) // (2 * self.due) if self.due else None


@dataclass(frozen=True)
class Glance:
    """Everything on the page. ``goals`` is None for one initiative: goals are the federation's."""

    year: Period
    year_before: Period
    compared: list[Compared]
    exits: Result
    goals: Result | None
    followed_up: FollowedUp
    # How many registrations of the year may be wrong.
    noticed: int


def glance_at(scope: Scope, today: date) -> Glance:
    """The numbers of a scope on a day. Raises one of COMPUTE_ERRORS."""
    year, before = (_until(day) for day in (today, today - relativedelta(years=1)))
    twelve_months = Period.free(today - relativedelta(months=11, day=1), today)
    with snapshot():
        flows, *goals = compute([FLOWS, *([] if scope.initiative else [GOALS])], Context(scope, year))
        (flows_before,) = compute([FLOWS], Context(scope, before))
        (exits,) = compute([EXITS_PER_MONTH], Context(scope, twelve_months))
        followed_up = _followed_up(scope, year)
        to_see_over = _noticed(scope, today)
    return Glance(
        year=year,
        year_before=before,
        compared=_compared(flows, flows_before),
        exits=exits,
        goals=next((result for result in goals if result.rows), None),
        followed_up=followed_up,
        noticed=to_see_over,
    )


def _until(day: date) -> Period:
    return Period.free(date(day.year, 1, 1), day)


def _compared(now: Result, before: Result) -> list[Compared]:
    return [
        Compared(column.title, int(now.cell(column.key, TOTAL).number), int(before.cell(column.key, TOTAL).number))
        for column in now.columns
    ]


def _followed_up(scope: Scope, year: Period) -> FollowedUp:
    rows = FollowUp.objects.filter(federation=scope.federation).fell_due_between(year.start, year.end)
    if scope.initiative:
        rows = rows.filter(participation__initiative=scope.initiative)
    numbers = rows.aggregate(
        due=CountOf("pk"),
        done=CountOf("pk", filter=~Q(outcome=FollowUpOutcome.PLANNED)),
        reached=CountOf("pk", filter=Q(outcome=FollowUpOutcome.REACHED)),
    )
    return FollowedUp(**numbers)


def _noticed(scope: Scope, today: date) -> int:
    rows = Participation.objects.filter(federation=scope.federation)
    if scope.initiative:
        rows = rows.filter(initiative=scope.initiative)
    moment, _complaint = moment_of(scope.federation, "", today)
    return noticed(rows, moment).count()
