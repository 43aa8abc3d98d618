"""Behind a figure: what it is made of for whoever sees it, registrations only for those who work there."""

import re
from datetime import date
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from finsam_tracker.core.models import AuditEvent
from finsam_tracker.core.period import Period
from participants.models import Participation
from reports.breakdown import breakdowns, taken_apart
from reports.compute import compute
from reports.context import Context, Scope
from reports.tables import TABLES
from tests.conftest import StrictClient
from tests.factories import Tenant, World, make_funding

YEAR = Period.year(2025)


@pytest.fixture
def north(world: World) -> Tenant:
    """Five who took part in two initiatives; three have left, two of them to work."""
    north = world.north
    make_funding(north, 2025)
    north.end(north.enrol(), reason="work", work_after="100")
    north.end(north.enrol(gender="man", municipality=None), reason="work", work_after="hourly")
    north.end(north.enrol(gender="man"), reason="moved")
    north.enrol(municipality=north.municipalities[1])
    north.enrol(north.second)
    return north


def address(north: Tenant, key: str, query: dict[str, str] | None = None, *, initiative: bool = False) -> str:
    place = [north.federation.slug, north.first.slug] if initiative else [north.federation.slug]
    where = reverse("initiative_figure" if initiative else "figure", args=[*place, key])
    return f"{where}?{urlencode({'period': '2025', **(query or {})})}"


