"""A strict world: what would pass unseen in production fails here.

Warnings are errors and an undefined template variable fails (pyproject.toml); a page that is only read may not write;
nobody reaches the network; the tests run in random order.
"""

import os
import socket
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.contrib.contenttypes.management import create_contenttypes
from django.core.cache import caches
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import post_migrate
from django.test import Client

from finsam_tracker.core.models import Federation
from tests.demo_rows import demo_federation
from tests.factories import World, make_world

READING = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "SET TRANSACTION", "EXPLAIN")
# What a page that is only read may write down: who is logged in, who looks (decision 17), a key's last day (15).
NOTES = ('"core_session"', '"core_accessevent"', 'UPDATE "clients_apikey" SET "last_used_on"')


def pytest_configure() -> None:
    # Files as they lie in the source, without the collecting that a deployment needs.
    django_settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django_settings.STATIC_ROOT = None
    django_settings.WHITENOISE_USE_FINDERS = True
    # Looked for when they are asked for: each browser of a test would look through all of them.
    django_settings.WHITENOISE_AUTOREFRESH = True
    # A request in a thread of its own would leave its connection open, and the test database could not be dropped.
    django_settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    # Between tests the tables hold a few rows, which go in a tenth of the time that emptied files take. Django's keys
    # are checked at the end of the transaction, so the order of the tables does not matter.
    DatabaseOperations.sql_flush = delete_rows  # type: ignore[method-assign,assignment]
    # Django's own permissions, which nothing here asks for, would be made anew at each emptying of the tables.
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    # The tests of log-in switch it on; the others are about what comes after.
    django_settings.REQUIRE_TWO_STEP = False
    # Tests ask more in a minute than anybody.
    django_settings.API_REQUESTS_PER_MINUTE = 1_000_000
    # A password is there to be checked, not to be safe.
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def delete_rows(self: DatabaseOperations, _style: Any, tables: list[str], **_how: Any) -> list[str]:
    return [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608


class StrictClient(Client):
    """A browser whose reading must not write, apart from who it is that reads: sessions and the access log."""

    def generic(self, method: str, path: Any, *args: Any, **kwargs: Any) -> Any:
        if method not in ("GET", "HEAD"):
            return super().generic(method, path, *args, **kwargs)
        with connection.execute_wrapper(only_read):
            return super().generic(method, path, *args, **kwargs)


def only_read(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if not sql.lstrip("( ").upper().startswith(READING) and not any(table in sql for table in NOTES):
        pytest.fail(f"A page that is only read wrote to the database: {sql}")
    return execute(sql, params, many, context)


# How long an example takes says how busy the machine is; what must be fast is measured by make bench.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _nothing_has_been_noted() -> None:
    """Rolled back with the test before are the rows that the process remembers."""
    caches["noted"].clear()


@pytest.fixture(autouse=True)
def _nobody_reaches_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            pytest.fail(f"A test reached for the network: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture(scope="session")
def kept_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the demo federation's rows, in the folder that all workers of a run share."""
    folder = tmp_path_factory.getbasetemp()
    return (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "demo"


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, kept_demo: Path) -> Iterator[Federation]:
    """The demo federation, there for the tests of a file and taken away after them; loaded by the first file only."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo_federation(kept_demo)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def _cast(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[World | None]:
    """The known cast, made once for the tests of a file and taken away after them.

    None in a file where some test commits, because a server or a worker reads what it wrote.
    """
    if _some_test_commits(request.session, request.module.__name__):
        yield None
        return
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_cast: World | None, db: None) -> World:
    """Two federations, as new for each test: what a test changes is rolled back, and it gets objects of its own."""
    return deepcopy(_cast) if _cast else make_world()


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    serves = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(serves) or bool(marker and marker.kwargs.get("transaction"))


@cache
def _some_test_commits(session: pytest.Session, module: str) -> bool:
    return any(_commits(item) for item in session.items if item.module.__name__ == module)  # type: ignore[attr-defined]


@pytest.fixture
def tasks_run_here() -> Iterator[None]:
    """What is sent to a worker is done at once, for tests of what the task does and not of how it gets there."""
    before = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = before


@pytest.fixture
def client() -> StrictClient:
    """Somebody who is not logged in."""
    return StrictClient()


@pytest.fixture
def log_in(world: World) -> Callable[[str], StrictClient]:
    """A browser of somebody by role: ``log_in("office")``; "nobody" is not logged in."""

    def browser(who: str) -> StrictClient:
        client = StrictClient()
        if person := world.person(who):
            client.force_login(person)
        return client

    return browser


@pytest.fixture
def coordinator(log_in: Callable[[str], StrictClient]) -> StrictClient:
    return log_in("coordinator")


@pytest.fixture
def lead(log_in: Callable[[str], StrictClient]) -> StrictClient:
    return log_in("lead")


@pytest.fixture
def office(log_in: Callable[[str], StrictClient]) -> StrictClient:
    return log_in("office")


@pytest.fixture
def reader(log_in: Callable[[str], StrictClient]) -> StrictClient:
    return log_in("reader")


@pytest.fixture
def operator(log_in: Callable[[str], StrictClient]) -> StrictClient:
    return log_in("operator")


@pytest.fixture
def outsider(log_in: Callable[[str], StrictClient]) -> StrictClient:
    return log_in("outsider")
