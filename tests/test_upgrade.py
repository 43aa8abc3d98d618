"""From the first release's database to today's, with data in it: every figure stays, and people go on working."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deployment import Deployment, deployed

pytestmark = [pytest.mark.servers, pytest.mark.long]

CASTS = re.compile(r"::(?:character varying|text)(?:\[\])?|[()]")
LEFT_OVER = "django_session"
"""The log-ins of the first release: nobody reads them now. Dropped, an old web process beside the new would stop."""
FIRST = Path(__file__).with_name("first_release")
COUNTS = """
import json
from datetime import date
from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period
from reports.compute import compute
from reports.context import Context, Scope
from reports.services import applicable
told = {}
for federation in Federation.objects.all():
    for year in (2024, 2025):
        scope, period = Scope(federation), Period.year(year)
        results = compute(applicable(scope, period), Context(scope, period, today=date(2026, 1, 15)))
        told[f"{federation.slug} {year}"] = {result.table: result.to_json() for result in results}
print(json.dumps(told))
"""
SAVE = """
from datetime import date, datetime, UTC
from initiatives.models import Initiative
from participants.facts import Enrolment
from participants.services.enrolment import enrol
place = Initiative.objects.get(slug="norra-1")
person = place.staff.first().membership.user
facts = Enrolment(gender="woman", start_on=date(2025, 3, 10), birth_year=1985)
print(enrol(by=person, initiative=place, facts=facts, now=datetime(2025, 12, 31, 12, tzinfo=UTC)).code)
"""
SCHEMA = """
SELECT 'column', table_name::text, column_name::text, data_type::text || is_nullable
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, '', pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', tablename::text, '', regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON')
FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2, 3, 4
"""


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployed(tmp_path_factory.mktemp("upgraded")) as it:
        it.load(gzip.decompress((FIRST / "database.sql.gz").read_bytes()))
        it.run("migrate")
        yield it


def figures(table: dict[str, Any]) -> dict[str, Any]:
    columns = [column[0] for column in table["columns"]]
    cells = [("|".join(map(str, row[0])), dict(zip(columns, row[3], strict=True))) for row in table["rows"]]
    return {f"{row}|{column}": value for row, values in cells for column, value in values.items()}


def schema(deployment: Deployment) -> set[tuple[str, ...]]:
    """Columns, constraints and indexes. PostgreSQL writes a dumped condition with other casts, which mean the same."""
    return {tuple(CASTS.sub("", str(part)) for part in row) for row in deployment.rows(SCHEMA)}


def test_every_figure_of_the_first_release_is_counted_the_same_and_people_go_on_working(upgraded: Deployment):
    before = json.loads((FIRST / "figures.json").read_text())
    now = json.loads(upgraded.manage("shell", "-v0", "-c", COUNTS))
    assert before.keys() == now.keys()
    differing = {
        (where, table): (cell, number, figures(now[where][table]).get(cell, "away"))
        for where, tables in before.items()
        for table, cells in tables.items()
        for cell, number in cells.items()
        if figures(now[where][table]).get(cell, "away") != number
    }
    assert not differing
    code = upgraded.manage("shell", "-v0", "-c", SAVE).strip()
    assert upgraded.rows(f"SELECT count(*) FROM participants_participation WHERE code = '{code}'") == [(1,)]  # noqa: S608


def test_the_schema_is_that_of_a_new_database(upgraded: Deployment, tmp_path: Path):
    with deployed(tmp_path) as new:
        new.run("migrate")
        assert schema(upgraded) - schema(new) == {row for row in schema(upgraded) if row[1] == LEFT_OVER}
        assert not schema(new) - schema(upgraded)
