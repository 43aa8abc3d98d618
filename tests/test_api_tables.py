"""The REST interface, as a program meets it."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft4Validator  # type: ignore[import-untyped]
from knox.models import AuthToken
from openpyxl import load_workbook

from finsam_tracker.core.models import Parameter, StaleMark
from finsam_tracker.core.period import Period
from initiatives.models import Goal, Initiative
from participants.models import Participation
from reports import services
from reports.context import Scope
from reports.render import RENDERERS
from reports.result import RowKind
from reports.tables import TABLES
from tests.conftest import StrictClient
from tests.factories import PASSWORD, World, make_funding

API = "/api/v1/"
TABLES_AT = f"{API}federations/norra/tables/"
FLOWS = f"{TABLES_AT}flows?period=2025"

Browser = Callable[[str], StrictClient]


@pytest.fixture(autouse=True)
def _some_participants(world: World) -> None:
    world.north.end(world.north.enrol())
    world.north.enrol(gender="man")
    make_funding(world.north, 2025)


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The problem that an answer holds, when it is one with this status."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "private, no-store"
    told: dict[str, Any] = json.loads(answer.content)
    assert {"type", "title", "status", "detail"} <= told.keys() <= {"type", "title", "status", "detail", "errors"}
    assert told["type"] == "about:blank"
    assert told["status"] == status
    assert told["title"]
    assert told["detail"].endswith((".", "”."))
    return told


def send(client: StrictClient, path: str, **told: Any) -> Any:
    return client.post(f"{API}{path}", json.dumps(told), content_type="application/json")


def token_of(client: StrictClient, world: World) -> str:
    answer = send(client, "login", email=world.north.office.email, password=PASSWORD)
    assert answer.status_code == 200
    return str(json.loads(answer.content)["token"])


# Log-in


def test_a_token_opens_what_its_owner_may_see(world: World, client: StrictClient):
    answer = send(client, "login", email=world.north.office.email.upper(), password=PASSWORD)
    told = json.loads(answer.content)
    assert told.keys() == {"token", "expiry"}
    lasts = datetime.fromisoformat(told["expiry"]) - timezone.now()
    assert timedelta(hours=9, minutes=59) < lasts <= timedelta(hours=10)
    assert answer["Cache-Control"] == "private, no-store"
    assert client.get(FLOWS, headers={"Authorization": f"Token {told['token']}"}).status_code == 200


def test_the_token_is_not_stored(world: World, client: StrictClient):
    token = token_of(client, world)
    assert AuthToken.objects.get().digest != token


def test_log_in_is_noted_on_the_account(world: World, client: StrictClient):
    token_of(client, world)
    world.north.office.refresh_from_db()
    assert world.north.office.last_login


def test_log_out_ends_the_token(world: World, client: StrictClient):
    headers = {"Authorization": f"Token {token_of(client, world)}"}
    assert client.post(f"{API}logout", headers=headers).status_code == 204
    problem(client.get(FLOWS, headers=headers), 401)


def test_an_expired_token_opens_nothing(world: World, client: StrictClient):
    headers = {"Authorization": f"Token {token_of(client, world)}"}
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    problem(client.post(f"{API}logout", headers=headers), 401)


def test_an_expired_token_does_not_stand_in_the_way_of_a_new_one(world: World, client: StrictClient):
    told = json.dumps({"email": world.north.office.email, "password": PASSWORD})
    headers = {"Authorization": "Token no-longer-good"}
    answer = client.post(f"{API}login", told, content_type="application/json", headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("email", "password"), [("office", "fel"), ("nobody@example.org", PASSWORD), ("inactive", PASSWORD)]
)
def test_a_wrong_log_in_does_not_say_what_was_wrong(world: World, client: StrictClient, email: str, password: str):
    if email == "inactive":
        type(world.outsider).objects.filter(pk=world.outsider.pk).update(is_active=False)
    known = {"office": world.north.office.email, "inactive": world.outsider.email}
    answer = send(client, "login", email=known.get(email, email), password=password)
    assert problem(answer, 401)["detail"] == "E-postadressen och lösenordet hör inte ihop."
    assert answer["WWW-Authenticate"] == "Token"
    assert not AuthToken.objects.exists()


def test_log_in_tells_what_is_missing(world: World, client: StrictClient):
    told = problem(send(client, "login", email=""), 400)
    assert told["errors"] == {"email": ["Skriv din e-postadress."], "password": ["Skriv ditt lösenord."]}
    assert told["detail"] == "Det som skickades innehåller fel. Rätta dem och försök igen."


@pytest.mark.parametrize(
    ("body", "content_type", "status", "detail"),
    [
        (b"{", "application/json", 400, "Innehållet är inte giltig JSON."),
        (b"[]", "application/json", 400, "Det som skickades innehåller fel. Rätta dem och försök igen."),
        (b'{"email": "a\\u0000", "password": "x"}', "application/json", 400, "Det som skickades innehåller fel."),
        (b'{"email": "\\ud800", "password": "x"}', "application/json", 400, "Det som skickades innehåller fel."),
        (b"\xff\xfe", "application/json", 400, "Innehållet är inte giltig JSON."),
        (b"email=a", "application/x-www-form-urlencoded", 415, "Innehållet kan inte läsas."),
    ],
)
def test_what_cannot_be_read_is_refused(client: StrictClient, body: bytes, content_type: str, status: int, detail: str):
    answer = client.post(f"{API}login", body, content_type=content_type)
    assert problem(answer, status)["detail"].startswith(detail)


@pytest.mark.parametrize("value", ["Token", "Token a b", "Token fel", "Token å", "Bearer x"])
def test_a_token_that_is_none_is_refused(client: StrictClient, value: str):
    answer = client.get(FLOWS, headers={"Authorization": value})
    assert "Authorization: Token" in problem(answer, 401)["detail"]
    assert answer["WWW-Authenticate"] == "Token"


# Who sees what


@pytest.mark.parametrize("path", ["federations/norra/tables/", "federations/norra/tables/flows?period=2025"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("nobody", 401),
        ("coordinator", 403),
        ("lead", 403),
        ("office", 200),
        ("reader", 403),
        ("operator", 404),
        ("outsider", 404),
    ],
)
def test_only_the_office_sees_the_tables(log_in: Browser, path: str, who: str, status: int):
    answer = log_in(who).get(API + path)
    if status == 200:
        assert answer.status_code == 200
    else:
        problem(answer, status)


def test_another_federation_answers_as_one_that_does_not_exist(office: StrictClient):
    answers = [
        problem(office.get(f"{API}federations/{slug}/tables/{rest}"), 404)
        for slug in ("sodra", "finns-inte")
        for rest in ("", "flows?period=2025", "finns-inte?period=2025", "flows.csv?period=snart")
    ]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    ("who", "slugs"),
    [("coordinator", ["norra"]), ("office", ["norra"]), ("reader", ["norra"]), ("operator", []), ("outsider", [])],
)
def test_a_person_finds_their_federations(log_in: Browser, who: str, slugs: list[str]):
    answer = log_in(who).get(f"{API}federations/")
    assert [federation["slug"] for federation in json.loads(answer.content)] == slugs


def test_an_ended_membership_closes_the_interface_at_once(world: World, office: StrictClient):
    world.north.office.memberships.update(ended_on=date(2025, 12, 31))
    problem(office.get(FLOWS), 404)


# Tables


def test_the_list_names_every_table(office: StrictClient):
    answer = office.get(TABLES_AT)
    listed = json.loads(answer.content)
    assert [entry["key"] for entry in listed] == list(TABLES)
    assert listed[0]["definition"] == str(TABLES["flows"].definition)
    assert answer["Cache-Control"] == "private, no-store"


def test_a_table_as_json(office: StrictClient):
    answer = office.get(FLOWS)
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "private, no-store"
    value = json.loads(answer.content)
    assert (value["table"], value["period"]["key"], value["is_stale"]) == ("flows", "2025", False)
    total = value["rows"][-1]
    assert (total["kind"], [cell["value"] for cell in total["cells"]]) == (RowKind.TOTAL, [2, 2, 1, 1])


@pytest.mark.parametrize("how", ["suffix", "accept"])
def test_a_table_as_csv(office: StrictClient, how: str):
    answer = asked(office, "csv", how)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="norra_flows_2025.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[-1] == ["Totalt", "summa", "2", "2", "1", "1"]


@pytest.mark.parametrize("how", ["suffix", "accept"])
def test_a_table_as_a_workbook(office: StrictClient, how: str):
    answer = asked(office, "xlsx", how)
    assert answer["Content-Disposition"] == 'attachment; filename="norra_flows_2025.xlsx"'
    (sheet,) = load_workbook(io.BytesIO(answer.content)).worksheets
    assert [cell.value for cell in next(row for row in sheet.iter_rows() if row[0].value == "Totalt")][:5] == [
        "Totalt",
        2,
        2,
        1,
        1,
    ]


def asked(client: StrictClient, key: str, how: str) -> Any:
    if how == "suffix":
        return client.get(f"{TABLES_AT}flows.{key}?period=2025")
    return client.get(FLOWS, headers={"Accept": RENDERERS[key].media_type})


def test_a_browser_gets_json(office: StrictClient):
    answer = office.get(FLOWS, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer["Content-Type"] == "application/json"


def test_a_suffix_stands_above_what_is_accepted(office: StrictClient):
    answer = office.get(f"{TABLES_AT}flows.json?period=2025", headers={"Accept": "text/csv"})
    assert problem(answer, 406)
    assert office.get(f"{TABLES_AT}flows.json?period=2025").status_code == 200


@pytest.mark.parametrize("key", list(TABLES))
def test_every_table_is_as_the_schema_says(office: StrictClient, key: str):
    value = json.loads(office.get(f"{TABLES_AT}{key}?period=2025").content)
    schema = SchemaGenerator(api_version="v1").get_schema(request=None, public=True)
    components = json_schema(schema["components"])
    wanted = {"$ref": "#/components/schemas/Table", "components": components}
    assert [error.message for error in Draft4Validator(wanted).iter_errors(value)] == []
    assert value.keys() == components["schemas"]["Table"]["properties"].keys()


def json_schema(value: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema, which says otherwise what may be null and takes nothing unsaid."""
    if isinstance(value, list):
        return [json_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    schema = {key: json_schema(item) for key, item in value.items() if key != "nullable"}
    if schema.get("type") == "object" and "properties" in schema:
        schema["additionalProperties"] = False
    return {"anyOf": [schema, {"type": "null"}]} if value.get("nullable") is True else schema


@pytest.mark.parametrize("period", ["2025", "2025-H1", "2025-Q3", "2025-04", "2025-01-01--2025-06-30"])
def test_every_kind_of_period_can_be_asked_for(office: StrictClient, period: str):
    assert json.loads(office.get(f"{TABLES_AT}flows?period={period}").content)["period"]["key"] == period


def test_stored_figures_say_when_they_were_computed_and_what_they_lack(world: World, office: StrictClient):
    then = datetime(2026, 1, 5, 12, tzinfo=UTC)
    services.store(Scope(world.north.federation), [Period.year(2025)], now=then)
    StaleMark.objects.all().delete()
    value = json.loads(office.get(FLOWS).content)
    assert (datetime.fromisoformat(value["computed_at"]), value["is_stale"]) == (then, False)
    world.north.enrol()
    value = json.loads(office.get(FLOWS).content)
    assert (datetime.fromisoformat(value["computed_at"]), value["is_stale"]) == (then, True)
    assert value["rows"][-1]["cells"][0]["value"] == 2


# What goes wrong


def test_an_unknown_table_names_the_known_ones(office: StrictClient):
    told = problem(office.get(f"{TABLES_AT}table_9?period=2025"), 404)
    assert told["detail"] == f"Tabellen ”table_9” finns inte. De som finns är {', '.join(TABLES)}."


@pytest.mark.parametrize(
    "period",
    [
        "snart",
        "2025-13",
        "2025-Q5",
        "2025-02-30--2025-03-01",
        "0000",
        "2025-12-31--2025-01-01",
        "%00",
        "%FF",
        "9" * 500,
    ],
)
def test_a_bad_period_says_what_to_write(office: StrictClient, period: str):
    told = problem(office.get(f"{TABLES_AT}flows?period={period}"), 400)
    assert told["errors"] == {"period": [told["detail"]]}
    assert "period" in told["detail"].lower()


@pytest.mark.parametrize("query", ["", "?period=", "?Period=2025"])
def test_a_period_must_be_given(office: StrictClient, query: str):
    told = problem(office.get(f"{TABLES_AT}flows{query}"), 400)
    assert told["detail"] == "Ange en period, till exempel ?period=2025."


def test_a_missing_assumption_is_named(world: World, office: StrictClient):
    Parameter.objects.filter(federation=world.north.federation, key="tax_rate").delete()
    told = office.get(f"{TABLES_AT}table_2?period=2025").json()
    assert told["notes"][-1].startswith("Antagandet ”Skattesats, hela skatten” saknar värde den 2025-12-31.")
    (total,) = [row for row in told["rows"] if row["kind"] == "total"]
    assert [cell["status"] for cell in total["cells"]] == ["value", "value", "missing", "missing"]


def test_a_value_outside_its_list_is_named(world: World, office: StrictClient):
    Initiative.objects.filter(pk=world.north.structural.pk).update(orientation=Initiative.Orientation.STRUCTURAL)
    Participation.objects.update(initiative=world.south.first)
    told = problem(office.get(FLOWS), 409)
    assert told["detail"].startswith("Tabellen kan inte räknas: ”Insats” har ett värde som inte finns")


def test_a_goal_without_a_measure_is_named(world: World, office: StrictClient):
    Goal.objects.create(federation=world.north.federation, year=2025, code="x", text="Nöjda", measure="joy", target=9)
    assert "”Nöjda”" in problem(office.get(f"{TABLES_AT}goals?period=2025"), 409)["detail"]


def test_a_format_that_does_not_exist(office: StrictClient):
    told = problem(office.get(f"{TABLES_AT}flows.pdf?period=2025"), 404)
    assert told["detail"] == "Formatet finns inte. Välj bland .json, .csv, .xlsx."
    told = problem(office.get(FLOWS, headers={"Accept": "application/pdf"}), 406)
    assert "application/json, text/csv, " in told["detail"]


@pytest.mark.parametrize(
    "path", ["", "finns-inte", "federations", "federations/norra", f"federations/{'x' * 300}/tables/"]
)
def test_an_address_that_does_not_exist(office: StrictClient, client: StrictClient, path: str):
    problem(office.get(API + path), 404)
    problem(client.get(API + path), 401)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["federations/", "federations/norra/tables/", "federations/norra/tables/flows"])
