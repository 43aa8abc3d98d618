"""The demo federation's rows as PostgreSQL copies them.

Loading it through the services takes half a minute, putting the rows back a moment: one worker of the tests loads it,
once, for all of them.
"""

import fcntl
import pickle
from pathlib import Path

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection

from finsam_tracker.core.models import Federation
from finsam_tracker.demo.load import SLUG, load_demo

Rows = dict[str, bytes]


def demo_federation(kept: Path) -> Federation:
    """The demo federation in the database: its rows from the file, which whoever comes first writes."""
    if connection.vendor != "postgresql":
        return load_demo()
    with kept.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not file.tell():
            return _load_and_keep(kept)
    return _put_back(pickle.loads(kept.read_bytes()))  # noqa: S301 - this run wrote it


def _load_and_keep(kept: Path) -> Federation:
    before = _numbers()
    demo = load_demo()
    rows = {table: _copied(table) for table, number in _numbers().items() if number != before[table]}
    kept.write_bytes(pickle.dumps(rows))
    return demo


def _put_back(rows: Rows) -> Federation:
    """Foreign keys are checked when the transaction ends, so the order of the tables does not matter."""
    with connection.cursor() as cursor:
        for table, kept in rows.items():
            with cursor.copy(f"COPY {connection.ops.quote_name(table)} FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(kept)
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)
    return Federation.objects.get(slug=SLUG)


def _numbers() -> dict[str, int]:
    with connection.cursor() as cursor:
        numbers = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            numbers[table] = cursor.fetchone()[0]
        return numbers


def _copied(table: str) -> bytes:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {connection.ops.quote_name(table)} TO STDOUT (FORMAT BINARY)") as copy,
    ):
        return b"".join(bytes(chunk) for chunk in copy)
