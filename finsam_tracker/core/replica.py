"""Where heavy reports read: in a copy of the database, if the settings name one.

Only what is computed for somebody to look at; what is stored, compared or published is always read where it is written.
A copy lags behind, so it is asked how far it has come: whoever has saved something sees it, and no page goes back in
time.
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from finsam_tracker.core.away import DATABASE_AWAY

REPLICA = "replica"
PATIENCE, PAUSE = 0.2, 0.01
"""Seconds that a copy is waited for, and between asking it: reading where it is written costs about as much."""
LEFT_ALONE = 30.0
"""Seconds for which one that did not answer is not asked again: behind a pooler, not answering is slow."""
# What is saved is on the disk, unless the server answers before that; the copy gets it from there.
SAVED = """SELECT CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn()
           ELSE pg_current_wal_flush_lsn() END"""
Read = TypeVar("Read")
logger = logging.getLogger(__name__)
_reading: ContextVar[str] = ContextVar("reading", default=DEFAULT_DB_ALIAS)
_asked_again_at = {REPLICA: 0.0}


def heavy_read(read: Callable[[], Read]) -> Read:
    """What ``read`` finds: in the copy where that holds all that was saved before, otherwise where it is written.

    A copy that is away, or breaks off, is done without: ``read`` may be called twice. Inside a transaction of the
    database itself it reads there, as it did.
    """
    if REPLICA in connections and not _is_left_alone() and not connections[DEFAULT_DB_ALIAS].in_atomic_block:
        try:
            if _has_caught_up():
                return _read_in_the_copy(read)
            logger.info("The copy lags behind and was not read.")
        except DATABASE_AWAY as error:
            leave_alone(LEFT_ALONE)
            logger.warning("The copy was not read: %s", type(error).__name__)
    return read()


def leave_alone(seconds: float) -> None:
    """Ask the copy again, on a new connection, after so many seconds."""
    connections[REPLICA].close()
    _asked_again_at[REPLICA] = time.monotonic() + seconds


def _is_left_alone() -> bool:
    return time.monotonic() < _asked_again_at[REPLICA]


def _read_in_the_copy(read: Callable[[], Read]) -> Read:
    token = _reading.set(REPLICA)
    try:
        return read()
    finally:
        _reading.reset(token)


def _has_caught_up() -> bool:
    """Whether the copy holds all that had been saved when this was asked.

    Both are places in PostgreSQL's log. What is no copy has none, and is not read.
    """
    saved, until = _ask(DEFAULT_DB_ALIAS, SAVED), time.monotonic() + PATIENCE
    while not (is_there := _ask(REPLICA, "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", saved)):
        if is_there is None or time.monotonic() > until:
            return False
        time.sleep(PAUSE)
    return True


def _ask(alias: str, question: str, *about: Any) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(question, about)
        return cursor.fetchone()[0]


def bytes_behind() -> int | None:
    """How much of PostgreSQL's log the copy has still to take in; None where it does not answer, or is no copy."""
    try:
        place = _ask(REPLICA, "SELECT pg_last_wal_replay_lsn()::text")
    except DATABASE_AWAY:
        leave_alone(LEFT_ALONE)
        return None
    question = "SELECT greatest(0, pg_wal_lsn_diff(pg_current_wal_flush_lsn(), %s::pg_lsn))::bigint"
    return int(_ask(DEFAULT_DB_ALIAS, question, place)) if place else None


def read_connection() -> BaseDatabaseWrapper:
    """The connection to ask where a query is written by hand."""
    return connections[_reading.get()]


class Router:
    """Tells Django's own queries the same."""

    def db_for_read(self, _model: type, **_hints: Any) -> str | None:
        alias = _reading.get()
        return alias if alias != DEFAULT_DB_ALIAS else None

    def db_for_write(self, _model: type, **_hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        return True  # both hold the same rows

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS
