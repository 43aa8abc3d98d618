"""What may be registered: the database holds what one row can know, the services say the rest in Swedish."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, models, transaction
from hypothesis import given
from hypothesis import strategies as st

from finsam_tracker.core.models import AuditEvent, Membership, StaleMark
from finsam_tracker.core.permissions import Role
from participants.codes import CODE_ALPHABET, FollowUpOutcome, StudiesAfter, WorkAfter, new_code, read_code
from participants.facts import Enrolment, Exit, FollowUpAnswer
from participants.models import FollowUp, Participation, ParticipationVersion, StepAssessment
from participants.services.correction import correct, void
from participants.services.enrolment import assess_step, enrol
from participants.services.exit import end, reopen
from participants.services.followup import answer
from tests.factories import World, noon

NOW = noon(date(2025, 12, 1))


def facts_of(row: Participation) -> Enrolment:
    return Enrolment(**{name: getattr(row, name) for name in Enrolment.__dataclass_fields__})


# What the database refuses, whoever writes to it


BROKEN_PARTICIPATIONS: dict[str, dict[str, Any]] = {
    "exit before start": {"exit_on": date(2025, 3, 9)},
    "exit without a reason": {"exit_reason": None},
    "reason without an exit": {"exit_on": None, "work_after": None},
    "work without an exit": {"exit_on": None, "exit_reason": None, "work_after": "100"},
    "start in the future": {"start_on": date(2025, 12, 2), "exit_on": None, "exit_reason": None, "work_after": None},
    "exit in the future": {"exit_on": date(2025, 12, 2)},
    "born too early": {"birth_year": 1949},
    "born too late": {"birth_year": 2011},
    "no support and some": {"support_before": frozenset({"none", "other"})},
    "no support and some after": {"support_after": frozenset({"none", "student-aid"})},
    "a gender that is none": {"gender": "x"},
    "an extent that is none": {"work_after": "110"},
    "an answer that is none": {"asked_about_violence": "maybe"},
    "a first step without a last": {"first_step_id": 1},
    "a hundred years in support": {"support_months": 1200},
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", BROKEN_PARTICIPATIONS)
def test_the_database_refuses(world: World, fault: str):
    row = world.north.end(world.north.enrol(), reason="work", work_after="50")
    changes = BROKEN_PARTICIPATIONS[fault]
    if "first_step_id" in changes:
        changes = {"first_step": world.north.steps[0]}
    for name, value in changes.items():
        setattr(row, name, value)
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        row.save()


@pytest.mark.django_db
def test_the_same_row_without_a_fault_is_accepted(world: World):
    world.north.end(world.north.enrol(), reason="work", work_after="50").save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"done_on": date(2025, 9, 29), "outcome": "reached"},
        {"due_on": date(2025, 9, 30)},
        {"outcome": "reached"},
        {"done_on": date(2025, 11, 1)},
        {"outcome": "declined", "done_on": date(2025, 11, 1), "work_after": "100"},
        {"outcome": "reached", "done_on": date(2025, 12, 2)},
        {"months": 61},
        {"outcome": "perhaps", "done_on": date(2025, 11, 1)},
    ],
)
def test_the_database_refuses_a_follow_up(world: World, changes: dict[str, Any]):
    row = world.north.end(world.north.enrol()).follow_ups.get()
    for name, value in changes.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.django_db
def test_a_code_is_once_in_a_federation_and_one_version_is_open(world: World):
    row = world.north.enrol()
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.filter(pk=world.north.enrol().pk).update(code=row.code)
    act = AuditEvent.objects.latest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.as_version(act, act.at).save()


@pytest.mark.django_db
def test_nobody_is_office_and_coordinator_in_one_federation(world: World):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            user=world.north.coordinator, federation=world.north.federation, role=Role.OFFICE, started_on=NOW.date()
        )


def test_every_nullable_date_of_a_registration_is_in_some_constraint():
    """A pair that nobody constrained: a nullable date without a CHECK that names it."""
    for model in (Participation, FollowUp, StepAssessment):
        checks = " ".join(str(c.condition) for c in model._meta.constraints if isinstance(c, models.CheckConstraint))
        for field in model._meta.fields:
            if isinstance(field, models.DateField):
                assert f"'{field.name}" in checks or f"({field.name})" in checks, f"{model.__name__}.{field.name}"


def test_nothing_that_identifies_a_person_has_a_column():
    """A new column needs a reason: it must be added here on purpose."""
    names = {field.name for field in Participation._meta.fields}
    assert names == {
        "id", "recorded_on", "is_void", "federation", "initiative", "code", "gender", "birth_year", "municipality",
        "education", "referrer", "assignment", "support_before", "support_months", "asked_about_violence", "start_on",
        "exit_on", "exit_reason", "work_after", "studies_after", "support_after", "first_step", "last_step",
    }  # fmt: skip
    texts = [f for f in Participation._meta.fields if isinstance(f, models.TextField)]
    assert not texts


# What the services refuse, in a sentence that says what to do


def refused(act: Callable[[], Any]) -> dict[str, str]:
    before = (Participation.objects.count(), ParticipationVersion.objects.count(), StaleMark.objects.count())
    with pytest.raises(ValidationError) as caught:
        act()
    assert before == (Participation.objects.count(), ParticipationVersion.objects.count(), StaleMark.objects.count())
    problems = caught.value.message_dict if hasattr(caught.value, "error_dict") else {"": caught.value.messages}
    assert all(sentence.endswith(".") for sentences in problems.values() for sentence in sentences)
    return {field: " ".join(sentences) for field, sentences in problems.items()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"start_on": date(2025, 12, 2)}, "start_on", "har inte varit än"),
        ({"start_on": date(2021, 12, 31)}, "start_on", "Insatsen började 2022-01-01"),
        ({"gender": "x"}, "gender", "Välj kön"),
        ({"birth_year": 1900}, "birth_year", "mellan 1950 och 2010"),
        ({"education": "phd"}, "education", "finns inte i listan"),
        ({"referrer": "phd"}, "referrer", "finns inte i listan"),
        ({"assignment": "phd"}, "assignment", "finns inte i listan"),
        ({"support_before": frozenset({"none", "other"})}, "support_before", "kan inte väljas tillsammans"),
        ({"support_before": frozenset({"gold"})}, "support_before", "finns inte i listan"),
        ({"support_months": -1}, "support_months", "mellan 0 och 900"),
        ({"asked_about_violence": "x"}, "asked_about_violence", "Välj ja, nej"),
    ],
)
def test_enrolling_is_refused_with_a_sentence(world: World, changes: dict[str, Any], field: str, words: str):
    assert words in refused(lambda: world.north.enrol(**changes))[field]


@pytest.mark.django_db
def test_enrolling_with_another_federations_municipality_is_refused(world: World):
    problems = refused(lambda: world.north.enrol(municipality=world.south.municipalities[0]))
    assert "hör till förbundet" in problems["municipality"]


@pytest.mark.django_db
def test_enrolling_in_an_initiative_without_participants_is_refused(world: World):
    staff = Membership.objects.get(user=world.north.coordinator)
    world.north.structural.staff.create(membership=staff)
    assert "inga deltagare" in refused(lambda: world.north.enrol(world.north.structural))["__all__"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "changes", "field", "words"),
    [
        ("moved", {"exit_on": date(2025, 3, 9)}, "exit_on", "ligger före starten 2025-03-10"),
        ("moved", {"exit_on": date(2025, 12, 24)}, "exit_on", "har inte varit än"),
        ("old", {}, "exit_reason", "gällde inte den dagen"),
        ("work", {}, "work_after", "Avslutsorsaken är arbete"),
        ("work", {"work_after": WorkAfter.NONE}, "work_after", "Avslutsorsaken är arbete"),
        ("studies", {"studies_after": StudiesAfter.NONE}, "studies_after", "Avslutsorsaken är studier"),
        ("moved", {"work_after": "110"}, "work_after", "Välj hur mycket"),
        ("moved", {"support_after": frozenset({"none", "other"})}, "support_after", "kan inte väljas tillsammans"),
    ],
)
def test_an_exit_is_refused_with_a_sentence(world: World, reason: str, changes: dict[str, Any], field: str, words: str):
    row = world.north.enrol()
    plain: dict[str, Any] = {"exit_on": date(2025, 9, 30), "exit_reason": world.north.reasons[reason]}
    exit_ = Exit(**(plain | changes))
    problems = refused(lambda: end(by=world.north.coordinator, participation=row, facts=exit_, now=NOW))
    assert words in problems[field]


@pytest.mark.django_db
def test_another_federations_reason_is_refused(world: World):
    row = world.north.enrol()
    exit_ = Exit(exit_on=date(2025, 9, 30), exit_reason=world.south.reasons["moved"])
    problems = refused(lambda: end(by=world.north.coordinator, participation=row, facts=exit_, now=NOW))
    assert "använder inte" in problems["exit_reason"]


@pytest.mark.django_db
def test_a_second_exit_is_refused_and_says_what_to_do(world: World):
    row = world.north.end(world.north.enrol())
    exit_ = Exit(exit_on=date(2025, 10, 1), exit_reason=world.north.reasons["moved"])
    problems = refused(lambda: end(by=world.north.coordinator, participation=row, facts=exit_, now=NOW))
    assert "avslutades redan 2025-09-30" in next(iter(problems.values()))


@pytest.mark.django_db
def test_an_assessment_outside_the_participation_is_refused(world: World):
    row = world.north.end(world.north.enrol())
    step = world.north.steps[0]
    coordinator = world.north.coordinator

    def assess(on: date) -> Callable[[], Any]:
        return lambda: assess_step(by=coordinator, participation=row, step=step, on=on, now=NOW)

    assert "före starten" in refused(assess(date(2025, 3, 9)))["on"]
    assert "efter avslutet" in refused(assess(date(2025, 10, 1)))["on"]
    alien = world.south.steps[0]
    act = lambda: assess_step(  # noqa: E731
        by=world.north.coordinator, participation=row, step=alien, on=date(2025, 4, 1), now=NOW
    )
    assert "förbundets stegmodell" in refused(act)["step"]


@pytest.mark.django_db
def test_nobody_registers_where_they_do_not_work(world: World):
    facts = Enrolment(gender="woman", start_on=date(2025, 3, 10))
    for person in (world.north.office, world.north.reader, world.south.coordinator, world.operator, world.outsider):
        with pytest.raises(PermissionDenied):
            enrol(by=person, initiative=world.north.first, facts=facts, now=NOW)
    row = world.north.enrol()
    with pytest.raises(PermissionDenied):
        void(by=world.south.coordinator, participation=row, reason="x", now=NOW)


# History, follow-ups and steps


@pytest.mark.django_db
def test_an_exit_plans_the_follow_ups_and_a_moved_exit_plans_them_anew(world: World):
    row = world.north.end(world.north.enrol())
    assert row.follow_ups.get().due_on == date(2026, 3, 30)
    moved = Exit(exit_on=date(2025, 8, 31), exit_reason=world.north.reasons["moved"])
    correct(by=world.north.lead, participation=row, enrolment=facts_of(row), exit_=moved, reason="fel datum", now=NOW)
    assert row.follow_ups.counted().get().due_on == date(2026, 2, 28)
    assert row.follow_ups.count() == 2


@pytest.mark.django_db
def test_a_follow_up_is_answered_once_reached_with_occupation(world: World):
    row = world.north.end(world.north.enrol()).follow_ups.get()
    told = FollowUpAnswer(outcome=FollowUpOutcome.NOT_REACHED, done_on=date(2025, 11, 1), work_after="50")
    refusal = lambda: answer(by=world.north.coordinator, follow_up=row, facts=told, now=NOW)  # noqa: E731
    assert "bara när deltagaren nåddes" in refused(refusal)["outcome"]
    reached = replace(told, outcome=FollowUpOutcome.REACHED)
    assert answer(by=world.north.coordinator, follow_up=row, facts=reached, now=NOW).work_after == "50"
    early = replace(reached, done_on=date(2025, 9, 1))
    too_early = lambda: answer(by=world.north.coordinator, follow_up=row, facts=early, now=NOW)  # noqa: E731
    assert "ligger före avslutet" in refused(too_early)["done_on"]


@pytest.mark.django_db
def test_first_and_last_step_follow_the_assessments(world: World):
    row, steps = world.north.enrol(), world.north.steps
    for on, step in ((date(2025, 6, 1), steps[2]), (date(2025, 4, 1), steps[0]), (date(2025, 6, 1), steps[1])):
        assess_step(by=world.north.coordinator, participation=row, step=step, on=on, now=NOW)
    row.refresh_from_db()
    assert (row.first_step, row.last_step) == (steps[0], steps[1])
    assert row.assessments.counted().count() == 2


@pytest.mark.django_db
def test_who_when_what_and_why_are_kept(world: World):
    row = world.north.end(world.north.enrol())
    changed = replace(facts_of(row), gender="man")
    unchanged = Exit(exit_on=row.exit_on or date.max, exit_reason=row.exit_reason)  # type: ignore[arg-type]
    later = datetime(2026, 1, 5, 8, tzinfo=UTC)
    correct(by=world.north.lead, participation=row, enrolment=changed, exit_=unchanged, reason="fel kön", now=later)
    versions = list(ParticipationVersion.objects.filter(registration=row).order_by("pk"))
    assert [v.gender for v in versions] == ["woman", "woman", "man"]
    assert [v.act.action for v in versions] == ["enrol", "exit", "correct"]
    assert (versions[-1].act.actor, versions[-1].act.reason) == (world.north.lead, "fel kön")
    assert versions[1].known_until == versions[2].known_from == later
    known = ParticipationVersion.objects.known_at(datetime(2026, 1, 4, tzinfo=UTC)).get(registration=row)
    assert known.gender == "woman"


@pytest.mark.django_db
def test_a_change_needs_a_reason(world: World):
    row = world.north.enrol()
    act = lambda: void(by=world.north.coordinator, participation=row, reason="  ", now=NOW)  # noqa: E731
    assert "Skriv kort varför" in refused(act)["reason"]


@pytest.mark.django_db
def test_a_reopened_exit_loses_its_follow_ups_and_can_be_ended_again(world: World):
    row = world.north.end(world.north.enrol())
    row = reopen(by=world.north.coordinator, participation=row, reason="kom tillbaka", now=NOW)
    assert (row.exit_on, row.follow_ups.counted().count()) == (None, 0)
    row = world.north.end(row, exit_on=date(2025, 11, 3))
    assert row.follow_ups.counted().get().exit_on == date(2025, 11, 3)


# Codes


@given(st.randoms(use_true_random=False))
def test_a_code_reads_back_however_it_is_typed(random: Any):
    code = new_code(random)
    assert (
        read_code(code) == read_code(code.lower().replace("-", " ")) == read_code(f" {code.replace('-', '')} ") == code
    )


@given(st.randoms(use_true_random=False), st.integers(0, 6), st.sampled_from(CODE_ALPHABET))
def test_one_wrong_character_is_noticed(random: Any, place: int, other: str):
    plain = new_code(random).replace("-", "")
    if plain[place] != other:
        assert read_code(plain[:place] + other + plain[place + 1 :]) is None


@given(st.randoms(use_true_random=False), st.integers(0, 5))
def test_two_swapped_characters_are_noticed(random: Any, place: int):
    plain = new_code(random).replace("-", "")
    swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    if swapped != plain:
        assert read_code(swapped) is None
