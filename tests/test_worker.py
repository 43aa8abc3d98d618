"""A save reaches the stored tables through a real broker and a real worker, each a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from redis import Redis

from finsam_tracker.core.models import Federation, JobRun, StaleMark
from finsam_tracker.core.staleness import mark_stale
from participants.models import Participation
from reports import tasks
from reports.models import StoredTable
from reports.result import Result
from tests.factories import make_world

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker(transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker on the test database and this test process's Redis database, which is emptied first."""
    Redis.from_url(settings.REDIS_URL).flushdb()
    database = connection.settings_dict
    url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    command = [sys.executable, "-m", "celery", "-A", "finsam_tracker", "worker", "--pool", "solo", "-l", "WARNING"]
    process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}, cwd=settings.BASE_DIR)
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)


def totals(federation: Federation) -> list[object]:
    """The total of the year's flows in each stored version, oldest first."""
    rows = StoredTable.objects.filter(table_set__federation=federation, table_set__period="2025", key="flows")
    return [Result.from_json(row.payload).cell("total", "total").value for row in rows.order_by("computed_at", "pk")]


def wait_until(what: Callable[[], object], seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return
        time.sleep(0.1)
    pytest.fail("what the worker should have done did not happen in time")


def test_a_save_reaches_the_stored_tables(worker: subprocess.Popen[bytes]):
    tenant = make_world().north
    tenant.enrol()
    wait_until(lambda: totals(tenant.federation) == [1])
    tenant.enrol()
    tasks.refresh_stale.delay()  # as the beat does, for what comes soon after a refresh
    wait_until(lambda: totals(tenant.federation) == [1, 2])
    wait_until(lambda: not StaleMark.objects.exists())
    wait_until(lambda: not JobRun.objects.filter(outcome=JobRun.Outcome.RUNNING).exists())
    assert not JobRun.objects.filter(outcome=JobRun.Outcome.FAILED).exists()


def test_what_a_lost_message_left_is_caught_by_the_beat(worker: subprocess.Popen[bytes]):
    tenant = make_world().north
    with mock.patch("reports.tasks.refresh_federation.delay"):
        tenant.enrol()
    assert StaleMark.objects.exists()
    tasks.refresh_stale.delay()
    wait_until(lambda: totals(tenant.federation) == [1])
    wait_until(lambda: not StaleMark.objects.exists())


def test_changes_soon_after_a_refresh_are_gathered_for_the_beat():
    """Of many people who register at once, each would otherwise have all tables computed anew."""
    world, now = make_world(), timezone.now()
    run = JobRun.objects.create(task="refresh_federation", federation=world.north.federation, started_at=now)
    for seconds, is_asked_for in ((0, False), (29, False), (31, True)):
        JobRun.objects.filter(pk=run.pk).update(started_at=now - timedelta(seconds=seconds))
        with mock.patch("reports.tasks.refresh_federation.delay") as asked, transaction.atomic():
            mark_stale(world.north.federation, now=now)
            mark_stale(world.south.federation, now=now)
        federations = {call.args[0] for call in asked.call_args_list}
        assert world.south.federation.pk in federations
        assert (world.north.federation.pk in federations) is is_asked_for
    assert StaleMark.objects.filter(federation=world.north.federation).count() == 3


def test_a_broker_that_is_away_does_not_lose_the_save():
    with mock.patch("reports.tasks.refresh_federation.delay", side_effect=ConnectionError):
        make_world().north.enrol()
    assert Participation.objects.count() == 1
    assert StaleMark.objects.exists()
