"""A worker that is killed in the middle of an import or of a scheduled report leaves nothing half done, and the work is
still done once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from redis import Redis

from finsam_tracker.celery import BULK
from finsam_tracker.core.models import AuditEvent
from participants import tasks
from participants.models import FollowUp, Import, Participation, ParticipationVersion
from participants.models.imports import MAX_ATTEMPTS
from participants.services import imports
from reports.models import Schedule
from reports.publishing import runs
from tests.factories import Tenant, make_world
from tests.spreadsheets import good_lines, xlsx
from tests.test_publications import people
from tests.test_worker import wait_until

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]
MANY, FEW = 2000, 600
"""Both more than are read in at once, without a worker."""
VERSIONS = "participants_followupversion"
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


def kill_in_the_middle(worker: Worker, other: psycopg.Connection) -> None:
    """When the participations are written and their follow-ups are not: that is where the lock stops it."""
    wait_until(somebody_waits, 90)
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
        wait_until(partial(somebody_waits, table), 90)
        worker.kill()
        worker.wait()
        other.rollback()
        wait_until(lambda: not runs.is_at_work(run))
        assert [d.problem for d in tenant.federation.publications.exclude(content=None)] == [""] * drafts
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
