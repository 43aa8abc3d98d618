"""Uppföljning Finsam: the figures as its form asks for them, what has been registered there, and what changed since."""

import csv
import io
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from finsam_tracker.clients.scopes import Scope
from finsam_tracker.core.models import FederationYear, Funding, User
from initiatives.models import InitiativeYear
from participants.services.correction import void
from reports.finsam import marks
from reports.finsam.deadlines import remind_all, set_deadline
from reports.finsam.export import Export, export_of, payload_of, usual, values_in
from reports.finsam.fields import FIELDS, OF_FEDERATION, OF_INITIATIVE
from reports.models import FinsamMark, FinsamUndo, FrozenError
from tests.conftest import StrictClient
from tests.factories import Tenant, World, make_activity, make_funding, noon
from tests.machines import API, Machine, key_for
from tests.test_participant_pages import text_of

EXPORT = f"{API}finsam-export/norra/2025"
PAGE = "/forbund/norra/uppfoljning-finsam/2025/"
pytestmark = pytest.mark.usefixtures("tasks_run_here")


@pytest.fixture
def north(world: World) -> Tenant:
    """A year: three in the first initiative, one of them ended; heads at an activity; money, but not all of it."""
    tenant = world.north
    make_funding(tenant, 2025)
    tenant.end(tenant.enrol())
    tenant.enrol(gender="man", start_on=date(2024, 10, 1))
    tenant.enrol(gender="other", start_on=date(2025, 9, 1))
    make_activity(tenant, women=8, men=3, others=1)
    InitiativeYear.objects.create(
        initiative=tenant.first, year=2025, budget_sek=900_000, outcome_sek=850_000, planned_participants=40
    )
    FederationYear.objects.create(federation=tenant.federation, year=2025, administration_budget_sek=400_000)
    type(tenant.first).objects.filter(pk=tenant.first.pk).update(follow_up_method="Enkät", target_group="Unga")
    return tenant


def read(client: StrictClient, query: str = "") -> dict[str, Any]:
    answer = client.get(EXPORT + query)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = json.loads(answer.content)
    return told


def initiative(told: dict[str, Any], slug: str) -> dict[str, Any]:
    found: dict[str, Any] = next(i for i in told["initiatives"] if i["slug"] == slug)
    return found


def export(tenant: Tenant) -> Export:
    return export_of(tenant.federation, usual(2025), now=timezone.now())


