"""Health, metrics and the operator's page: what they say, and what they never say."""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from finsam_tracker.celery import QUEUES, app
from finsam_tracker.core.models import JobRun, StaleMark
from finsam_tracker.core.tasks import forget_old
from finsam_tracker.logs import JsonLine
from finsam_tracker.watch.schedule import JOBS, due_after, scheduled_jobs
from participants.models import Participation
from reports import tasks
from tests.conftest import StrictClient
from tests.factories import World
from tests.test_participant_pages import text_of

HOUR = timedelta(hours=1)
FAILED, DONE, RUNNING = JobRun.Outcome.FAILED, JobRun.Outcome.DONE, JobRun.Outcome.RUNNING


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(settings, "METRICS_TOKEN", "hemlig")
    return "Bearer hemlig"


def ran(
    task: str, *, ago: timedelta, outcome: str = DONE, took: timedelta = timedelta(seconds=2), **more: Any
) -> JobRun:
    at = timezone.now() - ago
    ended = None if outcome == RUNNING else at + took
    return JobRun.objects.create(task=task, started_at=at, ended_at=ended, outcome=outcome, **more)


class TestHealth:
    def test_a_process_that_answers_asks_nobody(
        self, client: StrictClient, db: None, django_assert_num_queries: DjangoAssertNumQueries
    ):
        with django_assert_num_queries(0):
            assert client.get("/halsa/").content == b"ok\n"

    def test_redis_that_is_away_is_named_and_sends_nobody_away(
        self, client: StrictClient, db: None, monkeypatch: pytest.MonkeyPatch
    ):
        assert client.get("/redo/").content == b"ok\n"
        monkeypatch.setattr(settings, "REDIS_URL", "redis://:hemligt@127.0.0.1:1/0")
        answer = client.get("/redo/")
        assert (answer.status_code, answer.content) == (200, b"ok, without redis\n")


class TestMetrics:
    def test_without_the_token_there_are_none(self, client: StrictClient, db: None, token: str):
        assert client.get("/matt/").status_code == 404
        assert client.get("/matt/", headers={"authorization": "Bearer fel"}).status_code == 404

    def test_without_a_token_in_the_settings_nobody_has_one(self, client: StrictClient, db: None):
        assert client.get("/matt/", headers={"authorization": "Bearer "}).status_code == 404

    def test_they_tell_of_changes_jobs_and_sums(self, world: World, client: StrictClient, token: str):
        north = world.north.federation
        StaleMark.objects.create(federation=north, created_at=timezone.now() - HOUR)
        ran("rebuild_federation", ago=2 * HOUR, federation=north, counts={"unreconciled": 5})
        ran("rebuild_federation", ago=HOUR, federation=north, counts={"unreconciled": 3})
        ran("rebuild_federation", ago=HOUR, outcome=FAILED, federation=world.south.federation)
        ran("rebuild_all", ago=2 * HOUR, outcome=FAILED)
        told = figures(client.get("/matt/", headers={"authorization": token}).content.decode())
        assert told["finsam_stale_federations"] == 1
        assert 3600 <= told["finsam_stale_oldest_seconds"] < 3700
        assert told['finsam_job_runs_1d{job="rebuild_federation",outcome="failed"}'] == 1
        assert told['finsam_job_seconds_max_1d{job="rebuild_federation"}'] == 2
        assert told["finsam_unreconciled_sums"] == 3
        assert told['finsam_scheduled_job_red{job="rebuild-all"}'] == 1

    def test_the_last_good_aggregation_is_of_the_federation_that_waited_longest(
        self, world: World, client: StrictClient, token: str
    ):
        tasks.rebuild_federation(world.north.federation.pk)
        tasks.rebuild_federation(world.south.federation.pk)
        old = timezone.now() - 30 * HOUR
        world.south.federation.table_sets.update(computed_at=old)
        told = figures(client.get("/matt/", headers={"authorization": token}).content.decode())
        assert told["finsam_last_good_aggregation"] == pytest.approx(old.timestamp(), abs=1)

    def test_a_method_that_somebody_invents_is_not_a_series(self, client: StrictClient, db: None, token: str):
        client.generic("PAHITTAD", "/halsa/")
        assert "PAHITTAD" not in client.get("/matt/", headers={"authorization": token}).content.decode()


def figures(text: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _blank, value in lines}


