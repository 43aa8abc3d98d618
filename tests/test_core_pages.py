"""Log-in, the start page, help, operations and what a page says when something is wrong."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import BadRequest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.views.defaults import bad_request, server_error

from finsam_tracker.core.models import JobRun, Membership
from finsam_tracker.core.permissions import Role
from initiatives.models import InitiativeStaff
from tests.conftest import StrictClient
from tests.factories import BEGINNING, PASSWORD, MembershipFactory, World
from tests.test_participant_pages import at, text_of

Browser = Callable[[str], StrictClient]


class TestLogIn:
    def test_a_person_logs_in_by_email_in_any_case_and_out_again(self, world: World, client: StrictClient):
        email = world.north.coordinator.email.upper()
        answer = client.post("/logga-in/", {"username": f" {email} ", "password": PASSWORD}, follow=True)
        assert answer.redirect_chain[-1][0] == at("my_initiative", world.north.first)
        assert client.post("/logga-ut/")["Location"] == "/logga-in/"
        assert SESSION_KEY not in client.session

    @pytest.mark.parametrize(
        ("username", "password"),
        [("coordinator", "fel"), ("nobody@example.org", PASSWORD), ("inte en adress", PASSWORD), ("x" * 5000, "y")],
    )
    def test_a_wrong_pair_is_refused_without_saying_which_half(
        self, username: str, password: str, world: World, client: StrictClient
    ):
        typed = world.north.coordinator.email if username == "coordinator" else username
        answer = client.post("/logga-in/", {"username": typed, "password": password})
        assert answer.status_code == 200
        assert SESSION_KEY not in client.session
        assert answer.context["form"].errors
        if len(typed) < 255:
            assert "E-postadressen och lösenordet hör inte ihop." in text_of(answer)
            assert answer.context["form"]["username"].value() == typed

    def test_an_empty_form_is_answered_field_by_field(self, db: None, client: StrictClient):
        page = text_of(client.post("/logga-in/", {}))
        assert "Skriv din e-postadress." in page
        assert "Skriv ditt lösenord." in page

    def test_a_closed_account_is_refused(self, world: World, client: StrictClient):
        world.north.coordinator.is_active = False
        world.north.coordinator.save()
        client.post("/logga-in/", {"username": world.north.coordinator.email, "password": PASSWORD})
        assert SESSION_KEY not in client.session

    def test_a_null_character_is_no_error_of_ours(self, db: None, client: StrictClient):
        assert client.post("/logga-in/", {"username": "a\0@b.se", "password": "x\0"}).status_code == 200

    def test_one_comes_back_to_the_page_one_asked_for(self, world: World, client: StrictClient):
        wanted = at("enrol", world.north.first)
        where = client.get(wanted)["Location"]
        assert where == f"/logga-in/?next={wanted}"
        page = client.get(where)
        assert page.context["next"] == wanted
        form = {"username": world.north.coordinator.email, "password": PASSWORD, "next": wanted}
        assert client.post("/logga-in/", form)["Location"] == wanted

    @pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)"])
    def test_one_is_never_sent_away_from_here(self, elsewhere: str, world: World, client: StrictClient):
        form = {"username": world.north.coordinator.email, "password": PASSWORD, "next": elsewhere}
        assert client.post("/logga-in/", form)["Location"] == "/"


class TestStart:
    def test_each_role_comes_to_its_place(self, world: World, log_in: Browser):
        for who, where in {
            "coordinator": at("my_initiative", world.north.first),
            "lead": at("my_initiative", world.north.first),
            "office": reverse("glance", args=["norra"]),
            "reader": reverse("publications", args=["norra"]),
            "operator": reverse("operations"),
        }.items():
            assert log_in(who).get("/")["Location"] == where, who

    def test_one_with_several_initiatives_chooses(self, world: World, coordinator: StrictClient):
        membership = world.north.coordinator.memberships.get()
        InitiativeStaff.objects.create(membership=membership, initiative=world.north.second)
        elsewhere = MembershipFactory.create(
            user=world.north.coordinator, federation=world.south.federation, role=Role.OFFICE
        )
        assert isinstance(elsewhere, Membership)
        page = text_of(coordinator.get("/"))
        for shown in ("Välj var du vill arbeta", "Norra Skogsbygdens", "Vägen vidare", "Klivet", "Södra", "Statistik"):
            assert shown in page
        assert "Bron" not in page

    def test_one_with_many_initiatives_gets_a_short_menu(self, world: World, coordinator: StrictClient):
        membership = world.north.coordinator.memberships.get()
        for _n in range(7):
            first = world.north.first
            first.pk, first.slug, first.name = None, f"{first.slug}x", f"{first.name}x"
            first.save()
            InitiativeStaff.objects.create(membership=membership, initiative=first)
        assert "Mina insatser och förbund" in text_of(coordinator.get("/"))

    def test_one_without_a_role_is_told_whom_to_ask(self, outsider: StrictClient):
        page = text_of(outsider.get("/"))
        assert "Du hör inte till något förbund än" in page
        assert "kansli" in page

    def test_a_reader_is_told_that_nothing_is_published(self, reader: StrictClient):
        assert "Inget är publicerat än." in text_of(reader.get("/", follow=True))

    def test_a_coordinator_without_an_initiative_is_told_so(self, world: World, outsider: StrictClient):
        Membership.objects.create(
            user=world.outsider, federation=world.north.federation, role=Role.COORDINATOR, started_on=BEGINNING
        )
        assert "Du arbetar inte i någon insats med deltagare." in text_of(outsider.get("/"))


class TestOperations:
    def test_an_operator_sees_federations_and_jobs_and_no_figure(self, world: World, operator: StrictClient):
        now = timezone.now()
        JobRun.objects.create(
            task="reports.nightly", started_at=now, counts={"rows": 4711}, federation=world.north.federation
        )
        JobRun.objects.create(
            task="reports.refresh",
            started_at=now - timedelta(hours=1),
            ended_at=now,
            outcome=JobRun.Outcome.FAILED,
            error="TimeoutError",
        )
        page = text_of(operator.get("/drift/"))
        for shown in (
            "Norra Skogsbygdens",
            "Södra Slättbygdens",
            "reports.nightly",
            "pågår",
            "misslyckades TimeoutError",
        ):
            assert shown in page
        assert "4711" not in page

    def test_an_empty_house_says_so(self, world: World, operator: StrictClient):
        assert "Inget jobb har körts än." in text_of(operator.get("/drift/"))


class TestErrors:
    def test_a_page_that_does_not_exist(self, coordinator: StrictClient, client: StrictClient):
        for browser in (coordinator, client):
            answer = browser.get("/finns-inte/")
            assert answer.status_code == 404
            assert "Sidan finns inte" in text_of(answer)

    def test_a_page_of_another_role(self, coordinator: StrictClient):
        answer = coordinator.get("/drift/")
        assert answer.status_code == 403
        assert "Det här ingår inte i din roll" in text_of(answer)
        assert "Logga ut" in text_of(answer)

    def test_a_request_that_cannot_be_read(self, coordinator: StrictClient, world: World):
        many = {f"x{n}": "1" for n in range((settings.DATA_UPLOAD_MAX_NUMBER_FIELDS or 0) + 1)}
        answer = coordinator.post(at("enrol", world.north.first), many)
        assert answer.status_code == 400
        assert "Begäran gick inte att läsa" in text_of(answer)

    def test_the_pages_that_have_nothing_to_lean_on(self):
        request = RequestFactory().get("/")
        assert "Något gick fel hos oss" in text_of(server_error(request))
        assert "Begäran gick inte att läsa" in text_of(bad_request(request, BadRequest()))

    def test_an_error_of_ours_is_told_without_its_inside(self, world: World, monkeypatch: pytest.MonkeyPatch):
        browser = StrictClient(raise_request_exception=False)
        browser.force_login(world.north.coordinator)

        def broken(*_args: object) -> None:
            raise RuntimeError("hemligt")

        monkeypatch.setattr("participants.views.listing.find_staffed", broken)
        answer = browser.get(at("participations", world.north.first))
        assert answer.status_code == 500
        assert "Felet är vårt, inte ditt." in text_of(answer)
        assert "hemligt" not in answer.content.decode()


TAGS = re.compile(
    r"{% blocktranslate.*?{% endblocktranslate %}|{% comment %}.*?{% endcomment %}|{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL
)
ELEMENTS = re.compile(r"<[^>]*>")
SPOKEN = re.compile(r'(?:aria-label|title|placeholder|alt)="([^"]*)"')
SAME_IN_EVERY_LANGUAGE = {"Finsam", "Tracker", "Excel", "CSV", "JSON", "XLSX", "PDF"}


def test_every_text_of_a_template_can_be_translated():
    for path in Path(settings.BASE_DIR).glob("*/templates/**/*.html"):
        own = TAGS.sub("", path.read_text())
        words = re.findall(r"[^\W\d_]{2,}", " ".join([ELEMENTS.sub(" ", own), *SPOKEN.findall(own)]))
        assert set(words) <= SAME_IN_EVERY_LANGUAGE, path.name
