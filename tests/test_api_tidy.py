"""Tables as tidy data and publications over REST, as an evaluator's program meets them."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft4Validator  # type: ignore[import-untyped]

from finsam_tracker.clients.scopes import Scope as KeyScope
from finsam_tracker.core.period import Period
from reports import services
from reports.context import Scope
from reports.models import Publication
from reports.publishing.editions import edition_of
from reports.render.tidy import AFTER, BEFORE, LABEL
from reports.result import Status
from reports.tables import TABLES
from tests.conftest import StrictClient
from tests.factories import World, make_activity, make_funding, make_goal
from tests.machines import Machine, key_for
from tests.publishing import prepared, published
from tests.test_api_tables import json_schema, problem
from tests.test_publications import people

TABLES_AT = "/api/v1/federations/norra/tables/"
PUBLISHED_AT = "/api/v1/federations/norra/publications/"

Browser = Callable[[str], StrictClient]


def read_csv(content: bytes) -> list[dict[str, str]]:
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n")
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def faults(value: Any, component: str) -> list[str]:
    schema = json_schema(SchemaGenerator().get_schema(request=None, public=True)["components"])
    # A cell has the columns of its table's dimensions beside those that every cell has.
    schema["schemas"]["Observation"]["additionalProperties"] = {"type": ["string", "null"]}
    wanted = {"$ref": f"#/components/schemas/{component}", "components": schema}
    return [error.message for error in Draft4Validator(wanted).iter_errors(value)]


@pytest.fixture
def full(world: World) -> World:
    """A federation with something in each of its tables."""
    for number in range(6):
        row = world.north.enrol(gender=("woman", "man")[number % 2], support_before=frozenset({"municipal-support"}))
        if number % 3:
            world.north.end(row)
    make_funding(world.north, 2025)
    make_goal(world.north)
    make_activity(world.north)
    return world


def test_every_table_has_a_row_for_each_cell_and_nothing_else(full: World, office: StrictClient):
    """The same cells as in the printed layout, each with one place of its own, in JSON and in CSV."""
    for key in TABLES:
        wide = office.get(f"{TABLES_AT}{key}?period=2025").json()
        tidy = office.get(f"{TABLES_AT}{key}?period=2025&layout=tidy").json()
        lines = read_csv(office.get(f"{TABLES_AT}{key}.csv?period=2025&layout=tidy").content)
        cells = [cell for row in wide["rows"] for cell in row["cells"]]
        assert [{"value": o["value"], "status": o["status"]} for o in tidy["observations"]] == cells, key
        axes = [axis["key"] for axis in tidy["dimensions"]]
        places = [tuple(o[name] for name in (*axes, "measure")) for o in tidy["observations"]]
        assert len(set(places)) == len(places), key
        assert {o["measure"] for o in tidy["observations"]} == {m["key"] for m in tidy["measures"]} or not cells, key
        assert tidy["definition"].endswith("."), key
        names = [*BEFORE, *(name for axis in axes for name in (axis, f"{axis}{LABEL}")), *AFTER]
        for observation, line in zip(tidy["observations"], lines, strict=True):
            assert list(line) == names
            assert sorted(observation) == sorted(names)
            assert {n: line[n] for n in names if n != "value"} == {
                n: "" if observation[n] is None else str(observation[n]) for n in names if n != "value"
            }
            value = observation["value"]
            assert line["value"] == ("" if value is None else value) or float(line["value"]) == float(value)


def test_a_tidy_table_says_what_it_is(full: World, office: StrictClient):
    told = office.get(f"{TABLES_AT}table_1?period=2025&initiative=norra-1&layout=tidy").json()
    assert faults(told, "TidyTable") == []
    assert told["scope"] == {"key": "insats=norra-1", "title": full.north.first.name}
    assert [axis["key"] for axis in told["dimensions"]] == ["initiative", "exit_reason", "gender"]
    assert told["measures"] == [{"key": "exits", "title": "Avslut", "format": "count", "unit": "number"}]
    assert "Felregistreringar räknas aldrig." in told["limits"]
    assert told["computed_at"]
    place = {"initiative": "norra-1", "exit_reason": "moved", "gender": "woman"}
    (women,) = [o for o in told["observations"] if place.items() <= o.items()]
    assert (women["value"], women["gender_label"], women["row_kind"]) == (2, "Kvinnor", "body")
    assert (women["federation"], women["period"], women["period_end"]) == ("norra", "2025", "2025-12-31")
    money = office.get(f"{TABLES_AT}table_2?period=2025&layout=tidy").json()
    assert faults(money, "TidyTable") == []
    assert {"key", "title", "value", "unit", "valid_from", "source"} == set(money["parameters"][0])


def test_a_layout_that_does_not_exist(office: StrictClient):
    for question in (
        "flows?period=2025&layout=long",
        "flows.xlsx?period=2025&layout=tidy",
        "flows?period=2025&layout=",
    ):
        assert problem(office.get(TABLES_AT + question), 400)["errors"].keys() == {"layout"}


def test_a_table_is_not_sent_twice(full: World, office: StrictClient):
    for question in ("flows?period=2025", "flows?period=2025&layout=tidy", "flows.csv?period=2025"):
        first = office.get(TABLES_AT + question)
        again = office.get(TABLES_AT + question, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    etags = {office.get(TABLES_AT + q)["ETag"] for q in ("flows?period=2025", "flows.csv?period=2025")}
    assert len({*etags, office.get(f"{TABLES_AT}flows?period=2025", headers={"Accept-Language": "en"})["ETag"]}) == 3
    full.north.enrol()
    assert office.get(TABLES_AT + question, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_stored_figures_that_lack_something_say_so(full: World, office: StrictClient):
    services.store(Scope(full.north.federation), [Period.year(2025)], now=timezone.now())
    told = office.get(f"{TABLES_AT}flows?period=2025&layout=tidy").json()
    assert told["is_stale"]
    assert told["limits"][-1].endswith("Nyare registreringar är inte med än.")


# Publications


@pytest.fixture
def publication(world: World) -> Publication:
    """The appendix of a federation with an initiative that is too small to be shown in detail."""
    people(world.north)
    for _n in range(2):
        world.north.end(world.north.enrol(), reason="work", work_after="50")
    draft = prepared(world.north.office, world.north.federation)
    return published(draft, world.north.office)


def test_a_reader_and_a_key_find_what_is_published_and_no_draft(
    world: World, publication: Publication, reader: StrictClient, office: StrictClient
):
    prepared(world.north.office, world.north.federation, "kvartal", "2025-Q3")
    machine = Machine(key_for(world, KeyScope.READ_TABLES)[1])
    for listed in (reader.get(PUBLISHED_AT).json(), office.get(PUBLISHED_AT).json(), machine.read(PUBLISHED_AT)):
        assert [row["code"] for row in listed["results"]] == [publication.code]
        assert faults(listed, "PublicationPage") == []
    assert Machine(key_for(world, KeyScope.FINSAM_EXPORT, name="Ett annat")[1]).get(PUBLISHED_AT).status_code == 403
    for question, number in (
        ("?period=2025", 1),
        ("?period=2024", 0),
        ("?template=statistikbilaga", 1),
        ("?limit=1", 1),
    ):
        assert len(reader.get(PUBLISHED_AT + question).json()["results"]) == number, question
    for question, name in (("?period=snart", "period"), ("?template=finns-inte", "template"), ("?tempalte=x", "")):
        assert problem(reader.get(PUBLISHED_AT + question), 400)["errors"].keys() == {name}
    problem(reader.get(f"{PUBLISHED_AT}FINNS-INTE/"), 404)


def test_an_edition_is_as_it_was_frozen_and_is_not_sent_twice(publication: Publication, reader: StrictClient):
    at = f"{PUBLISHED_AT}{publication.code}/"
    answer = reader.get(at, headers={"Accept-Language": "en"})
    told = answer.json()
    assert faults(told, "Edition") == []
    assert answer.content == reader.get(at).content
    assert answer.content == reader.get(f"{at}rapport.json").content
    assert publication.hash in answer["ETag"]
    assert reader.get(at, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    frozen = edition_of(publication).results
    assert [t["table"] for t in told["tables"]] == [result.table for result in frozen]
    hidden = 0
    for table, result in zip(told["tables"], frozen, strict=True):
        cells = [cell for row in result.rows for cell in row.cells]
        assert [o["status"] for o in table["observations"]] == [cell.status for cell in cells]
        assert all((o["value"] is None) == (o["status"] != "value") for o in table["observations"])
        hidden += sum(cell.status is Status.SUPPRESSED for cell in cells)
    assert hidden, "something was hidden at all"
    whole = read_csv(reader.get(f"{at}rapport.csv").content)
    assert len(whole) == sum(len(table["observations"]) for table in told["tables"])
    assert {line["value"] for line in whole if line["status"] == "suppressed"} == {""}


def test_each_file_comes_in_its_format_whatever_is_accepted(publication: Publication, reader: StrictClient):
    at = f"{PUBLISHED_AT}{publication.code}/"
    page = reverse("publication", args=["norra", publication.pk])
    for name, kind in (
        ("rapport.pdf", "application/pdf"),
        ("rapport.csv", "text/csv; charset=utf-8"),
        ("flows.csv", "text/csv; charset=utf-8"),
        ("flows.json", "application/json"),
        ("flows.svg", "image/svg+xml"),
    ):
        answer = reader.get(at + name, headers={"Accept": "text/html"})
        assert (answer.status_code, answer["Content-Type"]) == (200, kind), name
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer.content == reader.get(page + name).content
        assert reader.get(at + name, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    for name in ("flows.pdf", "rapport.exe", "finns-inte.csv"):
        problem(reader.get(at + name), 404)


def test_what_somebody_has_written_in_is_not_given_out(publication: Publication, reader: StrictClient):
    Publication.objects.filter(pk=publication.pk).update(content={**(publication.content or {}), "summary": "Ändrat."})
    for name in ("", "flows.csv"):
        told = problem(reader.get(f"{PUBLISHED_AT}{publication.code}/{name}"), 409)
        assert "inget lämnas ut" in told["detail"]
