"""A worker that is killed in the middle leaves nothing half done: imports and scheduled reports are still done once,
and figures stay good."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from redis import Redis

from finsam_tracker.celery import BULK
from finsam_tracker.core.models import AuditEvent, JobRun, StaleMark
from finsam_tracker.core.tasks import end_cut_off_runs
from participants import tasks
from participants.models import FollowUp, Import, Participation, ParticipationVersion
from participants.models.imports import MAX_ATTEMPTS
from participants.services import imports
from reports import tasks as tasks_of_tables
from reports.models import Schedule
from reports.publishing import runs
from reports.services import refresh
from tests.conftest import StrictClient
from tests.factories import Tenant, make_world
from tests.spreadsheets import good_lines, xlsx
from tests.test_publications import people
from tests.test_worker import totals, wait_until

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]
MANY, FEW = 2000, 600
"""Both more than are read in at once, without a worker."""
VERSIONS, STORED = "participants_followupversion", "reports_storedtable"
GOOD = datetime(2026, 3, 1, 9, 15, tzinfo=UTC)
State = Import.State
Worker = subprocess.Popen[bytes]


def database_url() -> str:
    database = connection.settings_dict
    return f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[Callable[[], Worker]]:
    """Starts Celery workers; the broker is emptied first, and what still runs is stopped afterwards."""
    Redis.from_url(settings.REDIS_URL).flushdb()
    started: list[Worker] = []

    def start() -> Worker:
        command = [sys.executable, "-m", "celery", "-A", "finsam_tracker", "worker", "--pool", "solo", "-l", "WARNING"]
        variables = {**os.environ, "DATABASE_URL": database_url()}
        started.append(subprocess.Popen(command, env=variables, cwd=settings.BASE_DIR))
        return started[-1]

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    """A connection of its own, which can hold a lock that the worker runs into."""
    with psycopg.connect(database_url().replace("postgres://", "postgresql://")) as own:
        yield own


def confirmed(tenant: Tenant, rows: int = FEW) -> Import:
    """A large file, checked here and confirmed: its reading in is asked of a worker."""
    now = timezone.now()
    lines = good_lines(rows, tenant.first)
    record = imports.receive(by=tenant.coordinator, initiative=tenant.first, file=xlsx(lines), now=now)
    imports.check(record.pk, now)
    Redis.from_url(settings.REDIS_URL).flushdb()  # the message that asked for the check
    record.refresh_from_db()
    return imports.confirm(by=tenant.coordinator, record=record, now=now)


def somebody_waits(table: str = VERSIONS) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table])
        return bool(cursor.fetchone() != (0,))


def state_of(record: Import) -> str:
    record.refresh_from_db()
    return record.state


def kill_in_the_middle(worker: Worker, other: psycopg.Connection, table: str = VERSIONS) -> None:
    """When a part is written and the rest is not: that is where the lock on a table stops it."""
    wait_until(lambda: somebody_waits(table), 90)
    worker.kill()
    worker.wait()
    other.rollback()


def nobody_at_work(record: Import) -> bool:
    with imports.at_work(record.pk) as free:
        return free


def test_a_killed_import_leaves_nothing_and_is_done_once(start_worker: Callable[[], Worker], other: psycopg.Connection):
    other.execute(f"LOCK TABLE {VERSIONS} IN SHARE MODE")
    tenant = make_world().north
    record = confirmed(tenant, MANY)
    kill_in_the_middle(start_worker(), other)
    wait_until(lambda: nobody_at_work(record))
    assert (state_of(record), record.attempts) == (State.CONFIRMED, 1)
    assert not Participation.objects.exists()
    assert not ParticipationVersion.objects.exists()
    assert not AuditEvent.objects.filter(action="import").exists()

    start_worker()
    for _time in range(3):  # the beat asks as long as nobody is at it; what is asked twice is done once
        tasks.resume_imports()
    wait_until(lambda: state_of(record) == State.DONE, 90)
    wait_until(lambda: Redis.from_url(settings.REDIS_URL).llen(BULK) == 0)
    assert Participation.objects.count() == ParticipationVersion.objects.count() == MANY
    assert FollowUp.objects.exists()
    assert AuditEvent.objects.filter(action="import").count() == 1


def test_an_import_that_brings_every_worker_down_is_given_up():
    record = confirmed(make_world().north)
    Import.objects.filter(pk=record.pk).update(attempts=MAX_ATTEMPTS)
    tasks.resume_imports()
    assert state_of(record) == State.FAILED
    assert "Inget är inläst" in record.sentence


def test_what_somebody_works_on_is_left_alone(other: psycopg.Connection):
    record = confirmed(make_world().north)
    Redis.from_url(settings.REDIS_URL).flushdb()
    other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"import {record.pk}"])
    assert imports.resume(timezone.now() + timedelta(hours=1)) == 0
    tasks.write_import(record.pk)
    assert state_of(record) == State.CONFIRMED


STOPS = (
    # Where a lock stops the worker, and the drafts that are there when it is killed.
    ("participants_participation", "ACCESS EXCLUSIVE", 0),  # while it computes
    ("core_auditevent", "SHARE", 0),  # when the draft is written, before its transaction ends
    ("reports_draftletter", "SHARE", 1),  # when the draft is there, before anybody is told
)


def test_a_killed_scheduled_report_is_a_whole_draft_or_none_and_is_finished_once(
    start_worker: Callable[[], Worker], other: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EMAIL_URL", f"file:///{tmp_path}")
    tenant = make_world().north
    people(tenant)
    Redis.from_url(settings.REDIS_URL).flushdb()  # the messages that asked for a refresh
    schedule = Schedule.objects.create(
        federation=tenant.federation, template="kvartal", rhythm="quarter", days=20, since=date(2025, 1, 1)
    )
    run = schedule.runs.create(period="2025-Q3", asked_at=timezone.now())
    for table, mode, drafts in STOPS:
        other.execute(f"LOCK TABLE {table} IN {mode} MODE")
        worker = start_worker()
        runs.resume(timezone.now())
        kill_in_the_middle(worker, other, table)
        wait_until(lambda: not runs.is_at_work(run))
        assert [d.problem for d in tenant.federation.publications.filter(content__isnull=False)] == [""] * drafts
        assert tenant.federation.publications.count() == drafts, table

    start_worker()
    for _time in range(3):
        runs.resume(timezone.now())
    wait_until(lambda: schedule.runs.filter(state="done").exists(), 90)
    wait_until(lambda: Redis.from_url(settings.REDIS_URL).llen("celery") == 0)
    draft = tenant.federation.publications.get()
    assert draft.content is not None
    assert AuditEvent.objects.filter(action="new_publication").count() == 1
    letters = "".join(path.read_text() for path in tmp_path.iterdir())
    assert letters.count(f"To: {tenant.office.email}") == 1


def test_a_killed_computation_leaves_the_last_good_figures_with_date_and_cause(
    start_worker: Callable[[], Worker], other: psycopg.Connection
):
    tenant = make_world().north
    tenant.enrol()
    refresh(tenant.federation, now=GOOD)
    tenant.enrol()
    other.execute(f"LOCK TABLE {STORED} IN SHARE MODE")
    tasks_of_tables.refresh_federation.delay(tenant.federation.pk)
    kill_in_the_middle(start_worker(), other, STORED)
    run = JobRun.objects.get(task="refresh_federation", outcome=JobRun.Outcome.RUNNING)
    office = StrictClient()
    office.force_login(tenant.office)

    def page() -> str:
        return str(office.get("/forbund/norra/statistik/?period=2025").content.decode())

    assert totals(tenant.federation) == [1]
    assert "Tabellerna räknades 2026-03-01 10:15" in page()
    JobRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(minutes=7))
    end_cut_off_runs()
    assert "De siffror som visas är de senaste som gick bra" in page()
    assert "Jobbet avbröts innan det var klart" in page()

    start_worker()
    tasks_of_tables.refresh_stale.delay()  # as the beat does
    wait_until(lambda: totals(tenant.federation) == [1, 2], 90)
    wait_until(lambda: not StaleMark.objects.exists())
    assert "misslyckades" not in page()
