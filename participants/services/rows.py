"""Many rows that a program sends at once: each is compared with what is registered, then all are written together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import User
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.models import Initiative
from initiatives.staffing import require_staff
from participants.importing.columns import FOLLOW_UPS, PARTICIPATIONS, STEPS, sheets_of
from participants.importing.comparison import Comparer, Comparison
from participants.importing.faults import Faults, identity_in
from participants.importing.known import Known
from participants.importing.plan import Plan, PlanRow
from participants.importing.words import Words
from participants.policies import Problems
from participants.services.bulk import write_rows

Place = tuple[str, int]
"""A kind of row, as the spreadsheet calls its sheets, and a row's number there."""


class RowFaults(Faults):
    """The faults by row and property, instead of by cell. No value is repeated."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._names = {sheet.name: {c.title: c.field for c in sheet.columns} for sheet in sheets_of(words)}
        self.by_row: dict[Place, Problems] = {}

    def add(self, sheet: str, line: int, column: str, raw: object, sentence: str) -> None:
        if found := identity_in(raw):
            sentence = found.sentence
        self.total += 1
        name = self._names[sheet].get(column, "").removesuffix("_id")
        told = self.by_row.setdefault((sheet, line), {}).setdefault(name, [])
        if sentence not in told:
            told.append(sentence)


@dataclass
class Outcome:
    """What became of the rows: the faults of some, the codes of those that are new, and what the others did."""

    faults: dict[Place, Problems] = field(default_factory=dict)
    created: dict[int, str] = field(default_factory=dict)
    changed: set[Place] = field(default_factory=set)
    is_written: bool = True


@transaction.atomic
def write_all(
    *,
    by: User,
    initiative: Initiative,
    plan: Plan,
    faults: Mapping[Place, Problems],
    not_ended: set[int],
    atomic: bool,
    now: datetime,
    lists: Lists,
) -> Outcome:
    """Write the rows that have no fault; with ``atomic`` all, or none where one has a fault.

    ``faults`` are those found already in reading the rows, which are not in the plan. ``not_ended`` are the rows that
    say that there is no exit, which is no way to take one back. Raises PermissionDenied.
    """
    require_staff(by, initiative, Permission.REGISTER)
    outcome = Outcome(dict(faults))
    # Two requests of one initiative wait for each other here, and not row by row, where they could block each other.
    Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)
    words = Words(initiative, lists)
    known = Known(initiative, plan, lock=True)
    _refuse_reopening(plan, known, not_ended, outcome)
    while True:
        plan = _without(plan, outcome.faults)
        found_faults = RowFaults(words)
        found = Comparer(words, known, timezone.localdate(now)).compare(plan, found_faults)
        outcome.faults |= found_faults.by_row
        # A row that leaned on one that falls away is looked at again without it.
        if not found_faults.by_row or (atomic and outcome.faults):
            break
    if atomic and outcome.faults:
        outcome.is_written = False
        return outcome
    outcome.created = write_rows(by=by, initiative=initiative, found=found, now=now)
    outcome.changed = _changed(found)
    return outcome


def _refuse_reopening(plan: Plan, known: Known, not_ended: set[int], outcome: Outcome) -> None:
    for row in plan.participations:
        registered = known.participation(row.code) if row.code and row.line in not_ended else None
        if registered and registered["exit_on"]:
            sentence = _("Ett avslut tas tillbaka på deltagandets adress /reopen, med ett skäl.")
            outcome.faults[PARTICIPATIONS, row.line] = {"exit": [sentence]}


def _without(plan: Plan, faults: Mapping[Place, Problems]) -> Plan:
    def kept(sheet: str, rows: list[PlanRow]) -> list[PlanRow]:
        return [row for row in rows if (sheet, row.line) not in faults]

    return Plan(kept(PARTICIPATIONS, plan.participations), kept(STEPS, plan.steps), kept(FOLLOW_UPS, plan.follow_ups))


def _changed(found: Comparison) -> set[Place]:
    return {
        *((PARTICIPATIONS, change.line) for change in found.changed),
        *((STEPS, assessed.line) for assessed in found.assessed),
        *((FOLLOW_UPS, change.line) for change in found.answered),
    }
