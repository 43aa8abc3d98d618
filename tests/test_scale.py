"""Many processes over one database: behind a pooler, with a copy that only answers."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from finsam_tracker.core.locks import only_one
from finsam_tracker.core.period import Period
from finsam_tracker.core.replica import REPLICA, heavy_read, leave_alone, read_connection
from participants.models import Participation
from reports.compute import snapshot
from reports.context import Scope
from reports.services import tables_for
from tests.factories import SOME_DAY, Tenant, make_world, noon

pytestmark = pytest.mark.django_db(transaction=True)

SESSIONS = re.compile(
    r"pg_(?:try_)?advisory_(?:lock|unlock)\b|\bLISTEN\b|\bWITH HOLD\b|\bCREATE TEMP|"
    r"\bSET (?!LOCAL|TRANSACTION)[a-z_]+ ?="
)
"""What belongs to a session, which behind a pooler in transaction mode is anybody's."""


def test_nothing_leans_on_a_session():
    found = {}
    for folder in ("finsam_tracker", "initiatives", "participants", "reports"):
        for path in (settings.BASE_DIR / folder).rglob("*.py"):
            if words := SESSIONS.findall(path.read_text()):
                found[path.name] = words
    assert not found
    assert SESSIONS.search("SELECT pg_advisory_lock(1)")
    assert SESSIONS.search("SET statement_timeout = 0")


@pytest.mark.servers
class TestLock:
    def test_one_works_and_others_do_not(self):
        with only_one("work") as first, only_one("work") as second, only_one("other") as third:
            assert (first, second, third) == (True, False, True)
        with only_one("work") as again:
            assert again

    def test_the_work_may_commit_and_the_lock_holds(self):
        with only_one("work"):
            make_world()
            with only_one("work") as second:
                assert not second

    def test_work_that_fails_lets_go(self):
        with pytest.raises(ZeroDivisionError), only_one("work"):
            raise ZeroDivisionError
        with only_one("work") as again:
            assert again


PLACE = """
    CREATE SCHEMA copy;
    CREATE FUNCTION copy.pg_last_wal_replay_lsn() RETURNS pg_lsn STABLE LANGUAGE sql
        AS $$ SELECT nullif(current_setting('copy.place'), '')::pg_lsn $$
"""
AHEAD, BEHIND, NO_COPY = "FFFFFFFF/FFFFFFFF", "0/1", ""


@dataclass
class Copy:
    """A second way to the same database, which says how far it has come; what was asked there."""

    connection: BaseDatabaseWrapper
    asked: list[str] = field(default_factory=list)

    def is_at(self, place: str) -> None:
        if self.connection.connection is None:
            self.connection.connect()
        with self.connection.cursor() as cursor:
            cursor.execute("SET search_path = copy, public, pg_catalog")
            cursor.execute("SELECT set_config('copy.place', %s, false)", [place])
        self.asked.clear()

    @property
    def was_read(self) -> bool:
        return any("participants_participation" in sql for sql in self.asked)


@pytest.fixture
def replica(transactional_db: None) -> Iterator[Copy]:
    """tests/test_many_machines.py has a real one."""
    connection.ensure_connection()
    own = connection.copy(alias=REPLICA)
    own.connect()  # not when it is first asked: the tests' own guard knows of no second database
    with own.cursor() as cursor:
        cursor.execute(PLACE)
    connections.settings[REPLICA] = connections.settings["default"]
    connections[REPLICA] = own
    copy = Copy(own)
    copy.is_at(AHEAD)

    def note(run: Callable[..., Any], sql: str, *more: Any) -> Any:
        copy.asked.append(sql)
        return run(sql, *more)

    with own.execute_wrapper(note):
        yield copy
    leave_alone(0)
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA copy CASCADE")
    own.close()
    del connections[REPLICA]
    del connections.settings[REPLICA]


@pytest.mark.servers
class TestReplica:
    def test_tables_for_somebody_to_look_at_are_read_in_the_copy(self, replica: Copy):
        assert total() == 1
        assert replica.was_read
        assert any("REPEATABLE READ" in sql for sql in replica.asked)

    @pytest.mark.parametrize("place", [BEHIND, NO_COPY])
    def test_a_copy_that_lags_behind_or_is_none_is_not_read(self, replica: Copy, place: str):
        replica.is_at(place)
        assert total() == 1
        assert replica.asked
        assert not replica.was_read

    def test_a_copy_that_is_away_or_breaks_off_is_done_without(self, replica: Copy):
        north = make_world().north
        north.enrol()
        for words in ("pg_last_wal_replay_lsn", "participants_participation"):
            leave_alone(0)
            replica.is_at(AHEAD)
            with replica.connection.execute_wrapper(ends_at(words)):
                assert total(north) == 1
            assert words in replica.asked[-1]
            assert replica.connection.connection is None
            assert total(north) == 1  # it is left alone for a while

    def test_what_is_written_and_what_is_compared_is_not(self, replica: Copy):
        north = make_world().north

        def write() -> int:
            north.enrol()
            return Participation.objects.count()

        assert heavy_read(write) == 1
        written = [sql for sql in replica.asked if not sql.lstrip("( \n").upper().startswith(("SELECT", "SET TRANSAC"))]
        assert not written
        replica.asked.clear()
        with snapshot():
            assert Participation.objects.count() == 1
            assert heavy_read(lambda: read_connection().alias) == "default"
        assert not replica.asked


def ends_at(words: str) -> Callable[..., Any]:
    """As a copy does to a reader whose rows it has to remove, or when it goes down."""

    def end(run: Callable[..., Any], sql: str, *more: Any) -> Any:
        if words in sql:
            raise OperationalError("terminating connection due to conflict with recovery")
        return run(sql, *more)

    return end


def total(north: Tenant | None = None) -> object:
    """Of a year with one registration."""
    if north is None:
        north = make_world().north
        north.enrol()
    tables = tables_for(Scope(north.federation), Period.year(2025), now=noon(SOME_DAY))
    return tables.results["flows"].cell("total", "total").value


@pytest.mark.servers
def test_without_a_copy_everything_is_read_where_it_is_written():
    assert heavy_read(lambda: read_connection().alias) == "default"
