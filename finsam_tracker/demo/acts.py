"""The plan as it was registered: every act at its time, mostly soon after what it registers, sometimes weeks late."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from finsam_tracker.configuration.entries import FederationFile
from finsam_tracker.demo.chance import one_of, source_of_chance
from finsam_tracker.demo.plan import followed_up_until
from finsam_tracker.demo.planned import PlannedFollowUp, PlannedParticipation, PlannedStep
from finsam_tracker.demo.published import Published
from finsam_tracker.demo.slips import Slip, Slips, choose_slips
from finsam_tracker.demo.working_days import on_or_after, on_or_before

HERE = ZoneInfo("Europe/Stockholm")
LAGS = {"same day": (0, 0), "same week": (1, 6), "late": (7, 18), "very late": (19, 32)}
HOW_LATE = {"same day": 38, "same week": 42, "late": 15, "very late": 5}
"""Days from an event to its registration, and how often."""
NOTICED_AFTER = (5, 24)
RETURNED_AFTER = (10, 16)
"""Days until a slip is put right, and until somebody who had left is back."""
CLOSING = (1, 31)
"""Month and day by which what happened in the published year is registered."""
FIRST_HOUR, LAST_HOUR = 8, 15
PAUSE = (4, 40)
"""Minutes between two acts on the same participation on the same day."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that a coordinator registered, and when. ``number`` is the planned participation's."""

    at: datetime
    number: int


@dataclass(frozen=True, kw_only=True)
class Enrol(Act):
    facts: PlannedParticipation


@dataclass(frozen=True, kw_only=True)
class Assess(Act):
    step: PlannedStep


@dataclass(frozen=True, kw_only=True)
class End(Act):
    facts: PlannedParticipation


@dataclass(frozen=True, kw_only=True)
class Correct(Act):
    """``ended``: the exit is there already and is passed along."""

    facts: PlannedParticipation
    ended: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Reopen(Act):
    reason: str


@dataclass(frozen=True, kw_only=True)
class Void(Act):
    reason: str


@dataclass(frozen=True, kw_only=True)
class Answer(Act):
    follow_up: PlannedFollowUp


@dataclass
class Diary:
    """The acts on one participation, in order: each after the one before it."""

    chance: Random
    year: int
    last_day: date
    acts: list[Act] = field(default_factory=list)

    def write(
        self, make: Callable[[datetime], Act], *, event: date | None = None, after: tuple[int, int] = (0, 0)
    ) -> None:
        """Add an act that registers an event, or one that comes so many days after the act before it."""
        lag = LAGS[one_of(self.chance, HOW_LATE)] if event else after
        day = (event or self.acts[-1].at.date()) + timedelta(days=self.chance.randint(*lag))
        latest = date(self.year + 1, *CLOSING) if event and event.year <= self.year else self.last_day
        moment = self._moment(on_or_before(min(on_or_after(day), latest)))
        if self.acts and moment <= self.acts[-1].at:
            moment = self.acts[-1].at + timedelta(minutes=self.chance.randint(*PAUSE))
        self.acts.append(make(moment))

    def _moment(self, day: date) -> datetime:
        hour, minute = self.chance.randint(FIRST_HOUR, LAST_HOUR), self.chance.randint(0, 59)
        return datetime.combine(day, time(hour, minute), tzinfo=HERE)


def make_acts(
    plan: Sequence[PlannedParticipation], federation: FederationFile, published: Published, seed: int
) -> tuple[Act, ...]:
    """Every act, in the order of time. Those of the published year are in by the end of January after it."""
    chance = source_of_chance(seed)
    slips = choose_slips(plan, federation, published.year, chance)
    last_day = followed_up_until(published)
    acts: list[Act] = []
    for p in plan:
        acts += _acts_on(p, slips, Diary(chance, published.year, last_day))
    for p, reason in slips.duplicates:
        acts += _acts_on_duplicate(p, reason, Diary(chance, published.year, last_day))
    return tuple(sorted(acts, key=lambda act: (act.at, act.number)))


def _acts_on(p: PlannedParticipation, slips: Slips, diary: Diary) -> list[Act]:
    slip = slips.corrected.get(p.number)
    _start(p, slip if slip and not slip.at_exit else None, diary)
    left_before = slips.came_back.get(p.number)
    seen_before = p.steps[:-1] if left_before else p.steps
    for step in seen_before:
        _assess(p, step, diary)
    if left_before:
        _leave_and_return(left_before, diary)
        _assess(p, p.steps[-1], diary)
    if p.exit_on:
        _end(p, slip if slip and slip.at_exit else None, diary)
    if follow_up := p.follow_up:
        diary.write(lambda at: Answer(at=at, number=p.number, follow_up=follow_up), event=follow_up.done_on)
    return diary.acts


def _start(p: PlannedParticipation, slip: Slip | None, diary: Diary) -> None:
    facts = slip.registered if slip else p
    diary.write(lambda at: Enrol(at=at, number=p.number, facts=facts), event=max(p.start_on, facts.start_on))
    if slip:
        diary.write(
            lambda at: Correct(at=at, number=p.number, facts=p, ended=False, reason=slip.reason), after=NOTICED_AFTER
        )


def _assess(p: PlannedParticipation, step: PlannedStep, diary: Diary) -> None:
    diary.write(lambda at: Assess(at=at, number=p.number, step=step), event=step.on)


def _end(p: PlannedParticipation, slip: Slip | None, diary: Diary) -> None:
    facts = slip.registered if slip else p
    diary.write(lambda at: End(at=at, number=p.number, facts=facts), event=facts.exit_on)
    if slip:
        diary.write(
            lambda at: Correct(at=at, number=p.number, facts=p, ended=True, reason=slip.reason), after=NOTICED_AFTER
        )


def _leave_and_return(left: PlannedParticipation, diary: Diary) -> None:
    diary.write(lambda at: End(at=at, number=left.number, facts=left), event=left.exit_on)
    diary.write(
        lambda at: Reopen(at=at, number=left.number, reason="Deltagaren kom tillbaka och fortsätter"),
        after=RETURNED_AFTER,
    )


def _acts_on_duplicate(p: PlannedParticipation, reason: str, diary: Diary) -> list[Act]:
    diary.write(lambda at: Enrol(at=at, number=p.number, facts=p), event=p.start_on)
    diary.write(lambda at: Void(at=at, number=p.number, reason=reason), after=NOTICED_AFTER)
    return diary.acts
