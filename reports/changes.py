"""What changed between two days in what is known of a period: by cause and initiative, and figure by figure.

Counts only. What was known on a day is read from the versions (decision 1).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.period import Period
from initiatives.lists import Lists
from participants.models import ParticipationVersion
from reports.context import Scope
from reports.populations import EXITED, ONGOING, STARTED, TOOK_PART
from reports.render.frame import full_title
from reports.render.numbers import sv_decimal, sv_number
from reports.result import Cell, Format, Result, ResultColumn, ResultRow


class Cause(StrEnum):
    """Why a participation counts otherwise than before. A participation has one: the first that fits."""

    VOIDED = "voided"
    RESTORED = "restored"
    ADDED = "added"
    EXITED = "exited"
    REOPENED = "reopened"
    CORRECTED = "corrected"

    @property
    def label(self) -> str:
        return str(_TITLES[self])


_TITLES: Mapping[Cause, str | Promise] = {
    Cause.ADDED: _("inskrivning som har tillkommit"),
    Cause.EXITED: _("avslut som har tillkommit"),
    Cause.CORRECTED: _("rättad eller kompletterad uppgift"),
    Cause.REOPENED: _("avslut som har tagits tillbaka"),
    Cause.VOIDED: _("felregistrering"),
    Cause.RESTORED: _("felregistrering som har tagits tillbaka"),
}
FLOWS = {"total": TOOK_PART, "new": STARTED, "exited": EXITED, "ongoing": ONGOING}
"""The figures that a change is told in: the same sets as the table of flows counts."""


@dataclass(frozen=True)
class Change:
    """How many participations of an initiative changed for one cause, and what that did to the flows."""

    initiative: str
    cause: Cause
    number: int
    effect: Mapping[str, int]
    slug: str

    @property
    def signed(self) -> dict[str, str]:
        """The effects as they are read: +3, −1, 0."""
        return {flow: signed(number) for flow, number in self.effect.items()}


@dataclass(frozen=True)
class MovedFigure:
    """A cell that says something else than before."""

    row: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class State:
    """A participation as it was known: where, whether void or ended, and the flows that count it."""

    initiative: int
    is_void: bool
    has_ended: bool
    counted_in: frozenset[str]


def changes(scope: Scope, period: Period, first: datetime, last: datetime) -> list[Change]:
    """What happened between two moments, by initiative and cause.

    What was in no figure of the period, before or after, is left out.
    """
    earlier, later = (_states(scope, period, moment, (first, last)) for moment in (first, last))
    numbers: Counter[tuple[int, Cause]] = Counter()
    effects: defaultdict[tuple[int, Cause], Counter[str]] = defaultdict(Counter)
    for key in earlier.keys() | later.keys():
        old, new = earlier.get(key), later.get(key)
        known = new or old
        if known is None or not any(state and state.counted_in for state in (old, new)):
            continue
        place = (known.initiative, _cause(old, new))
        numbers[place] += 1
        effects[place].update(new.counted_in if new else ())
        effects[place].subtract(old.counted_in if old else ())
    return [
        Change(initiative.label, cause, numbers[place], {flow: effects[place][flow] for flow in FLOWS}, initiative.slug)
        for initiative in Lists(scope.federation).initiatives
        for cause in _TITLES
        if numbers[place := (initiative.pk, cause)]
    ]


def _states(scope: Scope, period: Period, moment: datetime, span: tuple[datetime, datetime]) -> dict[int, State]:
    """The participations that changed in the span, as they were known at a moment."""
    versions = ParticipationVersion.objects.filter(federation=scope.federation)
    changed = versions.filter(known_from__gt=span[0], known_from__lte=span[1])
    rows = versions.known_at(moment).filter(registration__in=changed.values("registration"))
    counted = {
        flow: set(population.select(rows, period).values_list("registration_id", flat=True))
        for flow, population in FLOWS.items()
    }
    facts = rows.values_list("registration_id", "initiative_id", "is_void", "exit_on")
    return {
        key: State(initiative, void, exit_on is not None, frozenset(flow for flow in FLOWS if key in counted[flow]))
        for key, initiative, void, exit_on in facts
    }


def _cause(old: State | None, new: State | None) -> Cause:
    if old is None or new is None:
        return Cause.ADDED
    if old.is_void != new.is_void:
        return Cause.VOIDED if new.is_void else Cause.RESTORED
    if old.has_ended != new.has_ended:
        return Cause.EXITED if new.has_ended else Cause.REOPENED
    return Cause.CORRECTED


def signed(number: int) -> str:
    """A difference as it is read."""
    return f"{'+' if number > 0 else ''}{sv_decimal(number, 0)}"


def moved_figures(before: Result, after: Result) -> list[MovedFigure]:
    """The cells of a table that differ, in the table's order. A row that is only in one of them is said to be new."""
    rows = {_row_key(row): row for row in (*after.rows, *before.rows)}
    columns = {column.key: column for column in (*after.columns, *before.columns)}
    return [
        MovedFigure(
            ", ".join(filter(None, row.labels)),
            full_title(column.group, column.title),
            _written(old, column.format),
            _written(new, column.format),
        )
        for key, row in rows.items()
        for column in columns.values()
        if (old := _cell(before, key, column)) != (new := _cell(after, key, column))
    ]


def _row_key(row: ResultRow) -> tuple[str, ...]:
    return (row.kind, *row.key)


def _cell(result: Result, key: tuple[str, ...], column: ResultColumn) -> Cell | None:
    row = next((row for row in result.rows if _row_key(row) == key), None)
    index = next((at for at, one in enumerate(result.columns) if one.key == column.key), None)
    return row.cells[index] if row is not None and index is not None else None


def _written(cell: Cell | None, form: Format) -> str:
    return str(_("fanns inte")) if cell is None else sv_number(cell, form)
