"""Many processes over one database: behind a pooler, with a copy that only answers."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from finsam_tracker.core.locks import only_one
from finsam_tracker.core.period import Period
from finsam_tracker.core.replica import REPLICA, heavy_reads, read_connection
from participants.models import Participation
from reports.compute import snapshot
from reports.context import Scope
from reports.services import tables_for
from tests.factories import SOME_DAY, make_world, noon

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


@pytest.fixture
def replica(transactional_db: None) -> Iterator[list[str]]:
    """A second way to the same database; what was asked there."""
    copy = connection.copy(alias=REPLICA)
    copy.ensure_connection()  # before it has its name: the tests' own guard knows of no second database
    connections.settings[REPLICA] = connections.settings["default"]
    connections[REPLICA] = copy
    asked: list[str] = []

    def note(run: Callable[..., Any], sql: str, *more: Any) -> Any:
        asked.append(sql)
        return run(sql, *more)

    with copy.execute_wrapper(note):
        yield asked
    connections[REPLICA].close()
    del connections[REPLICA]
    del connections.settings[REPLICA]


@pytest.mark.servers
class TestReplica:
    def test_tables_for_somebody_to_look_at_are_read_in_the_copy(self, replica: list[str]):
        north = make_world().north
        north.enrol()
        period = Period.year(2025)
        tables = tables_for(Scope(north.federation), period, now=noon(SOME_DAY))
        assert tables.results["flows"].cell("total", "total").value == 1
        assert any("participants_participation" in sql for sql in replica)
        assert any("REPEATABLE READ" in sql for sql in replica)

    def test_what_is_written_and_what_is_compared_is_not(self, replica: list[str]):
        north = make_world().north
        with heavy_reads():
            north.enrol()
            assert Participation.objects.count() == 1
        written = [sql for sql in replica if not sql.lstrip("( \n").upper().startswith(("SELECT", "SET TRANSACTION"))]
        assert not written
        replica.clear()
        with snapshot():
            assert Participation.objects.count() == 1
        assert not replica

    def test_inside_a_transaction_one_reads_what_one_has_written(self, replica: list[str]):
        with snapshot(), heavy_reads():
            assert read_connection().alias == "default"


@pytest.mark.servers
def test_without_a_copy_everything_is_read_where_it_is_written():
    with heavy_reads():
        assert read_connection().alias == "default"
