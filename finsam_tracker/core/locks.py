"""Who is at work on something, known to every process and forgotten when a process dies."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def only_one(work: str) -> Iterator[bool]:
    """Whether this process is the only one at the work; others get False until it is done, or its connection is gone.

    Only for PostgreSQL: on SQLite there is one process, and it is always the only one.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [work])
        (taken,) = cursor.fetchone()
    try:
        yield taken
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [work])
