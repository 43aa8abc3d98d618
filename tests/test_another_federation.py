"""A federation with lists, classes and rules of its own, set up from a file, filled by Excel and REST alone.

Every figure was reckoned by hand from the nine participations below.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from finsam_tracker.clients.scopes import Scope
from finsam_tracker.clients.services import make_key
from finsam_tracker.core.models import Federation
from finsam_tracker.core.permissions import Role
from initiatives.models import Initiative, InitiativeStaff
from participants.models import Participation
from participants.services import imports
from tests.conftest import StrictClient
from tests.factories import MembershipFactory, staff_of
from tests.machines import NEXT_YEAR, Machine
from tests.spreadsheets import book_of, saved, xlsx

FILE = Path(__file__).parent / "configuration" / "havsbandet.toml"
ROWS = "/api/v1/federations/havsbandet/initiatives/unga/participations/"
HEADINGS = [
    "Startdatum",
    "Kön",
    "Födelseår",
    "Kommun",
    "Avslutsdatum",
    "Avslutsorsak",
    "Arbetar efter",
    "Studerar efter",
]
LEFT_WORK, LEFT_STUDIES = "Arbetar inte", "Studerar inte"
OARNA = [
    ("2025-01-15", "Kvinna", 2000, "Österö", "2025-04-20", "Lönearbete", "100 %", LEFT_STUDIES),
    ("2025-02-10", "Man", 1990, "Ådö", "2025-05-12", "Kurs på folkhögskola", LEFT_WORK, "100 %"),
    ("2025-03-01", "Annat/Uppgift saknas", 1970, "Grannby", "2025-06-30", "Kartläggningen är färdig", None, None),
    ("2025-05-05", "Kvinna", None, None, "2025-09-01", "Uteblev", None, None),
    ("2024-11-01", "Kvinna", 1985, "Österö", "2025-01-31", "Lönearbete", "Timanställning", LEFT_STUDIES),
    ("2025-10-01", "Man", 1960, "Ådö", None, None, None, None),
]
UNGA: list[dict[str, Any]] = [
    {
        "start_on": "2025-04-01",
        "gender": "man",
        "birth_year": 2005,
        "municipality": "ostero",
        "exit": {"exit_on": "2025-07-15", "exit_reason": "lon", "work_after": "50"},
    },
    {
        "start_on": "2025-07-01",
        "gender": "woman",
        "birth_year": 2006,
        "municipality": "ado",
        "exit": {"exit_on": "2025-12-31", "exit_reason": "bort", "work_after": "25"},
    },
    {"start_on": "2025-12-31", "gender": "other", "birth_year": 2004},
]


@pytest.fixture
def havsbandet(db: None) -> Federation:
    call_command("federation", "load", FILE, "--yes")
    federation = Federation.objects.get(slug="havsbandet")
    for initiative in Initiative.objects.with_participants().filter(federation=federation):
        membership = MembershipFactory.create(federation=federation, role=Role.LEAD)
        InitiativeStaff.objects.create(membership=membership, initiative=initiative)
    _by_excel(federation.initiatives.get(slug="oarna"))
    _by_rest(federation.initiatives.get(slug="unga"))
    return federation


def _read_in(initiative: Initiative, *sheets: Any) -> None:
    now, by = timezone.now(), staff_of(initiative)
    for sheet in sheets:
        record = imports.receive(by=by, initiative=initiative, file=sheet, now=now)
        assert not record.faults, record.faults
        imports.confirm(by=by, record=record, now=now)


def _by_excel(initiative: Initiative) -> None:
    _read_in(initiative, xlsx(OARNA, HEADINGS))


def _by_rest(initiative: Initiative) -> None:
    _key, secret = make_key(
        by=staff_of(initiative),
        federation=initiative.federation,
        initiative=initiative,
        name="Systemet",
        scopes=[Scope.WRITE_REGISTRATIONS],
        expires_on=NEXT_YEAR,
        now=timezone.now(),
    )
    answer = Machine(secret, ROWS).post("bulk", {"participations": UNGA, "atomic": True}, Idempotency_Key="a")
    assert answer.status_code == 200, answer.content


@pytest.fixture
def office(havsbandet: Federation) -> StrictClient:
    client = StrictClient()
    client.force_login(MembershipFactory.create(federation=havsbandet, role=Role.OFFICE).user)
    return client


def table(office: StrictClient, key: str, period: str = "2025") -> dict[str, list[Any]]:
    """The values of each row by its labels, as REST gives them."""
    answer = office.get(f"/api/v1/federations/havsbandet/tables/{key}?period={period}")
    assert answer.status_code == 200, answer.content
    told = json.loads(answer.content)
    return {" / ".join(filter(None, row["labels"])): [cell["value"] for cell in row["cells"]] for row in told["rows"]}


def test_its_figures_come_back(office: StrictClient):
    assert table(office, "flows") == {
        "Öarna åäö": [6, 5, 5, 1],
        "Unga": [3, 3, 2, 1],
        "Tom": [0, 0, 0, 0],
        "Totalt": [9, 8, 7, 2],
    }
    assert table(office, "flows", "2025-Q1")["Totalt"] == [4, 3, 1, 3]
    assert table(office, "exit_groups") == {
        "Öarna åäö": [1, 2, 2, 5],
        "Unga": [0, 1, 1, 2],
        "Tom": [0, 0, 0, 0],
        "Totalt": [1, 3, 3, 7],
    }
    assert table(office, "table_1") == {
        "Öarna åäö / Lönearbete": [2, 0, 0, 2],
        "Öarna åäö / Kurs på folkhögskola": [0, 1, 0, 1],
        "Öarna åäö / Kartläggningen är färdig": [0, 0, 1, 1],
        "Öarna åäö / Uteblev": [1, 0, 0, 1],
        "Öarna åäö / Summa": [3, 1, 1, 5],
        "Unga / Lönearbete": [0, 1, 0, 1],
        "Unga / Uteblev": [1, 0, 0, 1],
        "Unga / Summa": [1, 1, 0, 2],
        "Tom / Uteblev": [0, 0, 0, 0],
        "Tom / Summa": [0, 0, 0, 0],
        "Summa": [4, 2, 1, 7],
    }
    # 1 + 0.5 + 0.25 + 0.40 full time; 100 000 kr avoided and 12 x 30 000 kr x 25 % of tax for each.
    worked = table(office, "table_2")
    assert worked["100%"] == [1, 100_000, 90_000, 190_000]
    assert worked["75%"] == [0, 0, 0, 0]
    assert worked["Timanställning"] == [1, 40_000, 36_000, 76_000]
    assert worked["Medeltal 100%"] == [2.15, 215_000, 193_500, 408_500]
    # 20 % of municipal tax; the amounts are agreed, and Grannby pays nothing.
    assert table(office, "table_3") == {
        "Österö": [3, 1.9, 190_000, 136_800, 326_800, 300_000, 26_800],
        "Ådö": [3, 0.25, 25_000, 18_000, 43_000, 200_000, -157_000],
        "Grannby": [1, 0, 0, 0, 0, 0, 0],
        "Uppgift saknas": [2, 0, 0, 0, 0, 0, 0],
        "Summering": [9, 2.15, 215_000, 154_800, 369_800, 500_000, -130_200],
    }


def test_who_they_are_and_how_it_went_comes_back(office: StrictClient):
    ages = table(office, "ages")
    # Women, men, others, together, share, and of them new and exited.
    assert {label: values[:4] for label, values in ages.items()} == {
        "Under 30": [2, 1, 1, 4],
        "30-49": [1, 1, 0, 2],
        "50 och äldre": [0, 1, 1, 2],
        "Uppgift saknas": [1, 0, 0, 1],
        "Totalt": [4, 3, 2, 9],
    }
    assert {label: values[-2] for label, values in table(office, "time_exited").items()} == {
        "Kort": 1,
        "Lång": 6,
        "Totalt": 7,
    }
    assert table(office, "went_on")["Totalt"] == [7, 4, 57, 2, 29]
    goals = {label: (values[5], values[6]) for label, values in table(office, "goals").items()}
    assert goals == {
        "Syftet nås för var fjärde": (29, "uppnått"),
        "Högst 40 procent kvinnor": (44, "ej uppnått"),
        "Sex avslut på öarna": (5, "ej uppnått"),
    }
    assert table(office, "budget")["Öarna åäö"] == [700_000, 720_000, 20_000, 2.9, 10, 6, 120_000]
    due = table(office, "follow_ups")
    # Five were due in the year, after a month, and five are due later, after twelve.
    assert {label: (row[5], row[-1]) for label, row in due.items()} == {
        "1 månad efter avslut / Öarna åäö": (5, 0),
        "1 månad efter avslut / Totalt": (5, 0),
        "12 månader efter avslut / Öarna åäö": (0, 5),
        "12 månader efter avslut / Totalt": (0, 5),
        "Totalt": (5, 5),
    }


def test_heads_and_contacts_come_back_by_rest(office: StrictClient, havsbandet: Federation):
    course = {"initiative": "moten", "held_on": "2025-05-06", "kind": "course", "women": 12, "men": 4, "days": 0.5}
    rated = {**course, "held_on": "2025-05-07", "others": 3, "rating": {"mean": 4.25, "answers": 8, "scale": 5}}
    at = "/api/v1/federations/havsbandet/activities/"
    for body in (course, rated):
        answer = office.post(at, body, content_type="application/json")
        assert answer.status_code == 201, answer.content
    again = office.post(at, course, content_type="application/json")
    assert "is_another" in again.json()["errors"]
    assert office.post(at, {**course, "is_another": True}, content_type="application/json").status_code == 201
    assert [told["held_on"] for told in office.get(at).json()["results"]] == ["2025-05-06", "2025-05-07", "2025-05-06"]
    # Events, days, heads, women, men, others, their shares, mean, answers, scale, asked about use, had use.
    told = table(office, "structural_activities")
    assert told["Möten"] == told["Totalt"] == [3, 1.5, 51, 36, 12, 3, 75, 25, 4.25, 8, "1–5", 0, None]

    member = StrictClient()
    member.force_login(staff_of(havsbandet.initiatives.get(slug="unga")))
    month = "/api/v1/federations/havsbandet/initiatives/unga/advisory-contacts/2025-05"
    counts = [
        {"kind": "phone", "referred_to": "af", "count": 4},
        {"kind": "meeting", "referred_to": "none", "count": 2},
    ]
    for _time in range(2):
        answer = member.put(month, {"counts": counts}, content_type="application/json")
        assert answer.status_code == 200, answer.content
        assert len(answer.json()["counts"]) == 2
    assert member.get(month).json() == answer.json()
    assert table(office, "advisory_contacts")["Summa"][-1] == 6


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"initiative": "oarna"}, "initiative"),
        ({"kind": "finns-inte"}, "kind"),
        ({"women": -1}, "women"),
        ({"women": 1.5}, "women"),
        ({"days": "en"}, "days"),
        ({"days": 1e300}, "days"),
        ({"held_on": "i går"}, "held_on"),
        ({"held_on": "2999-01-01"}, "held_on"),
        ({"rating": {"mean": 1e300, "answers": 1, "scale": 5}}, "rating_mean"),
        ({"rating": {"mean": 4}}, "answers"),
        ({"rating": 4}, ""),
        ({"namn": "x"}, "namn"),
    ],
)
def test_a_faulty_activity_is_refused_with_a_sentence(office: StrictClient, wrong: dict[str, Any], field: str):
    good = {"initiative": "moten", "held_on": "2025-05-06", "kind": "course", "women": 12}
    answer = office.post(
        "/api/v1/federations/havsbandet/activities/", {**good, **wrong}, content_type="application/json"
    )
    assert answer.status_code == 400, answer.content
    assert field in answer.json()["errors"]


@pytest.mark.parametrize(
    ("month", "count", "told"),
    [
        ("2025-13", {"kind": "phone", "referred_to": "af", "count": 1}, "ingen månad"),
        ("2024-05", {"kind": "phone", "referred_to": "af", "count": 1}, "började"),
        ("2025-05", {"kind": "brev", "referred_to": "af", "count": 1}, "fanns inte i listan"),
        ("2025-05", {"kind": "phone", "referred_to": "af", "count": -1}, "heltal"),
        ("2025-05", {"kind": "phone"}, "heltal"),
        ("2025-05", 7, "JSON-objekt"),
    ],
)
def test_faulty_contacts_are_refused_with_a_sentence(havsbandet: Federation, month: str, count: Any, told: str):
    member = StrictClient()
    member.force_login(staff_of(havsbandet.initiatives.get(slug="unga")))
    at = f"/api/v1/federations/havsbandet/initiatives/unga/advisory-contacts/{month}"
    answer = member.put(at, {"counts": [count]}, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert told in answer.content.decode()


@pytest.mark.parametrize(("rule", "told"), [("reason", [5, 2, 0]), ("steps", [1, 0, 6]), ("either", [5, 0, 2])])
def test_a_positive_step_is_judged_by_its_own_rule(
    office: StrictClient, havsbandet: Federation, tmp_path: Path, rule: str, told: list[int]
):
    initiative = havsbandet.initiatives.get(slug="oarna")
    code = Participation.objects.get(initiative=initiative, birth_year=2000).code
    book = saved(_steps([(code, "2025-02-01", "I hamn"), (code, "2025-04-01", "På öppet hav")]))
    _read_in(initiative, book)
    changed = tmp_path / "havsbandet.toml"
    changed.write_text(FILE.read_text().replace('positive_step = "reason"', f'positive_step = "{rule}"'))
    call_command("federation", "load", changed, "--yes")
    assert table(office, "steps_by_initiative")["Totalt"][:3] == told
    assert table(office, "steps_by_assignment")["Totalt"][:3] == told


def _steps(lines: list[tuple[str, str, str]]) -> Any:
    return book_of(lines, ["Kod", "Datum", "Steg"], "Stegbedömningar")


def test_ten_steps_and_a_new_one_between_are_a_ladder_too(office: StrictClient, tmp_path: Path):
    ladder = ", ".join(f'{{ code = "s{n}", label = "Trappsteg {n}" }}' for n in range(1, 8))
    text = FILE.read_text().replace('  { code = "hav",', f"  {ladder},\n" + '  { code = "hav",')
    changed = tmp_path / "havsbandet.toml"
    changed.write_text(text)
    call_command("federation", "load", changed, "--yes")
    assert list(table(office, "step_matrix")) == [
        "I hamn",
        "Vid bryggan",
        *(f"Trappsteg {n}" for n in range(1, 8)),
        "På öppet hav",
        "Ingen bedömning",
        "Totalt",
    ]
    assert Decimal(table(office, "step_matrix")["Totalt"][-1]) == Decimal(7)
