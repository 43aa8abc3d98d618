"""What is asked of the database and of Redis each time somebody collects the metrics. Nothing is kept in a process."""

import json
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain

from django.conf import settings
from django.db import connections
from django.db.models import Avg, Count, F, Max, Min
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from finsam_tracker.broker import redis_client
from finsam_tracker.celery import QUEUES
from finsam_tracker.core.clock import clock_difference
from finsam_tracker.core.models import JobRun, StaleMark
from finsam_tracker.core.replica import REPLICA, bytes_behind
from finsam_tracker.watch.schedule import scheduled_jobs
from reports.models import TableSet

WINDOW = timedelta(days=1)
"""Of jobs that are many, how far back they are counted."""


class Now(Collector):
    """Everything but the requests, as it is at a moment."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterable[Metric]:
        return chain(_queues(), _copy(), _jobs(self.now), _schedule(self.now), _figures(self.now))


def registry_of(now: datetime) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Now(now))
    return registry


def _gauge(name: str, meaning: str, values: Iterable[tuple[str, float]], label: str) -> Metric:
    gauge = GaugeMetricFamily(f"finsam_{name}", meaning, labels=[label])
    for key, value in values:
        gauge.add_metric([key], value)
    return gauge


def _single(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"finsam_{name}", meaning, value=value)


def _queues() -> Iterator[Metric]:
    if not settings.REDIS_URL:
        return
    try:
        waiting = [(name, *_queue(name)) for name in QUEUES]
    except RedisError:
        yield _single("broker_up", "Whether Redis answers", 0)
        return
    yield _single("broker_up", "Whether Redis answers", 1)
    yield _gauge("queue_length", "Jobs that wait", [(name, long) for name, long, _age in waiting], "queue")
    ages = [(name, age) for name, _long, age in waiting]
    yield _gauge("queue_age_seconds", "How long the oldest job has waited", ages, "queue")


def _queue(name: str) -> tuple[int, float]:
    """How many wait, and the age of the oldest: the last of the list, stamped as it was sent."""
    redis = redis_client(settings.REDIS_URL)
    oldest = redis.lindex(name, -1)
    if not oldest:
        return 0, 0.0
    sent_at = json.loads(oldest).get("headers", {}).get("sent_at")
    return int(redis.llen(name)), max(0.0, time.time() - sent_at) if sent_at else 0.0


def _copy() -> Iterator[Metric]:
    if REPLICA not in connections:
        return
    behind = bytes_behind()
    yield _single("copy_up", "Whether the copy of the database answers", float(behind is not None))
    if behind is not None:
        yield _single("copy_behind_bytes", "How much of the database's log the copy has not taken in", behind)


def _jobs(now: datetime) -> Iterator[Metric]:
    runs = JobRun.objects.filter(started_at__gte=now - WINDOW).order_by()
    counted = runs.values("task", "outcome").annotate(number=Count("pk")).values_list("task", "outcome", "number")
    gauge = GaugeMetricFamily("finsam_job_runs_1d", "Runs of the last day", labels=["job", "outcome"])
    for task, outcome, number in counted:
        gauge.add_metric([task, outcome], number)
    yield gauge
    took = runs.exclude(ended_at=None).annotate(took=F("ended_at") - F("started_at")).values("task")
    rows = list(took.annotate(mean=Avg("took"), longest=Max("took")).values_list("task", "mean", "longest"))
    means = [(task, mean.total_seconds()) for task, mean, _longest in rows]
    yield _gauge("job_seconds_mean_1d", "How long runs of the last day took", means, "job")
    longest = [(task, most.total_seconds()) for task, _mean, most in rows]
    yield _gauge("job_seconds_max_1d", "How long the longest of them took", longest, "job")


def _schedule(now: datetime) -> Iterator[Metric]:
    jobs = scheduled_jobs(now)
    last = [(job.key, job.last.started_at.timestamp()) for job in jobs if job.last]
    yield _gauge("scheduled_job_last_start", "When a scheduled job last began", last, "job")
    red = [(job.key, float(job.is_red)) for job in jobs]
    yield _gauge("scheduled_job_red", "Whether a scheduled job failed or did not run in time", red, "job")


def _figures(now: datetime) -> Iterator[Metric]:
    stale = StaleMark.objects.aggregate(federations=Count("federation", distinct=True), oldest=Min("created_at"))
    yield _single("stale_federations", "Federations with changes that are in no table yet", stale["federations"])
    age = (now - stale["oldest"]).total_seconds() if stale["oldest"] else 0.0
    yield _single("stale_oldest_seconds", "How long the oldest such change has waited", max(0.0, age))
    latest = TableSet.objects.order_by().values("federation").annotate(at=Max("computed_at"))
    oldest = min((row["at"] for row in latest), default=None)
    if oldest:
        meaning = "Latest good aggregation, of the federation where it is longest ago"
        yield _single("last_good_aggregation", meaning, oldest.timestamp())
    ahead = clock_difference(now).total_seconds()
    yield _single("clock_difference_seconds", "How far this machine's clock is ahead of the database's", ahead)
    yield _single("unreconciled_sums", "Sums between tables that did not hold at the last rebuild", _unreconciled())


def _unreconciled() -> int:
    rebuilt = JobRun.objects.filter(task="rebuild_federation", outcome=JobRun.Outcome.DONE)
    latest = rebuilt.order_by().values("federation").annotate(latest=Max("pk")).values("latest")
    told = JobRun.objects.filter(pk__in=latest).values_list("counts", flat=True)
    return sum(counts.get("unreconciled", 0) for counts in told)
