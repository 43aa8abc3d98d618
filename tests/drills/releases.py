"""The release before and this one side by side on one database, as while a new version is rolled out: nobody notices.

The earlier release's code is taken out of git. It makes the database and its people; then this one's migrations run
under its feet, both answer and both have workers, and the earlier one goes.
"""

import base64
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection

from tests.deployment import Deployment, deployed, in_time
from tests.drills.figures import Found, look
from tests.drills.publishing import drafting
from tests.drills.saving import Crew, Ledger, LoggedIn, Machine, Person, import_file, once
from tests.drills.scene import Drill
from tests.drills.servers import Server
from tests.drills.settling import settle
from tests.drills.stage import FEW_PARTS, Parts, answers, start_all
from tests.drills.telling import tell
from tests.servers import free_port

EARLIER = "61466b4"
"""The release before: without ten tables and three columns that this one has. To be moved on with each release."""
BESIDE, ROWS = 4.0, 600
"""For how many seconds both answer; of the imported file."""
CAST = """
import base64, json
from tests.factories import make_world
from tests.machines import key_for
from tests.spreadsheets import good_lines, xlsx
world = make_world()
print(json.dumps({
    "coordinator": world.north.coordinator.email, "office": world.north.office.email,
    "importer": world.south.coordinator.email, "secret": key_for(world)[1],
    "file": base64.b64encode(xlsx(good_lines(600, world.south.first)).getvalue()).decode(),
}))
"""
MANY = {"FINSAM_API_REQUESTS_PER_MINUTE": "1000000"}
EARLIER_PARTS = {
    "old web": ["gunicorn", "--config", str(settings.BASE_DIR / "docker/gunicorn.conf.py"), "finsam_tracker.wsgi"],
    "old worker": ["celery", "-A", "finsam_tracker", "worker", "--beat", "--concurrency", "1", "--without-mingle"],
}
"""It had no start scripts yet."""
PARTS: Parts = {**FEW_PARTS, "beat": ("start-beat",)}


class AtAnyPort(LoggedIn):
    """Before a proxy: each request goes to any of the web servers that are up."""

    def __init__(self, ports: list[int], email: str = "") -> None:
        super().__init__(ports[0], email)
        self.ports = ports

    def ask(
        self, method: str, path: str, body: str | bytes | None = None, **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        self.port = random.choice(self.ports)
        return super().ask(method, path, body, **headers)


@dataclass
class Earlier:
    """The earlier release: its code, its database to be copied, and what its people are called; and the files of this
    release's pages."""

    code: Path
    static: str
    template: Deployment
    cast: dict[str, str]


def play_release(folder: Path, postgres: Server, redis: Server, rounds: int) -> bool:
    """The rounds, each on a database of its own, and their line."""
    with earlier_release(folder) as earlier:
        ledger = Ledger()
        return tell("release", ledger, rounds, lambda: play(postgres, redis, earlier, ledger))


@contextmanager
def earlier_release(folder: Path) -> Iterator[Earlier]:
    code = folder / "earlier"
    code.mkdir()
    packed = subprocess.run(["git", "-C", settings.BASE_DIR, "archive", EARLIER], capture_output=True, check=False)
    if packed.returncode:
        sys.exit(f"The release before ({EARLIER}) is taken out of git, which says: {packed.stderr.decode()}")
    subprocess.run(["tar", "-x", "-C", code], input=packed.stdout, check=True)
    with deployed(folder) as template:
        static = template.variables["FINSAM_STATIC_ROOT"]
        template.run("collect-static")
        template.code = code
        address = f"postgres://{template.place}/{template.name}"
        template.variables |= {"DATABASE_URL": address, "FINSAM_STATIC_ROOT": str(code / "collected")}
        template.manage("migrate", "-v0")
        template.manage("collectstatic", "-v0", "--noinput")
        yield Earlier(code, static, template, json.loads(template.manage("shell", "-v0", "-c", CAST)))


def play(postgres: Server, redis: Server, earlier: Earlier, ledger: Ledger) -> Found:
    """People use the earlier release; this one's migrations run; then any of both answers; then this one alone."""
    with rolled_out_onto(earlier) as it:
        ports = [free_port()]
        start_earlier(it, earlier, ports[0])
        browsers: dict[str, LoggedIn] = {
            role: AtAnyPort(ports, earlier.cast[role]) for role in ("coordinator", "importer", "office")
        }
        drill = Drill(it, postgres, redis, browsers, earlier.cast["secret"])
        machines = [Machine(AtAnyPort(ports), drill.secret, drill.ledger) for _each in range(2)]
        crew = Crew(*(one.save for one in machines), Person(browsers["coordinator"], drill.ledger).save)
        time.sleep(1)
        it.run("migrate")
        file = base64.b64decode(earlier.cast["file"])
        read_in = partial(import_file, it, browsers["importer"], drill.ledger, file, ROWS)
        tasks = Crew(once(read_in), once(drafting(drill)))
        roll_out(it, ports)
        crew.stop()
        tasks.join()
        settle(drill)
        found = look(drill.ledger)
    add(ledger, drill.ledger)
    return found


def roll_out(it: Deployment, ports: list[int]) -> None:
    """The new processes beside the old ones, and then alone. A proxy stops asking before a server is stopped."""
    start_all(it, PARTS)
    ports.append(it.port)
    time.sleep(BESIDE)
    ports.pop(0)
    time.sleep(1)
    for name in EARLIER_PARTS:
        it.stop(name)
    time.sleep(1)


def add(ledger: Ledger, of_a_round: Ledger) -> None:
    ledger.by_machines |= of_a_round.by_machines
    ledger.by_forms |= of_a_round.by_forms
    ledger.ended |= of_a_round.ended
    ledger.files += of_a_round.files
    ledger.answers += of_a_round.answers
    ledger.longest = max(ledger.longest, of_a_round.longest)


@contextmanager
def rolled_out_onto(earlier: Earlier) -> Iterator[Deployment]:
    """This release's deployment over a copy of the earlier one's database."""
    static = {"FINSAM_STATIC_ROOT": earlier.static}
    with TemporaryDirectory(dir=earlier.code.parent) as name, deployed(Path(name), **MANY, **static) as it:
        it.on_server(f"DROP DATABASE {it.name}")
        it.on_server(f"CREATE DATABASE {it.name} TEMPLATE {earlier.template.name}")
        connection.settings_dict["NAME"] = it.name
        try:
            yield it
        finally:
            connection.close()


def start_earlier(it: Deployment, earlier: Earlier, port: int) -> None:
    counts = it.folder / "counts"
    counts.mkdir()
    more = {
        "DATABASE_URL": f"postgres://{it.place}/{it.name}",
        "FINSAM_WEB_BIND": f"127.0.0.1:{port}",
        "FINSAM_STATIC_ROOT": earlier.template.variables["FINSAM_STATIC_ROOT"],
        "PROMETHEUS_MULTIPROC_DIR": str(counts),
    }
    for name, command in EARLIER_PARTS.items():
        place = ["--schedule", str(it.folder / "schedule")] if "--beat" in command else []
        it.launch(name, [*command, *place], earlier.code, **more)
    in_time(lambda: answers(port), 60)
