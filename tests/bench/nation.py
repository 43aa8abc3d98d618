"""A made-up nation, written straight into PostgreSQL: what is measured is reading it, not making it."""

from django.db import connection

from initiatives.models import Initiative
from tests.factories import InitiativeFactory, Tenant, make_tenant

FEDERATIONS, INITIATIVES = 80, 600
MEASURED = 500
"""Participations of the one initiative whose pages are measured: the same however large the nation is."""

INSERT = """
    INSERT INTO participants_participation
      (recorded_on, is_void, federation_id, initiative_id, code, gender, birth_year, municipality_id, education,
       referrer, support_before, support_months, asked_about_violence, start_on, exit_on, exit_reason_id)
    SELECT DATE '2025-12-31', false, %(federation)s, %(initiative)s,
           %(prefix)s || n, CASE WHEN n %% 2 = 0 THEN 'woman' ELSE 'man' END,
           1960 + n %% 45, %(municipality)s, 'primary', 'af', 'other', n %% 120, 'yes', started,
           CASE WHEN n %% 3 > 0 THEN started + 1 + n %% 200 END, CASE WHEN n %% 3 > 0 THEN %(reason)s::bigint END
    FROM (SELECT n, DATE '2022-01-03' + (n * 7) %% 1200 AS started FROM generate_series(1, %(rows)s) AS n) AS rows
"""


def make_nation() -> tuple[Tenant, list[Initiative]]:
    """Federations with their initiatives. The first federation's first initiative, with MEASURED participations, is
    the measured one; the others are returned empty."""
    tenants = [make_tenant(f"f{n}", f"Förbund {n}", (f"A{n}", f"B{n}", f"C{n}")) for n in range(FEDERATIONS)]
    others = [initiative for tenant in tenants for initiative in (tenant.first, tenant.second)][1:]
    for number in range(INITIATIVES - len(others) - 1):
        others.append(InitiativeFactory.create(federation=tenants[number % FEDERATIONS].federation))
    enrol(tenants[0].first, MEASURED)
    return tenants[0], others


def enrol(initiative: Initiative, rows: int) -> None:
    """So many more participations, two of three of them ended."""
    federation = initiative.federation
    municipality, reason = federation.municipalities.first(), federation.exit_reasons.filter(code="moved").first()
    assert municipality
    assert reason
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM participants_participation WHERE initiative_id = %s", [initiative.pk])
        values: dict[str, str | int] = {
            "federation": federation.pk,
            "initiative": initiative.pk,
            "prefix": f"{initiative.pk}-{cursor.fetchone()[0]}-",
            "municipality": municipality.pk,
            "reason": reason.pk,
            "rows": rows,
        }
        cursor.execute(INSERT, values)


def fill(initiatives: list[Initiative], participations: int) -> None:
    """Spread so many more participations evenly over the initiatives."""
    for initiative in initiatives:
        enrol(initiative, participations // len(initiatives))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
