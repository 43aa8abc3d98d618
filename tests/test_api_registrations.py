"""Registrations over REST: as the pages do it, and many at once."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from finsam_tracker.clients.idempotency import forget
from finsam_tracker.clients.models import KeptAnswer
from finsam_tracker.core.models import AuditEvent, StaleMark
from participants.models import FollowUp, Participation, ParticipationVersion
from tests.conftest import StrictClient
from tests.factories import World, make_world
from tests.machines import ROWS, Machine, day, key_for, start

EXIT = {"exit_on": "2025-09-30", "exit_reason": "moved", "work_after": None}
WHY = {"reason": "fel datum"}


@pytest.fixture
def machine(world: World) -> Machine:
    return Machine(key_for(world)[1])


@pytest.fixture
def code(machine: Machine) -> str:
    return str(machine.post("", start(municipality=None)).json()["code"])


def errors(answer: Any, status: int = 400) -> dict[str, list[str]]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, list[str]] = answer.json().get("errors", {})
    return told


def etag(machine: Machine, code: str) -> str:
    return str(machine.get(f"{code}/")["ETag"])


# One at a time


def test_a_participation_from_its_start_to_its_follow_up(world: World, machine: Machine):
    town = world.north.municipalities[1].code
    told = start(municipality=town, education="primary", support_before=["municipal-support"], support_months=7)
    made = machine.post("", told)
    assert made.status_code == 201, made.content
    row = made.json()
    assert {name: row[name] for name in told} == told
    assert (row["exit"], row["steps"], row["follow_ups"], row["is_void"]) == (None, [], [], False)
    at = f"{row['code']}/"
    assert machine.ask("put", f"{at}steps/2025-04-01", {"step": world.north.steps[1].code}).status_code == 200
    ended = machine.post(f"{at}exit", {"exit_on": "2025-09-30", "exit_reason": "work", "work_after": "50"})
    assert ended.status_code == 200, ended.content
    assert ended.json()["exit"]["work_after"] == "50"
    (planned,) = ended.json()["follow_ups"]
    assert (planned["months"], planned["due_on"], planned["outcome"]) == (6, "2026-03-30", "planned")
    answered = machine.ask("put", f"{at}follow-ups/6", {"outcome": "not_reached", "done_on": "2026-04-01"})
    assert answered.json()["follow_ups"][0]["outcome"] == "not_reached"
    read = machine.get(at)
    assert read.json() == answered.json()
    assert read["ETag"] == answered["ETag"] == read.json()["etag"]
    assert read.json()["steps"] == [{"on": "2025-04-01", "step": world.north.steps[1].code}]
    assert StaleMark.objects.filter(federation=world.north.federation).exists()


def test_a_correction_needs_what_was_read_and_a_reason(machine: Machine, code: str):
    at, seen = f"{code}/", etag(machine, code)
    errors(machine.ask("patch", at, {"birth_year": 1990, **WHY}), 428)
    told = errors(machine.ask("patch", at, {"birth_year": 1990}, If_Match=seen))
    assert told["reason"][0].startswith("Skriv kort varför")
    corrected = machine.ask("patch", at, {"birth_year": 1990, **WHY}, If_Match=seen)
    assert (corrected.status_code, corrected.json()["birth_year"]) == (200, 1990)
    assert corrected.json()["start_on"] == "2025-03-10"
    errors(machine.ask("patch", at, {"birth_year": 1991, **WHY}, If_Match=seen), 412)
    whole = {"gender": "man", "start_on": "2025-03-11", **WHY}
    replaced = machine.ask("put", at, whole, If_Match=corrected["ETag"]).json()
    assert (replaced["gender"], replaced["birth_year"]) == ("man", None)
    assert [a.reason for a in AuditEvent.objects.filter(action="correct")] == ["fel datum"] * 2


def test_the_exit_is_corrected_inside_the_participation(machine: Machine, code: str):
    at = f"{code}/"
    not_ended = machine.ask("patch", at, {"exit": EXIT, **WHY}, If_Match=etag(machine, code))
    assert "exit" in errors(not_ended)
    machine.post(f"{at}exit", EXIT)
    seen = etag(machine, code)
    moved = machine.ask("patch", at, {"exit": {"exit_on": "2025-10-31"}, **WHY}, If_Match=seen).json()
    assert (moved["exit"]["exit_on"], moved["exit"]["exit_reason"]) == ("2025-10-31", "moved")
    assert [f["due_on"] for f in moved["follow_ups"]] == ["2026-04-30"]
    early = machine.ask("patch", at, {"exit": {"exit_on": "2025-01-31"}, **WHY}, If_Match=moved["etag"])
    assert errors(early)["exit.exit_on"][0].startswith("Avslutet 2025-01-31 ligger före starten")
    errors(machine.ask("patch", at, {"exit": None, **WHY}, If_Match=moved["etag"]))


def test_taking_back(world: World, machine: Machine, code: str):
    at = f"{code}/"
    machine.ask("put", f"{at}steps/2025-04-01", {"step": world.north.steps[0].code})
    machine.post(f"{at}exit", EXIT)
    errors(machine.post(f"{at}exit", EXIT))
    reopened = machine.post(f"{at}reopen", WHY, If_Match=etag(machine, code)).json()
    assert (reopened["exit"], reopened["follow_ups"]) == (None, [])
    taken = machine.post(f"{at}steps/2025-04-01/take-back", WHY, If_Match=reopened["etag"]).json()
    assert taken["steps"] == []
    gone = machine.post(f"{at}void", {"reason": "registrerat två gånger"}, If_Match=taken["etag"]).json()
    assert gone["is_void"]
    assert machine.read()["results"] == []
    assert [row["code"] for row in machine.read("?state=void")["results"]] == [code]
    errors(machine.post(f"{at}void", WHY, If_Match=gone["etag"]))


def test_a_name_in_a_reason_is_asked_about(machine: Machine, code: str):
    seen = etag(machine, code)
    told = errors(machine.post(f"{code}/void", {"reason": "Anna har fel datum"}, If_Match=seen))
    assert "ser ut som ett namn" in told["not_a_name"][0]
    sure = {"reason": "Anna har fel datum", "not_a_name": True}
    assert machine.post(f"{code}/void", sure, If_Match=seen).status_code == 200


def test_an_answered_follow_up_is_corrected_with_a_reason(machine: Machine, code: str):
    machine.post(f"{code}/exit", EXIT)
    at, reached = f"{code}/follow-ups/6", {"outcome": "reached", "done_on": "2026-04-01", "work_after": "none"}
    again = machine.ask("put", at, {"outcome": "not_reached", "done_on": "2026-04-01", "try_again": True})
    assert again.json()["follow_ups"][0]["outcome"] == "planned"
    assert machine.ask("put", at, reached).status_code == 200
    errors(machine.ask("put", at, reached), 428)
    assert "reason" in errors(machine.ask("put", at, reached, If_Match=etag(machine, code)))
    declined = {"outcome": "declined", "done_on": "2026-04-02", **WHY}
    assert machine.ask("put", at, declined, If_Match=etag(machine, code)).status_code == 200
    errors(machine.ask("put", f"{code}/follow-ups/7", reached), 404)


def test_what_has_not_changed_is_not_sent_again(machine: Machine, code: str):
    seen = etag(machine, code)
    assert machine.get(f"{code}/", If_None_Match=seen).status_code == 304
    assert machine.get(f"{code}/", If_None_Match='"other"').status_code == 200


# What is refused


@pytest.mark.parametrize(
    ("told", "name", "sentence"),
    [
        ({"gender": None}, "gender", "Välj kön."),
        ({"gender": "kvinna"}, "gender", "Välj kön ur listan."),
        ({"start_on": "10/3 2025"}, "start_on", "”10/3 2025” är inget datum."),
        ({"start_on": 20250310}, "start_on", "Skriv datumet som text"),
        ({"start_on": "2999-01-01"}, "start_on", "2999-01-01 har inte varit än."),
        ({"start_on": "2021-12-31"}, "start_on", "Insatsen började 2022-01-01."),
        ({"birth_year": "1985"}, "birth_year", "Skriv födelseåret med fyra siffror"),
        ({"birth_year": 1885}, "birth_year", "Skriv födelseåret med fyra siffror"),
        ({"birth_year": 198112189876}, "birth_year", "ser ut som ett personnummer"),
        ({"birth_year": True}, "birth_year", "Skriv födelseåret med fyra siffror"),
        ({"municipality": "sodra-1"}, "municipality", "Välj en kommun som hör till förbundet."),
        ({"education": "doktor"}, "education", "”doktor” finns inte i listan."),
        ({"education": "811218-9876"}, "education", "ser ut som ett personnummer"),
        ({"education": "\u0000"}, "education", "Skicka en text"),
        ({"education": ["primary"]}, "education", "Skicka en text"),
        ({"support_before": "other"}, "support_before", "Skicka en lista med minst en kod"),
        ({"support_before": []}, "support_before", "Skicka en lista med minst en kod"),
        ({"support_before": ["none", "other"]}, "support_before", "kan inte väljas tillsammans"),
        ({"support_months": -1}, "support_months", "Skriv antalet månader"),
        ({"support_months": 10**30}, "support_months", "Skriv antalet månader"),
        ({"asked_about_violence": None}, "asked_about_violence", "Värdet kan inte vara null."),
        ({"namn": "x"}, "namn", "Egenskapen finns inte. De som finns är gender,"),
        ({"811218-9876": "x"}, "", "ser ut som ett personnummer"),
    ],
)
def test_a_bad_start_says_what_to_do(machine: Machine, told: dict[str, Any], name: str, sentence: str):
    answer = machine.post("", start(**told))
    assert sentence in " ".join(errors(answer)[name])
    assert "8112" not in answer.content.decode()
    assert not Participation.objects.exists()


def test_errors_are_told_in_the_language_that_is_asked_for(machine: Machine):
    swedish = machine.post("", {}, Accept_Language="sv")
    english = machine.post("", {}, Accept_Language="de, en-GB;q=0.8")
    assert (swedish["Content-Language"], english["Content-Language"]) == ("sv", "en")
    assert errors(swedish)["gender"] == ["Välj kön."]
    assert errors(english)["gender"] != ["Välj kön."]
    assert errors(machine.post("", {}, Accept_Language="xx"))["gender"] == ["Välj kön."]


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"null", b"{", b"\xff", b'{"gender": NaN}', b"[" * 5000])
def test_a_body_that_is_none_is_refused(machine: Machine, body: bytes):
    for path in ("", "bulk"):
        errors(machine.ask("post", path, body, Idempotency_Key="a"))
    errors(machine.ask("post", "", b""))


def test_too_large_a_body_is_refused(machine: Machine):
    errors(machine.ask("post", "", b'{"a": "' + b"x" * 6_000_000 + b'"}'), 413)


@pytest.mark.parametrize("path", ["finns-inte/", "K7M-4RX-H/", "811218-9876/", "K7M-4RX-G/exit", "x/steps/2025-01-01"])
def test_what_does_not_exist(machine: Machine, path: str):
    errors(machine.get(path), 404 if path.endswith("/") else 405)


@pytest.mark.parametrize("on", ["igår", "2025-02-30", "2999-01-01", "2024-01-01"])
def test_a_bad_day_of_assessment(world: World, machine: Machine, code: str, on: str):
    answer = machine.ask("put", f"{code}/steps/{on}", {"step": world.north.steps[0].code})
    errors(answer, 404 if on in ("igår", "2025-02-30") else 400)


# Lists


def test_a_list_is_read_page_by_page_and_filtered(world: World, machine: Machine):
    rows = [world.north.enrol(start_on=day(f"2025-0{n}-15")) for n in range(1, 6)]
    world.north.end(rows[0], exit_on=day("2025-08-31"))
    world.north.enrol(world.north.second)
    world.south.enrol()
    seen, address = [], "?limit=2"
    while address:
        page = machine.read(address)
        assert len(page["results"]) <= 2
        seen += [row["code"] for row in page["results"]]
        address = (page["next"] or "").replace("http://testserver", "")
    assert seen == [row.code for row in rows]

    def found(query: str) -> list[int]:
        return [seen.index(row["code"]) for row in machine.read(query)["results"]]

    assert found("?state=exited") == [0]
    assert found("?state=ongoing&started_from=2025-03-01&started_to=2025-04-30") == [2, 3]
    assert found("?exited_from=2025-08-31&exited_to=2025-08-31") == [0]
    assert found("?exited_from=2025-09-01") == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "limit=x", "cursor=x", "cursor=", "state=borta", "started_from=snart", "sate=void"],
)
def test_a_bad_question_is_refused(machine: Machine, query: str):
    assert errors(machine.get(f"?{query}"))


def test_a_list_costs_the_same_number_of_queries_however_long(
    world: World, machine: Machine, django_assert_max_num_queries: Callable[[int], Any]
):
    for _n in range(8):
        world.north.end(world.north.enrol())
    with django_assert_max_num_queries(13):
        assert len(machine.read()["results"]) == 8


def test_the_export_tells_what_the_list_tells(world: World, machine: Machine):
    for n in range(3):
        row = world.north.enrol(support_before=frozenset({"other", "sickness-benefit"}), municipality=None)
        if n:
            world.north.end(row, support_after=frozenset({"none"}))
            machine.ask("put", f"{row.code}/steps/2025-04-0{n}", {"step": world.north.steps[n].code})
    machine.ask("put", f"{row.code}/follow-ups/6", {"outcome": "reached", "done_on": "2026-04-01", "work_after": "25"})
    world.north.enrol(world.north.second)
    answer = machine.get("export")
    assert answer["Content-Type"] == "application/x-ndjson"
    lines = b"".join(answer.streaming_content).decode().splitlines()
    listed = machine.read()["results"]
    assert [json.loads(line) for line in lines] == [{k: v for k, v in row.items() if k != "etag"} for row in listed]


# Many at once


def test_rows_of_every_kind_in_one_request(world: World, machine: Machine):
    known, ended = world.north.enrol(), world.north.end(world.north.enrol())
    answer = machine.post(
        "bulk",
        {
            "participations": [
                start(gender="man"),
                {"code": known.code.lower(), "education": "primary", "exit": EXIT},
                {"code": ended.code, "gender": "woman"},
            ],
            "steps": [{"code": known.code, "on": "2025-04-01", "step": world.north.steps[0].code}],
            "follow_ups": [{"code": ended.code, "months": 6, "outcome": "closed", "done_on": "2026-04-01"}],
        },
        Idempotency_Key="ett",
    )
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert [row["status"] for row in told["participations"]] == ["created", "changed", "unchanged"]
    assert [row["code"] for row in told["participations"]][1:] == [known.code, ended.code]
    assert (told["steps"][0]["status"], told["follow_ups"][0]["status"]) == ("changed", "changed")
    assert told["counts"] == {"created": 1, "changed": 3, "unchanged": 1, "faulty": 0}
    made = machine.read(f"{told['participations'][0]['code']}/")
    assert made["gender"] == "man"
    assert machine.read(f"{known.code}/")["follow_ups"][0]["due_on"] == "2026-03-30"
    assert FollowUp.objects.get(participation=ended).outcome == "closed"
    assert AuditEvent.objects.filter(action="bulk").count() == 1


def test_a_faulty_row_does_not_stop_the_others_unless_asked(world: World, machine: Machine):
    ended, ongoing = world.north.end(world.north.enrol()), world.north.enrol()
    body: dict[str, Any] = {
        "participations": [
            start(),
            start(gender="kvinna", start_on=None),
            start(exit={"exit_on": "2025-01-01", "exit_reason": "work"}),
            {"code": "K7M-4RX-H"},
            {"code": world.south.enrol().code, "gender": "man"},
            {"code": ended.code, "exit": None},
            {"code": ongoing.code, "gender": "man"},
            "inget",
            start(education="811218-9876"),
        ],
        "steps": [{"code": ended.code, "on": "2025-12-24", "step": world.north.steps[0].code}, {}],
        "follow_ups": [{"code": ended.code, "months": 3, "outcome": "closed", "done_on": "2026-04-01"}],
    }
    before = Participation.objects.count(), ParticipationVersion.objects.count()
    refused = machine.post("bulk", {**body, "atomic": True}, Idempotency_Key="alla")
    told = errors(refused, 422)
    assert told["participations/1/gender"] == ["Välj kön ur listan."]
    assert (Participation.objects.count(), ParticipationVersion.objects.count()) == before
    answer = machine.post("bulk", body, Idempotency_Key="var-for-sig").json()
    statuses = [row["status"] for row in answer["participations"]]
    assert statuses == ["created", *["faulty"] * 5, "changed", "faulty", "faulty"]
    rows = answer["participations"]
    assert rows[1]["errors"].keys() == {"gender", "start_on"}
    assert rows[2]["errors"].keys() == {"exit.exit_on", "exit.work_after"}
    assert rows[3]["errors"]["code"] == ["Koden stämmer inte. Kontrollera varje tecken mot den kod du fick."]
    assert rows[4]["errors"]["code"] == ["Koden finns inte i den här insatsen. Kontrollera varje tecken."]
    assert "/reopen" in rows[5]["errors"]["exit"][0]
    assert rows[7]["errors"][""] == ["Skicka ett JSON-objekt."]
    assert "8112" not in json.dumps(answer)
    assert "ligger efter avslutet" in answer["steps"][0]["errors"]["on"][0]
    assert answer["steps"][1]["errors"].keys() == {"code", "on", "step"}
    assert answer["follow_ups"][0]["errors"].keys() == {"months"}
    assert Participation.objects.count() == before[0] + 1


def test_a_row_that_leans_on_a_faulty_one_is_faulty_too(world: World, machine: Machine):
    row = world.north.enrol()
    body = {
        "participations": [{"code": row.code, "start_on": "2024-01-01", "education": "doktor"}],
        "steps": [{"code": row.code, "on": "2024-02-01", "step": world.north.steps[0].code}],
    }
    told = machine.post("bulk", body, Idempotency_Key="a").json()
    assert (told["participations"][0]["status"], told["steps"][0]["status"]) == ("faulty", "faulty")
    assert "före starten 2025-03-10" in told["steps"][0]["errors"]["on"][0]


def test_the_same_code_twice_is_a_fault_of_the_second(world: World, machine: Machine):
    row = {"code": world.north.enrol().code, "gender": "man"}
    told = machine.post("bulk", {"participations": [row, {**row, "gender": "other"}]}, Idempotency_Key="a").json()
    assert [line["status"] for line in told["participations"]] == ["changed", "faulty"]
    assert machine.read(f"{row['code']}/")["gender"] == "man"


@pytest.mark.parametrize(
    "body",
    [{"participations": {}}, {"participations": [{}] * 1001}, {"atomic": "ja"}, {"deltaganden": []}, {"steps": None}],
)
def test_a_bulk_body_that_is_none_is_refused(machine: Machine, body: Any):
    told = machine.post("bulk", body, Idempotency_Key="a")
    errors(told)
    assert not KeptAnswer.objects.exists()


# Sent twice


@pytest.mark.parametrize("path", ["", "bulk"])
def test_a_repeated_request_does_its_work_once(machine: Machine, path: str):
    body = start() if not path else {"participations": [start(), start()]}
    first, second = (machine.post(path, body, Idempotency_Key="samma") for _n in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Participation.objects.count() == (2 if path else 1)
    other = machine.post(path, {} if path else start(gender="man"), Idempotency_Key="samma")
    assert "redan använd" in other.json()["detail"]
    errors(other, 422)


def test_keys_of_different_machines_are_different(world: World, machine: Machine):
    other = Machine(key_for(world, name="Ett annat")[1])
    codes = {m.post("", start(), Idempotency_Key="1").json()["code"] for m in (machine, other)}
    assert len(codes) == 2


def test_a_refused_request_can_be_mended_under_the_same_key(machine: Machine):
    errors(machine.post("", start(gender="x"), Idempotency_Key="1"))
    assert machine.post("", start(), Idempotency_Key="1").status_code == 201


@pytest.mark.parametrize("key", [None, "", "x" * 256, "två ord"])
def test_bulk_wants_a_good_key(machine: Machine, key: str | None):
    headers = {} if key is None else {"Idempotency_Key": key}
    assert "Idempotency-Key" in errors(machine.post("bulk", {"participations": []}, **headers))


def test_answers_are_forgotten_after_a_week_and_hold_no_readable_key(machine: Machine):
    machine.post("", start(), Idempotency_Key="19811218-9876")
    assert "8112" not in json.dumps(KeptAnswer.objects.values().get(), default=str)
    forget(timezone.now() + timedelta(days=6))
    assert KeptAnswer.objects.exists()
    forget(timezone.now() + timedelta(days=8))
    assert not KeptAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_works_and_the_other_gets_its_answer():
    if connection.vendor != "postgresql":
        return  # one process, one writer
    secret = key_for(make_world())[1]
    told: list[Any] = []

    def send() -> None:
        told.append(Machine(secret).post("bulk", {"participations": [start()] * 3}, Idempotency_Key="samma"))
        connections.close_all()

    threads = [threading.Thread(target=send) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in told} == {200}
    assert len({answer.content for answer in told}) == 1
    assert Participation.objects.count() == 3


# Lists of the federation


def test_the_lists_that_a_client_needs(world: World, machine: Machine, reader: StrictClient):
    base = ROWS.partition("initiatives/")[0]
    lists = {told["list"]: told["items"] for told in machine.read(f"{base}code-lists/")}
    assert {"education", "support", "municipalities", "exit_reasons", "steps"} <= lists.keys()
    assert {"code": "work", "label": "Arbete", "group": "work"}.items() <= lists["exit_reasons"][0].items()
    assert len(machine.read(f"{base}code-lists/?list=steps")) == 1
    errors(machine.get(f"{base}code-lists/?list=allt"))
    own = machine.read(f"{base}initiatives/")["results"]
    assert [(i["slug"], i["follow_up_months"], i["uses_assignments"]) for i in own] == [("norra-1", [6], True)]
    assert machine.read(f"{base}initiatives/norra-1/") == own[0]
    assert len(reader.get(f"{base}initiatives/").json()["results"]) == 3
