"""The numbers at a glance, of a federation and of one initiative."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from finsam_tracker.core.models import JobRun
from reports.context import Scope
from reports.glance import glance_at
from tests.conftest import StrictClient
from tests.factories import Tenant, World

TODAY = date(2025, 11, 15)


@pytest.fixture
def north(world: World) -> Tenant:
    north = world.north
    north.end(north.enrol(start_on=date(2024, 2, 1)), exit_on=date(2024, 11, 10))
    north.end(north.enrol(start_on=date(2024, 2, 1)), exit_on=date(2024, 11, 20))
    north.end(north.enrol(start_on=date(2024, 12, 20)), exit_on=date(2025, 10, 3))
    north.end(north.enrol(), exit_on=date(2025, 10, 4))
    north.enrol(north.second)
    return north


def test_this_year_stands_beside_last_year_at_the_same_date(north: Tenant):
    compared = {c.title: (c.now, c.before, c.difference) for c in glance_at(Scope(north.federation), TODAY).compared}
    assert compared == {
        "Totalt": (3, 2, "+1"),
        "Nya": (2, 2, "0"),
        "Avslutade": (2, 1, "+1"),
        "Pågående": (1, 1, "0"),
    }


def test_a_leap_day_has_a_date_last_year(north: Tenant):
    assert glance_at(Scope(north.federation), date(2024, 2, 29)).year_before.end == date(2023, 2, 28)


def test_the_months_are_the_last_twelve_and_hold_their_exits(north: Tenant):
    exits = glance_at(Scope(north.federation), TODAY).exits
    months = {row.key[0]: row.cells[0].value for row in exits.body()}
    assert list(months)[0::11] == ["202412", "202511"]
    assert {month: n for month, n in months.items() if n} == {"202510": 2}


def test_follow_ups_that_have_fallen_due_are_counted_whether_done_or_not(north: Tenant):
    followed = glance_at(Scope(north.federation), TODAY).followed_up
    assert (followed.due, followed.done, followed.percent_done) == (2, 0, 0)
    assert glance_at(Scope(north.federation, north.second), TODAY).followed_up.percent_done is None


def test_an_initiative_has_its_own_numbers_and_no_goals(north: Tenant):
    found = glance_at(Scope(north.federation, north.second), TODAY)
    assert [c.now for c in found.compared] == [1, 1, 0, 1]
    assert found.goals is None


def test_the_pages_lead_on_to_the_tables(north: Tenant, office: StrictClient, lead: StrictClient):
    assert reverse("statistics", args=["norra"]) in office.get(reverse("glance", args=["norra"])).content.decode()
    page = lead.get(reverse("initiative_glance", args=["norra", north.first.slug])).content.decode()
    assert reverse("initiative_statistics", args=["norra", north.first.slug]) in page


def test_a_failed_run_and_newer_registrations_are_told(north: Tenant, office: StrictClient):
    where = reverse("glance", args=["norra"])
    north.federation.stale_marks.create(created_at=timezone.now())
    assert "inte har med än" in office.get(where).content.decode()
    now = timezone.now()
    JobRun.objects.create(
        task="refresh_federation",
        federation=north.federation,
        started_at=now,
        ended_at=now + timedelta(seconds=1),
        outcome=JobRun.Outcome.FAILED,
        error="databasen svarade inte",
    )
    assert "databasen svarade inte" in office.get(where).content.decode()


def test_the_page_takes_as_many_queries_for_many_as_for_few(north: Tenant, office: StrictClient):
    where = reverse("glance", args=["norra"])
    office.get(where)
    with CaptureQueriesContext(connection) as few:
        office.get(where)
    for _n in range(5):
        north.end(north.enrol())
    with CaptureQueriesContext(connection) as many:
        office.get(where)
    assert len(many) <= len(few) <= 20, [q["sql"][:90] for q in few]
