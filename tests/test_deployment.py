"""The start scripts as a deployment: web, two workers and beat over PostgreSQL and Redis, as in docker/compose.yaml."""

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from finsam_tracker.broker import redis_client
from finsam_tracker.celery import BULK, app
from tests.deployment import HOST, TOKEN, Browser, Deployment, deployed, in_time
from tests.factories import PASSWORD
from tests.test_participant_pages import ENROLMENT

pytestmark = [pytest.mark.servers, pytest.mark.long]

CAST = (
    "from tests.factories import make_world; w = make_world(); print(w.north.coordinator.email, w.north.office.email)"
)
ROWS = "/forbund/norra/insatser/norra-1/deltaganden/"
TABLES = "SELECT count(*) FROM reports_storedtable WHERE key = 'flows'"
FILLED_IN: dict[str, Any] = {**ENROLMENT}
MARKER = "1957"
"""A year of birth that nothing else writes: a time or a number of a process does not hold it as a word."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployed(tmp_path_factory.mktemp("deployment")) as it:
        it.run("collect-static")
        it.start("web", "start-web")
        web = Browser(it.port)
        in_time(lambda: answers(web))
        assert web.get("/redo/") == (503, "missing: migrations\n")
        it.run("migrate")
        it.start("interactive", "start-worker", "interactive")
        it.start("slow", "start-worker", "scheduled,bulk")
        it.start("beat", "start-beat")
        it.coordinator, it.office = it.manage("shell", "-v0", "-c", CAST).split()  # type: ignore[attr-defined]
        yield it


def answers(web: Browser) -> bool:
    try:
        return web.get("/halsa/") == (200, "ok\n")
    except OSError:
        return False


@pytest.fixture
def coordinator(deployment: Deployment) -> Browser:
    browser = Browser(deployment.port)
    browser.log_in(deployment.coordinator, PASSWORD)  # type: ignore[attr-defined]
    return browser


def enrol(browser: Browser, **more: str) -> str:
    status, where = browser.post(f"{ROWS}skriv-in/", **FILLED_IN | more)
    assert status == 302, where
    return where


def is_refreshed(deployment: Deployment) -> bool:
    """Whether every change is in the tables."""
    return deployment.rows("SELECT count(*) FROM core_stalemark") == [(0,)] and deployment.rows(TABLES) != [(0,)]


def test_a_save_over_https_reaches_the_tables(deployment: Deployment, coordinator: Browser):
    assert coordinator.get("/redo/") == (200, "ok\n")
    before = deployment.rows("SELECT count(*) FROM participants_participation")
    assert enrol(coordinator).startswith(ROWS)
    assert deployment.rows("SELECT count(*) FROM participants_participation") == [(before[0][0] + 1,)]  # type: ignore[operator]
    in_time(lambda: is_refreshed(deployment), 60)
    office = Browser(deployment.port)
    office.log_in(deployment.office, PASSWORD)  # type: ignore[attr-defined]
    status, page = office.get("/forbund/norra/statistik/?period=2025")
    assert status == 200
    assert "Avstämning" in page


def test_the_production_headers_are_there(deployment: Deployment):
    status, _page, told = Browser(deployment.port).ask("GET", "/logga-in/")
    assert status == 200
    assert "max-age=31536000" in told["Strict-Transport-Security"]
    assert "unsafe-inline" not in told["Content-Security-Policy"]
    assert "default-src 'none'" in told["Content-Security-Policy"]
    assert "Secure" in told["Set-Cookie"]
    plain, _page, where = Browser(deployment.port).ask("GET", "/logga-in/", X_Forwarded_Proto="http")
    assert (plain, where["Location"]) == (301, f"https://{HOST}/logga-in/")
    elsewhere, _page, _told = Browser(deployment.port).ask("GET", "/logga-in/", Host="evil.example")
    assert elsewhere == 400


def test_the_files_of_a_page_are_hashed_and_kept(deployment: Deployment):
    _status, page = Browser(deployment.port).get("/logga-in/")
    sheet = next(word.split('"')[0] for word in page.split('href="') if ".css" in word.split('"')[0])
    status, _css, told = Browser(deployment.port).ask("GET", sheet)
    assert (status, "immutable" in told["Cache-Control"]) == (200, True)


def test_a_mass_import_does_not_delay_a_save(deployment: Deployment, coordinator: Browser):
    """The worker of large files stands still with its queue full; what somebody waits for is done all the same."""
    slow = deployment.processes["slow"]
    os.killpg(slow.pid, signal.SIGSTOP)
    try:
        with app.connection_for_write() as connection:
            for _each in range(50):
                app.send_task("participants.tasks.check_import", [0], connection=connection)
        enrol(coordinator)
        in_time(lambda: is_refreshed(deployment), 60)
        assert redis_client(settings.REDIS_URL).llen(BULK) >= 49
        _status, told = Browser(deployment.port).get("/matt/", Authorization=f"Bearer {TOKEN}")
        assert float(value_of(told, 'finsam_queue_length{queue="bulk"}')) >= 49
        assert 0 < float(value_of(told, 'finsam_queue_age_seconds{queue="bulk"}')) < 60
    finally:
        os.killpg(slow.pid, signal.SIGCONT)
    in_time(lambda: redis_client(settings.REDIS_URL).llen(BULK) == 0)


def value_of(told: str, name: str) -> str:
    return next(line.rpartition(" ")[2] for line in told.splitlines() if line.startswith(f"{name} "))


def test_the_metrics_are_those_of_all_processes(deployment: Deployment, coordinator: Browser):
    assert Browser(deployment.port).get("/matt/")[0] == 404
    assert Browser(deployment.port).get("/matt/", Authorization="Bearer wrong")[0] == 404

    def asked() -> float:
        told = Browser(deployment.port).get("/matt/", Authorization=f"Bearer {TOKEN}")[1]
        name = 'finsam_requests_total{method="GET",page="participations",status="200"}'
        return float(value_of(told, name)) if name in told else 0.0

    before = asked()
    for _each in range(10):
        assert coordinator.get(ROWS)[0] == 200
    assert asked() == before + 10
    told = Browser(deployment.port).get("/matt/", Authorization=f"Bearer {TOKEN}")[1]
    assert value_of(told, "finsam_broker_up") == "1.0"
    in_time(lambda: deployment.rows("SELECT 1 FROM core_jobrun WHERE task = 'refresh_stale' AND outcome = 'done'"), 45)


def test_nothing_that_was_registered_is_in_the_logs(deployment: Deployment, coordinator: Browser):
    code = enrol(coordinator, birth_year=MARKER).removeprefix(ROWS).strip("/")
    assert coordinator.get(f"{ROWS}?kod={code}&fodelsear={MARKER}")[0] == 200
    coordinator.get(f"{ROWS}{code}x/")
    coordinator.post(f"{ROWS}skriv-in/", **FILLED_IN | {"birth_year": f"{MARKER} åäö"})
    in_time(lambda: is_refreshed(deployment), 60)
    lines = deployment.log.read_text().splitlines()
    requests = [json.loads(line) for line in lines if '"finsam_tracker.requests"' in line]
    assert {"route": "/forbund/<slug:federation>/insatser/<slug:initiative>/deltaganden/skriv-in/", "status": 302} in [
        {"route": told["route"], "status": told["status"]} for told in requests
    ]
    assert not [line for line in lines if code in line or f'"{MARKER}' in line or f"={MARKER}" in line]