class TestExport:
    def test_it_says_what_the_tables_say(self, north: Tenant, office: StrictClient):
        told = read(office)
        assert told["schema_version"] == "1.0"
        assert told["federation"] == {"slug": "norra", "name": north.federation.name}
        assert told["funds"] == {"state": 6_000_000, "region": 3_000_000, "municipalities": 3_000_000} | {
            "total": 12_000_000
        }
        assert told["administration"] == {"budget": 400_000, "outcome": None}
        first = initiative(told, "norra-1")
        assert first["participants"] == {"women": 1, "men": 1, "other": 1, "total": 3}
        assert (first["budget"], first["outcome"], first["planned_participants"]) == (900_000, 850_000, 40)
        assert (first["orientation"], first["esf"], first["follow_up_method"]) == ("individual", False, "Enkät")
        flows = json.loads(office.get(f"{API}federations/norra/tables/flows?period=2025").content)
        totals = {row["key"][0]: row["cells"][0]["value"] for row in flows["rows"] if row["kind"] == "body"}
        assert {i["slug"]: i["participants"]["total"] for i in told["initiatives"] if i["slug"] in totals} == totals
        assert initiative(told, "norra-3")["participants"] == {"women": 8, "men": 3, "other": 1, "total": 12}

    def test_what_is_not_known_is_null_and_named_and_never_nought(self, north: Tenant, office: StrictClient):
        told = read(office)
        assert told["own_capital"] is None
        for path in ("own_capital", "administration.outcome", "initiatives/norra-2/budget"):
            assert path in told["missing"]
        # An initiative that enrols nobody plans for nobody: that is not missing.
        assert initiative(told, "norra-3")["planned_participants"] is None
        assert "initiatives/norra-3/planned_participants" not in told["missing"]
        assert initiative(told, "norra-2")["participants"]["total"] == 0
        values = values_in(told)
        assert all(values[path] is None for path in told["missing"])
        Funding.objects.filter(source="region").delete()
        assert {"funds.region", "funds.total"} <= set(read(office)["missing"])

    def test_it_has_the_fields_of_the_form_and_no_others(self, north: Tenant, office: StrictClient):
        told = read(office)
        about = {"schema_version", "generated_at", "known_at", "federation", "year", "participants", "initiatives"}
        own = {field.key.split(".")[0] for field in OF_FEDERATION}
        assert set(told) == about | own | {"missing", "figures_sha256"}
        of_initiative = {field.key.split(".")[0] for field in OF_INITIATIVE} | {"slug"}
        assert all(set(one) == of_initiative for one in told["initiatives"])
        for kept_out in ("age", "education", "reason", "birth", "municipality_code"):
            assert not [path for path in values_in(told) if kept_out in path]

    @pytest.mark.parametrize(
        ("query", "people", "at_activities"),
        [
            ("?participants=new", [1, 0, 1, 2], [None] * 4),
            ("?participants=exited", [1, 0, 0, 1], [None] * 4),
            ("?participants=ongoing", [0, 1, 1, 2], [None] * 4),
            ("?participants=ongoing&period=2025-Q1", [1, 1, 0, 2], [None] * 4),
            ("?period=2025-H2", [1, 1, 1, 3], [0, 0, 0, 0]),
        ],
    )
    def test_who_is_counted_and_when_can_be_chosen(
        self, north: Tenant, office: StrictClient, query: str, people: list[int], at_activities: list[Any]
    ):
        told = read(office, query)
        assert list(initiative(told, "norra-1")["participants"].values()) == people
        assert list(initiative(told, "norra-3")["participants"].values()) == at_activities
        assert initiative(told, "norra-1")["budget"] == 900_000

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("?participants=alla", "participants"),
            ("?period=2024", "period"),
            ("?period=2025-04", "period"),
            ("?period=i-fjol", "period"),
            ("?period=start--2025-12-31", "period"),
        ],
    )
    def test_what_cannot_be_asked_for_is_told_by_field(self, office: StrictClient, query: str, field: str):
        answer = office.get(EXPORT + query)
        assert answer.status_code == 400
        assert list(json.loads(answer.content)["errors"]) == [field]
        assert office.get(f"{API}finsam-export/norra/1900").status_code == 404

    def test_as_csv_it_has_a_line_a_field(self, north: Tenant, office: StrictClient):
        type(north.first).objects.filter(pk=north.first.pk).update(target_group="=SUM(A1)")
        answer = office.get(f"{EXPORT}.csv?participants=new")
        assert answer["Content-Disposition"] == 'attachment; filename="norra_uppfoljning-finsam_2025.csv"'
        lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert len(lines) == len(OF_FEDERATION) + 3 * len(OF_INITIATIVE)
        found = {(line["initiative"], line["field"]): (line["value"], line["status"]) for line in lines}
        assert found["", "own_capital"] == ("", "missing")
        assert found["norra-1", "participants.women"] == ("1", "value")
        assert found["norra-3", "participants.women"] == ("", "not_applicable")
        assert found["norra-1", "target_group"] == ("'=SUM(A1)", "value")
        assert found["norra-1", "esf"] == ("false", "value")

    def test_a_key_opens_it_only_with_its_own_scope(self, world: World, north: Tenant):
        of_export = Machine(key_for(world, Scope.FINSAM_EXPORT, name="Underlaget")[1])
        assert of_export.read(EXPORT)["year"] == 2025
        of_tables = Machine(key_for(world, Scope.READ_TABLES, name="Tabeller")[1])
        assert of_tables.get(EXPORT).status_code == 403
        assert of_export.get(f"{API}federations/norra/tables/flows?period=2025").status_code == 403

    def test_the_same_figures_have_the_same_fingerprint(self, north: Tenant):
        first, second = payload_of(export(north)), payload_of(export(north))
        assert first["figures_sha256"] == second["figures_sha256"]
        north.enrol()
        assert payload_of(export(north))["figures_sha256"] != first["figures_sha256"]

    def test_of_a_thinned_time_it_says_why_there_are_no_figures(self, north: Tenant, office: StrictClient):
        north.federation.thinned_until = date(2025, 12, 31)
        north.federation.save()
        answer = office.get(EXPORT)
        assert answer.status_code == 409
        assert "gallrade" in json.loads(answer.content)["detail"]
        assert "gallrade" in text_of(office.get(PAGE))


