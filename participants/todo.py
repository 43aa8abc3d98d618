"""What waits in an initiative: the sets, and how many are in each. The start page and the weekly mail show the same.

The lists take their rows from ``waiting_in`` as well, so that a number and the list it leads to cannot differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Exists, OuterRef, QuerySet

from initiatives.models import Initiative, Step
from participants.models import FollowUp, Participation, ParticipationQuerySet, StepAssessment

DAYS_AHEAD = 60
MONTHS_WITHOUT_STEP = 6


@dataclass(frozen=True)
class Waiting:
    """The sets themselves. No follow-up is in two of the first three."""

    overdue: QuerySet[FollowUp]
    due_this_month: QuerySet[FollowUp]
    # After this month, within DAYS_AHEAD.
    coming: QuerySet[FollowUp]
    without_step: QuerySet[Participation]
    blanks: QuerySet[Participation]


@dataclass(frozen=True)
class Todo:
    """How many there are of each."""

    overdue: int = 0
    due_this_month: int = 0
    coming: int = 0
    without_step: int = 0
    blanks: int = 0

    @property
    def is_pressing(self) -> bool:
        """Whether anything waits now. What is only coming does not."""
        return any((self.overdue, self.due_this_month, self.without_step, self.blanks))


def waiting_in(
    initiatives: Sequence[Initiative], today: date, *, months_without_step: int = MONTHS_WITHOUT_STEP
) -> Waiting:
    """The sets over some initiatives. Whether the person may see them is for the caller to have asked."""
    follow_ups = FollowUp.objects.filter(participation__initiative__in=initiatives)
    participations = Participation.objects.filter(initiative__in=initiatives)
    month_ends = today + relativedelta(day=31)
    horizon = today + timedelta(days=DAYS_AHEAD)
    return Waiting(
        overdue=follow_ups.overdue_on(today),
        due_this_month=follow_ups.due_between(today, month_ends),
        coming=follow_ups.due_between(month_ends + timedelta(days=1), horizon),
        without_step=_without_step(participations, today - relativedelta(months=months_without_step)),
        blanks=participations.ongoing_or_exited_since(date(today.year, 1, 1)).with_blanks(),
    )


def _without_step(participations: ParticipationQuerySet, since: date) -> QuerySet[Participation]:
    """Ongoing since before the day and not assessed since. Where there is no ladder, nothing is missing."""
    assessed = StepAssessment.objects.since(since).filter(participation=OuterRef("pk"))
    ladder = Step.objects.filter(federation=OuterRef("federation"))
    return participations.ongoing_since_before(since).filter(~Exists(assessed), Exists(ladder))


def todo_for(initiative: Initiative, today: date, *, months_without_step: int = MONTHS_WITHOUT_STEP) -> Todo:
    """The numbers of one initiative."""
    return todos_for([initiative], today, months_without_step=months_without_step)[initiative.pk]


def todos_for(
    initiatives: Sequence[Initiative], today: date, *, months_without_step: int = MONTHS_WITHOUT_STEP
) -> dict[int, Todo]:
    """The numbers of each initiative, by its id, in as many queries as there are sets, however many initiatives."""
    waiting = waiting_in(initiatives, today, months_without_step=months_without_step)
    numbers = {field.name: _by_initiative(getattr(waiting, field.name)) for field in fields(Waiting)}
    return {
        initiative.pk: Todo(**{name: found.get(initiative.pk, 0) for name, found in numbers.items()})
        for initiative in initiatives
    }


def _by_initiative(rows: "QuerySet[FollowUp] | QuerySet[Participation]") -> dict[int, int]:
    path = "participation__initiative" if rows.model is FollowUp else "initiative"
    return dict(rows.order_by().values_list(path).annotate(number=Count("pk")))
