"""Any table of an initiative, a municipality, an assignment, or several of them: on the page, as a file, over REST."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.factories import Tenant, World

AT = "/forbund/norra/statistik/"
API = "/api/v1/federations/norra/tables/"


@pytest.fixture
def north(world: World) -> Tenant:
    """Three in the first initiative: two of them from the first municipality, one of those with an assignment."""
    tenant = world.north
    first, second = tenant.federation.municipalities.all()[:2]
    tenant.enrol(municipality=first, assignment="mapping")
    tenant.enrol(municipality=first)
    tenant.enrol(municipality=second)
    return tenant


@pytest.fixture
def query(north: Tenant) -> str:
    municipality = north.federation.municipalities.first()
    assert municipality
    return f"period=2025&insats={north.first.slug}&kommun={municipality.code}"


def total_in(text: str) -> int:
    """The sum of the table of flows, in a CSV file."""
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    return int(next(row for row in rows if row[1] == "summa")[2])


def test_the_page_shows_the_part_and_keeps_it_in_every_link(office: Any, query: str):
    page = office.get(f"{AT}?{query}").content.decode()
    assert "finns bara för hela förbundet" in page
    assert "Alla som avslutades" in page, "each table says what it counts"
    assert 'id="budget"' not in page
    assert 'id="goals"' not in page
    links = query.replace("&", "&amp;")
    assert f"flows.csv?{links}" in page
    assert f"flows/bakom/?{links}" in page
    assert f"alla.xlsx?{links}" in page


def test_the_figures_are_of_the_part_in_page_file_and_rest(office: Any, north: Tenant, query: str):
    assert total_in(office.get(f"{AT}flows.csv?period=2025").content.decode("utf-8-sig")) == 3
    assert total_in(office.get(f"{AT}flows.csv?{query}").content.decode("utf-8-sig")) == 2
    assert total_in(office.get(f"{AT}flows.csv?{query}&uppdrag=mapping").content.decode("utf-8-sig")) == 1
    asked = query.replace("&insats=", "&initiative=").replace("&kommun=", "&municipality=")
    told = office.get(f"{API}flows?{asked}").json()
    assert told["rows"][-1]["cells"][0]["value"] == 2
    assert north.first.name in told["scope"]
    assert total_in(office.get(f"{API}flows.csv?{asked}&assignment=mapping").content.decode("utf-8-sig")) == 1


def test_the_file_is_named_for_its_part(office: Any, north: Tenant, query: str):
    answer = office.get(f"{AT}alla.xlsx?{query}")
    code = query.rpartition("=")[2]
    assert f"norra-{north.first.slug}-{code}-tabeller-2025.xlsx" in answer["Content-Disposition"]
    titles = load_workbook(io.BytesIO(answer.content)).sheetnames
    assert any(title.startswith("Deltagare under") for title in titles)
    assert not any(title.startswith("Budget") for title in titles)


def test_what_is_behind_a_figure_of_a_part_is_of_the_part(office: Any, query: str):
    address = f"{AT}flows/bakom/?{query}"
    opened = office.post(address, {"cell": "rad=total&kolumn=total"}, follow=True)
    assert opened.status_code == 200
    assert "Bakom 2 i" in opened.content.decode()
    assert "kommun=" in opened.redirect_chain[-1][0]


def test_the_lead_has_the_files_of_the_own_initiative(lead: Any, north: Tenant):
    at = f"/forbund/norra/insatser/{north.first.slug}/statistik/"
    code = north.federation.municipalities.all()[0].code
    assert total_in(lead.get(f"{at}flows.csv?period=2025&kommun={code}").content.decode("utf-8-sig")) == 2
    # Another initiative's is not had by asking for it in the query.
    assert total_in(lead.get(f"{at}flows.csv?period=2025&insats=annan").content.decode("utf-8-sig")) == 3
    assert lead.get(f"{at}budget.csv?period=2025").status_code == 404
    assert f"{at}alla.xlsx?period=2025" in lead.get(f"{at}?period=2025").content.decode()


@pytest.mark.parametrize("part", ["insats", "kommun", "uppdrag"])
def test_what_no_database_takes_is_refused_too(office: Any, part: str):
    assert office.get(f"{AT}?period=2025&{part}=a%00b").status_code == 400


@pytest.mark.parametrize("wrong", ["insats=finns-inte", "kommun=finns-inte", "uppdrag=finns-inte"])
def test_a_part_that_is_nowhere_is_refused_with_a_sentence(office: Any, wrong: str):
    for path in ("", "flows.csv", "alla.xlsx", "flows/bakom/"):
        answer = office.get(f"{AT}{path}?period=2025&{wrong}")
        assert answer.status_code == 400
        assert "”finns-inte” finns inte" in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("flows?period=2025&initiative=x", 400, "Insatsen ”x” finns inte"),
        ("flows?period=2025&municipality=x", 400, "Kommunen ”x” finns inte"),
        ("flows?period=2025&assignment=x", 400, "Uppdraget ”x” finns inte"),
        ("flows?period=2025&known_on=x", 400, "åååå-mm-dd"),
        ("flows?period=2025&known_on=9999-01-01", 400, "har inte varit än"),
        ("budget?period=2025&assignment=mapping", 404, "bara för hela förbundet"),
    ],
)
def test_rest_says_what_is_wrong_with_a_part(office: Any, asked: str, status: int, told: str):
    answer = office.get(f"{API}{asked}")
    assert answer.status_code == status
    assert told in answer.json()["detail"]


def test_another_federations_initiative_is_no_part_of_this_one(office: Any, world: World):
    assert office.get(f"{API}flows?period=2025&initiative={world.south.first.slug}x").status_code == 400
