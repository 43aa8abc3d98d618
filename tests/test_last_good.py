"""When something breaks down, the page shows the last good figures with their date and the cause, or says why not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import InterfaceError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from finsam_tracker.core import jobs
from finsam_tracker.core.models import JobRun, StaleMark, User
from finsam_tracker.core.tasks import end_cut_off_runs
from participants.models import Participation
from reports import services, tasks
from reports.definition import OutsideListError
from tests.factories import Tenant, World

PAGE = "/forbund/norra/statistik/?period=2025"
GOOD = datetime(2026, 3, 1, 9, 15, tzinfo=UTC)
GOOD_HERE = "2026-03-01 10:15"


@pytest.fixture
def north(world: World) -> Tenant:
    """A federation with good figures of one participation, and a second that is not in them."""
    world.north.enrol()
    services.refresh(world.north.federation, now=GOOD)
    world.north.enrol()
    return world.north


def shows_the_last_good(client: Any, *causes: str) -> None:
    text = client.get(PAGE).content.decode()
    assert f"Tabellerna räknades {GOOD_HERE}" in text
    assert "de senaste som gick bra" in text
    file = client.get(PAGE.replace("?", "flows.json?")).json()
    assert (file["rows"][-1]["cells"][0]["value"], file["is_stale"]) == (1, True)
    for cause in causes:
        assert cause in text


def test_stored_tables_are_drawn_once_for_their_figures_and_anew_for_others(north: Tenant, office: Any):
    drawn = office.get(PAGE).context["drawn"]
    with CaptureQueriesContext(connection) as asked:
        assert office.get(PAGE).context["drawn"] == drawn
    assert not any('AS "payload"' in query["sql"] for query in asked.captured_queries)
    User.objects.filter(pk=north.office.pk).update(language="en")
    assert "Reconciliation" in office.get(PAGE).context["drawn"]
    User.objects.filter(pk=north.office.pk).update(language="sv")
    services.refresh(north.federation, now=timezone.now())
    assert office.get(PAGE).context["drawn"] != drawn


def test_a_run_that_was_killed_is_told_as_cut_off_once_its_time_is_over(north: Tenant, office: Any, operator: Any):
    now = timezone.now()
    run = JobRun.objects.create(task="refresh_federation", federation=north.federation, started_at=now)
    assert "misslyckades" not in office.get(PAGE).content.decode()
    JobRun.objects.filter(pk=run.pk).update(started_at=now - timedelta(minutes=7))
    shows_the_last_good(office, "Jobbet avbröts innan det var klart")
    assert "pågår" in operator.get("/drift/").content.decode()
    end_cut_off_runs()
    shows_the_last_good(office, "Jobbet avbröts innan det var klart")
    shown = operator.get("/drift/").content.decode()
    assert "pågår" not in shown
    assert "Jobbet avbröts innan det var klart" in shown

    tasks.refresh_federation(north.federation.pk)
    assert "misslyckades" not in office.get(PAGE).content.decode()


def test_a_run_within_its_time_is_left_alone(north: Tenant):
    run = JobRun.objects.create(
        task="rebuild_federation", federation=north.federation, started_at=timezone.now() - timedelta(minutes=30)
    )
    end_cut_off_runs()
    run.refresh_from_db()
    assert run.outcome == JobRun.Outcome.RUNNING


def test_no_task_may_run_longer_than_a_run_is_believed_to_be_at_work():
    limits = [task.time_limit or 0 for name, task in current_app.tasks.items() if not name.startswith("celery.")]
    assert max(limits) <= jobs.LONGEST.total_seconds()


def test_a_value_outside_its_list_leaves_the_last_good_figures_and_names_it(north: Tenant, office: Any):
    Participation.objects.update(education="prästutbildning")
    with pytest.raises(OutsideListError):
        tasks.refresh_federation(north.federation.pk)
    shows_the_last_good(office, "Utbildning", "prästutbildning")
    assert "OutsideListError" not in office.get(PAGE).content.decode()
    assert StaleMark.objects.filter(federation=north.federation).exists()
    # Figures that were never computed have no good ones to show: the page says why, and the files do too.
    for path in ("?period=2025-05", "education.csv?period=2025-05"):
        answer = office.get(f"/forbund/norra/statistik/{path}")
        assert answer.status_code == 400
        assert "prästutbildning" in answer.content.decode()


@contextmanager
def database_away(error: type[Exception]) -> Iterator[None]:
    def nobody_answers(*_asked: Any) -> None:
        raise error("server closed the connection unexpectedly")

    with connection.execute_wrapper(nobody_answers):
        yield


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_without_a_database_a_page_says_so_kindly(office: Any, north: Tenant, error: type[Exception]):
    office.raise_request_exception = False
    with database_away(error):
        answer = office.get(PAGE)
        rest = office.get("/api/v1/federations/norra/tables/flows?period=2025")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Databasen svarar inte" in answer.content.decode()
    assert "server closed" not in answer.content.decode()
    assert (rest.status_code, rest["Content-Type"]) == (503, "application/problem+json")
    assert rest.json()["title"] == "Kan inte nås just nu"


def test_rest_with_a_token_says_so_too(north: Tenant, client: Any):
    with database_away(OperationalError):
        client.raise_request_exception = False
        answer = client.get("/api/v1/federations/", HTTP_AUTHORIZATION="Token abcdefghijklmnop")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Försök igen" in answer.json()["detail"]


def test_any_other_fault_is_still_ours(office: Any, north: Tenant):
    office.raise_request_exception = False

    def broken(*_asked: Any) -> None:
        raise RuntimeError

    with connection.execute_wrapper(broken):
        answer = office.get(PAGE)
    assert answer.status_code == 500
    assert "Felet är vårt" in answer.content.decode()
