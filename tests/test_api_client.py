"""The REST interface against a real server: a program that knows the OpenAPI file, and the examples of API.md."""

import json
import os
import re
import subprocess
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from finsam_tracker.clients.scopes import Scope
from participants.models import FollowUp, FollowUpVersion, Participation, ParticipationVersion
from tests.access import a_published
from tests.factories import make_world
from tests.machines import key_for
from tests.openapi_client import AnswerLostError, Client, run

GUIDE = Path(__file__).resolve().parent.parent / "finsam_tracker" / "API.md"
PEOPLE = [
    {"gender": ["woman", "man"][n % 2], "start_on": "2025-03-10", "birth_year": 1960 + n % 40} for n in range(1000)
]


def flows(base: str, key: str) -> list[Any]:
    request = urllib.request.Request(  # noqa: S310 - the test's own server
        f"{base}/api/v1/federations/norra/tables/flows?period=2025", headers={"Authorization": f"Api-Key {key}"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return [cell["value"] for cell in json.load(answer)["rows"][-1]["cells"]]


def state() -> list[int]:
    models = (Participation, ParticipationVersion, FollowUp, FollowUpVersion)
    return [model.objects.count() for model in models]


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_a_program_with_the_openapi_file_enrols_a_thousand_and_loses_and_doubles_nothing(live_server: Any):
    world = make_world()
    key, tables = key_for(world)[1], key_for(world, Scope.READ_TABLES, name="Tabellsystemet")[1]
    schema = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    # Each run loses an answer somewhere: of the first batch, in the middle of the exits, of the last follow-ups.
    kept: dict[str, list[dict[str, Any]]] = {}
    for lost in (3, 6, 7, 5):
        with pytest.raises(AnswerLostError):
            run(Client(schema, live_server.url, key, frozenset({lost})), PEOPLE, kept)
    run(Client(schema, live_server.url, key), PEOPLE, kept)
    assert flows(live_server.url, tables)[:4] == [1000, 1000, 1000, 0]
    after = state()
    assert after == [1000, 2000, 1000, 2000]
    assert Counter(FollowUp.objects.values_list("outcome", flat=True)) == {"declined": 1000}
    # A program that kept nothing at all sends everything once more, under the same keys.
    run(Client(schema, live_server.url, key), PEOPLE, {})
    assert state() == after


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_wherever_it_is_interrupted_the_next_run_loses_and_doubles_nothing(live_server: Any):
    """At each request in turn: first it never arrives, then its answer is lost. What it had been told is lost too."""
    key, few = key_for(make_world())[1], PEOPLE[:4]
    schema = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    requests = 2 + 3 * len(few) // 2
    for number in range(1, requests + 1):
        for arrives in (False, True):
            with pytest.raises(AnswerLostError):
                run(Client(schema, live_server.url, key, frozenset({number}), arrives=arrives), few, {}, 2)
            written = max(number - 2 - (not arrives), 0)
            assert state()[0] == min(2 * written, len(few))
    run(Client(schema, live_server.url, key), few, {}, 2)
    assert state() == [4, 8, 4, 8]


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_the_examples_of_the_guide_work_as_written(live_server: Any, tmp_path: Path):
    world = make_world()
    world.north.municipalities[0].code = "ekby"
    world.north.municipalities[0].save()
    told = {
        "FINSAM": live_server.url,
        "KEY": key_for(world)[1],
        "TABLES_KEY": key_for(world, Scope.READ_TABLES, name="Tabellsystemet")[1],
        "EXPORT_KEY": key_for(world, Scope.FINSAM_EXPORT, name="Underlaget")[1],
        "FEDERATION": "norra",
        "INITIATIVE": "norra-1",
        "PATH": os.environ["PATH"],
        "NO_PROXY": "*",
    }
    publication = a_published(world.north)
    examples = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(examples) > 8
    script = "set -euo pipefail\n" + "\n".join(examples)
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert Participation.objects.counted().exclude(exit_on=None).exists()
    assert Participation.objects.filter(is_void=True).exists()
    assert len((tmp_path / "participations.ndjson").read_text().splitlines()) == Participation.objects.counted().count()
    assert (tmp_path / "flows.csv").read_bytes()
    assert json.loads((tmp_path / "export.json").read_text())["year"] == 2025
    assert (tmp_path / "export.csv").read_bytes()
    for name in ("tidy.csv", f"{publication.code}.csv"):
        assert (tmp_path / name).read_text().startswith("table,version,federation,")
