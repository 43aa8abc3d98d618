"""An annual appendix in all formats, and a table set for each of 75 federations by two workers over Redis."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.db import connection
from django.utils import timezone
from redis import Redis

from finsam_tracker.core.models import Federation, StaleMark, User
from finsam_tracker.core.permissions import Role
from finsam_tracker.demo.load import load_demo
from reports import tasks
from reports.disclosure.attack import attack
from reports.disclosure.plan import Planner
from reports.models import TableSet
from reports.publishing.editions import edition_of, imprint_of
from reports.render.document import DOCUMENTS
from tests.bench.bars import Measured
from tests.bench.timing import timed
from tests.factories import MembershipFactory, UserFactory, make_money
from tests.made_up_federations import make_federation
from tests.publishing import prepared, published
from tests.test_releases import appendix

FEDERATIONS = 75
ALL_FORMATS, THREE_FORMATS, TABLE_SETS = 20, 5, 60
"""Seconds."""
SOLVE, AUDIT = 250, 100
"""Milliseconds, for 95 of 100."""
WORKERS = 2
REPEATS = 3


def bench() -> list[Measured]:
    rows = [_formats(load_demo())]
    federations = [make_federation(number) for number in range(FEDERATIONS)]
    _protection(federations)
    for federation in federations:
        make_money(federation)
    _table_sets(federations)
    return rows


def _formats(federation: Federation) -> Measured:
    by: User = UserFactory.create()
    MembershipFactory.create(user=by, federation=federation, role=Role.OFFICE)
    drafts = []
    seconds = timed(lambda: drafts.append(prepared(by, federation)))
    print(f"annual appendix of the demo: figures computed, protected and attacked in {seconds:.1f} s")
    done = published(drafts[0], by)
    edition, imprint = edition_of(done), imprint_of(done)
    took = {
        key: min(timed(lambda form=form: form.function(edition, imprint)) for _n in range(REPEATS))  # type: ignore[misc]
        for key, form in DOCUMENTS.items()
    }
    told = ", ".join(f"{key} {seconds:.2f}" for key, seconds in took.items())
    print(f"  {told}: {sum(took.values()):.1f} s (bar {ALL_FORMATS})")
    together = took["pdf"] + took["docx"] + took["xlsx"]
    return Measured("annual appendix: PDF, DOCX and XLSX", together, THREE_FORMATS, unit="s")


def _protection(federations: list[Federation]) -> None:
    """The yearly release of each as it is published: of each the best of some runs."""
    solved, audited = [], []
    for federation in federations:
        release = appendix(federation).published
        solved.append(_best(lambda r=release: Planner(r.system).plan()))  # type: ignore[misc]
        audited.append(_best(lambda r=release: attack(r)))  # type: ignore[misc]
    for name, times, bar in (("solve", solved, SOLVE), ("audit", audited, AUDIT)):
        for clock, taken in zip(("by the clock", "of the processor"), zip(*times, strict=True), strict=True):
            middle, late = (sorted(taken)[int(len(taken) * part)] * 1000 for part in (0.5, 0.95))
            print(f"{name} of a yearly release, {clock}: median {middle:.0f} ms, p95 {late:.0f} ms (bar {bar})")
    print(f"  load of the machine: {os.getloadavg()[0]:.1f}")


def _best(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor, which tells what the machine's other work has cost."""
    runs = []
    for _n in range(REPEATS):
        started = (time.perf_counter(), time.process_time())
        work()
        runs.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    return min(runs)


def _table_sets(federations: list[Federation]) -> None:
    """From the moment they are asked for until the last one is stored; the workers are up already."""
    with _workers():
        TableSet.objects.all().delete()
        StaleMark.objects.all().delete()
        StaleMark.objects.bulk_create(
            StaleMark(federation=one, created_at=timezone.now(), from_day=date(2025, 1, 1)) for one in federations
        )
        seconds = timed(_refresh_all)
    stored = TableSet.objects.count()
    print(f"all {stored} kept table sets of {len(federations)} federations by {WORKERS} workers: {seconds:.1f} s")
    print(f"  for one set of each: {seconds * len(federations) / stored:.1f} s (bar {TABLE_SETS})")


def _refresh_all() -> None:
    tasks.refresh_stale()
    while StaleMark.objects.exists():
        time.sleep(0.1)


@contextmanager
def _workers() -> Iterator[None]:
    Redis.from_url(settings.REDIS_URL).flushdb()
    database = connection.settings_dict
    url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    command = [sys.executable, "-m", "celery", "-A", "finsam_tracker", "worker", "-c", str(WORKERS), "-l", "WARNING"]
    process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}, cwd=settings.BASE_DIR)
    time.sleep(8)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
