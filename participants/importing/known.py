"""The registrations that a plan is about, read in a few queries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from initiatives.models import Initiative
from participants.importing.plan import Plan
from participants.models import FollowUp, Participation, StepAssessment

CHUNK = 1000
"""Codes asked for in one query."""
COLUMNS = (
    "pk",
    "code",
    "is_void",
    "gender",
    "start_on",
    "birth_year",
    "municipality_id",
    "education",
    "referrer",
    "assignment",
    "support_before",
    "support_months",
    "asked_about_violence",
    "exit_on",
    "exit_reason_id",
    "work_after",
    "studies_after",
    "support_after",
)


@dataclass(frozen=True)
class KnownFollowUp:
    """A follow-up as it is."""

    pk: int
    row: FollowUp
    values: dict[str, Any]


class Known:
    """What is registered about the codes of a plan, in one initiative and in no other."""

    def __init__(
        self, initiative: Initiative, plan: Plan, made_before: dict[int, int] | None = None, *, lock: bool = False
    ) -> None:
        self.made_before = made_before or {}
        codes = {row.code for rows in (plan.participations, plan.steps, plan.follow_ups) for row in rows if row.code}
        self._rows = {row["code"]: row for row in _participations(initiative, codes, lock=lock)}
        self._codes = {row["pk"]: code for code, row in self._rows.items()}
        self._assessments: dict[int, dict[date, tuple[int, int]]] = {}
        self._follow_ups: dict[int, dict[int, KnownFollowUp]] = {}
        self._read_assessments()
        if plan.follow_ups:
            self._read_follow_ups()

    def participation(self, code: str) -> dict[str, Any] | None:
        """The row with a code, if the initiative has it."""
        return self._rows.get(code)

    def assessments(self, participation: int) -> dict[date, tuple[int, int]]:
        """The assessments that count: by day, which row and which step."""
        return self._assessments.get(participation, {})

    def assessed_days(self) -> Iterator[tuple[str, tuple[date, date]]]:
        """First and last day of assessment, by code."""
        for pk, days in self._assessments.items():
            yield self._codes[pk], (min(days), max(days))

    def follow_ups(self, participation: int) -> dict[int, KnownFollowUp]:
        """The follow-ups that count, by months."""
        return self._follow_ups.get(participation, {})

    def _read_assessments(self) -> None:
        for keys in chunked(self._codes):
            rows = StepAssessment.objects.counted().filter(participation__in=keys)
            for pk, participation, on, step in rows.values_list("pk", "participation_id", "on", "step_id"):
                self._assessments.setdefault(participation, {})[on] = (pk, step)

    def _read_follow_ups(self) -> None:
        for keys in chunked(self._codes):
            for row in FollowUp.objects.counted().filter(participation__in=keys):
                values = {
                    "outcome": row.outcome,
                    "done_on": row.done_on,
                    "work_after": row.work_after,
                    "studies_after": row.studies_after,
                    "support_after": row.support_after,
                }
                found = self._follow_ups.setdefault(row.participation_id, {})
                found[row.months] = KnownFollowUp(row.pk, row, values)


def _participations(initiative: Initiative, codes: set[str], *, lock: bool) -> Iterator[dict[str, Any]]:
    rows: QuerySet[Participation] = Participation.objects.filter(initiative=initiative).order_by("pk")
    if lock:
        rows = rows.select_for_update()
    for some in chunked(sorted(codes)):
        yield from rows.filter(code__in=some).values(*COLUMNS)


def chunked(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """The keys, so many at a time."""
    every = list(keys)
    for first in range(0, len(every), CHUNK):
        yield every[first : first + CHUNK]
