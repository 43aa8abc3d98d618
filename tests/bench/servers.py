"""The real web server and workers over a nation, a minimal web server beside them, and people who are logged in."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import Client

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Role
from tests.bench import databases
from tests.deployment import Browser, Deployment, deployed, in_time
from tests.drills.stage import answers
from tests.servers import free_port


@contextmanager
def deployment(**more: str) -> Iterator[Deployment]:
    """One over the database that this process speaks to; nothing is started."""
    with tempfile.TemporaryDirectory(prefix="finsam-bench-") as name:
        folder = Path(name)
        address = folder / "nation"
        address.write_text(databases.url())
        told = {
            "DATABASE_URL_FILE": str(address),
            "FINSAM_SECRET_KEY": settings.SECRET_KEY,
            "FINSAM_LOG_LEVEL": "WARNING",
        }
        with deployed(folder, **told, **more) as made:
            made.run("collect-static")
            yield made


def start_web(made: Deployment) -> None:
    made.start("web", "start-web")
    in_time(lambda: answers(made.port), 60)


def start_minimal(made: Deployment) -> int:
    """The minimal pages by the same web server in the same way. Returns their port."""
    port = free_port()
    told = {
        "FINSAM_WEB_BIND": f"127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "tests.bench.minimal_settings",
        "PROMETHEUS_MULTIPROC_DIR": str(made.folder),
    }
    command = ["gunicorn", "--config", "docker/gunicorn.conf.py", "django.core.wsgi:get_wsgi_application()"]
    with made.log.open("ab") as log:
        made.processes["minimal"] = subprocess.Popen(
            command, env=made.variables | told, cwd=settings.BASE_DIR, stdout=log, stderr=log, start_new_session=True
        )
    in_time(lambda: _listens(port), 60)
    return port


def _listens(port: int) -> bool:
    try:
        Browser(port).get("/")
    except OSError:
        return False
    return True


def person(federation: Federation, role: Role) -> User:
    """Who was given the role first."""
    return User.objects.filter(memberships__federation=federation, memberships__role=role).earliest("pk")


def logged_in(user: User, *ports: int) -> list[Browser]:
    """A browser for each server, with one log-in."""
    client = Client()
    client.force_login(user)
    browsers = [Browser(port) for port in ports]
    for browser in browsers:
        browser.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return browsers
