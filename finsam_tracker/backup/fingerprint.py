"""What a database holds, in a line a table: how many rows, and a sum over their contents that no order changes."""

from django.db import connection
from psycopg import sql

Fingerprint = dict[str, str]

# Half of each row's hash as a number, and the sum of them: no order to keep, nothing to hold in memory.
_SUM = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0) FROM {table} t"
PASSING = frozenset({"core_cache"})
"""Counts of tries that run out by themselves."""


def fingerprint() -> Fingerprint:
    """Of every table, by name. The same in a database that was restored; in one transaction with what is dumped."""
    with connection.cursor() as cursor:
        # How a row is written out depends on these.
        cursor.execute("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL extra_float_digits = 1")
        tables = sorted(set(connection.introspection.table_names(cursor)) - PASSING)
        found = {}
        for table in tables:
            cursor.execute(sql.SQL(_SUM).format(table=sql.Identifier(table)))
            rows, content = cursor.fetchone()
            found[table] = f"{rows} {content}"
        return found


def differences(before: Fingerprint, after: Fingerprint) -> list[str]:
    """The tables that do not hold the same."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
