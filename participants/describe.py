"""A participation in the words of its federation, for a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from initiatives.lists import Lists
from initiatives.models import CodeKind
from participants.codes import Asked, FollowUpOutcome, Gender, StudiesAfter, WorkAfter
from participants.models import FollowUp, Participation
from participants.models.followup import FollowUpFacts
from participants.models.participation import ParticipationFacts
from participants.policies import is_final

Value = str | Promise

SETS = ("support_before", "support_after")
CODES = {"education": CodeKind.EDUCATION, "referrer": CodeKind.REFERRER, "assignment": CodeKind.ASSIGNMENT}
CHOICES: dict[str, type[TextChoices]] = {
    "gender": Gender,
    "asked_about_violence": Asked,
    "work_after": WorkAfter,
    "studies_after": StudiesAfter,
    "outcome": FollowUpOutcome,
}


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it: pairs of name and values."""

    heading: Value
    pairs: list[tuple[Value, list[Value]]]


@dataclass(frozen=True)
class FollowUpLine:
    """A follow-up as a line of a table. Not yet due, overdue and done are three different things."""

    months: int
    due_on: date
    state: Value
    is_overdue: bool
    done_on: date | None
    work: Value
    studies: Value
    support: list[Value]
    # What can be done with it.
    verb: Value
    can_be_tried_again: bool


class Describer:
    """Turns codes into labels by a federation's lists, ended items included."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def sections(self, participation: Participation) -> list[Section]:
        """Everything registered about a participation but its steps and follow-ups."""
        sections = [self._person(participation), self._start(participation), self._support(participation)]
        return [*sections, self._exit(participation)] if participation.exit_on else sections

    def follow_up(self, follow_up: FollowUp, today: date) -> FollowUpLine:
        """A line about a follow-up, as it stands today."""
        reached = follow_up.outcome == FollowUpOutcome.REACHED
        overdue = follow_up.outcome == FollowUpOutcome.PLANNED and follow_up.due_on < today
        return FollowUpLine(
            months=follow_up.months,
            due_on=follow_up.due_on,
            state=_("Försenad") if overdue else follow_up.get_outcome_display(),
            is_overdue=overdue,
            done_on=follow_up.done_on,
            work=_work(follow_up.work_after) if reached else "",
            studies=_studies(follow_up.studies_after) if reached else "",
            support=self._supports(follow_up.support_after) if reached else [],
            verb=_("Rätta") if is_final(follow_up) else _("Följ upp"),
            can_be_tried_again=follow_up.outcome == FollowUpOutcome.NOT_REACHED,
        )

    def value(self, name: str, row: ParticipationFacts | FollowUpFacts) -> str:
        """What a column of a registration, or of a version of one, holds."""
        held = getattr(row, name)
        if name in SETS:
            return ", ".join(map(str, self._supports(held)))
        if name in CODES:
            return str(self._label(CODES[name], held))
        if held is not None and name in CHOICES:
            return str(CHOICES[name](held).label)
        return str(_or_unknown(held))

    def _person(self, p: Participation) -> Section:
        return Section(
            _("Om deltagaren"),
            [
                (_("Kön"), [p.get_gender_display()]),
                (_("Födelseår"), [_or_unknown(p.birth_year)]),
                (_("Kommun"), [_or_unknown(p.municipality)]),
                (_("Utbildning"), [self._label(CodeKind.EDUCATION, p.education)]),
            ],
        )

    def _start(self, p: Participation) -> Section:
        pairs: list[tuple[Value, list[Value]]] = [
            (_("Startdatum"), [p.start_on.isoformat()]),
            (_("Aktualiserande part"), [self._label(CodeKind.REFERRER, p.referrer)]),
        ]
        if p.initiative.uses_assignments or p.assignment:
            pairs.append((_("Uppdrag"), [self._label(CodeKind.ASSIGNMENT, p.assignment)]))
        pairs.append((_("Fråga om våld ställd"), [p.get_asked_about_violence_display()]))
        return Section(_("Starten"), pairs)

    def _support(self, p: Participation) -> Section:
        return Section(
            _("Försörjning före start"),
            [
                (_("Offentlig försörjning"), self._supports(p.support_before)),
                (_("Månader i offentlig försörjning"), [_or_unknown(p.support_months)]),
            ],
        )

    def _exit(self, p: Participation) -> Section:
        return Section(
            _("Avslutet"),
            [
                (_("Avslutsdatum"), [str(p.exit_on)]),
                (_("Avslutsorsak"), [str(p.exit_reason)]),
                (_("Arbete efter avslut"), [_work(p.work_after)]),
                (_("Studier efter avslut"), [_studies(p.studies_after)]),
                (_("Offentlig försörjning efter avslut"), self._supports(p.support_after)),
            ],
        )

    def _label(self, kind: CodeKind, code: str | None) -> Value:
        return next(iter(self._labels(kind, {code})), _("Uppgift saknas"))

    def _supports(self, codes: frozenset[str] | None) -> list[Value]:
        return self._labels(CodeKind.SUPPORT, codes or ()) or [_("Uppgift saknas")]

    def _labels(self, kind: CodeKind, codes: Iterable[str | None]) -> list[Value]:
        """The labels in the list's order, whatever the order of the codes."""
        wanted = set(codes)
        return [item.label for item in self._lists.codes(kind) if item.code in wanted]


def _work(code: str | None) -> Value:
    return WorkAfter(code).label if code else _("Uppgift saknas")


def _studies(code: str | None) -> Value:
    return StudiesAfter(code).label if code else _("Uppgift saknas")


def _or_unknown(value: object) -> Value:
    """The value as plain text: a year is not an amount and gets no thousands separator."""
    return _("Uppgift saknas") if value is None else str(value)
