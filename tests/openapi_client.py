"""A program as somebody else would write it: it knows the OpenAPI file, a key, and nothing else of ours.

It enrols, ends and follows up in batches, each under an idempotency key of its own, and keeps the codes it was given
in a file of its own (here a dict). Interrupted anywhere, it is started again from the beginning.
"""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

BATCH = 250


class AnswerLostError(Exception):
    """The connection broke: nobody knows whether the request arrived."""


class Client:
    """Finds addresses in the schema by ``operationId``. ``breaks_at`` loses the answers of the requests with these
    numbers, or where ``arrives`` is false the requests themselves."""

    def __init__(
        self,
        schema: dict[str, Any],
        base: str,
        key: str,
        breaks_at: frozenset[int] = frozenset(),
        *,
        arrives: bool = True,
    ) -> None:
        self._operations = {
            operation["operationId"]: (method.upper(), path)
            for path, methods in schema["paths"].items()
            for method, operation in methods.items()
        }
        self._base, self._key, self._breaks_at, self._arrives, self._sent = base, key, breaks_at, arrives, 0

    def call(self, operation: str, body: Any = None, headers: dict[str, str] | None = None, **parts: str) -> Any:
        """The JSON that an operation answers with."""
        method, path = self._operations[operation]
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - the test's own server
            self._base + path.format(**parts),
            data,
            {"Authorization": f"Api-Key {self._key}", "Content-Type": "application/json", **(headers or {})},
            method=method,
        )
        self._sent += 1
        if self._sent in self._breaks_at and not self._arrives:
            raise AnswerLostError
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            told = json.load(answer)
        if self._sent in self._breaks_at:
            raise AnswerLostError
        return told


def run(client: Client, people: list[dict[str, Any]], kept: dict[str, list[dict[str, Any]]], size: int = BATCH) -> None:
    """Enrol everybody, end everybody, follow everybody up. ``kept`` is what a first run had got to."""
    (federation,) = client.call("federations_list")
    place = {"federation": federation["slug"]}
    (initiative,) = client.call("initiatives_list", **place)["results"]
    place["initiative"] = initiative["slug"]
    (months,) = initiative["follow_up_months"]

    def send(step: str, number: int, **rows: Any) -> list[dict[str, Any]]:
        key = f"{step}-{number}"
        if key not in kept:
            headers = {"Idempotency-Key": key}
            answer = client.call("participations_bulk", {"atomic": True, **rows}, headers, **place)
            kept[key] = next(answer[kind] for kind in rows)
        return kept[key]

    codes = []
    for number, batch in _batches(people, size):
        made = send("start", number, participations=batch)
        codes += [row["code"] for row in made]
    ending = {"exit_on": "2025-09-30", "exit_reason": initiative["exit_reasons"][-2]}
    for number, batch in _batches(codes, size):
        send("exit", number, participations=[{"code": code, "exit": ending} for code in batch])
    for number, batch in _batches(codes, size):
        answer = {"months": months, "outcome": "declined", "done_on": "2026-04-01"}
        send("follow-up", number, follow_ups=[{"code": code, **answer} for code in batch])


def _batches(items: list[Any], size: int) -> Iterator[tuple[int, list[Any]]]:
    for first in range(0, len(items), size):
        yield first, items[first : first + size]
