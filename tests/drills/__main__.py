"""``make drill``: kills each part of a deployment in use, fills its disks, sets its clock, replaces it, ten times each.

``ARGS="3 worker postgres"``: three times these; ``ARGS=short``: a worker and PostgreSQL, once; ``ARGS="load 300"``: the
national morning, for so many seconds.
"""

import os
import secrets
import signal
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import django

from tests.drills.choice import Choice, choose
from tests.drills.servers import Server, servers
from tests.servers import adopt_orphans, end_orphans


def settle_in(postgres: Server, redis: Server) -> None:
    """This process speaks Django to the deployment's servers, to fill the database and to look at it afterwards."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "finsam_tracker.settings",
        "DATABASE_URL": postgres.url,
        "REDIS_URL": redis.url,
        "FINSAM_SECRET_KEY": secrets.token_urlsafe(50),
        "FINSAM_BASE_URL": "https://finsam.example",
        "EMAIL_URL": "memory:",
    }
    django.setup()


def leave(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def main(words: list[str]) -> int:
    is_load = words[:1] == ["load"]
    choice = Choice(()) if is_load else choose(words)
    adopt_orphans()
    signal.signal(signal.SIGTERM, leave)
    with tempfile.TemporaryDirectory(prefix="finsam-drill-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as nobody
        try:
            with servers(folder, on_small_disk="disk" in choice.kinds) as (postgres, redis):
                settle_in(postgres, redis)
                from tests.drills import kills, load

                if is_load:
                    return load.drill(folder, *words[1:])
                return kills.drill(folder, postgres, redis, choice)
        finally:
            end_orphans()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
