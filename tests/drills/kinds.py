"""What befalls a deployment, by kind; whatever it is, it is over when the function returns."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg

from finsam_tracker.backup.keeping import backups_in
from tests.deployment import in_time
from tests.drills.clocks import set_clock
from tests.drills.disks import fill, make_room
from tests.drills.scene import Drill
from tests.drills.servers import Server

DOWN = 1.0
"""For how many seconds what was killed stays away."""
FULL = 4.0
"""For how many seconds a disk is full."""
HOUR = 60 * 60
JUMPS = (-HOUR, 3 * HOUR, 0)
"""How many seconds ahead the clock is, one after the other: back, forward by more than a session lasts, and back."""


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


def fill_disk(drill: Drill) -> None:
    """PostgreSQL's disk is full; every second time its log has no room either, so that it stops. Then there is room."""
    until = time.monotonic() + FULL
    while time.monotonic() < until:
        fill(drill.postgres.folder)
        if drill.done % 2:
            with suppress(psycopg.Error):
                drill.deployment.rows("SELECT pg_switch_wal()")
        time.sleep(0.2)
    make_room(drill.postgres.folder)
    in_time(drill.postgres.is_up, 60)


def fill_small_disk(drill: Drill) -> None:
    """The disk of temporary files and of backups is full: a backup says so, leaves nothing half and what was there."""
    folder = drill.small
    drill.deployment.manage("backup", str(folder))
    there = backups_in(folder)
    fill(folder)
    command = [sys.executable, "manage.py", "backup", str(folder), "--forget-old"]
    done = subprocess.run(
        command, env=drill.deployment.variables, cwd=drill.deployment.code, capture_output=True, text=True, check=False
    )
    time.sleep(FULL)
    assert done.returncode, done.stdout
    assert "cannot be written to: No space left on device" in done.stderr, done.stderr
    assert {path.name for path in folder.glob("finsam-*.*")} == {path.name for path in there.values()}
    make_room(folder)
    drill.deployment.manage("backup", str(folder), "--forget-old")


def jump(drill: Drill) -> None:
    """The clock of all processes but the servers' goes wrong, and is put right again."""
    for seconds in JUMPS:
        set_clock(drill.deployment.folder, seconds)
        time.sleep(FULL)


KINDS: dict[str, Callable[[Drill], None]] = {
    "web-process": kill_web_process,
    "web": kill_parts("start-web"),
    "worker": kill_parts("start-worker"),
    "beat": kill_parts("start-beat"),
    "redis": kill_server("redis"),
    "postgres": kill_server("postgres"),
    "deploy": deploy,
    "disk": fill_disk,
    "temp": fill_small_disk,
    "clock": jump,
}
UNNOTICED = ("deploy", "temp", "release")
"""Nobody may meet an error in these."""