class TestSchedule:
    def test_every_scheduled_job_is_explained_limited_and_routed(self):
        app.loader.import_default_modules()
        assert JOBS.keys() == app.conf.beat_schedule.keys()
        for entry in app.conf.beat_schedule.values():
            task = app.tasks[entry["task"]]
            assert 0 < (task.soft_time_limit or 0) < (task.time_limit or 0)

    def test_every_task_of_ours_has_a_queue(self):
        app.loader.import_default_modules()
        own = [name for name in app.tasks if not name.startswith("celery.")]
        routed = {name: app.amqp.router.route({}, name)["queue"].name for name in own}
        assert set(routed.values()) == set(QUEUES)
        assert all("import" in name for name, queue in routed.items() if queue == "bulk")
        by_the_clock = {entry["task"] for entry in app.conf.beat_schedule.values()}
        # It only asks, for what somebody waits for.
        assert {name for name in by_the_clock if routed[name] != "scheduled"} == {"reports.tasks.refresh_stale"}
        assert routed["reports.tasks.refresh_stale"] == "interactive"

    def test_every_scheduled_job_writes_its_run_down(self, world: World, tasks_run_here: None):
        app.loader.import_default_modules()
        for entry in app.conf.beat_schedule.values():
            app.tasks[entry["task"]].delay()
        assert {
            job.key: job.last.outcome if job.last else None for job in scheduled_jobs(timezone.now())
        } == dict.fromkeys(JOBS, DONE)

    def test_of_one_that_runs_all_the_time_the_latest_and_the_failed_are_kept(self, world: World, tasks_run_here: None):
        ran("refresh_stale", ago=2 * HOUR, outcome=FAILED)
        for _each in range(3):
            tasks.refresh_stale.delay()
        assert list(JobRun.objects.filter(task="refresh_stale").values_list("outcome", flat=True)) == [DONE, FAILED]

    def test_old_runs_are_forgotten(self, db: None):
        ran("refresh_federation", ago=timedelta(days=91))
        ran("refresh_federation", ago=timedelta(days=89))
        forget_old()
        assert JobRun.objects.filter(task="refresh_federation").count() == 1

    def test_when_a_job_is_due(self):
        moment = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # half past midnight, in the night when summer time begins
        assert due_after(30.0, moment) == moment + timedelta(seconds=30)
        assert due_after(crontab(hour="3", minute="40"), moment) == datetime(2026, 3, 29, 1, 40, tzinfo=UTC)
        monday = due_after(crontab(hour="7", minute="0", day_of_week="mon"), moment)
        assert monday == datetime(2026, 3, 30, 5, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("runs", "trouble"),
        [
            ([], "har inte körts"),
            ([("rebuild_all", 2, DONE)], ""),
            ([("rebuild_all", 26, DONE)], "är försenat"),
            ([("rebuild_all", 2, FAILED)], "misslyckades"),
            ([("rebuild_all", 2, RUNNING)], "avbröts"),
            ([("rebuild_all", 2, DONE), ("rebuild_federation", 1, FAILED)], "misslyckades för något förbund"),
            ([("rebuild_all", 2, DONE), ("rebuild_federation", 1.5, FAILED), ("rebuild_federation", 1, DONE)], ""),
        ],
    )
    def test_a_job_that_is_red_says_what_to_do(
        self, runs: list[tuple[str, float, str]], trouble: str, world: World, operator: StrictClient
    ):
        ran("something_else", ago=30 * HOUR)
        for task, hours, outcome in runs:
            part = world.north.federation if task == "rebuild_federation" else None
            ran(task, ago=hours * HOUR, outcome=outcome, federation=part)
        found = next(job for job in scheduled_jobs(timezone.now()) if job.key == "rebuild-all")
        assert found.trouble == trouble
        page = text_of(operator.get("/drift/"))
        assert (str(JOBS["rebuild-all"].when_red) in page) is bool(trouble)
        assert "varje dag 02.10" in page


class TestLogs:
    def test_an_error_is_told_by_its_kind_and_place_and_not_by_its_words(self, world: World):
        world.north.enrol()
        participation = Participation.objects.get()
        try:
            Participation.objects.filter(pk=participation.pk).update(gender="hemli")
        except IntegrityError:
            line = logged("Could not write %s", participation.code, is_error=True)
        told = json.loads(line)
        assert told["error"][0] == "IntegrityError"
        assert any("test_watch.py" in place for place in told["at"])
        assert "hemli" not in line
        assert participation.code not in line

    def test_what_celery_says_of_a_task_that_failed_has_its_name(self):
        try:
            int("född 1957")
        except ValueError:
            args = {"name": "reports.tasks.refresh_federation", "exc": "ValueError('född 1957')"}
            line = logged("Task %(name)s raised unexpected: %(exc)s", args, is_error=True)
        assert json.loads(line)["message"] == "Task reports.tasks.refresh_federation"
        assert "1957" not in line

    def test_an_address_is_told_by_its_pattern(
        self, coordinator: StrictClient, world: World, caplog: pytest.LogCaptureFixture
    ):
        caplog.set_level(logging.INFO, logger="finsam_tracker.requests")
        coordinator.get("/forbund/norra/insatser/norra-1/deltaganden/HEMLIG/?kod=HEMLIG")
        lines = [JsonLine().format(record) for record in caplog.records]
        assert any('"route": "/forbund/<slug:federation>' in line for line in lines)
        assert any("404 GET /forbund/<slug:federation>" in line for line in lines)
        assert not [line for line in lines if "HEMLIG" in line]


def logged(message: str, *args: Any, is_error: bool = False) -> str:
    """What the deployment's log says; within an ``except``, of that error."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(JsonLine().format(record))  # type: ignore[method-assign]
    logger = logging.getLogger("tests.logged")
    logger.addHandler(handler)
    try:
        logger.error(message, *args, exc_info=is_error)
    finally:
        logger.removeHandler(handler)
    return lines[0]
