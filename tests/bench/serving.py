"""What people wait for, of the real web server: the statistics page, and a form saved while everything is rebuilt."""

import os
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlencode

from django.conf import settings

from finsam_tracker.broker import redis_client
from finsam_tracker.celery import SCHEDULED
from finsam_tracker.core.models import Federation, JobRun
from finsam_tracker.core.permissions import Role
from participants.models import Participation
from reports import tasks
from tests.bench.bars import Measured
from tests.bench.computing import store
from tests.bench.load import Act, p95_at_rate
from tests.bench.nation import nation_of
from tests.bench.servers import deployment, logged_in, person, start_minimal, start_web
from tests.bench.tables import PERIOD
from tests.bench.timing import compare
from tests.deployment import Browser, Deployment, in_time
from tests.drills.pages import FORM
from tests.drills.stage import PARTS

CLIENTS, PAIRS = 50, 15
PAGE_SECONDS, SAVE_SECONDS = 2.5, 4
PAGES_A_SECOND, SAVES_A_SECOND = 20, 10
"""Two cores make the requests too."""
FEW_WAIT = 10
WARM = 5
"""Windows after which each web process has drawn nearly every page once."""
PAGE_BAR, SAVE_BAR = 1.5, 2


def bench(small_size: int, large_size: int) -> Iterator[Measured]:
    nation_of(large_size, small_size // 10)
    federations = list(Federation.objects.order_by("pk")[:CLIENTS])
    for federation in federations:
        store(federation, [PERIOD])
    with deployment() as made:
        start_web(made)
        port = start_minimal(made)
        yield _page(made, port, federations)
        yield _saving(made, port, federations)


def _get(browser: Browser, path: str) -> None:
    status, page = browser.get(path)
    assert status == 200, (path, status, page)


def _page(made: Deployment, port: int, federations: list[Federation]) -> Measured:
    ours: list[Act] = []
    least: list[Act] = []
    for federation in federations:
        here, there = logged_in(person(federation, Role.OFFICE), made.port, port)
        ours.append(partial(_get, here, f"/forbund/{federation.slug}/statistik/?period={PERIOD.key}"))
        least.append(partial(_get, there, f"/sida/{federation.slug}/"))
    compared = compare(
        lambda: p95_at_rate(least, PAGES_A_SECOND, PAGE_SECONDS),
        lambda: p95_at_rate(ours, PAGES_A_SECOND, PAGE_SECONDS),
        PAIRS,
        unheard=WARM,
    )
    what = (
        f"statistics page from stored tables, p95, {CLIENTS} clients, {PAGES_A_SECOND} a second, against a minimal page"
    )
    return Measured.beside(what, compared, PAGE_BAR)


def _saving(made: Deployment, port: int, federations: list[Federation]) -> Measured:
    """Ours while a worker rebuilds every federation and another refreshes what was saved; the floor while they rest."""
    ours: list[Act] = []
    least: list[Act] = []
    for federation in federations:
        here, there = logged_in(person(federation, Role.COORDINATOR), made.port, port)
        place = f"/forbund/{federation.slug}/insatser/{federation.slug}-1/deltaganden/skriv-in/"
        ours.append(_form(here, place, FORM))
        least.append(_form(there, "/spara/", {"task": "least", "started_at": "2026-01-15 12:00"}))
    before = Participation.objects.count()
    for worker in ("interactive", "slow"):
        made.start(worker, *PARTS[worker])

    def resting() -> float:
        with _stopped(made, "interactive", "slow"):
            return p95_at_rate(least, SAVES_A_SECOND, SAVE_SECONDS)

    def rebuilding() -> float:
        if _waiting(SCHEDULED) < FEW_WAIT:
            tasks.rebuild_all.delay()
            in_time(lambda: _waiting(SCHEDULED))
        return p95_at_rate(ours, SAVES_A_SECOND, SAVE_SECONDS)

    compared = compare(resting, rebuilding, PAIRS)
    print(f"{Participation.objects.count() - before} participations saved, {_rebuilt()} federations rebuilt meanwhile")
    what = f"form saved while all is rebuilt, p95, {CLIENTS} clients, {SAVES_A_SECOND} a second, against a minimal one"
    return Measured.beside(what, compared, SAVE_BAR)


def _form(browser: Browser, path: str, fields: Mapping[str, object]) -> Act:
    """Sends the form again and again, with the token of the first time."""
    _status, page = browser.get(path)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token, page
    body = urlencode({"csrfmiddlewaretoken": token[1], **fields}, doseq=True)

    def send() -> None:
        status, answer, _told = browser.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")
        assert status == 302, (path, status, answer)
        browser.cookies.pop("messages", None)  # a person sees what was told on the next page, and it is gone

    return send


@contextmanager
def _stopped(made: Deployment, *workers: str) -> Iterator[None]:
    """The workers stand still, whatever they are at."""
    groups = [made.processes[worker].pid for worker in workers]
    for group in groups:
        os.killpg(group, signal.SIGSTOP)
    yield
    for group in groups:
        os.killpg(group, signal.SIGCONT)


def _waiting(queue: str) -> int:
    return int(redis_client(settings.REDIS_URL).llen(queue))


def _rebuilt() -> int:
    return JobRun.objects.filter(task="rebuild_federation", outcome=JobRun.Outcome.DONE).count()
