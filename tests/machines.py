"""Machines in the tests: a key, and what is asked with it."""

import json
from datetime import date
from typing import Any

from django.utils import timezone

from finsam_tracker.clients.models import ApiKey
from finsam_tracker.clients.scopes import OF_INITIATIVE, Scope
from finsam_tracker.clients.services import make_key
from tests.conftest import StrictClient
from tests.factories import World

API = "/api/v1/"
ROWS = f"{API}federations/norra/initiatives/norra-1/participations/"
NEXT_YEAR = timezone.localdate().replace(day=1, year=timezone.localdate().year + 1)


def key_for(world: World, scope: Scope = Scope.WRITE_REGISTRATIONS, **more: Any) -> tuple[ApiKey, str]:
    """A key as the lead, or for figures the office, of the northern federation would make it."""
    of_rows = scope in OF_INITIATIVE
    plain: dict[str, Any] = {
        "by": world.north.lead if of_rows else world.north.office,
        "federation": world.north.federation,
        "initiative": world.north.first if of_rows else None,
        "name": "Verksamhetssystemet",
        "scopes": [scope],
        "expires_on": NEXT_YEAR,
        "now": timezone.now(),
    }
    return make_key(**(plain | more))


class Machine:
    """A program with a key: ``machine.post("bulk", {...})`` under the participations of the first initiative."""

    def __init__(self, secret: str, base: str = ROWS) -> None:
        self.client = StrictClient()
        self.headers = {"Authorization": f"Api-Key {secret}"}
        self.base = base

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        told = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        address = path if path.startswith("/") else self.base + path
        if body is None:
            return getattr(self.client, method)(address, headers=told)
        sent = body if isinstance(body, bytes) else json.dumps(body)
        return getattr(self.client, method)(address, sent, content_type="application/json", headers=told)

    def get(self, path: str = "", **headers: str) -> Any:
        return self.ask("get", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("post", path, body, **headers)

    def read(self, path: str = "") -> Any:
        """What an answer holds, when it is good."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)


def start(**more: Any) -> dict[str, Any]:
    """The body of a plain start."""
    return {"gender": "woman", "start_on": "2025-03-10", "birth_year": 1985, **more}


def day(text: str) -> date:
    return date.fromisoformat(text)
