"""A hundred thousand participations streamed out, beside a plain COPY whose rows Python makes into JSON."""

import json
import resource
import tracemalloc

from django.db import connection

from tests.bench.bars import Measured
from tests.bench.nation import TABLES, enrol, unchecked
from tests.bench.timing import timed
from tests.factories import make_world
from tests.machines import Machine, key_for

ROWS = 100_000
PLAIN = """
    COPY (SELECT p.code, p.is_void, p.gender, p.start_on, p.birth_year, m.code, p.education, p.referrer, p.assignment,
            p.support_before, p.support_months, p.asked_about_violence, p.exit_on, r.code, p.work_after,
            p.studies_after, p.support_after
          FROM participants_participation p
          LEFT JOIN core_municipality m ON m.id = p.municipality_id
          LEFT JOIN initiatives_exitreason r ON r.id = p.exit_reason_id
          WHERE p.initiative_id = %s AND NOT p.is_void ORDER BY p.id) TO STDOUT
"""
NAMES = [
    "code",
    "is_void",
    "gender",
    "start_on",
    "birth_year",
    "municipality",
    "education",
    "referrer",
    "assignment",
    "support_before",
    "support_months",
    "asked_about_violence",
    "exit_on",
    "exit_reason",
    "work_after",
    "studies_after",
    "support_after",
]
TIMES, BAR = 3, 2


def plain(initiative: int) -> int:
    """The bytes of all rows, each encoded as it comes."""
    size = 0
    with connection.cursor() as cursor, cursor.copy(PLAIN, [initiative]) as copy:
        for row in copy.rows():
            size += len(json.dumps(dict(zip(NAMES, row, strict=True))).encode())
    return size


def streamed(machine: Machine) -> int:
    """The bytes of the export, as a client gets them."""
    return sum(len(chunk) for chunk in machine.get("export").streaming_content)


def bench() -> list[Measured]:
    """Print both times, their ratio, and the memory that the export takes above what was there."""
    world = make_world()
    machine = Machine(key_for(world)[1])
    with unchecked(*TABLES):
        enrol({world.north.first: ROWS})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    copied = min(timed(lambda: plain(world.north.first.pk)) for _n in range(TIMES))
    export = min(timed(lambda: streamed(machine)) for _n in range(TIMES))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    size = streamed(machine)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"api: {ROWS} participations, {size / 2**20:.1f} MB of NDJSON")
    print(f"  memory: {peak / 2**20:.1f} MB at most in Python, the process grew by {grown / 1024:.1f} MB")
    what = f"streamed export of {ROWS:,} participations, against COPY and JSON"
    return [Measured(what, export / copied, BAR, f"{copied:.2f} s", f"{export:.2f} s")]
