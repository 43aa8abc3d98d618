"""What the processes of web server and worker hold after long work, against the beginning of it."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from django.utils import timezone

from finsam_tracker.core.models import Federation, StaleMark
from finsam_tracker.core.permissions import Role
from reports import tasks
from tests.bench.bars import Measured
from tests.bench.computing import store
from tests.bench.nation import nation_of
from tests.bench.servers import deployment, logged_in, person, start_web
from tests.bench.tables import PERIOD
from tests.deployment import Browser, Deployment, in_time

FIRST, REQUESTS, JOBS = 100, 10_000, 1_000
WEB_BAR, WORKER_BAR, GROWTH_BAR = 200, 250, 1.1
FEDERATIONS, AT_ONCE = 20, 4
PATIENCE = 120
"""Seconds; the first job waits until the worker has started."""


def bench(small_size: int, large_size: int) -> Iterator[Measured]:
    nation_of(large_size, small_size // 10)
    federations = list(Federation.objects.order_by("pk")[:FEDERATIONS])
    for federation in federations:
        store(federation, [PERIOD])
    with deployment(FINSAM_WEB_PROCESSES="1") as made:
        yield from _web(made, federations)
        yield from _worker(made, federations)


def _web(made: Deployment, federations: list[Federation]) -> list[Measured]:
    start_web(made)
    pages = cycle(page for federation in federations for page in _pages(made.port, federation))

    def ask(number: int) -> None:
        with ThreadPoolExecutor(AT_ONCE) as people:
            list(people.map(_get, *zip(*islice(pages, number), strict=True)))

    return _grown("web process", f"{REQUESTS:,} requests", ask, REQUESTS, made, "web", WEB_BAR)


def _pages(port: int, federation: Federation) -> list[tuple[Browser, str]]:
    """What a coordinator and an office look at; the statistics once in ten."""
    (coordinator,), (office,) = (logged_in(person(federation, role), port) for role in (Role.COORDINATOR, Role.OFFICE))
    rows = f"/forbund/{federation.slug}/insatser/{federation.slug}-1/deltaganden/"
    of_coordinator = [rows, f"{rows}skriv-in/", f"{rows}?visa=alla&sida=3", "/"]
    return [
        *((coordinator, path) for path in of_coordinator * 2),
        (office, "/"),
        (office, f"/forbund/{federation.slug}/statistik/?period={PERIOD.key}"),
    ]


def _get(browser: Browser, path: str) -> None:
    status, page = browser.get(path)
    assert status in (200, 302), (path, status, page)


def _worker(made: Deployment, federations: list[Federation]) -> list[Measured]:
    made.start("worker", "start-worker", "interactive")
    in_turn = cycle(federations)

    def work(number: int) -> None:
        for federation in islice(in_turn, number):
            StaleMark.objects.create(federation=federation, created_at=timezone.now(), from_day=date(2025, 12, 1))
            tasks.refresh_federation.delay(federation.pk)
            in_time(partial(_is_fresh, federation), PATIENCE)

    return _grown("worker", f"{JOBS:,} refreshes", work, JOBS, made, "worker", WORKER_BAR)


def _is_fresh(federation: Federation) -> bool:
    return not StaleMark.objects.filter(federation=federation).exists()


def _grown(
    what: str, after: str, work: Callable[[int], None], times: int, made: Deployment, name: str, bar: float
) -> list[Measured]:
    """The growth from the first 100 on, and what it came to."""
    work(FIRST)
    first = resident(made.processes[name].pid)
    work(times - FIRST)
    last = resident(made.processes[name].pid)
    what = f"memory of a {what} after {after}"
    sizes = (f"{first:.0f} MiB", f"{last:.0f} MiB")
    return [
        Measured(f"{what}, against after {FIRST}", last / first, GROWTH_BAR, *sizes),
        Measured(what, last, bar, unit="MiB"),
    ]


def resident(master: int) -> float:
    """The memory in MiB of the process that works under a master, the largest where there are several."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return max(_resident(Path(f"/proc/{child}/status").read_text()) for child in children)


def _resident(status: str) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024
