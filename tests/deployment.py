"""A deployment, as docker/compose.yaml describes one, of the same start scripts: each a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from django.conf import settings

from finsam_tracker.broker import redis_client
from tests.servers import free_port

HOST = "finsam.example"
TOKEN = "a token of the tests"
Process = subprocess.Popen[bytes]


class Browser:
    """Somebody at the proxy: speaks https as the proxy tells it, and keeps the cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, body: str | bytes | None = None, **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        """Status, page and headers; names of headers are written with underscores."""
        web = self.connection()
        told = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.1",
            "Referer": f"https://{HOST}/",
        }
        told |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            web.request(method, path, body, told)
            answer = web.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _equals, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode(), dict(answer.headers)
        finally:
            web.close()

    def connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=30)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        status, page, _headers = self.ask("GET", path, **headers)
        return status, page

    def post(self, path: str, **fields: str | list[str]) -> tuple[int, str]:
        """Sends the form of a page, as it was filled in. Returns the status and where it leads."""
        _status, page = self.get(path)
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found, page
        body = urlencode({"csrfmiddlewaretoken": found[1], **fields}, doseq=True)
        status, page, told = self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")
        return status, told.get("Location") or page

    def log_in(self, email: str, password: str) -> None:
        status, where = self.post("/logga-in/", username=email, password=password)
        assert status == 302, where


class Deployment:
    """Its processes by name, its log, and its database."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder, self.port, self.code = folder, free_port(), settings.BASE_DIR
        self.log = folder / "log"
        self.processes: dict[str, Process] = {}
        database = settings.DATABASES["default"]
        self.name = f"deployment_{os.getpid()}_{self.port}"
        self.place = f"{database['USER']}@{database['HOST']}:{database['PORT']}"
        self.variables = {**self._variables(folder), **more}

    def _variables(self, folder: Path) -> dict[str, str]:
        (folder / "database").write_text(f"postgres://{self.place}/{self.name}\n")
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "REDIS_URL": settings.REDIS_URL,
            "DATABASE_URL_FILE": str(folder / "database"),
            "FINSAM_SECRET_KEY": "a key of the tests that is long enough for Django to take it",
            "FINSAM_BASE_URL": f"https://{HOST}",
            "FINSAM_ALLOWED_HOSTS": HOST,
            "FINSAM_TLS": "true",
            "FINSAM_REQUIRE_TWO_STEP": "false",  # tests/test_two_step.py
            "FINSAM_METRICS_TOKEN": TOKEN,
            "FINSAM_STATIC_ROOT": str(folder / "static"),
            "FINSAM_WEB_BIND": f"127.0.0.1:{self.port}",
            "FINSAM_WORKER_PROCESSES": "1",
            "EMAIL_URL": "dummy:",
            "TMPDIR": str(folder),
        }

    def script(self, *words: str) -> list[str]:
        return [str(self.code / "docker" / words[0]), *words[1:]]

    def run(self, *words: str) -> None:
        """A script that ends."""
        self._run(self.script(*words))

    def manage(self, *words: str) -> str:
        """What a command of ``manage.py`` prints."""
        return self._run([sys.executable, "manage.py", *words])

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(command, env=self.variables, cwd=self.code, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, name: str, *words: str) -> Process:
        """A script that goes on."""
        return self.launch(name, self.script(*words), self.folder)

    def launch(self, name: str, command: list[str], folder: Path, **more: str) -> Process:
        """A process that goes on, in a group of its own so that it can be ended with all its children."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, env={**self.variables, **more}, cwd=folder, stdout=log, stderr=log, start_new_session=True
            )
        self.processes[name] = process
        return process

    def stop(self, name: str, number: int = signal.SIGTERM) -> None:
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGCONT)
        os.killpg(process.pid, number)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(f"postgresql://{self.place}/{self.name}", autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def load(self, dump: bytes) -> None:
        """Fills the database from a plain dump."""
        with psycopg.connect(f"postgresql://{self.place}/{self.name}") as connection:
            connection.execute(dump)

    def on_server(self, statement: str) -> None:
        """Makes the database, or drops it."""
        with psycopg.connect(f"postgresql://{self.place}/postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def deployed(folder: Path, **more: str) -> Iterator[Deployment]:
    """A migrated database with the files collected; the processes are started by whoever needs them."""
    deployment = Deployment(folder, **more)
    deployment.on_server(f"CREATE DATABASE {deployment.name}")
    redis_client(settings.REDIS_URL).flushdb()
    try:
        yield deployment
    finally:
        for name in list(deployment.processes):
            deployment.stop(name)
        deployment.on_server(f"DROP DATABASE {deployment.name} WITH (FORCE)")
        redis_client(settings.REDIS_URL).flushdb()


def in_time(what: Callable[[], object], seconds: float = 30) -> None:
    """Waits until it is so."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, f"not in time: {what}"
        time.sleep(0.1)
