"""The REST interface is what its schema says, whoever asks whatever."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_started
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from finsam_tracker.core.tokens import issue_token
from finsam_tracker.wsgi import application
from tests.factories import World
from tests.machines import key_for

WHO = ("coordinator", "lead", "office", "reader", "operator", "outsider", "machine")
EXAMPLES = 3
NOT_HERE = (
    # What a schema allows need not hold between the lists of a federation: a code that is none is a 400.
    "positive_data_acceptance",
    # Cookies and headers are ours to read or not; a body of the wrong type is refused, as the tests by hand show.
    "negative_data_rejection",
    "unsupported_method",
    "missing_required_header",
    # The log-in is put in the place of the one it made up, and it does not see that; test_access asks without one.
    "ignored_auth",
)


@cache
def document() -> dict[str, Any]:
    """The schema, made once for all."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found: dict[str, Any] = json.loads(json.dumps(schema, default=str))
    return found


@pytest.fixture
def _inside_the_test() -> Iterator[None]:
    """The requests share the test's connection, as those of the test client do."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def known_values(world: World) -> dict[str, Any]:
    row = world.north.end(world.north.enrol())
    return {
        "federation": world.north.federation.slug,
        "initiative": world.north.first.slug,
        "code": row.code,
        "months": 6,
        "on": "2025-04-01",
        "table": "flows",
        "year": 2025,
    }


@pytest.mark.usefixtures("_inside_the_test")
@pytest.mark.parametrize("who", WHO)
def test_every_operation_answers_as_the_schema_says(world: World, who: str):
    known, theirs = known_values(world), world.south.enrol()
    secret = f"Api-Key {key_for(world)[1]}" if who == "machine" else f"Token {issue_token(person(world, who)).token}"
    # Logging out ends the token that all the others are asked with.
    schema = schemathesis.openapi.from_dict(document()).exclude(path_regex="logout")
    schema.app = application
    checks = [check for check in CHECKS.get_all() if check.__name__ not in NOT_HERE]
    secrets = (theirs.code, world.south.federation.name, world.south.first.name)
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        # What has no body has nothing to be made wrong but its address.
        modes = list(GenerationMode) if operation.body else [GenerationMode.POSITIVE]
        for mode in modes:
            ask(operation.as_strategy(generation_mode=mode), known, secret, checks, secrets)


def person(world: World, who: str) -> Any:
    found = world.person(who)
    assert found
    return found


def ask(cases: Any, known: dict[str, Any], secret: str, checks: list[Any], secrets: tuple[str, ...]) -> None:
    """Some made-up requests to one operation, most of them at an address that exists."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=cases)
    def run(case: Any) -> None:
        if len(str(case.body)) % 4:
            parts = case.path_parameters or {}
            case.path_parameters = {name: known.get(name, value) for name, value in parts.items()}
            case.headers = {**(case.headers or {}), "If-Match": "*"}
        with transaction.atomic():
            answer = case.call(headers={"Authorization": secret})
            case.validate_response(answer, checks=checks)
            transaction.set_rollback(True)
        assert not [text for text in secrets if text in answer.text]

    run()
