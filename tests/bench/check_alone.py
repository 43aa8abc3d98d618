"""Checks one import in a process of its own, as a worker does, and says the most memory it had, in MB."""

import os
import re
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finsam_tracker.settings")


def main(number: int) -> None:
    django.setup()
    from django.utils import timezone

    from participants.services import imports

    imports.check(number, timezone.now())
    print(peak())


def peak() -> int:
    """Of this process alone: getrusage would begin with what the process that started it had."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) // 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
