"""A made-up nation over twenty years, written straight into PostgreSQL: reading it is measured, not making it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date

from django.conf import settings
from django.db import connection

from initiatives.models import FollowUpRule, Initiative, InitiativeYear
from tests.bench import databases
from tests.bench.nation_rows import ASSESSMENTS, FOLLOW_UPS, KEPT_AWAY, LAST_YEAR, PARTICIPATIONS, YEARS
from tests.factories import ExitReasonFactory, InitiativeFactory, Tenant, make_activity, make_funding, make_tenant

FEDERATIONS, INITIATIVES = 80, 600
MEASURED_SLUG, MEASURED = "f0", 500
"""The measured federation, and the participations of its one initiative whose pages are measured: the same however
large the nation is."""
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
REASONS = {
    "daily": "rehab",
    "joint": "rehab",
    "agency": "rehab",
    "granted": "other",
    "back": "other",
    "health": "other",
}
"""Reasons beside those of the known cast, by code, and their groups: as many as in a printed appendix."""
BEGINNING = date(LAST_YEAR - YEARS + 1, 1, 1)
UNEQUAL = 0.35
"""How unlike the federations are in size: with a million participations the largest has four times the median's."""

TABLE = "participants_participation"
TABLES = (TABLE, "participants_stepassessment", "participants_followup")


def make_nation() -> tuple[Tenant, list[Initiative]]:
    """Federations with their initiatives. The first federation's first initiative, with MEASURED participations, is
    the measured one; the others are returned empty."""
    tenants = [make_tenant(f"f{n}", f"Förbund {n}", (f"A{n}", f"B{n}", f"C{n}")) for n in range(FEDERATIONS)]
    others = [initiative for tenant in tenants for initiative in (tenant.first, tenant.second)][1:]
    for number, tenant in enumerate(tenants):
        _furnish(tenant)
        others += _more_initiatives(tenant, len(range(number, INITIATIVES - 3 * FEDERATIONS, FEDERATIONS)))
    enrol({tenants[0].first: MEASURED})
    return tenants[0], others


def _furnish(tenant: Tenant) -> None:
    """What a federation has beside its participations."""
    groups = {group.code: group for group in tenant.federation.outcome_groups.all()}
    for code, group in REASONS.items():
        tenant.reasons[code] = ExitReasonFactory.create(group=groups[group], code=code, label=code)
    tenant.first.exit_reasons.set(tenant.reasons.values())
    tenant.federation.parameters.update(valid_from=BEGINNING)
    tenant.federation.initiatives.update(start_on=BEGINNING)
    make_funding(tenant, LAST_YEAR)
    make_activity(tenant)


def _more_initiatives(tenant: Tenant, many: int) -> list[Initiative]:
    made = [InitiativeFactory.create(federation=tenant.federation, start_on=BEGINNING) for _n in range(many)]
    for initiative in made:
        initiative.exit_reasons.set(tenant.reasons.values())
    FollowUpRule.objects.bulk_create(FollowUpRule(initiative=initiative, months=6) for initiative in made)
    InitiativeYear.objects.bulk_create(
        InitiativeYear(initiative=initiative, year=LAST_YEAR - n, budget_sek=900_000, planned_participants=40)
        for initiative in made
        for n in range(YEARS)
    )
    return made


def enrol(asked: Mapping[Initiative, int]) -> None:
    """So many more participations in each of the initiatives, with their steps and follow-ups; most have ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM participants_participation")
        (first,) = cursor.fetchone()
        values = {"places": [place.pk for place in asked], "many": list(asked.values()), "first": first}
        cursor.execute("SELECT setseed(0.5)")
        for statement in (PARTICIPATIONS, ASSESSMENTS, FOLLOW_UPS):
            cursor.execute(statement, values)


@contextmanager
def unchecked(*tables: str) -> Iterator[None]:
    """Takes the tables' constraints and indexes away while they are filled, and builds each of them once afterwards."""
    with ExitStack() as stack:
        for table in tables:
            stack.enter_context(_unchecked(table))
        yield


@contextmanager
def _unchecked(table: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(KEPT_AWAY, {"table": table})
        statements = cursor.fetchall()
        for away, _back in statements:
            cursor.execute(away)
        yield
        for _away, back in reversed(statements):
            cursor.execute(back)


def fill(initiatives: Iterable[Initiative], participations: int, more: Mapping[Initiative, int] | None = None) -> None:
    """Spread so many more participations over the initiatives, by the size of their federations; and ``more``."""
    weights = dict(_weights(list(initiatives)))
    each = participations / sum(weights.values())
    with unchecked(*TABLES):
        enrol({place: round(weight * each) for place, weight in weights.items()} | dict(more or {}))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _weights(initiatives: list[Initiative]) -> Iterator[tuple[Initiative, float]]:
    """Each initiative's part of its federation's; the federation that was made first is the largest."""
    many = Counter(place.federation_id for place in initiatives)
    ranks = {federation: rank for rank, federation in enumerate(sorted(many), 1)}
    for place in initiatives:
        yield place, ranks[place.federation_id] ** -UNEQUAL / many[place.federation_id]


def nation_of(size: int, own: int) -> str:
    """The name of a database with a nation of so many participations, ``own`` of them in the measured federation. It is
    made where it is not there."""
    name = f"nation_{size}"
    if not databases.exists(name):
        print(f"making a nation of {size:,} participations", flush=True)
        databases.copy(databases.EMPTY, name)
        settings.PASSWORD_HASHERS = [QUICK_HASHER]  # hundreds of people, none logs in
        tenant, others = make_nation()
        places = [place for place in others if place.federation_id == tenant.federation.pk]
        rest = [place for place in others if place.federation_id != tenant.federation.pk]
        fill(rest, size - own, {place: own // len(places) for place in places})
    databases.use(name)
    return name
