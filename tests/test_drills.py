"""The drills in short: a worker and PostgreSQL are killed while people save. ``make drill`` does more, and longer."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.servers


def test_nothing_is_lost_doubled_or_wrong_when_a_worker_and_the_database_are_killed():
    """In a process with servers of its own: those of the other tests live on."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("FINSAM_", "DJANGO_"))}
    command = [sys.executable, "-m", "tests.drills", "short"]
    done = subprocess.run(command, env=own, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
