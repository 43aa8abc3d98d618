"""The office at its publications while things happen: one is asked for, and an earlier one is published."""

import time
from collections.abc import Callable
from functools import partial

from tests.drills.saving import (
    AWAY,
    FOUND,
    OK,
    PATIENCE,
    PUBLICATIONS,
    is_done,
    send_form,
    send_stubbornly,
    until_done,
)
from tests.drills.scene import Drill

QUARTERS = [f"{year}-Q{quarter}" for year in range(2025, 1969, -1) for quarter in (4, 3, 2, 1)]
"""One draft each round is about a period of its own."""
READY = "SELECT id FROM reports_publication WHERE state = 'draft' AND content IS NOT NULL"
PUBLISHED = "SELECT hash FROM reports_publication WHERE state = 'published' AND id = {}"
KNOWN = "SELECT known_at FROM reports_publication WHERE id = {}"


def drafting(drill: Drill) -> Callable[[], object]:
    """A new draft; where the answer was lost and the draft not, the page says that there is one."""
    web, path = drill.browsers["office"], f"{PUBLICATIONS}ny/"
    fields: dict[str, object] = {"template": "kvartal", "period": QUARTERS[drill.done]}

    def ask() -> tuple[int, str]:
        status, page = web.get(path)
        return send_form(web, path, page, fields) if status == OK else (status, page)

    return partial(until_done, drill.ledger, ask, lambda got, page: is_done(got, page) or "redan ett utkast" in page)


def ready_to_publish(drill: Drill) -> int | None:
    """A draft of an earlier round, protected beside all that has been published since: the office counts it again."""
    numbers = drill.ask(READY)
    if not numbers:
        return None
    number, (before,) = int(str(numbers[0])), drill.ask(KNOWN.format(numbers[0]))
    path = f"{PUBLICATIONS}{number}/"
    send_stubbornly(drill.ledger, drill.browsers["office"], f"{path}utkast/", f"{path}rakna-om/", {})
    until = time.monotonic() + PATIENCE
    while drill.ask(KNOWN.format(number)) == [before]:
        assert time.monotonic() < until, f"draft {number} is not counted again"
        time.sleep(0.1)
    return number


def publishing(drill: Drill, number: int | None) -> list[Callable[[], None]]:
    return [] if number is None else [partial(publish, drill, number)]


def publish(drill: Drill, number: int) -> None:
    """Freezes a draft: tried until the answer says so, or the page says that it has been published already."""
    web, path = drill.browsers["publisher"], f"{PUBLICATIONS}{number}/publicera/"

    def ask() -> tuple[int, str]:
        if drill.ask(PUBLISHED.format(number)):
            return FOUND, ""  # the answer was lost
        status, page = web.get(path)
        return send_form(web, path, page, {"kind": "final"}) if status == OK else (status, page)

    until_done(drill.ledger, ask, is_done)
    drill.ledger.published[number] = _fingerprint(drill, number)


def _fingerprint(drill: Drill, number: int) -> str:
    while True:
        try:
            return str(drill.ask(PUBLISHED.format(number))[0])
        except AWAY:
            time.sleep(0.2)