def opened(client: StrictClient, north: Tenant, key: str, row: str, column: str, *, initiative: bool = False) -> str:
    """The page behind a figure, after the button on it in the table."""
    cell = urlencode({"rad": row, "kolumn": column})
    answer = client.post(address(north, key, initiative=initiative), {"cell": cell}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def codes() -> set[str]:
    return set(Participation.objects.values_list("code", flat=True))


def numbers(page: str) -> list[str]:
    return re.findall(r'<td class="number">(\d+)</td>', page)


class TestTheOffice:
    def test_every_figure_of_the_table_is_a_button(self, north: Tenant, office: StrictClient):
        page = office.get(address(north, "flows")).content.decode()
        assert page.count('name="cell"') == 12
        assert 'aria-label="Vägen vidare, Totalt: 4"' in page

    def test_a_figure_opens_its_breakdown_and_each_adds_up(self, north: Tenant, office: StrictClient):
        page = opened(office, north, "flows", "total", "total")
        assert "Alla som deltog i perioden: 5" in page
        for shown in ("Vägen vidare", "Klivet", "Kvinnor", "Män", "Uppgift saknas"):
            assert shown in page
        assert numbers(page).count("5") == 3, "three breakdowns, each with its sum"

    def test_no_registration_is_on_the_page_nor_in_the_record(self, north: Tenant, office: StrictClient):
        page = opened(office, north, "table_1", f"{north.first.slug}~work", "man")
        assert not [code for code in codes() if code in page]
        event = AuditEvent.objects.get(action="open_figure")
        assert (event.subject_type, event.federation) == ("federation", north.federation)
        assert event.reason == "table_1?period=2025&rad=norra-1~work&kolumn=man"

    def test_nothing_is_shown_before_the_opening_is_noted(self, north: Tenant, office: StrictClient):
        cell = {"rad": "total", "kolumn": "total"}
        page = office.get(address(north, "flows", cell)).content.decode()
        assert "Visa vad som ligger bakom" in page
        assert not numbers(page)
        opened(office, north, "flows", "total", "total")
        again = office.get(address(north, "flows", cell)).content.decode()
        assert "Visa vad som ligger bakom" not in again
        assert AuditEvent.objects.filter(action="open_figure").count() == 1, "reading it again is not a new opening"

    def test_somebody_elses_opening_opens_nothing(self, north: Tenant, office: StrictClient, lead: StrictClient):
        cell = {"rad": north.first.slug, "kolumn": "total"}
        opened(lead, north, "flows", north.first.slug, "total", initiative=True)
        page = office.get(address(north, "flows", cell, initiative=True)).content.decode()
        assert "Visa vad som ligger bakom" in page

    def test_in_an_initiatives_table_there_are_counts_and_no_codes(self, north: Tenant, office: StrictClient):
        page = opened(office, north, "flows", north.first.slug, "total", initiative=True)
        assert "Kvinnor" in page
        assert "Registreringarna" not in page
        assert not [code for code in codes() if code in page]

    def test_a_share_opens_what_it_is_a_share_of(self, north: Tenant, office: StrictClient):
        page = opened(office, north, "facts", "women", "percent")
        assert "Kvinnor i procent av alla som deltog i perioden" in page
        assert re.findall(r'class="figure"[^>]*>(\d+)<', page) == ["3", "5"]
        cell = urlencode({"rad": "women", "kolumn": "percent", "del": "2"})
        part = office.post(address(north, "facts"), {"cell": cell}, follow=True).content.decode()
        assert "Alla som deltog i perioden: 5" in part

    def test_money_opens_its_counts_and_its_assumptions(self, north: Tenant, office: StrictClient):
        page = opened(office, north, "table_2", "total", "result")
        assert "Undviken försörjning + skatt" in page
        assert "Testernas antagande" in page
        assert "av dem som avslutades i perioden: Timanställning" in page

    def test_what_the_federation_has_stated_has_no_registrations(self, north: Tenant, office: StrictClient):
        cell = {"rad": "total", "kolumn": "inhabitants"}
        page = office.get(address(north, "financing", cell)).content.decode()
        assert "räknas inte från registreringar" in page

    @pytest.mark.parametrize(
        "cell",
        [
            {"rad": "finns-inte", "kolumn": "total"},
            {"rad": "total", "kolumn": "finns-inte"},
            {"rad": "total", "kolumn": "total", "del": "7"},
            {"rad": "total~total", "kolumn": "total"},
        ],
    )
    def test_a_figure_that_does_not_exist_is_told(self, cell: dict[str, str], north: Tenant, office: StrictClient):
        answer = office.post(address(north, "flows"), {"cell": urlencode(cell)}, follow=True)
        assert answer.status_code == 400
        assert "Siffran finns inte i tabellen" in answer.content.decode()

    @pytest.mark.parametrize("query", [{"period": "x"}, {"kant": "2999-01-01"}, {"kant": "nyss"}])
    def test_a_wish_that_cannot_be_met_is_told(self, query: dict[str, str], north: Tenant, office: StrictClient):
        answer = office.get(address(north, "flows", query))
        assert answer.status_code == 400
        assert "Tabellen kan inte visas" in answer.content.decode()

    def test_a_table_that_does_not_exist_is_not_found(self, north: Tenant, office: StrictClient):
        assert office.get(address(north, "finns-inte")).status_code == 404
        assert office.get(address(north, "goals", initiative=True)).status_code == 404


class TestThoseWhoWorkThere:
    def test_the_lead_gets_the_registrations_with_links(self, north: Tenant, lead: StrictClient):
        page = opened(lead, north, "table_1", f"{north.first.slug}~work", "woman", initiative=True)
        (one,) = Participation.objects.filter(exit_reason=north.reasons["work"], gender="woman")
        assert [code for code in codes() if code in page] == [one.code]
        assert reverse("participation", args=["norra", north.first.slug, one.code]) in page

    def test_as_many_as_the_figure_says(self, north: Tenant, lead: StrictClient):
        page = opened(lead, north, "flows", north.first.slug, "total", initiative=True)
        assert page.count('class="code"') == 4

    def test_as_known_before_they_were_registered_there_are_none(self, north: Tenant, lead: StrictClient):
        cell = urlencode({"rad": north.first.slug, "kolumn": "total"})
        where = address(north, "flows", {"kant": "2025-11-30"}, initiative=True)
        assert "Inga registreringar." in lead.post(where, {"cell": cell}, follow=True).content.decode()
        later = address(north, "flows", {"kant": "2025-12-01"}, initiative=True)
        page = lead.post(later, {"cell": cell}, follow=True).content.decode()
        assert page.count('class="code"') == 4
        assert "Som det var känt 2025-12-01" in page


@pytest.mark.parametrize("key", TABLES)
def test_each_breakdown_of_each_count_adds_up_to_it(key: str, north: Tenant):
    table, context = TABLES[key], Context(Scope(north.federation), YEAR)
    (result,) = compute([table], context)
    for row in result.rows:
        for column in result.columns:
            if row.cells[result.column(column.key)].value is None:
                continue
            for part in taken_apart(table, context, row, column.key).parts:
                for breakdown in breakdowns(table, part, context):
                    assert breakdown.sum == part.number, (row.key, column.key, breakdown.title)


def test_a_share_of_the_whole_table_has_the_whole_table_behind_it(north: Tenant):
    assert north.first.start_on < date(2025, 1, 1)
    context = Context(Scope(north.federation), YEAR)
    (result,) = compute([TABLES["facts"]], context)
    behind = taken_apart(TABLES["facts"], context, result.row("women"), "percent")
    assert [part.number for part in behind.parts] == [3, 5]
