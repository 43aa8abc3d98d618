"""The start page of an initiative, and the filters of the list that it leads to."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from participants.codes import FollowUpOutcome
from participants.facts import FollowUpAnswer
from participants.models import Participation
from participants.services.enrolment import assess_step
from participants.services.followup import answer
from tests.conftest import StrictClient
from tests.factories import Tenant, World
from tests.test_participant_pages import at, codes_in, text_of

KNOWN: dict[str, Any] = {
    "education": "primary",
    "referrer": "fk",
    "support_before": frozenset({"none"}),
    "support_months": 0,
}


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def enrolled(north: Tenant, **facts: Any) -> Participation:
    """Somebody about whom nothing is missing."""
    return north.enrol(**(KNOWN | facts))


def due(north: Tenant, day: date, **facts: Any) -> Participation:
    """Somebody whose follow-up is due on the day."""
    left = day - relativedelta(months=6)
    made = north.end(enrolled(north, **facts), exit_on=left, support_after=frozenset({"none"}))
    made.follow_ups.update(due_on=day)
    return made


def counts(answered: Any) -> dict[str, int]:
    return {task.kind.waiting: task.count for task in answered.context["tasks"]}


class TestMyInitiative:
    def test_one_who_logs_in_comes_here(self, north: Tenant, coordinator: StrictClient):
        assert coordinator.get("/")["Location"] == at("my_initiative", north.first)

    def test_nothing_to_do_says_so(self, north: Tenant, coordinator: StrictClient, today: date):
        page = text_of(coordinator.get(at("my_initiative", north.first)))
        assert "Inget att göra just nu." in page
        assert f"Pågår nu 0 Nya {today.year} 0 Avslutade {today.year} 0" in page

    def test_each_kind_of_thing_is_counted_and_listed(self, north: Tenant, coordinator: StrictClient, today: date):
        month_end = today + relativedelta(day=31)
        late = due(north, today - timedelta(days=40))
        due(north, today)
        due(north, month_end + timedelta(days=5))
        old = enrolled(north)
        blank = enrolled(north, education=None)
        assess_step(by=north.lead, participation=blank, step=north.steps[0], on=today, now=timezone.now())
        answered = coordinator.get(at("my_initiative", north.first))
        assert counts(answered) == {"overdue": 1, "due_this_month": 1, "coming": 1, "without_step": 1, "blanks": 1}
        page = answered.content.decode()
        for target in (
            at("follow_up", north.first, late.code, "6"),
            at("assess", north.first, old.code),
            at("correct", north.first, blank.code),
        ):
            assert f'href="{target}"' in page

    def test_many_are_a_number_and_a_link_to_as_many(self, north: Tenant, coordinator: StrictClient, today: date):
        for _n in range(6):
            due(north, today - timedelta(days=40))
        answered = coordinator.get(at("my_initiative", north.first))
        task = answered.context["tasks"][0]
        assert (task.count, list(task.lines)) == (6, [])
        assert len(codes_in(coordinator.get(task.address))) == 6

    def test_it_holds_one_initiative(self, world: World, coordinator: StrictClient):
        world.north.enrol(world.north.second)
        world.south.enrol(world.south.first)
        answered = coordinator.get(at("my_initiative", world.north.first))
        assert counts(answered) == {}
        assert answered.context["numbers"] == {"ongoing": 0, "new": 0, "exited": 0}

    def test_numbers_at_a_glance(self, north: Tenant, coordinator: StrictClient, today: date):
        first = date(today.year, 1, 1)
        north.enrol()
        north.end(north.enrol(), exit_on=date(2025, 4, 1))
        fresh = north.enrol()
        Participation.objects.filter(pk=fresh.pk).update(
            start_on=first, exit_on=today, exit_reason=north.reasons["moved"], recorded_on=today
        )
        numbers = coordinator.get(at("my_initiative", north.first)).context["numbers"]
        exited = 1 + (today.year == 2025)
        assert numbers == {"ongoing": 1, "new": 1 + 2 * (today.year == 2025), "exited": exited}

    def test_a_code_is_found_from_here(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        page = coordinator.get(at("my_initiative", north.first)).content.decode()
        assert f'action="{at("participations", north.first)}"' in page
        answered = coordinator.post(at("participations", north.first), {"code": made.code})
        assert answered["Location"] == at("participation", north.first, made.code)

    def test_it_asks_the_database_as_often_for_many_rows_as_for_few(
        self, north: Tenant, coordinator: StrictClient, today: date
    ):
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                coordinator.get(at("my_initiative", north.first))
            return len(queries)

        def more(number: int) -> None:
            for _n in range(number):
                due(north, today - timedelta(days=40))
                north.enrol()

        more(6)
        asked()  # the first look of the day is noted down
        few = asked()
        more(30)
        assert asked() == few
        assert few <= 17

    def test_the_tables_of_a_lead_keep_the_tabs(self, north: Tenant, lead: StrictClient, office: StrictClient):
        where = at("initiative_statistics", north.first)
        assert f'href="{at("my_initiative", north.first)}"' in lead.get(where).content.decode()
        assert f'href="{at("my_initiative", north.first)}"' not in office.get(where).content.decode()


class TestFilters:
    @pytest.fixture
    def cast(self, north: Tenant, today: date) -> dict[str, str]:
        late = due(north, today - timedelta(days=40), assignment="mapping")
        done = due(north, today - timedelta(days=41))
        facts = FollowUpAnswer(outcome=FollowUpOutcome.DECLINED, done_on=today)
        answer(by=north.lead, follow_up=done.follow_ups.get(), facts=facts, now=timezone.now())
        now, soon = due(north, today), due(north, today + relativedelta(day=31) + timedelta(days=3))
        old = enrolled(north, assignment="mapping")
        blank = enrolled(north, education=None, assignment="mapping")
        assess_step(by=north.lead, participation=blank, step=north.steps[0], on=today, now=timezone.now())
        made = {"late": late, "done": done, "now": now, "soon": soon, "old": old, "blank": blank}
        return {row.code: name for name, row in made.items()}

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({"uppfoljning": "forsenad"}, {"late"}),
            ({"uppfoljning": "manad"}, {"now"}),
            ({"uppfoljning": "kommande"}, {"soon"}),
            ({"uppfoljning": "gjord"}, {"done"}),
            ({"uppfoljning": "gjord", "visa": "pagaende"}, {"done"}),
            ({"utan_steg": "ja"}, {"old"}),
            ({"saknas": "ja"}, {"blank"}),
            ({"saknas": "ja", "uppdrag": "mapping"}, {"blank"}),
            ({"saknas": "ja", "utan_steg": "ja"}, set()),
            ({"uppdrag": "mapping"}, {"old", "blank"}),
            ({"uppdrag": "mapping", "visa": "alla"}, {"late", "old", "blank"}),
            ({"uppdrag": "?", "visa": "alla"}, {"done", "now", "soon"}),
            ({"uppdrag": "mapping", "uppfoljning": "forsenad", "visa": "avslutade", "ordning": "kod"}, {"late"}),
            ({"uppdrag": "finns-inte"}, set()),
            ({"uppdrag": "x\0"}, set()),
        ],
    )
    def test_filters_combine(
        self, query: dict[str, str], names: set[str], cast: dict[str, str], north: Tenant, coordinator: StrictClient
    ):
        answered = coordinator.get(at("participations", north.first), query)
        assert {cast[code] for code in codes_in(answered)} == names

    def test_links_of_the_list_keep_the_filters(self, cast: dict[str, str], north: Tenant, coordinator: StrictClient):
        answered = coordinator.get(at("participations", north.first), {"uppdrag": "mapping", "visa": "alla"})
        for header in answered.context["headers"]:
            assert "uppdrag=mapping" in header.address
        for _name, address, _present in answered.context["filters"]:
            assert "uppdrag=mapping" in address
        form = answered.context["narrowing"]
        assert (form["uppdrag"].value(), form["visa"].value()) == ("mapping", "alla")

    def test_a_filter_that_is_none_is_told(self, cast: dict[str, str], north: Tenant, coordinator: StrictClient):
        page = text_of(coordinator.get(at("participations", north.first), {"uppfoljning": "<script>"}))
        assert "läge för uppföljning som inte finns" in page

    def test_an_empty_choice_offers_to_clear_it(self, cast: dict[str, str], north: Tenant, coordinator: StrictClient):
        answered = coordinator.get(at("participations", north.first), {"saknas": "ja", "utan_steg": "ja"})
        assert "Rensa urvalet" in text_of(answered)

    def test_it_asks_the_database_as_often_with_filters(self, north: Tenant, coordinator: StrictClient, today: date):
        where = at("participations", north.first) + "?visa=alla&uppfoljning=forsenad&uppdrag=mapping&saknas=ja"

        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                coordinator.get(where)
            return len(queries)

        made: Callable[[], object] = lambda: due(north, today - timedelta(days=9), assignment="mapping", education=None)  # noqa: E731
        made()
        asked()  # the first look of the day is noted down
        one = asked()
        for _n in range(60):
            made()
        assert asked() == one
