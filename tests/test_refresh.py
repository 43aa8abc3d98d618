"""Stored tables follow the registrations: marked stale with the change, refreshed by a job, their history kept."""

from datetime import UTC, date, datetime
from typing import Any
from unittest import mock

import pytest
from celery import current_app
from django.db import transaction
from django.utils import timezone

from finsam_tracker.core.models import Federation, JobRun, Parameter, StaleMark, User
from finsam_tracker.core.period import Period
from initiatives.models import ExitReason
from participants.facts import Enrolment, Exit
from participants.models import Participation
from participants.services.correction import correct, void
from reports import services, tasks
from reports.context import Scope
from reports.models import StoredTable
from reports.reconcile import reconcile
from reports.result import MISSING, Result
from tests.factories import World

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
YEAR = Period.year(2025)


def stored(federation: Federation, key: str, period: str = "2025") -> list[Result]:
    """A table's history, oldest first."""
    rows = StoredTable.objects.filter(table_set__federation=federation, table_set__period=period, key=key)
    return [Result.from_json(row.payload) for row in rows.order_by("computed_at", "pk")]


def differing(before: Result, after: Result) -> dict[tuple[Any, ...], tuple[Any, Any]]:
    """The cells that differ: (row, column) -> (before, after)."""
    return {
        (row.labels, column.title): (old.value, new.value)
        for row, other in zip(before.rows, after.rows, strict=True)
        for column, old, new in zip(before.columns, row.cells, other.cells, strict=True)
        if old != new
    }


def change_reason(federation: Federation, old: str, new: str, initiative: str) -> Participation:
    """Give one exit of 2025 another reason, as a coordinator's correction."""
    exits = Participation.objects.exited_in(YEAR).filter(federation=federation, initiative__slug=initiative)
    row = exits.filter(exit_reason__label=old, gender="man").order_by("pk").first()
    assert row
    assert row.exit_on
    row = Participation.objects.select_related("initiative__federation").get(pk=row.pk)
    names = Enrolment.__dataclass_fields__
    staff = row.initiative.staff.select_related("membership__user").first()
    assert staff
    return correct(
        by=User.objects.get(pk=staff.membership.user_id),
        participation=row,
        enrolment=Enrolment(**{name: getattr(row, name) for name in names}),
        exit_=Exit(
            exit_on=row.exit_on or date.max,
            exit_reason=ExitReason.objects.select_related("group").get(federation=federation, label=new),
            work_after=row.work_after,
            studies_after=row.studies_after,
            support_after=row.support_after,
        ),
        reason="fel orsak valdes",
        now=timezone.now(),
    )


@pytest.mark.django_db
def test_changing_one_exits_reason_changes_exactly_its_cells(demo: Federation):
    services.refresh(demo, now=timezone.now())
    change_reason(demo, "Till daglig verksamhet", "Bristande hälsotillstånd", "sikta")
    assert services.tables_for(Scope(demo), YEAR, now=timezone.now()).is_stale

    refreshed = services.refresh(demo, now=timezone.now())

    assert not services.tables_for(Scope(demo), YEAR, now=timezone.now()).is_stale
    assert set(refreshed.changed["2025"]) == {"table_1", "exit_groups", "work_by_reason", "went_on"}
    assert differing(*stored(demo, "table_1")) == {
        (("SIKTA", "Till daglig verksamhet"), "Män"): (13, 12),
        (("SIKTA", "Till daglig verksamhet"), "Summa"): (19, 18),
        (("SIKTA", "Bristande hälsotillstånd"), "Män"): (7, 8),
        (("SIKTA", "Bristande hälsotillstånd"), "Summa"): (40, 41),
    }
    assert differing(*stored(demo, "exit_groups")) == {
        (("SIKTA",), "Rehab"): (81, 80),
        (("SIKTA",), "Övrigt"): (108, 109),
        (("Totalt",), "Rehab"): (84, 83),
        (("Totalt",), "Övrigt"): (163, 164),
    }
    assert len(stored(demo, "flows")) == 1


@pytest.mark.django_db
def test_a_felregistrering_leaves_every_table_and_stays_in_the_history(world: World):
    tenant = world.north
    kept, wrong = tenant.enrol(), tenant.enrol()
    services.refresh(tenant.federation, now=NOW)
    void(by=tenant.coordinator, participation=wrong, reason="dubblett", now=NOW)
    services.refresh(tenant.federation, now=NOW)
    first, second = stored(tenant.federation, "flows")
    assert (first.cell("total", "total").value, second.cell("total", "total").value) == (2, 1)
    assert Participation.objects.get(pk=wrong.pk).versions.count() == 2
    assert Participation.objects.counted().get(initiative=tenant.first) == kept


