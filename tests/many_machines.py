"""Two machines' web over one database and one broker: PgBouncer in transaction mode before PostgreSQL, a copy that
lags, and a Redis that moves; all over TLS with a certificate that is checked."""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from itertools import cycle
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.deployment import HOST, Browser, Deployment, deployed, in_time
from tests.drills.saving import send_form
from tests.factories import PASSWORD
from tests.surroundings import (
    Copy,
    Proxy,
    Redises,
    Surroundings,
    over_tls,
    start_copy,
    start_pooler,
    start_redises,
    surroundings,
)

CAST = """
from pathlib import Path
from tests.factories import make_world
from tests.spreadsheets import good_lines, xlsx
w = make_world()
for rows in (3, 600):
    Path("{folder}", f"{{rows}}.xlsx").write_bytes(xlsx(good_lines(rows, w.south.first)).getvalue())
print(w.north.coordinator.email, w.north.office.email, w.south.coordinator.email)
"""
WHO = ("coordinator", "office", "importer")
"""As the cast prints them."""
POOL = 4
"""Connections of the pooler to the server: fewer than the web has threads."""


@dataclass
class House:
    """All of it, and who works there."""

    machines: list[Deployment]
    around: Surroundings
    redises: Redises
    copy: Copy
    pooler: int
    people: dict[str, str]

    @property
    def first(self) -> Deployment:
        return self.machines[0]

    def browser(self, who: str) -> "Wanderer":
        browser = Wanderer(*(machine.port for machine in self.machines))
        browser.log_in(self.people[who], PASSWORD)
        return browser

    def of_pooler(self, question: str) -> list[dict[str, Any]]:
        place = over_tls(self.around, "pgbouncer", self.pooler)
        with psycopg.connect(place, autocommit=True, row_factory=dict_row) as own:
            return own.execute(question.encode()).fetchall()

    def asked_of_copy(self) -> int:
        return sum(int(row["total_query_count"]) for row in self.of_pooler("SHOW STATS") if row["database"] == "copy")

    def is_refreshed(self) -> bool:
        return self.first.rows("SELECT count(*) FROM core_stalemark") == [(0,)]


class Wanderer(Browser):
    """Somebody whom the proxy sends to another machine at every request."""

    def __init__(self, *ports: int) -> None:
        super().__init__(ports[0])
        self.ports = cycle(ports)

    def ask(self, *args: Any, **headers: Any) -> tuple[int, str, dict[str, str]]:
        self.port = next(self.ports)
        return super().ask(*args, **headers)

    def fill_in(self, path: str, fields: Mapping[str, object], *, of: str = "") -> tuple[int, str]:
        """Opens a page and sends its form, to ``path`` or where the page says."""
        status, page = self.get(of or path)
        assert status == 200, page
        return send_form(self, path, page, fields)


class Visitor(Browser):
    """Somebody outside, who sees the proxy and checks its certificate."""

    def __init__(self, proxy: Proxy) -> None:
        super().__init__(proxy.https)
        self.context = ssl.create_default_context(cafile=proxy.authority)

    def connection(self) -> HTTPConnection:
        web = HTTPSConnection(HOST, self.port, timeout=30, context=self.context)
        here = ("127.0.0.1", self.port)
        web._create_connection = lambda _address, *more: socket.create_connection(here, *more)  # type: ignore[attr-defined]
        return web


@contextmanager
def housed(folder: Callable[[str], Path]) -> Iterator[House]:
    """Everything started: each machine has web; workers are on one and beat on the other."""
    with deployed(folder("first")) as first:
        first.run("collect-static")
        first.run("migrate")
        people = first.manage("shell", "-v0", "-c", CAST.format(folder=first.folder)).split()
        with surroundings(folder("around"), first.name) as around:
            redises, copy = start_redises(around), start_copy(around)
            pooler = start_pooler(around, copy=copy.port, size=POOL)
            second = Deployment(folder("second"))
            it = House([first, second], around, redises, copy, pooler, dict(zip(WHO, people, strict=True)))
            try:
                start_all(it)
                yield it
            finally:
                for name in list(second.processes):
                    second.stop(name)


def start_all(house: House) -> None:
    first, second = house.machines
    secret = first.folder / "redis"
    secret.write_text(house.redises.url)
    common = {
        **first.variables,
        "DATABASE_URL": over_tls(house.around, first.name, house.pooler),
        "FINSAM_REPLICA_URL": over_tls(house.around, "copy", house.pooler),
        "FINSAM_TRANSACTION_POOLING": "true",
        "REDIS_URL_FILE": str(secret),
    }
    del common["DATABASE_URL_FILE"], common["REDIS_URL"]
    for machine in house.machines:
        own = {name: machine.variables[name] for name in ("TMPDIR", "FINSAM_WEB_BIND")}
        machine.variables = {**common, **own}
        machine.start("web", "start-web")
    second.name = first.name
    first.start("interactive", "start-worker", "interactive")
    second.start("slow", "start-worker", "scheduled,bulk")
    second.start("beat", "start-beat")
    in_time(lambda: all(is_ready(machine) for machine in house.machines), 60)


def is_ready(machine: Deployment) -> bool:
    try:
        return Browser(machine.port).get("/redo/") == (200, "ok\n")
    except OSError:
        return False
