"""Rounds of each kind: the deployment is used, a part of it is killed and comes back; then everything is compared."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from finsam_tracker.celery import app
from tests.deployment import Browser, Deployment, in_time
from tests.drills.figures import Found, look
from tests.drills.saving import (
    PATIENCE,
    PUBLICATIONS,
    Crew,
    Ledger,
    Machine,
    Person,
    import_file,
    once,
    send_form,
    send_stubbornly,
    until_done,
)
from tests.drills.servers import Server
from tests.drills.stage import FEW_PARTS, PARTS, Parts, answers, stage, start_all
from tests.factories import PASSWORD, World, make_world
from tests.machines import key_for
from tests.spreadsheets import good_lines, xlsx

ROUNDS, DOWN = 10, 1.0
"""How often each kind is done, and for how many seconds what was killed stays away."""
ROWS = 600
"""Of an imported file: more than are read in without a worker."""
QUARTERS = [f"{year}-Q{quarter}" for year in range(2025, 1999, -1) for quarter in (1, 2, 3, 4)]
"""One draft each round is about a period of its own."""


@dataclass
class Drill:
    """The deployment, its servers, and who is logged in. ``hurried``: does beat's asking, more often."""

    deployment: Deployment
    postgres: Server
    redis: Server
    world: World
    secret: str
    hurried: bool = False
    ledger: Ledger = field(default_factory=Ledger)
    browsers: dict[str, Browser] = field(default_factory=dict)
    done: int = 0
    new_web: int = 0

    @property
    def parts(self) -> Parts:
        return FEW_PARTS if self.hurried else PARTS

    def started_by(self, script: str) -> list[str]:
        return [name for name, words in self.parts.items() if words[0] == script]

    @property
    def web(self) -> int:
        """The process of gunicorn that watches over the others."""
        return self.new_web or self.deployment.processes["web"].pid

    def log_in(self) -> None:
        north, south = self.world.north, self.world.south
        for name, user in {
            "coordinator": north.coordinator,
            "office": north.office,
            "importer": south.coordinator,
        }.items():
            self.browsers[name] = Browser(self.deployment.port)
            self.browsers[name].log_in(user.email, PASSWORD)

    def ask(self, query: str) -> list[object]:
        return [row[0] for row in self.deployment.rows(query)]

    def wait(self) -> None:
        """A moment."""
        time.sleep(0.5)
        if self.hurried:
            with app.connection_for_write() as connection:
                for task in ("reports.tasks.refresh_stale", "participants.tasks.resume_imports"):
                    app.send_task(task, connection=connection)


def kill_web_process(drill: Drill) -> None:
    """One of gunicorn's; gunicorn starts another."""
    os.kill(random.choice(children_of(drill.web)), signal.SIGKILL)


