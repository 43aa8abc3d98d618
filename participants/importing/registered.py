"""The registrations of an initiative as rows of its spreadsheet."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from participants.importing.columns import FOLLOW_UPS, PARTICIPATIONS, STEPS, YES, Column, Kind, SheetOf
from participants.importing.known import COLUMNS, chunked
from participants.importing.words import Words
from participants.models import FollowUp, Participation, StepAssessment

Line = list[Any]
_FOLLOW_UP = ("months", "outcome", "done_on", "work_after", "studies_after", "support_after")


class Registered:
    """The rows of the participations given, or of all that count in the initiative."""

    def __init__(self, words: Words, only: Iterable[int] | None = None) -> None:
        self._words = words
        self._only = None if only is None else list(only)

    def lines(self, sheet: SheetOf) -> Iterator[Line]:
        """The lines of a sheet, in the order of its columns."""
        rows = {PARTICIPATIONS: self._participations, STEPS: self._steps, FOLLOW_UPS: self._follow_ups}[sheet.name]
        columns = [c for c in sheet.columns if c.is_offered]
        return ([self._cell(column, row) for column in columns] for row in rows())

    def _participations(self) -> Iterator[dict[str, Any]]:
        rows = Participation.objects.counted().filter(initiative=self._words.initiative)
        if self._only is None:
            yield from rows.order_by("start_on", "pk").values(*COLUMNS).iterator(chunk_size=2000)
            return
        for some in chunked(self._only):
            by_key = {row["pk"]: row for row in rows.filter(pk__in=some).values(*COLUMNS)}
            yield from (by_key[pk] for pk in some if pk in by_key)

    def _steps(self) -> Iterator[dict[str, Any]]:
        rows = StepAssessment.objects.counted().filter(participation__initiative=self._words.initiative)
        yield from self._of(rows.order_by("participation__start_on", "participation", "on"), ("on", "step_id"))

    def _follow_ups(self) -> Iterator[dict[str, Any]]:
        rows = FollowUp.objects.counted().filter(participation__initiative=self._words.initiative)
        yield from self._of(rows.order_by("participation__start_on", "participation", "months"), _FOLLOW_UP)

    def _of(self, rows: Any, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        """The rows about participations that count, with the code of each."""
        only = None if self._only is None else set(self._only)
        wanted = rows.filter(participation__is_void=False).values("participation_id", "participation__code", *columns)
        for row in wanted.iterator(chunk_size=2000):
            if only is None or row["participation_id"] in only:
                yield {**row, "code": row["participation__code"]}

    def _cell(self, column: Column, row: dict[str, Any]) -> Any:
        value = row[column.field]
        if value is None:
            return None
        if column.kind is Kind.MEMBER:
            return YES if column.member in value else None
        if column.kind is Kind.CHOICE:
            return self._words.of[column.field].label_on(value, _day_of(column, row))
        return value


def _day_of(column: Column, row: dict[str, Any]) -> date:
    """The day that decides which item a label means; the same as when it is read."""
    after = column.field.startswith(("exit", "work", "studies"))
    day: date = row.get("exit_on" if after else "start_on") or row.get("on") or row.get("done_on") or date.max
    return day
