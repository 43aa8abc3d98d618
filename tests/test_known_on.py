"""Tables as they were known on a past day, and what has changed between two days."""

import io
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from finsam_tracker.core.period import Period
from participants.facts import Enrolment, Exit
from participants.models import Participation
from participants.services.correction import void
from participants.services.enrolment import enrol
from participants.services.exit import end
from reports.asking import end_of
from reports.changes import changes
from reports.compute import compute
from reports.context import Context, Scope
from reports.definition import TOTAL
from reports.tables import TABLES
from tests.conftest import StrictClient
from tests.factories import Tenant, World, noon

SPRING, AUTUMN = date(2025, 4, 1), date(2025, 11, 1)
YEAR = Period.year(2025)


def registered(north: Tenant, on: date, **facts: object) -> Participation:
    plain: dict[str, Any] = {"gender": "woman", "start_on": date(2025, 3, 1), "birth_year": 1985, **facts}
    return enrol(by=north.lead, initiative=north.first, facts=Enrolment(**plain), now=noon(on))


def ended(north: Tenant, one: Participation, on: date, now: date) -> None:
    facts = Exit(exit_on=on, exit_reason=north.reasons["moved"])
    end(by=north.lead, participation=one, facts=facts, now=noon(now))


@pytest.fixture
def north(world: World) -> Tenant:
    """Known in spring: three. Then one is added late, one leaves, one turns out to be wrong."""
    north = world.north
    stays, leaves, wrong = (registered(north, date(2025, 3, 2)) for _n in range(3))
    assert stays
    registered(north, date(2025, 6, 1), start_on=date(2025, 3, 20))
    ended(north, leaves, date(2025, 3, 31), date(2025, 6, 2))
    void(by=north.lead, participation=wrong, reason="fel insats", now=noon(date(2025, 6, 3)))
    return north


def moment(day: date) -> datetime:
    return end_of(day)


def at(route: str, **query: str) -> str:
    return f"{reverse(route, args=['norra'])}?{urlencode({'period': '2025', **query})}"


class TestAsKnownOn:
    def test_the_page_shows_what_was_known_and_says_so(self, north: Tenant, office: StrictClient):
        then = office.get(at("statistics", kant="2025-04-01")).content.decode()
        now = office.get(at("statistics")).content.decode()
        assert "Som det var känt 2025-04-01." in then
        assert "Som det var känt 2025-04-01." not in now
        row = '<th scope="row">Totalt</th>' + 3 * '<td class="number">{}</td>'
        assert row.format(3, 3, 0) in then
        assert row.format(3, 3, 1) in now

    def test_its_links_and_files_are_of_that_day_too(self, north: Tenant, office: StrictClient):
        page = office.get(at("statistics", kant="2025-04-01")).content.decode()
        assert page.count("kant=2025-04-01") > 40
        file = office.get(reverse("download_table", args=["norra", "flows", "csv"]) + "?period=2025&kant=2025-04-01")
        assert 'norra-flows-2025-kant-2025-04-01.csv"' in file["Content-Disposition"]
        book = office.get(reverse("download_table", args=["norra", "flows", "xlsx"]) + "?period=2025&kant=2025-04-01")
        sheet = load_workbook(io.BytesIO(book.content)).worksheets[0]
        cells = [str(cell) for line in sheet.iter_rows(values_only=True) for cell in line if cell]
        assert any("Som det var känt 2025-04-01." in cell for cell in cells)

    @pytest.mark.parametrize(
        ("day", "told"), [("2999-01-01", "har inte varit än"), ("i går", "är inget datum"), ("0001-01-01", "")]
    )
    def test_a_day_that_cannot_be_known_is_told(self, day: str, told: str, north: Tenant, office: StrictClient):
        answer = office.get(at("statistics", kant=day))
        assert answer.status_code == (400 if told else 200)
        assert told in answer.content.decode()

    def test_what_was_typed_stays_in_the_form(self, north: Tenant, office: StrictClient):
        assert 'value="2999-01-01"' in office.get(at("statistics", kant="2999-01-01")).content.decode()

    def test_htmx_is_told_what_is_wrong_in_an_answer_that_it_shows(self, north: Tenant, office: StrictClient):
        answer = office.get(at("statistics", kant="x"), headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "Tabellerna kan inte visas" in answer.content.decode()


class TestWhatChanged:
    def test_each_cause_is_counted_with_what_it_did_to_the_figures(self, north: Tenant):
        found = changes(Scope(north.federation), YEAR, moment(SPRING), moment(AUTUMN))
        assert [(c.cause.value, c.number, dict(c.effect)) for c in found] == [
            ("added", 1, {"total": 1, "new": 1, "exited": 0, "ongoing": 1}),
            ("exited", 1, {"total": 0, "new": 0, "exited": 1, "ongoing": -1}),
            ("voided", 1, {"total": -1, "new": -1, "exited": 0, "ongoing": -1}),
        ]

    @pytest.mark.parametrize("first", [date(2025, 3, 1), SPRING, date(2025, 6, 1), date(2025, 6, 2)])
    def test_the_changes_are_the_difference_between_the_tables(self, first: date, north: Tenant):
        scope = Scope(north.federation)
        old, new = (compute([TABLES["flows"]], Context(scope, YEAR, moment(day)))[0] for day in (first, AUTUMN))
        found = changes(scope, YEAR, moment(first), moment(AUTUMN))
        for flow in ("total", "new", "exited", "ongoing"):
            difference = new.cell(flow, TOTAL).number - old.cell(flow, TOTAL).number
            assert sum(change.effect[flow] for change in found) == difference

    def test_the_page_tells_it_without_a_registration(self, north: Tenant, office: StrictClient):
        page = office.get(at("what_changed", fran="2025-04-01", till="2025-11-01")).content.decode()
        causes = ("Inskrivning som har tillkommit", "Avslut som har tillkommit", "Felregistrering")
        for shown in (*causes, "+1", "\N{MINUS SIGN}1"):
            assert shown in page
        assert "Deltagare under perioden: 4 siffror" in " ".join(page.split())
        assert not [code for code in Participation.objects.values_list("code", flat=True) if code in page]

    def test_between_two_days_on_which_nothing_happened_nothing_changed(self, north: Tenant, office: StrictClient):
        page = office.get(at("what_changed", fran="2025-08-01", till="2025-11-01")).content.decode()
        assert "Inga deltaganden i perioden har ändrats" in page
        assert "Ingen siffra har ändrats." in page

    @pytest.mark.parametrize(
        ("first", "last", "told"),
        [
            ("2025-11-01", "2025-04-01", "Byt plats på dem"),
            ("2025-04-01", "2999-01-01", "har inte varit än"),
            ("x", "2025-04-01", "är inget datum"),
            ("0001-01-01", "0001-01-01", "Byt plats på dem"),
        ],
    )
    def test_days_that_cannot_be_compared_are_told(
        self, first: str, last: str, told: str, north: Tenant, office: StrictClient
    ):
        answer = office.get(at("what_changed", fran=first, till=last))
        assert answer.status_code == 400
        assert told in answer.content.decode()
        assert f'value="{first}"' in answer.content.decode()

    def test_without_days_the_last_month_is_compared(self, north: Tenant, office: StrictClient):
        assert office.get(reverse("what_changed", args=["norra"])).status_code == 200
