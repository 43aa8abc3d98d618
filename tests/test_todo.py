"""What waits in an initiative, in numbers and as sets."""

from datetime import date, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import FollowUpRule, Step
from participants.models import FollowUp, Participation
from participants.services.correction import void
from participants.services.enrolment import assess_step
from participants.todo import Todo, todo_for, todos_for, waiting_in
from tests.factories import Tenant, World, noon

TODAY = date(2026, 3, 17)
KNOWN: dict[str, Any] = {
    "education": "primary",
    "referrer": "fk",
    "support_before": frozenset({"none"}),
    "support_months": 0,
}


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


def due_on(tenant: Tenant, day: date) -> FollowUp:
    """A follow-up of somebody who left six months before the day."""
    made, left = tenant.enrol(**KNOWN), day - relativedelta(months=6)
    ended = tenant.end(made, exit_on=left, support_after=frozenset({"none"}))
    follow_up = ended.follow_ups.get()
    FollowUp.objects.filter(pk=follow_up.pk).update(due_on=day)
    return follow_up


def assessed(tenant: Tenant, participation: Participation, day: date) -> None:
    step = tenant.steps[1]
    assess_step(by=tenant.lead, participation=participation, step=step, on=day, now=noon(TODAY))


def test_nothing_waits_where_nothing_is(north: Tenant):
    assert todo_for(north.first, TODAY) == Todo()
    assert not Todo().is_pressing


@pytest.mark.parametrize(
    ("day", "where"),
    [
        (date(2026, 3, 16), "overdue"),
        (date(2026, 3, 17), "due_this_month"),
        (date(2026, 3, 31), "due_this_month"),
        (date(2026, 4, 1), "coming"),
        (date(2026, 5, 16), "coming"),
        (date(2026, 5, 17), ""),
    ],
)
def test_a_follow_up_waits_in_one_place(north: Tenant, day: date, where: str):
    due_on(north, day)
    todo = todo_for(north.first, TODAY)
    places = [name for name in ("overdue", "due_this_month", "coming") if getattr(todo, name)]
    assert places == ([where] if where else [])
    assert todo.is_pressing is (where in ("overdue", "due_this_month"))


def test_december_goes_over_into_the_next_year(north: Tenant):
    due_on(north, date(2026, 12, 31))
    due_on(north, date(2027, 1, 1))
    todo = todo_for(north.first, date(2026, 12, 31))
    assert (todo.overdue, todo.due_this_month, todo.coming) == (0, 1, 1)


def test_a_follow_up_that_fell_away_does_not_wait(north: Tenant):
    follow_up = due_on(north, date(2026, 3, 1))
    wrong = Participation.objects.select_related("initiative__federation").get(pk=follow_up.participation_id)
    void(by=north.lead, participation=wrong, reason="fel person", now=noon(TODAY))
    assert todo_for(north.first, TODAY) == Todo()


@pytest.mark.parametrize(
    ("start", "assessment", "months", "waits"),
    [
        (date(2025, 9, 16), None, 6, 1),
        (date(2025, 9, 17), None, 6, 0),
        (date(2025, 9, 17), None, 3, 1),
        (date(2025, 1, 1), date(2025, 9, 16), 6, 1),
        (date(2025, 1, 1), date(2025, 9, 17), 6, 0),
        (date(2025, 1, 1), date(2025, 9, 17), 3, 1),
    ],
)
def test_who_has_had_no_step_for_some_months(
    north: Tenant, start: date, assessment: date | None, months: int, waits: int
):
    made = north.enrol(start_on=start, **KNOWN)
    if assessment:
        assessed(north, made, assessment)
    assert todo_for(north.first, TODAY, months_without_step=months).without_step == waits


def test_who_has_left_needs_no_step(north: Tenant):
    north.end(north.enrol(**KNOWN), support_after=frozenset({"none"}))
    assert todo_for(north.first, TODAY).without_step == 0


def test_where_there_is_no_ladder_no_step_is_missing(north: Tenant):
    north.enrol(**KNOWN)
    assert todo_for(north.first, TODAY).without_step == 1
    Step.objects.filter(federation=north.federation).delete()
    assert todo_for(north.first, TODAY).without_step == 0


@pytest.mark.parametrize("blank", ["municipality", "education", "referrer", "support_before"])
def test_what_is_left_out_at_the_start_is_a_blank(north: Tenant, blank: str):
    north.enrol(**KNOWN)
    assert todo_for(north.first, TODAY).blanks == 0
    north.enrol(**(KNOWN | {blank: None, "support_months": None}))
    assert todo_for(north.first, TODAY).blanks == 1


@pytest.mark.parametrize(("exit_on", "blanks"), [(date(2025, 12, 31), 0), (date(2026, 1, 1), 1), (date(2026, 3, 1), 1)])
def test_an_exit_of_this_year_without_support_is_a_blank(north: Tenant, exit_on: date, blanks: int):
    north.end(north.enrol(**KNOWN), exit_on=exit_on)
    assert todo_for(north.first, TODAY).blanks == blanks


def test_a_felregistrering_has_no_blanks(north: Tenant):
    void(by=north.lead, participation=north.enrol(), reason="fel person", now=noon(TODAY))
    assert todo_for(north.first, TODAY).blanks == 0


def test_each_initiative_has_its_own(world: World):
    north = world.north
    north.enrol(north.first)
    north.enrol(north.second)
    north.enrol(north.second)
    world.south.enrol()
    todos = todos_for([north.first, north.second], TODAY)
    assert [todos[i.pk].blanks for i in (north.first, north.second)] == [1, 2]
    assert todos[north.first.pk] == todo_for(north.first, TODAY)


def test_the_sets_hold_what_the_numbers_say(north: Tenant):
    FollowUpRule.objects.create(initiative=north.first, months=3)
    for days in range(0, 200, 20):
        north.end(north.enrol(), exit_on=TODAY - timedelta(days=days))
    north.enrol()
    waiting, todo = waiting_in([north.first], TODAY), todo_for(north.first, TODAY)
    for name in Todo.__dataclass_fields__:
        assert getattr(waiting, name).count() == getattr(todo, name), name
        assert getattr(todo, name), name


def test_the_number_of_queries_grows_neither_with_rows_nor_with_initiatives(north: Tenant):
    def queries(*initiatives: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            todos_for(initiatives, TODAY)
        return len(captured)

    one = queries(north.first)
    assert one == len(Todo.__dataclass_fields__)
    for _n in range(5):
        north.end(north.enrol())
        north.enrol(north.second)
    assert queries(north.first, north.second) == one
