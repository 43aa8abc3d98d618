"""A PostgreSQL and a Redis of the drills' own, which can be killed and come back."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.drills.disks import small_disk
from tests.servers import READY, START_SECONDS, fail, prepare_postgres, prepare_redis, stop

DURABLE = ("jit=off",)
"""Unlike the other tests' server this one writes what it has promised to disk before it says so."""
MEGABYTES, SMALL = 800, ("min_wal_size=32MB", "max_wal_size=64MB")
"""Of the disk that can fill up, and of the log on it."""


@dataclass
class Server:
    """One that keeps its port and its folder from one life to the next."""

    name: str
    folder: Path
    command: list[str]
    url: str
    how: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    ready: str = READY
    """What it says in its log, in whatever case."""

    def start(self) -> None:
        log = self.folder / "log"
        with log.open("wb") as output:  # emptied: an earlier life was ready too
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdout=output, stderr=output, start_new_session=True, **self.how
            )
        deadline = time.monotonic() + START_SECONDS
        while self.ready not in log.read_text(errors="replace").lower():
            if self.process.poll() is not None or time.monotonic() > deadline:
                fail(self.name, log)
            time.sleep(0.02)

    def is_up(self) -> bool:
        """Whether it answers. One that has given up is started again, as whoever watches over it would."""
        assert self.process
        if self.process.poll() is not None:
            self.start()
        with closing(socket.socket()) as probe:
            return not probe.connect_ex(("127.0.0.1", urlsplit(self.url).port or 0))

    def kill(self) -> None:
        """PostgreSQL ends as its processes do when one of them crashes; Redis has no time to say anything."""
        assert self.process
        stop(self.process, *([signal.SIGQUIT] if self.name == "PostgreSQL" else []))


@contextmanager
def servers(folder: Path, *, on_small_disk: bool) -> Iterator[tuple[Server, Server]]:
    """Both, running."""
    places = [folder / name for name in ("postgres", "redis")]
    for place in places:
        place.mkdir(mode=0o755)
    with small_disk(places[0], MEGABYTES) if on_small_disk else nullcontext():
        yield from _running(places, (*DURABLE, *SMALL) if on_small_disk else DURABLE)


def _running(places: list[Path], options: tuple[str, ...]) -> Iterator[tuple[Server, Server]]:
    command, how, port = prepare_postgres(places[0], options)
    postgres = Server("PostgreSQL", places[0], command, f"postgres://postgres@127.0.0.1:{port}/postgres", how)
    command, port = prepare_redis()
    redis = Server("Redis", places[1], command, f"redis://127.0.0.1:{port}/0")
    started = []
    try:
        for server in (postgres, redis):
            server.start()
            started.append(server)
        yield postgres, redis
    finally:
        for server in started:
            server.kill()