def post(client: StrictClient, page: Any, place: str, field: str = "", **more: str) -> Any:
    """Presses a button of the section of a place, as the page shows it."""
    section = page.content.decode().split(f'name="place" value="{place}"')[1]
    seen = re.search(r'name="seen" value="(\w+)"', section)
    assert seen
    told = {"place": place, "seen": seen[1], "field": field, "participants": "total", "period": "2025"}
    return client.post(f"{PAGE}markera/", told | more, follow=True)


class TestPage:
    def test_the_values_stand_in_the_forms_order(self, north: Tenant, office: StrictClient):
        page = office.get(PAGE).content.decode()
        titles = re.findall(r'<th scope="row" role="rowheader">\s*(.*?)\s*<', page)
        assert titles == [str(f.title) for f in (*OF_FEDERATION, *OF_INITIATIVE, *OF_INITIATIVE, *OF_INITIATIVE)]
        assert 'data-copy="12000000"' in page
        assert "12\N{NARROW NO-BREAK SPACE}000\N{NARROW NO-BREAK SPACE}000" in page
        assert "/installningar/pengar/2025/medel/" in page

    def test_a_value_is_marked_with_who_when_and_which(self, north: Tenant, office: StrictClient):
        text = text_of(post(office, office.get(PAGE), "norra-1", "budget"))
        made = FinsamMark.objects.get()
        assert (made.value, made.by, made.field, made.period, made.counted) == (
            900_000,
            north.office,
            "budget",
            "2025",
            "",
        )
        assert f"Registrerad {timezone.localdate()} av {north.office}" in text
        # Marked already: pressed twice it is the same.
        post(office, office.get(PAGE), "norra-1", "budget")
        assert FinsamMark.objects.count() == 1

    def test_what_cannot_be_changed_afterwards_is_asked_about_first(self, north: Tenant, office: StrictClient):
        page = office.get(PAGE)
        asked = post(office, page, "norra-1")
        assert "Stämmer det här för Vägen vidare?" in text_of(asked)
        assert "Enkät" in text_of(asked)
        assert not FinsamMark.objects.exists()
        with pytest.raises(ValidationError):
            marks.mark(
                by=north.office,
                export=export(north),
                place="norra-1",
                shown=marks.seen(export(north).place("norra-1")),
                now=timezone.now(),
            )
        done = post(office, page, "norra-1", sure="ja")
        assert "Markerat som registrerat" in text_of(done)
        # All but the narrower orientation, which is not known.
        assert FinsamMark.objects.count() == len(OF_INITIATIVE) - 1
        assert set(FinsamMark.objects.values_list("counted", flat=True)) == {"", "total"}

    def test_what_has_changed_since_is_told_with_the_reason_in_counts(self, north: Tenant, office: StrictClient):
        post(office, office.get(PAGE), "norra-1", sure="ja")
        late, _other = (north.enrol_late(date(2025, 11, day)) for day in (3, 4))
        text = text_of(office.get(PAGE))
        assert "Ändrat sedan det registrerades" in text
        assert re.search(r"Vägen vidare Deltagare, kvinnor 1 3 \+2", text)
        assert re.search(r"Vägen vidare Deltagare, summa 3 5 \+2", text)
        assert "Inskrivning som har tillkommit: 2 deltaganden (+2)" in text
        void(by=north.lead, participation=late, reason="dubbelt", now=timezone.now())
        assert re.search(r"Vägen vidare Deltagare, summa 3 4 \+1", text_of(office.get(PAGE)))
        # Registered again, it is as registered; both marks are kept.
        post(office, office.get(PAGE), "norra-1", "participants.total")
        kept = FinsamMark.objects.filter(field="participants.total")
        assert list(kept.values_list("number", "value")) == [(1, 3), (2, 4)]
        assert "Deltagare, summa 3 4" not in text_of(office.get(PAGE))

    def test_a_mark_is_undone_and_the_one_before_is_in_force_again(self, north: Tenant, office: StrictClient):
        post(office, office.get(PAGE), "norra-1", "budget")
        InitiativeYear.objects.update(budget_sek=950_000)
        post(office, office.get(PAGE), "norra-1", "budget")
        last = FinsamMark.objects.get(number=2)
        for _twice in range(2):
            office.post(f"{PAGE}angra/{last.pk}/", {"participants": "total", "period": "2025"})
        assert FinsamUndo.objects.count() == 1
        text = text_of(office.get(PAGE))
        assert re.search(r"Budget \(kr\) 900.000 950.000 \+50.000", text)
        archive = text_of(office.get(f"{PAGE}arkiv/"))
        assert f"Ångrad {timezone.localdate()}" in archive
        answer = office.get("/forbund/norra/uppfoljning-finsam/arkiv.csv")
        lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert [(line["Värde"], bool(line["Ångrat"])) for line in lines] == [("950000", True), ("900000", False)]

    def test_figures_that_changed_while_the_page_was_open_are_not_marked(self, north: Tenant, office: StrictClient):
        page = office.get(PAGE)
        north.enrol()
        assert "har ändrats sedan du öppnade sidan" in text_of(post(office, page, "norra-1", "participants.total"))
        assert not FinsamMark.objects.exists()

    @pytest.mark.parametrize(
        "told", [{"field": "age"}, {"place": "finns-inte"}, {"period": "2024"}, {"participants": "x"}, {"seen": ""}]
    )
    def test_what_no_button_says_is_refused_in_words(self, north: Tenant, office: StrictClient, told: dict[str, str]):
        page = office.get(PAGE)
        seen = marks.seen(export(north).place(""))
        plain = {"place": "", "seen": seen, "field": "funds.state", "participants": "total", "period": "2025"}
        answer = office.post(f"{PAGE}markera/", plain | told, follow=True)
        assert answer.status_code == 200
        assert "alert-warning" in answer.content.decode()
        assert page.status_code == 200
        assert not FinsamMark.objects.exists()

    def test_participants_counted_otherwise_are_other_values(self, north: Tenant, office: StrictClient):
        post(office, office.get(PAGE), "norra-1", "participants.total")
        other = office.get(f"{PAGE}?participants=new&period=2025-H1")
        assert "Registrerad" not in text_of(other)
        post(office, other, "norra-1", "participants.total", participants="new", period="2025-H1")
        assert FinsamMark.objects.filter(counted="new", period="2025-H1", value=1).exists()

    def test_what_was_reported_can_be_neither_changed_nor_taken_away(self, north: Tenant, office: StrictClient):
        post(office, office.get(PAGE), "norra-1", "budget")
        made = FinsamMark.objects.get()
        for act in (
            made.save,
            made.delete,
            lambda: FinsamMark.objects.update(value=1),
            lambda: FinsamMark.objects.all().delete(),
        ):
            with pytest.raises(FrozenError):
                act()
        made.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            made.save()

    def test_the_page_asks_as_many_questions_however_much_is_marked(
        self, north: Tenant, office: StrictClient, django_assert_max_num_queries: Any
    ):
        with django_assert_max_num_queries(30):
            office.get(PAGE)
        post(office, office.get(PAGE), "norra-1", sure="ja")
        with django_assert_max_num_queries(30):
            office.get(PAGE)


