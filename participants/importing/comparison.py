"""What a plan would do to the registrations as they are: what is new, what changes from what to what, what is wrong.

Made for the preview, and again under lock when it is confirmed: where the two differ, nothing is written.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from finsam_tracker.core.models import Municipality
from initiatives.models import ExitReason, Step
from participants import policies
from participants.codes import Asked, FollowUpOutcome
from participants.facts import Enrolment, Exit, FollowUpAnswer
from participants.importing.columns import FOLLOW_UPS, PARTICIPATIONS, STEPS, sheets_of
from participants.importing.faults import Faults
from participants.importing.known import Known, KnownFollowUp
from participants.importing.plan import Plan, PlanRow
from participants.importing.words import Words
from participants.models import Participation

BEFORE = (
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
)
AFTER = ("exit_on", "exit_reason_id", "work_after", "studies_after", "support_after")
FIELDS = (*BEFORE, *AFTER)
ANSWERS = ("outcome", "done_on", "work_after", "studies_after", "support_after")
_DEFAULTS: dict[str, Any] = dict.fromkeys(FIELDS) | {"asked_about_violence": Asked.NOT_YET.value}
_COLUMN_OF = {"municipality": "municipality_id", "exit_reason": "exit_reason_id", "step": "step_id"}
EVERY = 1000

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A row that changes something that exists: ``before`` and ``after`` hold just the fields that differ."""

    line: int
    code: str
    pk: int
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class Assessed:
    """A step assessment to make, or to change where ``pk`` is known."""

    line: int
    code: str
    participation: int
    on: date
    step_id: int
    pk: int | None = None
    before: int | None = None


