"""Who is at work on something, known to every process and forgotten when a process dies."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.db import connection


@contextmanager
def only_one(work: str) -> Iterator[bool]:
    """Whether this process is the only one at the work; others get False until it is done, or its connection is gone.

    The lock belongs to a transaction on a connection of its own: so the work may commit as often as it likes, and the
    lock holds behind PgBouncer too, where a session is anybody's. Only for PostgreSQL: on SQLite there is one process,
    and it is always the only one.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    with closing(connection.copy()) as own:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            # The work may take longer than a server lets others sit in a transaction.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [work])
            (taken,) = cursor.fetchone()
        yield taken
        own.rollback()