class TestDeadline:
    def test_the_office_sets_the_last_day(self, north: Tenant, office: StrictClient):
        assert "Ingen sista dag är satt" in text_of(office.get(PAGE))
        text = text_of(office.post(f"{PAGE}sista-dag/", {"day": "2099-13-01"}))
        assert "är inget datum" in text
        assert "Skriv en dag från och med 2025-01-01" in text_of(
            office.post(f"{PAGE}sista-dag/", {"day": "2099-01-01"})
        )
        text = text_of(office.post(f"{PAGE}sista-dag/", {"day": "2026-02-15"}, follow=True))
        assert "Sista dag att registrera: 2026-02-15" in text
        assert "Ingen sista dag är satt" in text_of(office.post(f"{PAGE}sista-dag/", {"day": ""}, follow=True))

    def test_the_office_is_reminded_weekly_until_all_is_marked(self, north: Tenant):
        last = date(2026, 2, 15)
        set_deadline(by=north.office, federation=north.federation, year=2025, day=last, now=timezone.now())
        assert remind_all(now=noon(last - timedelta(days=29))) == {}
        for _twice in range(2):
            remind_all(now=noon(last - timedelta(days=28)))
        (letter,) = mail.outbox
        assert letter.to == [north.office.email]
        assert "Uppföljning Finsam 2025, sista dag 2026-02-15" in letter.subject
        assert f"{settings.BASE_URL}{PAGE}" in str(letter.body)
        assert not re.search(r"900.?000|\b3\b|Vägen vidare", str(letter.body))
        assert letter.message()["List-Unsubscribe"]
        remind_all(now=noon(last - timedelta(days=21)))
        assert len(mail.outbox) == 2
        User.objects.filter(pk=north.office.pk).update(wants_reminders=False)
        remind_all(now=noon(last))
        assert remind_all(now=noon(last + timedelta(days=1))) == {}
        assert len(mail.outbox) == 2

    def test_nobody_is_reminded_when_all_is_marked(self, north: Tenant):
        set_deadline(by=north.office, federation=north.federation, year=2025, day=date(2026, 2, 1), now=timezone.now())
        FederationYear.objects.update(own_capital_sek=1, administration_outcome_sek=1)
        for one in (north.first, north.second, north.structural):
            type(one).objects.filter(pk=one.pk).update(follow_up_method="A", narrower_orientation="B", target_group="C")
            InitiativeYear.objects.update_or_create(
                initiative=one, year=2025, defaults={"budget_sek": 1, "outcome_sek": 1, "planned_participants": 1}
            )
        told = export_of(north.federation, usual(2025), now=timezone.now())
        for place in told.places:
            fingerprint = marks.seen(place)
            marks.mark(
                by=north.office, export=told, place=place.slug, shown=fingerprint, is_sure=True, now=timezone.now()
            )
        assert marks.left_to_register(told) == 0
        assert remind_all(now=noon(date(2026, 1, 20))) == {"done": 1}
        assert not mail.outbox


def test_every_field_has_a_place_in_the_schema(office: StrictClient):
    schema = json.loads(office.get(f"{API}schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).content)
    parts = schema["components"]["schemas"]
    of_initiative = set(parts["ExportInitiative"]["properties"]) - {"slug"}
    assert of_initiative == {field.key.split(".")[0] for field in OF_INITIATIVE}
    assert {f"participants.{name}" for name in parts["ExportHeads"]["properties"]} <= set(FIELDS)