@dataclass
class Comparison:
    """What confirming would do."""

    new: list[PlanRow] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    assessed: list[Assessed] = field(default_factory=list)
    answered: list[Change] = field(default_factory=list)
    unchanged: int = 0
    recognised: dict[int, int] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)

    @property
    def does_nothing(self) -> bool:
        return not (self.new or self.changed or self.assessed or self.answered)

    def digest(self) -> str:
        """The same for the same effect."""
        parts = [
            [row.line for row in self.new],
            [_told(change) for change in (*self.changed, *self.answered)],
            [(a.line, a.participation, a.on, a.step_id, a.pk, a.before) for a in self.assessed],
            sorted(self.recognised.items()),
            self.faults.total,
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def _told(change: Change) -> Any:
    def plain(values: Values) -> list[Any]:
        return sorted((name, sorted(v) if isinstance(v, frozenset) else str(v)) for name, v in values.items())

    return change.line, change.pk, plain(change.before), plain(change.after)


class Comparer:
    """Compares one plan. ``is_checked`` says that the rows without a code were found right by the same rules before."""

    def __init__(self, words: Words, known: Known, today: date, *, is_checked: bool = False) -> None:
        self._words = words
        self._known = known
        self._today = today
        self._is_checked = is_checked
        self._municipalities = {m.pk: m for m in words.lists.municipalities}
        self._reasons = {r.pk: r for r in words.lists.reasons}
        self._steps = {s.pk: s for s in words.lists.steps}
        self._merged: dict[str, dict[str, Any]] = {}
        self._titles = {sheet.name: {c.field: c.title for c in reversed(sheet.columns)} for sheet in sheets_of(words)}

    def compare(self, plan: Plan, faults: Faults, progress: Callable[[int], None] = lambda _rows: None) -> Comparison:
        """What the plan would do."""
        found = Comparison(faults=faults)
        assessed = _days_by_code(plan.steps, self._known)
        for number, row in enumerate(plan.participations, 1):
            self._participation(row, assessed, found)
            if number % EVERY == 0:
                progress(number)
        self._refuse_twins(plan, found)
        for row in plan.steps:
            self._assessment(row, found)
        for row in plan.follow_ups:
            self._follow_up(row, found)
        return found

    def _fault(self, found: Comparison, sheet: str, row: PlanRow, name: str, sentence: str) -> None:
        name = _COLUMN_OF.get(name, name)
        given = row.code if name == "code" else row.values.get(name)
        found.faults.add(sheet, row.line, self._titles[sheet].get(name, ""), self.show(name, given), sentence)

    def show(self, name: str, value: Any) -> str:
        """A stored value as people read it."""
        words = self._words.of.get(name)
        if value is None:
            return ""
        if isinstance(value, frozenset):
            return "; ".join(words.label(code) for code in sorted(value)) if words else ""
        return words.label(value) if words else str(value)

    # Participations

    def _participation(self, row: PlanRow, assessed: "_Days", found: Comparison) -> None:
        if row.code is None:
            self._new(row, found)
            return
        known = self._known.participation(row.code)
        if known is None:
            self._fault(found, PARTICIPATIONS, row, "code", _not_here())
        elif known["is_void"]:
            sentence = _("Deltagandet är en felregistrering och ändras inte. Ta bort raden.")
            self._fault(found, PARTICIPATIONS, row, "code", sentence)
        else:
            self._change(row, known, assessed.get(row.code), found)

    def _new(self, row: PlanRow, found: Comparison) -> None:
        made = self._known.made_before.get(row.line)
        if made is not None:
            found.recognised[row.line] = made
            return
        if not self._is_checked and (problems := self._problems({**_DEFAULTS, **row.values}, None)):
            self._tell(found, PARTICIPATIONS, row, problems)
        else:
            found.new.append(row)

    def _change(self, row: PlanRow, known: Values, assessed: tuple[date, date] | None, found: Comparison) -> None:
        found.lines[row.line] = known["pk"]
        after = {name: value for name, value in row.values.items() if known[name] != value}
        if row.code:
            self._merged[row.code] = {**known, **after}
        if not after:
            found.unchanged += 1
        elif problems := self._problems({**known, **after}, assessed):
            self._tell(found, PARTICIPATIONS, row, problems)
        else:
            before = {name: known[name] for name in after}
            found.changed.append(Change(row.line, row.code or "", known["pk"], before, after))

    def _tell(self, found: Comparison, sheet: str, row: PlanRow, problems: policies.Problems) -> None:
        for name, sentences in problems.items():
            for sentence in sentences:
                self._fault(found, sheet, row, name, sentence)

    def _problems(self, values: Values, assessed: tuple[date, date] | None) -> policies.Problems:
        """What the same policies as those of the forms say of a whole row."""
        place, lists = self._words.initiative, self._words.lists
        if values["start_on"] is None or values["gender"] is None:
            return {}  # told of already: a required cell is blank
        problems = policies.enrolment_problems(place, self.enrolment(values), lists, self._today)
        if values["exit_on"] is not None and values["exit_reason_id"] is not None:
            first, last = assessed or (None, None)
            ending = policies.ending_problems(place, values["start_on"], last, self.exit(values), lists, self._today)
            return {**problems, **ending, **policies.starting_problems(values["start_on"], first)}
        return {
            **problems,
            **_half_exit(values),
            **policies.starting_problems(values["start_on"], (assessed or [None])[0]),
        }

    def enrolment(self, values: Values) -> Enrolment:
        """The facts of the start."""
        given = {name: values[name] for name in BEFORE if name != "municipality_id"}
        return Enrolment(municipality=self.municipality(values["municipality_id"]), **given)

    def exit(self, values: Values) -> Exit:
        """The facts of the exit."""
        return Exit(
            exit_on=values["exit_on"],
            exit_reason=self._reasons[values["exit_reason_id"]],
            work_after=values["work_after"],
            studies_after=values["studies_after"],
            support_after=values["support_after"],
        )

    def municipality(self, pk: int | None) -> Municipality | None:
        return None if pk is None else self._municipalities[pk]

    def reason(self, pk: int | None) -> ExitReason | None:
        return None if pk is None else self._reasons[pk]

    def _refuse_twins(self, plan: Plan, found: Comparison) -> None:
        """The same code, or the same day of assessment, twice: which of the lines holds, nobody can say."""
        for sheet, rows, keys in (
            (PARTICIPATIONS, plan.participations, ()),
            (STEPS, plan.steps, ("on",)),
            (FOLLOW_UPS, plan.follow_ups, ("months",)),
        ):
            seen: dict[Any, int] = {}
            for row in rows:
                key = (row.code, *(row.values.get(name) for name in keys))
                if row.code and seen.setdefault(key, row.line) != row.line:
                    sentence = _("Samma finns redan på rad %d. Ta bort den ena raden.")
                    self._fault(found, sheet, row, "code", sentence % seen[key])

    # Step assessments and follow-ups

    def _found(self, sheet: str, row: PlanRow, found: Comparison) -> dict[str, Any] | None:
        """The participation that a row of another sheet is about, as it will be."""
        if row.code is None:
            return None
        known = self._merged.get(row.code) or self._known.participation(row.code)
        if known is None or known["is_void"]:
            self._fault(found, sheet, row, "code", _not_here())
            return None
        return dict(known)

    def _assessment(self, row: PlanRow, found: Comparison) -> None:
        known = self._found(STEPS, row, found)
        on, step = row.values.get("on"), self._steps.get(row.values.get("step_id", 0))
        if known is None or on is None or step is None:
            return
        before = self._known.assessments(known["pk"]).get(on)
        if before and before[1] == step.pk:
            found.unchanged += 1
            return
        if problems := self._assessment_problems(known, step, on):
            self._tell(found, STEPS, row, problems)
        else:
            pk, old = before or (None, None)
            found.assessed.append(Assessed(row.line, row.code or "", known["pk"], on, step.pk, pk, old))

    def _assessment_problems(self, known: Values, step: Step, on: date) -> policies.Problems:
        facts = Participation(
            federation_id=self._words.initiative.federation_id, start_on=known["start_on"], exit_on=known["exit_on"]
        )
        return policies.assessment_problems(facts, step, on, self._today)

    def _follow_up(self, row: PlanRow, found: Comparison) -> None:
        known = self._found(FOLLOW_UPS, row, found)
        if known is None or "months" not in row.values or "outcome" not in row.values:
            return
        follow_up = self._known.follow_ups(known["pk"]).get(row.values["months"])
        if follow_up is None:
            sentence = _("Deltagandet har ingen uppföljning efter så många månader. Läs in avslutet först.")
            self._fault(found, FOLLOW_UPS, row, "months", sentence)
            return
        if known["exit_on"] != follow_up.row.exit_on:
            sentence = _("Avslutsdatumet ändras i samma fil, och med det uppföljningarna. Läs in avslutet först.")
            self._fault(found, FOLLOW_UPS, row, "months", sentence)
            return
        self._answer(row, follow_up, found)

    def _answer(self, row: PlanRow, known: KnownFollowUp, found: Comparison) -> None:
        after = {
            name: row.values[name] for name in ANSWERS if name in row.values and known.values[name] != row.values[name]
        }
        if not after:
            found.unchanged += 1
            return
        if problems := self._answer_problems({**known.values, **after}, known):
            self._tell(found, FOLLOW_UPS, row, problems)
        else:
            before = {name: known.values[name] for name in after}
            found.answered.append(Change(row.line, row.code or "", known.pk, before, after))

    def _answer_problems(self, values: Values, known: KnownFollowUp) -> policies.Problems:
        if values["done_on"] is None:
            return {"done_on": [_("Fyll i dagen då uppföljningen gjordes.")]}
        facts = FollowUpAnswer(**{**values, "outcome": FollowUpOutcome(values["outcome"])})
        return policies.follow_up_problems(known.row, facts, self._words.lists, self._today)


_Days = dict[str, tuple[date, date]]


def _days_by_code(rows: Iterable[PlanRow], known: Known) -> _Days:
    """First and last day of assessment of each participation, the file's own included."""
    days: _Days = dict(known.assessed_days())
    for row in rows:
        if row.code and (on := row.values.get("on")):
            first, last = days.get(row.code, (on, on))
            days[row.code] = (min(first, on), max(last, on))
    return days


def _half_exit(values: Values) -> policies.Problems:
    if values["exit_on"] is not None:
        return {"exit_reason_id": [_("Välj avslutsorsak: avslutsdatum finns.")]}
    if values["exit_reason_id"] is not None:
        return {"exit_on": [_("Fyll i avslutsdatum: avslutsorsak finns.")]}
    sentence = _("Värdet gäller efter avslut. Fyll i avslutsdatum och avslutsorsak, eller töm cellen.")
    return {name: [sentence] for name in ("work_after", "studies_after", "support_after") if values[name] is not None}


def _not_here() -> str:
    return _("Koden finns inte i den här insatsen. Kontrollera varje tecken.")


def changes_of(found: Comparison) -> Iterator[tuple[str, Change]]:
    """Every change with the sheet it stands on."""
    yield from ((PARTICIPATIONS, change) for change in found.changed)
    yield from ((FOLLOW_UPS, change) for change in found.answered)
