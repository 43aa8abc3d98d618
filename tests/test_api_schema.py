"""The REST interface is what its schema says, whoever asks whatever."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_started
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoverageScenario

from finsam_tracker.core.tokens import issue_token
from finsam_tracker.wsgi import application
from participants.services.enrolment import assess_step
from tests.access import a_published
from tests.factories import World, noon
from tests.machines import key_for
from tests.test_api_client import GUIDE

OPERATIONS = Path(__file__).resolve().parent / "data" / "operations.txt"
WHOLE_KINDS = (CoverageScenario.MISSING_PARAMETER, CoverageScenario.UNSPECIFIED_HTTP_METHOD)
WHO = ("coordinator", "lead", "office", "reader", "operator", "outsider", "machine")
EXAMPLES = 2
EDGES = 3
"""So many of a kind for each operation; a body with many properties has a hundred and more of some."""
# What a schema allows need not hold between the lists of a federation: a code that is none is refused, by its name.
ALLOWED = {
    "positive_data_acceptance": {"expected-statuses": ["2xx", 400, 401, 403, 404, 409, 412, 422]},
    # RFC 6585 has a status for it, which it does not know.
    "missing_required_header": {"expected-statuses": [400, 428]},
}


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


def test_no_operation_goes_away():
    """Within a version nothing is taken away (API.md); what is added is written down, so that it stays."""
    told = document()["paths"]
    there = {f"{o['operationId']} {m.upper()} {path}" for path, methods in told.items() for m, o in methods.items()}
    kept = OPERATIONS.read_text().splitlines()
    assert set(kept) <= there, "Gone or renamed. Keep it, or begin /api/v2/."
    assert there <= set(kept), f"New. Write it in {OPERATIONS.name}."


def test_what_changed_is_told_up_to_the_version_of_the_schema():
    versions = re.findall(r"^\| (\d+\.\d+) \|", GUIDE.read_text(), re.MULTILINE)
    assert versions[0] == document()["info"]["version"]


@dataclass(frozen=True)
class Asking:
    """Who asks, what exists for them, and what they must never see."""

    schema: Any
    secret: str
    known: dict[str, Any]
    published: str
    secrets: tuple[str, ...]

    def about_what_exists(self, case: Any) -> None:
        """Let a request be about things that there are."""
        names = self.known | ({"code": self.published} if "/publications/" in case.path else {})
        case.path_parameters = {name: names.get(name, value) for name, value in (case.path_parameters or {}).items()}
        if "If-Match" in (case.headers or {}):
            case.headers["If-Match"] = "*"

    def send(self, case: Any) -> None:
        """Ask, hold the answer against every check there is, and forget what it did."""
        headers = {"Authorization": self.secret}
        with transaction.atomic():
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS.get_all(), headers=headers)
            if answer.status_code == HTTPStatus.BAD_REQUEST and case.meta.generation.mode is GenerationMode.POSITIVE:
                assert answer.json()["errors"], "what the schema allows and we refuse is named"
            transaction.set_rollback(True)
        assert not [text for text in self.secrets if text.encode() in answer.content]


def asking(world: World, who: str) -> Asking:
    secret = f"Api-Key {key_for(world)[1]}" if who == "machine" else f"Token {issue_token(person(world, who)).token}"
    # Logging out ends the token that all the others are asked with.
    config = schemathesis.Config.from_dict({"checks": ALLOWED})
    schema = schemathesis.openapi.from_dict(document(), config=config).exclude(path_regex="logout")
    schema.app = application
    theirs, row = world.south.enrol(), world.north.enrol()
    by, on, now = world.north.coordinator, date(2025, 4, 1), noon(date(2025, 12, 1))
    assess_step(by=by, participation=row, on=on, step=world.north.steps[0], now=now)
    world.north.end(row)
    return Asking(
        schema,
        secret,
        {
            "federation": world.north.federation.slug,
            "initiative": world.north.first.slug,
            "code": row.code,
            "months": 6,
            "on": "2025-04-01",
            "month": "2025-04",
            "table": "flows",
            "stem": "flows",
            "year": 2025,
        },
        a_published(world.north).code,
        (theirs.code, a_published(world.south).code, world.south.federation.name, world.south.first.name),
    )


@pytest.mark.usefixtures("_inside_the_test")
@pytest.mark.parametrize("who", WHO)
def test_every_operation_answers_as_the_schema_says(world: World, who: str):
    asked = asking(world, who)
    for found in asked.schema.get_all_operations():
        operation: Any = found.ok()
        # What has no body has nothing to be made wrong but its address.
        modes = list(GenerationMode) if operation.body else [GenerationMode.POSITIVE]
        for mode in modes:
            ask(operation.as_strategy(generation_mode=mode), asked)


@pytest.mark.usefixtures("_inside_the_test")
@pytest.mark.parametrize(("who", "rows"), [("machine", True), ("office", False)])
def test_each_parameter_at_its_edges_missing_and_wrong_and_each_method_that_is_none(world: World, who: str, rows: bool):
    """Asked by who may do most with registrations, and with all else."""
    asked = asking(world, who)
    for found in asked.schema.get_all_operations():
        operation: Any = found.ok()
        if ("/initiatives/{" in operation.path) is not rows:
            continue
        for case in edges_of(operation):
            if not case.meta.is_negative_at(ParameterLocation.PATH):
                asked.about_what_exists(case)
            asked.send(case)


def edges_of(operation: Any) -> Iterator[Any]:
    """Requests at the edges of what an operation takes, and beyond: some of each kind, spread over all there are."""
    generation = operation.schema.config.generation_for(operation=operation, phase="coverage")
    kinds = defaultdict(list)
    for case in operation.schema.iter_coverage_cases(
        operation, generation_modes=list(GenerationMode), generation_config=generation
    ):
        kinds[case.meta.phase.data.scenario].append(case)
    for kind, cases in kinds.items():
        yield from cases if kind in WHOLE_KINDS else cases[:: -(-len(cases) // EDGES)]


def person(world: World, who: str) -> Any:
    found = world.person(who)
    assert found
    return found


def ask(cases: Any, asked: Asking) -> None:
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
            asked.about_what_exists(case)
        asked.send(case)

    run()
