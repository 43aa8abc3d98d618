"""``make bench``: all measurements, or those named (``make bench ARGS="tables"``).

Run through ``tests/servers.py``, which brings an empty PostgreSQL.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finsam_tracker.settings")


def main(names: list[str]) -> None:
    django.setup()
    from django.core.management import call_command

    from tests.bench import api, backup, imports, pages, publications, tables

    call_command("migrate", verbosity=0)
    for name, module in {
        "tables": tables,
        "imports": imports,
        "pages": pages,
        "api": api,
        "publications": publications,
        "backup": backup,
    }.items():
        if not names or name in names:
            module.bench()


if __name__ == "__main__":
    main(sys.argv[1:])
