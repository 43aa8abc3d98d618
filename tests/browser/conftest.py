"""A real Chromium over the real server."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.conftest import StrictClient
from tests.factories import World

# Playwright keeps an event loop in the tests' thread, where Django would otherwise refuse its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

QUIET = (
    "--no-sandbox",  # root has none
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)
WIDE, NARROW = 1280, 320

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started
        # While Playwright's event loop runs, Django keeps other connections for this thread than without it. They are
        # closed while they can be reached, or the test database could not be dropped.
        connections.close_all()


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = os.environ.get("FINSAM_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail("No Chromium was found. Run through `python tests/servers.py --browser`, or set FINSAM_CHROMIUM.")
    browser = playwright.chromium.launch(executable_path=path, args=[*QUIET])
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer, world: World) -> Iterator[Visit]:
    """Opens a page as somebody: ``visit("coordinator", "/", 320)``. What the browser complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(who: str, path: str, width: int = WIDE, *, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            locale="en-US",
            reduced_motion="reduce",
        )
        contexts.append(context)
        if person := world.person(who):
            client = StrictClient()
            client.force_login(person)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A page that answers 403, 404 or 429 on purpose is told by the console too.
    assert [c for c in complaints if "the server responded with a status of 4" not in c] == []
