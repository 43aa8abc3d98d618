"""A made-up nation, written straight into PostgreSQL: what is measured is reading it, not making it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

from initiatives.models import Initiative
from tests.factories import InitiativeFactory, Tenant, make_tenant

FEDERATIONS, INITIATIVES = 80, 600
MEASURED = 500
"""Participations of the one initiative whose pages are measured: the same however large the nation is."""

TABLE = "participants_participation"
INSERT = """
    WITH place AS (
      SELECT i.id, i.federation_id, (row_number() OVER (ORDER BY i.id) - 1)::int AS number,
             (SELECT min(m.id) FROM core_municipality m WHERE m.federation_id = i.federation_id) AS municipality,
             (SELECT min(r.id) FROM initiatives_exitreason r
              WHERE r.federation_id = i.federation_id AND r.code = 'moved') AS reason
      FROM initiatives_initiative i WHERE i.id = ANY(%(initiatives)s))
    INSERT INTO participants_participation
      (recorded_on, is_void, federation_id, initiative_id, code, gender, birth_year, municipality_id, education,
       referrer, support_before, support_months, asked_about_violence, start_on, exit_on, exit_reason_id)
    SELECT DATE '2025-12-31', false, place.federation_id, place.id,
           place.id || '-' || %(first)s + n, CASE WHEN n %% 2 = 0 THEN 'woman' ELSE 'man' END,
           1960 + n %% 45, place.municipality, 'primary', 'af', 'other', n %% 120, 'yes', started,
           CASE WHEN n %% 3 > 0 THEN started + 1 + n %% 200 END, CASE WHEN n %% 3 > 0 THEN place.reason END
    FROM (SELECT n, DATE '2022-01-03' + (n * 7) %% 1200 AS started FROM generate_series(1, %(rows)s) AS n) AS rows
    CROSS JOIN place
"""
KEPT_AWAY = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid = %(table)s::regclass AND contype IN ('c', 'f', 'u')
    UNION ALL
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = %(table)s::regclass AND NOT indisprimary
    AND indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE conrelid = %(table)s::regclass)
"""
"""How each constraint and index of a table is taken away and put back. The primary key stays: others refer to it."""


def make_nation() -> tuple[Tenant, list[Initiative]]:
    """Federations with their initiatives. The first federation's first initiative, with MEASURED participations, is
    the measured one; the others are returned empty."""
    tenants = [make_tenant(f"f{n}", f"Förbund {n}", (f"A{n}", f"B{n}", f"C{n}")) for n in range(FEDERATIONS)]
    others = [initiative for tenant in tenants for initiative in (tenant.first, tenant.second)][1:]
    for number in range(INITIATIVES - len(others) - 1):
        others.append(InitiativeFactory.create(federation=tenants[number % FEDERATIONS].federation))
    enrol([tenants[0].first], MEASURED)
    return tenants[0], others


def enrol(initiatives: Iterable[Initiative], rows: int) -> None:
    """So many more participations in each of the initiatives, two of three of them ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM participants_participation")
        (first,) = cursor.fetchone()
        cursor.execute(INSERT, {"initiatives": [place.pk for place in initiatives], "rows": rows, "first": first})


@contextmanager
def unchecked(table: str) -> Iterator[None]:
    """Takes the table's constraints and indexes away while it is filled, and builds each of them once afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(KEPT_AWAY, {"table": table})
        statements = cursor.fetchall()
        for away, _back in statements:
            cursor.execute(away)
        yield
        for _away, back in reversed(statements):
            cursor.execute(back)


def fill(initiatives: list[Initiative], participations: int) -> None:
    """Spread so many more participations evenly over the initiatives."""
    with unchecked(TABLE):
        enrol(initiatives, participations // len(initiatives))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