@pytest.mark.django_db
def test_a_change_marks_its_own_federation_only_and_in_its_own_transaction(world: World):
    StaleMark.objects.all().delete()
    with transaction.atomic():
        world.north.enrol()
        transaction.set_rollback(True)
    assert not StaleMark.objects.exists()
    world.north.enrol()
    assert set(StaleMark.objects.values_list("federation", flat=True)) == {world.north.federation.pk}


@pytest.mark.django_db
def test_a_refresh_leaves_the_periods_alone_that_ended_before_the_change(world: World):
    tenant = world.north
    tenant.enrol(start_on=date(2023, 5, 2))
    services.refresh(tenant.federation, now=NOW)
    tenant.enrol(start_on=date(2025, 5, 6))
    refreshed = services.refresh(tenant.federation, now=NOW)
    assert "2025" in refreshed.changed
    assert not {"2023", "2024", "2025-Q1"} & set(refreshed.changed)


@pytest.mark.django_db
def test_a_refresh_that_runs_twice_does_nothing_the_second_time(world: World):
    world.north.enrol()
    assert services.refresh(world.north.federation, now=NOW).periods
    assert services.refresh(world.north.federation, now=NOW) == services.Refreshed(0, {})


@pytest.mark.django_db
def test_the_nightly_rebuild_reports_and_mends_a_stored_table_that_differs(
    world: World, caplog: pytest.LogCaptureFixture
):
    tenant = world.north
    tenant.enrol()
    services.refresh(tenant.federation, now=NOW)
    tasks.rebuild_federation(tenant.federation.pk)
    assert JobRun.objects.filter(task="rebuild_federation").latest("pk").counts["changed"] == {}
    row = StoredTable.objects.get(table_set__federation=tenant.federation, table_set__period="2025", key="flows")
    StoredTable.objects.filter(pk=row.pk).update(digest="tampered")
    tasks.rebuild_federation(tenant.federation.pk)
    run = JobRun.objects.filter(task="rebuild_federation").latest("pk")
    assert run.counts["changed"] == {"2025": ["flows"]}
    assert "stored tables differed" in caplog.text
    tasks.rebuild_federation(tenant.federation.pk)
    assert JobRun.objects.filter(task="rebuild_federation").latest("pk").counts["changed"] == {}


@pytest.mark.django_db
def test_a_run_that_fails_leaves_the_last_good_figures_and_says_why(world: World, office: Any):
    tenant = world.north
    tenant.enrol()
    services.refresh(tenant.federation, now=NOW)
    tenant.enrol()
    with (
        mock.patch("reports.services.compute", side_effect=OSError("disken är full")),
        pytest.raises(OSError, match="full"),
    ):
        tasks.refresh_federation(tenant.federation.pk)
    page = office.get(f"/forbund/{tenant.federation.slug}/statistik/?period=2025").content.decode()
    assert "disken är full" in page
    assert "Nyare registreringar finns" in page
    assert (
        services.tables_for(Scope(tenant.federation), YEAR, now=NOW).results["flows"].cell("total", "total").value == 1
    )


def test_what_the_office_has_not_filled_in_is_missing_and_all_else_is_counted(world: World, office: Any):
    federation = world.north.federation
    world.north.enrol(start_on=date(2025, 3, 10))
    Parameter.objects.filter(federation=federation).delete()
    tasks.refresh_federation(federation.pk)
    assert JobRun.objects.get(federation=federation, task="refresh_federation").outcome == JobRun.Outcome.DONE
    results = services.tables_for(Scope(federation), YEAR, now=NOW).results
    assert results["flows"].cell("total", "total").value == 1
    facts, money = results["facts"], results["table_3"]
    assert facts.cell("count", "women").value == 1
    lacking = [facts.cell("percent", "young"), facts.cell("count", "long_support"), money.cell("saving", "total")]
    assert lacking == [MISSING] * 3
    assert [check for check in reconcile(results) if not check.holds] == []
    page = office.get(f"/forbund/{federation.slug}/statistik/?period=2025").content.decode()
    assert "Antagandet ”Ung: högsta ålder” saknar värde den 2025-12-31." in page


def test_the_beat_asks_only_for_tasks_that_exist():
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in current_app.conf.beat_schedule.values()} <= set(current_app.tasks)


def test_every_task_has_a_time_limit():
    ours = [task for name, task in current_app.tasks.items() if not name.startswith("celery.")]
    assert ours
    assert all(0 < (task.soft_time_limit or 0) < (task.time_limit or 0) for task in ours)
