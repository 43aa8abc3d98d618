"""Where heavy reports read: in a copy of the database, if the settings name one.

Only what is computed for somebody to look at: a copy lags some seconds behind, so what is stored, compared or
published is always read where it is written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

REPLICA = "replica"
_reading: ContextVar[str] = ContextVar("reading", default=DEFAULT_DB_ALIAS)


@contextmanager
def heavy_reads() -> Iterator[None]:
    """Everything inside reads in the copy. Inside a transaction of the database itself it reads there, as it did."""
    alias = (
        REPLICA if REPLICA in connections and not connections[DEFAULT_DB_ALIAS].in_atomic_block else DEFAULT_DB_ALIAS
    )
    token = _reading.set(alias)
    try:
        yield
    finally:
        _reading.reset(token)


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
