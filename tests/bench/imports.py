"""A spreadsheet of twenty thousand rows: the check of every cell, the import, and the same file once more."""

import io
import statistics
import subprocess
import sys
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from openpyxl import load_workbook

from initiatives.lists import Lists
from participants.importing.columns import PARTICIPATIONS
from participants.importing.plan import Plan
from participants.importing.words import Words
from participants.importing.writing import workbook
from participants.models import Import, Participation
from participants.services import imports
from tests.bench.bars import Measured
from tests.bench.timing import timed
from tests.factories import Tenant, make_tenant, noon
from tests.spreadsheets import HEADINGS, good_lines

ROWS, ROUNDS = 20_000, 3
CHECK_BAR, MEMORY_BAR, IMPORT_BAR = 5, 300, 4
NOW = noon(date(2026, 1, 15))
BEFORE = "Före: "


def bench() -> list[Measured]:
    rounds = [measure(make_tenant(f"i{n}", f"Import {n}", (f"A{n}", f"B{n}", f"C{n}"))) for n in range(ROUNDS)]
    checked, written = (statistics.median(ratios) for ratios in zip(*rounds, strict=True))
    return [
        Measured(f"check of a workbook of {ROWS:,} rows, against a bare read", checked, CHECK_BAR),
        Measured("import of those rows, against bulk_create", written, IMPORT_BAR),
    ]


def measure(tenant: Tenant) -> tuple[float, float]:
    """Check against a bare read, and import against bulk_create, of one file."""
    content = filled_template(tenant)
    memory = memory_of_check(receive(tenant, content))
    print(f"memory of a process that checks the file: {memory} MB (bar {MEMORY_BAR})")
    record = receive(tenant, content)
    bare = timed(lambda: bare_read(content))
    checked = timed(lambda: imports.check(record.pk, timezone.now()))
    record.refresh_from_db()
    assert record.state == Import.State.READY, (record.state, record.faults)
    created = creation_of(tenant, Plan.unpacked(bytes(record.content.plan or b"")))
    imports.confirm(by=tenant.coordinator, record=record, now=timezone.now())
    written = timed(lambda: imports.carry_out(record.pk, timezone.now()))
    assert Participation.objects.filter(initiative=tenant.first).count() == ROWS
    print(f"the same file again: {again(tenant, content)}")
    return checked / bare, written / created


def filled_template(tenant: Tenant) -> bytes:
    """The template as the service gives it, filled in from the first row on."""
    book = load_workbook(io.BytesIO(workbook(Words(tenant.first, Lists(tenant.federation)), NOW.date())))
    page = book[PARTICIPATIONS]
    headings = [str(cell.value) for cell in page[1]]
    for line in good_lines(ROWS, tenant.first):
        values = dict(zip(HEADINGS, line, strict=True))
        page.append([cell_of(heading, values) for heading in headings])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def cell_of(heading: str, values: dict[str, Any]) -> Any:
    if heading.startswith(BEFORE):
        return "Ja" if heading.removeprefix(BEFORE) in values["Offentlig försörjning före"] else None
    if heading == "Efter: Ingen offentlig försörjning":
        return "Ja" if values["Avslutsdatum"] else None
    return values.get(heading)


def receive(tenant: Tenant, content: bytes) -> Import:
    return imports.receive(by=tenant.coordinator, initiative=tenant.first, file=io.BytesIO(content), now=timezone.now())


def bare_read(content: bytes) -> None:
    book = load_workbook(io.BytesIO(content), read_only=True)
    for line in book[PARTICIPATIONS].iter_rows(values_only=True):
        for _cell in line:
            pass
    book.close()


def creation_of(tenant: Tenant, plan: Plan) -> float:
    """How long Django needs to create the same rows in one go; they are taken back afterwards."""
    place, today = tenant.first, timezone.localdate()
    rows = [
        Participation(
            federation_id=place.federation_id, initiative=place, code=f"X{n}", recorded_on=today, **row.values
        )
        for n, row in enumerate(plan.participations)
    ]
    with transaction.atomic():
        seconds = timed(lambda: Participation.objects.bulk_create(rows))
        transaction.set_rollback(True)
    return seconds


def again(tenant: Tenant, content: bytes) -> str:
    record = receive(tenant, content)
    imports.check(record.pk, timezone.now())
    record.refresh_from_db()
    assert record.state == Import.State.NOTHING, (record.state, record.counts)
    return f"{record.state}, {Participation.objects.filter(initiative=tenant.first).count()} participations"


def memory_of_check(record: Import) -> int:
    """The most memory in MB that a process of its own needs, which does nothing but check the file."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.check_alone", str(record.pk)], check=True, capture_output=True, text=True
    )
    return int(done.stdout)
