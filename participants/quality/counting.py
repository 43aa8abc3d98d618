"""The counts of several initiatives, in as many queries however many they are and whatever they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from finsam_tracker.core.parameters import SILENT_WEEKS
from initiatives.models import Initiative
from participants.models import (
    AdvisoryContactsVersion,
    FollowUp,
    FollowUpVersion,
    Participation,
    ParticipationQuerySet,
    ParticipationVersion,
    StepAssessmentVersion,
)
from participants.quality.checks import BLANKS, CHECKS, Blank
from participants.quality.moment import Moment

DAYS_OF_A_WEEK = 7
HUNDRED = 100


@dataclass(frozen=True)
class Part:
    """So many of so many."""

    number: int
    of: int

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded half up; None where there is nothing to be a part of."""
        return (2 * HUNDRED * self.number + self.of) // (2 * self.of) if self.of else None

    def __add__(self, other: "Part") -> "Part":
        return Part(self.number + other.number, self.of + other.of)


@dataclass(frozen=True)
class Silence:
    """When something was last registered, None where nothing ever was, and for how many whole weeks nothing has been.

    The weeks of a new initiative are counted from its start. ``is_silent`` is None where the limit is not set.
    """

    last: date | None
    weeks: int
    is_silent: bool | None


ByInitiative = dict[int, int]


def rows_of(initiatives: Sequence[Initiative]) -> ParticipationQuerySet:
    """The participations. Whether the person may see them, or only count them, is for the caller to have asked."""
    return Participation.objects.filter(initiative__in=initiatives)


def found_by_checks(initiatives: Sequence[Initiative], moment: Moment) -> dict[str, ByInitiative]:
    """How many each check finds in each initiative; a check that the federation has not set is left out."""
    rows = rows_of(initiatives)
    checks = [check for check in CHECKS if check.is_set(moment)]
    numbers = {
        f"number_{place}": Count("pk", filter=Q(pk__in=check.rows(rows, moment).order_by().values("pk")))
        for place, check in enumerate(checks)
    }
    found: dict[str, ByInitiative] = {check.key: {} for check in checks}
    counted = rows.order_by().values("initiative").annotate(**numbers).values_list("initiative", *numbers)
    for initiative, *counts in counted:
        for check, count in zip(checks, counts, strict=True):
            found[check.key][initiative] = count
    return found


def overdue(initiatives: Sequence[Initiative], today: date) -> ByInitiative:
    """How many follow-ups are overdue in each initiative."""
    rows = FollowUp.objects.filter(participation__initiative__in=initiatives).overdue_on(today)
    return dict(rows.order_by().values_list("participation__initiative").annotate(number=Count("pk")))


def blanks(initiatives: Sequence[Initiative], moment: Moment) -> dict[str, dict[int, Part]]:
    """What is left out of what, by the key of the blank and by initiative."""
    found: dict[str, dict[int, Part]] = {blank.key: {} for blank in BLANKS}
    for population in dict.fromkeys(blank.population for blank in BLANKS):
        rows = population(rows_of(initiatives), moment).order_by().values("initiative")
        asked = [blank for blank in BLANKS if blank.population is population]
        numbers = {_column(blank): Count("pk", filter=blank.lacks) for blank in asked}
        counted = rows.annotate(of=Count("pk"), **numbers).values_list("initiative", "of", *numbers)
        for initiative, of, *lacking in counted:
            for blank, number in zip(asked, lacking, strict=True):
                found[blank.key][initiative] = Part(number, of)
    return found


def _column(blank: Blank) -> str:
    return blank.key.replace("-", "_")


def silences(initiatives: Sequence[Initiative], moment: Moment) -> dict[int, Silence]:
    """How long each initiative has registered nothing: no participation, assessment, follow-up or contact."""
    last = _last_registered(initiatives)
    return {i.pk: _silence(i, last.get(i.pk), moment) for i in initiatives}


def _silence(initiative: Initiative, last: date | None, moment: Moment) -> Silence:
    since = max(last or initiative.start_on, initiative.start_on)
    weeks = max(0, (moment.today - since).days // DAYS_OF_A_WEEK)
    limit = moment.value(SILENT_WEEKS)
    is_running = initiative.runs_on(moment.today)
    return Silence(last, weeks, None if limit is None else is_running and weeks >= limit)


def _last_registered(initiatives: Sequence[Initiative]) -> dict[int, date]:
    sources: tuple[tuple[QuerySet[Any], str], ...] = (
        (ParticipationVersion.objects.all(), "initiative"),
        (StepAssessmentVersion.objects.all(), "registration__participation__initiative"),
        (FollowUpVersion.objects.all(), "registration__participation__initiative"),
        (AdvisoryContactsVersion.objects.all(), "initiative"),
    )
    first, *others = (
        rows.filter(**{f"{path}__in": initiatives}).order_by().values_list(F(path)).annotate(at=Max("known_from"))
        for rows, path in sources
    )
    last: dict[int, datetime] = {}
    for initiative, at in first.union(*others, all=True):
        last[initiative] = max(at, last.get(initiative, at))
    return {initiative: timezone.localdate(at) for initiative, at in last.items()}