def children_of(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def kill_parts(script: str) -> Callable[[Drill], None]:
    """All processes of this script, as when its container goes; whoever watches over it starts it again."""

    def kill(drill: Drill) -> None:
        names = drill.started_by(script)
        for name in names:
            drill.deployment.stop(name, signal.SIGKILL)
        drill.new_web *= "web" not in names
        time.sleep(DOWN)
        for name in names:
            drill.deployment.start(name, *drill.parts[name])

    return kill


def kill_server(name: str) -> Callable[[Drill], None]:
    def kill(drill: Drill) -> None:
        server: Server = getattr(drill, name)
        server.kill()
        time.sleep(DOWN)
        server.start()

    return kill


def deploy(drill: Drill) -> None:
    """A new version: migrations, new web processes beside the old ones, which answer what they have begun; workers."""
    deployment, old = drill.deployment, drill.web
    deployment.run("migrate")
    before = set(children_of(old))
    os.kill(old, signal.SIGUSR2)
    in_time(lambda: [each for each in set(children_of(old)) - before if children_of(each)], 60)
    drill.new_web = next(each for each in set(children_of(old)) - before if children_of(each))
    time.sleep(DOWN)
    os.kill(old, signal.SIGTERM)
    os.waitpid(old, 0)
    for name in drill.started_by("start-worker"):
        worker = deployment.processes.pop(name)
        worker.terminate()  # it ends what it has begun
        worker.wait(60)
        deployment.start(name, *drill.parts[name])


KINDS: dict[str, Callable[[Drill], None]] = {
    "web-process": kill_web_process,
    "web": kill_parts("start-web"),
    "worker": kill_parts("start-worker"),
    "beat": kill_parts("start-beat"),
    "redis": kill_server("redis"),
    "postgres": kill_server("postgres"),
    "deploy": deploy,
}
UNNOTICED = ("deploy",)
"""Nobody may meet an error in these."""


def drill(folder: Path, postgres: Server, redis: Server, words: list[str]) -> int:
    """All rounds; 1 where anything is not as it should be."""
    hurried = words[:1] == ["short"]
    rounds = 1 if hurried else next((int(word) for word in words if word.isdigit()), ROUNDS)
    kinds = ["worker+postgres"] if hurried else [word for word in words if word in KINDS] or list(KINDS)
    with stage(folder, quick=hurried) as deployment:
        world = make_world()
        told = Drill(deployment, postgres, redis, world, key_for(world)[1], hurried)
        start_all(deployment, told.parts)
        told.log_in()
        print(HEADING, flush=True)
        good = [rounds_of(kind, told, rounds) for kind in kinds]  # all of them, also after one that is bad
        return 0 if all(good) else 1


HEADING = (
    "kind             rounds  acknowledged  files  lost  doubled  wrong figures  half done  longest wait     all  "
    "other answers"
)
LINE = "{:<15}  {:>6}  {:>12}  {:>5}  {:>4}  {:>7}  {:>13}  {:>9}  {:>10.1f} s  {:>4.0f} s  {}"


def rounds_of(kind: str, told: Drill, rounds: int) -> bool:
    """Plays them, and prints the kind's line."""
    ledger, began = told.ledger, time.monotonic()
    saved, files = ledger.acknowledged, ledger.files
    ledger.longest, ledger.answers = 0.0, Counter()
    found = [play(kind, told) for _each in range(rounds)]
    sums = [sum(getattr(one, name) for one in found) for name in ("lost", "doubled", "wrong", "half")]
    told_of = ", ".join(f"{answer} {count}" for answer, count in ledger.answers.most_common())
    counts = (rounds, ledger.acknowledged - saved, ledger.files - files, *sums)
    print(LINE.format(kind, *counts, ledger.longest, time.monotonic() - began, told_of), flush=True)
    return all(one.is_good for one in found) and not (kind in UNNOTICED and ledger.answers)


def play(kind: str, drill: Drill) -> Found:
    """One round: people save, a file is read in, a draft is asked for, and in the midst of it the part is killed."""
    crew = Crew(*savers(drill))
    tasks = Crew(*(once(act) for act in (importing(drill), drafting(drill))))
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
    return look(drill.ledger)


def savers(drill: Drill) -> list[Callable[[], None]]:
    """Two systems and a person."""
    machines = [Machine(Browser(drill.deployment.port), drill.secret, drill.ledger) for _each in range(2)]
    return [*(machine.save for machine in machines), Person(drill.browsers["coordinator"], drill.ledger).save]


def importing(drill: Drill) -> Callable[[], None]:
    rows = ROWS + drill.done  # another file than the last
    file = xlsx(good_lines(rows, drill.world.south.first)).getvalue()
    return partial(import_file, drill.deployment, drill.browsers["importer"], drill.ledger, file, rows)


def drafting(drill: Drill) -> Callable[[], object]:
    """A new draft; where the answer was lost and the draft not, the page says that there is one."""
    web, path = drill.browsers["office"], f"{PUBLICATIONS}ny/"
    fields: dict[str, object] = {"template": "kvartal", "period": QUARTERS[drill.done]}

    def ask() -> tuple[int, str]:
        status, page = web.get(path)
        return send_form(web, path, page, fields) if status == 200 else (status, page)

    return partial(until_done, drill.ledger, ask, lambda got, page: got == 302 or "redan ett utkast" in page)


def settle(drill: Drill) -> None:
    """Waits until nothing is left to do. In a hurry the office asks for a draft again, as beat does after a while."""
    for number in drill.ask(UNCOMPUTED) if drill.hurried else ():
        path = f"{PUBLICATIONS}{number}/"
        send_stubbornly(drill.ledger, drill.browsers["office"], f"{path}utkast/", f"{path}rakna-om/", {})
    until = time.monotonic() + PATIENCE
    while left := drill.ask(LEFT):
        assert time.monotonic() < until, f"still to do after {PATIENCE} s: {left}"
        drill.wait()


UNCOMPUTED = "SELECT id FROM reports_publication WHERE content IS NULL AND problem = ''"
LEFT = f"""
    SELECT 'stale ' || federation_id FROM core_stalemark
    UNION ALL SELECT 'import ' || id FROM participants_import WHERE state IN ('waiting', 'checking', 'confirmed')
    UNION ALL SELECT 'draft ' || id FROM ({UNCOMPUTED}) AS drafts
"""  # noqa: S608 - nothing in it comes from outside
