"""Registers the planned acts, through the same services as a form."""

from collections.abc import Mapping, Sequence

from finsam_tracker.core.models import User
from finsam_tracker.demo.acts import Act, Answer, Assess, Correct, End, Enrol, Reopen, Void
from finsam_tracker.demo.chance import source_of_chance
from finsam_tracker.demo.planned import PlannedParticipation
from initiatives.lists import Lists
from participants.codes import FollowUpOutcome, new_code
from participants.facts import Enrolment, Exit, FollowUpAnswer
from participants.models import Participation
from participants.services.correction import correct, void
from participants.services.enrolment import assess_step, enrol
from participants.services.exit import end, reopen
from participants.services.followup import answer


def register(acts: Sequence[Act], lists: Lists, coordinators: Mapping[str, User], seed: int) -> None:
    """Do the acts in their order, each as the coordinator of its initiative."""
    codes = _codes(sorted({act.number for act in acts}), seed)
    registrar = Registrar(lists, coordinators, codes)
    for act in acts:
        registrar.do(act)


def _codes(numbers: Sequence[int], seed: int) -> dict[int, str]:
    """The same codes each time, and no code twice."""
    chance = source_of_chance(seed)
    codes: dict[str, int] = {}
    for number in numbers:
        code = new_code(chance)
        while code in codes:
            code = new_code(chance)
        codes[code] = number
    return {number: code for code, number in codes.items()}


class Registrar:
    """Does acts, and remembers what it registered under which number."""

    def __init__(self, lists: Lists, coordinators: Mapping[str, User], codes: Mapping[int, str]) -> None:
        self.lists = lists
        self.coordinators = coordinators
        self.codes = codes
        self.registered: dict[int, Participation] = {}
        self.initiatives = {i.slug: i for i in lists.initiatives}
        self.municipalities = {m.code: m for m in lists.municipalities}
        self.reasons = {r.code: r for r in lists.reasons}
        self.steps = {s.code: s for s in lists.steps}

    def do(self, act: Act) -> None:
        if isinstance(act, Enrol):
            self.registered[act.number] = self._enrol(act)
            return
        participation = self.registered[act.number]
        by = self.coordinators[participation.initiative.slug]
        match act:
            case Assess():
                step = self.steps[act.step.step]
                assess_step(by=by, participation=participation, step=step, on=act.step.on, now=act.at)
            case End():
                facts = self._exit(act.facts)
                end(by=by, participation=participation, facts=facts, now=act.at, lists=self.lists)
            case Correct():
                self._correct(act, participation, by)
            case Reopen():
                reopen(by=by, participation=participation, reason=act.reason, now=act.at)
            case Void():
                void(by=by, participation=participation, reason=act.reason, now=act.at)
            case Answer():
                self._answer(act, participation, by)
            case _:
                raise TypeError(f"{type(act).__name__} is no act that can be registered.")

    def _enrol(self, act: Enrol) -> Participation:
        initiative = self.initiatives[act.facts.initiative]
        return enrol(
            by=self.coordinators[initiative.slug],
            initiative=initiative,
            facts=self._enrolment(act.facts),
            now=act.at,
            code=self.codes[act.number],
            lists=self.lists,
        )

    def _correct(self, act: Correct, participation: Participation, by: User) -> None:
        correct(
            by=by,
            participation=participation,
            enrolment=self._enrolment(act.facts),
            exit_=self._exit(act.facts) if act.ended else None,
            reason=act.reason,
            now=act.at,
            lists=self.lists,
        )

    def _answer(self, act: Answer, participation: Participation, by: User) -> None:
        facts = FollowUpAnswer(
            outcome=FollowUpOutcome(act.follow_up.outcome),
            done_on=act.follow_up.done_on,
            work_after=act.follow_up.work_after,
            studies_after=act.follow_up.studies_after,
            support_after=act.follow_up.support_after,
        )
        follow_up = participation.follow_ups.planned().get()
        answer(by=by, follow_up=follow_up, facts=facts, now=act.at, lists=self.lists)

    def _enrolment(self, p: PlannedParticipation) -> Enrolment:
        return Enrolment(
            gender=p.gender,
            start_on=p.start_on,
            birth_year=p.birth_year,
            municipality=self.municipalities[p.municipality] if p.municipality else None,
            education=p.education,
            referrer=p.referrer,
            assignment=p.assignment,
            support_before=p.support_before,
            support_months=p.support_months,
            asked_about_violence=p.asked_about_violence,
        )

    def _exit(self, p: PlannedParticipation) -> Exit:
        if p.exit_on is None or p.exit_reason is None:
            raise ValueError(f"Participation {p.number} has no exit to register.")
        return Exit(
            exit_on=p.exit_on,
            exit_reason=self.reasons[p.exit_reason],
            work_after=p.work_after,
            studies_after=p.studies_after,
            support_after=p.support_after,
        )
