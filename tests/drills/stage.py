"""The deployment that a drill plays on, with the known cast in it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.db import connection

from tests.deployment import Browser, Deployment, deployed, in_time


class QuickHasher(PBKDF2PasswordHasher):
    """The same kind of hash with fewer turns. Whoever logs in is given a whole one, as after an upgrade."""

    iterations = 1000


def answers(port: int) -> bool:
    try:
        return Browser(port).get("/logga-in/")[0] == 200
    except OSError:
        return False


@contextmanager
def stage(folder: Path, *, quick: bool = False, **more: str) -> Iterator[Deployment]:
    """Migrated, its files collected and nothing started; this process sees the same database.

    ``quick``: the tables are made without migrations, as for the other tests.
    """
    with deployed(folder, FINSAM_API_REQUESTS_PER_MINUTE="1000000", **more) as deployment:
        connection.settings_dict["NAME"] = deployment.name
        with ThreadPoolExecutor() as beside:
            collected = beside.submit(deployment.run, "collect-static")
            make_tables() if quick else deployment.run("migrate")
            collected.result()
        settings.PASSWORD_HASHERS = [f"{__name__}.{QuickHasher.__name__}"]
        try:
            yield deployment
        finally:
            connection.close()


def make_tables() -> None:
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)


Parts = dict[str, tuple[str, ...]]
PARTS: Parts = {
    "web": ("start-web",),
    "interactive": ("start-worker", "interactive"),
    "slow": ("start-worker", "scheduled,bulk"),
    "beat": ("start-beat",),
}
"""The processes by name, as docker/compose.yaml has them."""
FEW_PARTS: Parts = {"web": ("start-web",), "worker": ("start-worker",)}
"""The least that works, for the short forms."""


def start_all(deployment: Deployment, parts: Parts) -> None:
    for name, words in parts.items():
        deployment.start(name, *words)
    in_time(lambda: answers(deployment.port), 60)