def test_tables_cannot_be_written(world: World, client: StrictClient, method: str, path: str):
    headers = {"Authorization": f"Token {token_of(client, world)}"}
    answer = getattr(client, method)(API + path, headers=headers)
    told = problem(answer, 405)
    assert told["detail"] == f"Adressen tar inte emot {method.upper()}. Använd GET, HEAD, OPTIONS."
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_a_fault_of_ours_is_logged_and_told_without_its_cause(
    office: StrictClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("hemlig orsak")

    monkeypatch.setattr("reports.api.tables.tables_for", broken)
    with pytest.raises(RuntimeError):
        office.get(FLOWS)
    office.raise_request_exception = False
    caplog.clear()
    answer = office.get(FLOWS)
    assert "orsak" not in str(problem(answer, 500))
    assert [record.levelname for record in caplog.records if record.levelname != "INFO"] == ["ERROR"]
    assert "hemlig orsak" in caplog.text


def test_reading_a_stored_table_costs_few_queries(
    world: World, office: StrictClient, django_assert_max_num_queries: Callable[[int], Any]
):
    services.store(Scope(world.north.federation), [Period.year(2025)], now=timezone.now())
    office.get(FLOWS)  # the first look of the day is noted down
    with django_assert_max_num_queries(8):
        assert office.get(FLOWS).status_code == 200


@pytest.mark.parametrize(
    "path", ["federations/", "federations/norra/tables/", "federations/norra/tables/flows?period=2025"]
)
def test_head_and_options(office: StrictClient, path: str):
    got, head, options = (getattr(office, method)(API + path) for method in ("get", "head", "options"))
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == got["Content-Type"]
    assert (options.status_code, options.content, options["Allow"]) == (204, b"", "GET, HEAD, OPTIONS")


# The schema


def test_the_schema_is_whole_and_without_warnings(tmp_path: Any):
    file = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    assert "/api/v1/federations/{federation}/tables/{table}:" in file.read_text()


def test_the_schema_is_served_to_those_who_are_logged_in(outsider: StrictClient, client: StrictClient):
    answer = outsider.get(f"{API}schema/", headers={"Accept": "application/json"})
    schema = json.loads(answer.content)
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert {code for o in operations for code in o["responses"]} >= {
        "200",
        "204",
        "400",
        "401",
        "403",
        "404",
        "406",
        "409",
    }
    assert all("application/problem+json" in o["responses"]["401"]["content"] for o in operations)
    problem(client.get(f"{API}schema/"), 401)
