"""The deployment that a drill plays on, with the known cast in it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from tests.deployment import Browser, Deployment, deployed, in_time


class QuickHasher(PBKDF2PasswordHasher):
    """The same kind of hash with fewer turns. Whoever logs in is given a hash of the full length, as after an upgrade."""

    iterations = 1000


def answers(port: int, path: str = "/halsa/") -> bool:
    try:
        return Browser(port).get(path)[0] == 200
    except OSError:
        return False


@contextmanager
def stage(folder: Path, **more: str) -> Iterator[Deployment]:
    """Migrated, its files collected and nothing started; this process sees the same database."""
    with deployed(folder, FINSAM_API_REQUESTS_PER_MINUTE="1000000", **more) as deployment:
        with ThreadPoolExecutor() as both:
            for done in [both.submit(deployment.run, script) for script in ("migrate", "collect-static")]:
                done.result()
        connection.settings_dict["NAME"] = deployment.name
        settings.PASSWORD_HASHERS = [f"{__name__}.{QuickHasher.__name__}"]
        try:
            yield deployment
        finally:
            connection.close()


PARTS = {
    "web": ("start-web",),
    "interactive": ("start-worker", "interactive"),
    "slow": ("start-worker", "scheduled,bulk"),
    "beat": ("start-beat",),
}
"""The processes by name, as docker/compose.yaml has them."""


def start_all(deployment: Deployment) -> None:
    for name, words in PARTS.items():
        deployment.start(name, *words)
    in_time(lambda: answers(deployment.port, "/redo/"), 60)
