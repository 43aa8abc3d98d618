"""Lock-out, a forgotten password, log-ins that end, and an organisation's own log-in."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from finsam_tracker.core.login.browsers import browser_name
from finsam_tracker.core.models import AuditEvent, User
from finsam_tracker.core.records import Session
from finsam_tracker.core.tasks import forget_old
from finsam_tracker.core.tokens import issue_token
from tests.conftest import StrictClient
from tests.factories import PASSWORD, World
from tests.phones import CODE, LOG_IN, Phone, give_password, is_in
from tests.providers import Provider, query_of, running_provider
from tests.test_participant_pages import at, errors_in, text_of

pytestmark = pytest.mark.usefixtures("tasks_run_here")

ROOT = Path(__file__).resolve().parent.parent
FORGOTTEN = "/glomt-losenord/"
NEW = "en annan mening om havet"
TRIES = 6


@pytest.fixture
def person(world: World) -> User:
    return world.north.coordinator


class TestLockOut:
    def fail(self, client: StrictClient, email: str, times: int = TRIES) -> Any:
        return [client.post(LOG_IN, {"username": email, "password": "fel"}) for _try in range(times)][-1]

    def test_after_six_wrong_passwords_the_right_one_waits(self, person: User, client: StrictClient):
        assert self.fail(client, person.email, TRIES - 1).status_code == 200
        for answer in (self.fail(client, person.email.upper(), 1), give_password(client, person)):
            assert answer.status_code == 429
            assert "Vänta 15 minuter och försök sedan igen." in text_of(answer)
        assert not is_in(client)

    def test_nobodys_address_is_locked_alike(self, db: None, client: StrictClient):
        assert self.fail(client, "ingen@example.org").status_code == 429

    def test_it_opens_by_itself_and_trying_meanwhile_makes_it_no_longer(self, person: User, client: StrictClient):
        self.fail(client, person.email)
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
        give_password(client, person)
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
        give_password(client, person)
        assert is_in(client)

    def test_a_right_password_forgives(self, person: User, client: StrictClient):
        for _round in range(2):
            self.fail(client, person.email, TRIES - 1)
            give_password(client, person)
            assert is_in(client)
            client.post("/logga-ut/")

    def test_others_and_other_addresses_are_not_locked(self, world: World, person: User, client: StrictClient):
        self.fail(client, person.email)
        give_password(client, world.north.lead)
        assert is_in(client)
        elsewhere = StrictClient(REMOTE_ADDR="10.0.0.7")
        give_password(elsewhere, person)
        assert is_in(elsewhere)

    def test_behind_a_proxy_the_visitors_address_counts_and_cannot_be_made_up(
        self, person: User, client: StrictClient, settings: Any
    ):
        settings.PROXY_COUNT = 1
        for n in range(TRIES):
            made_up = f"10.9.9.{n}, 10.0.0.7"
            client.post(LOG_IN, {"username": person.email, "password": "x"}, headers={"x-forwarded-for": made_up})
        assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"10.0.0.7"}
        answer = client.post(
            LOG_IN, {"username": person.email, "password": PASSWORD}, headers={"x-forwarded-for": "10.0.0.8"}
        )
        assert answer.status_code == 302

    def test_no_password_is_written_down(self, person: User, client: StrictClient):
        client.post(LOG_IN, {"username": person.email, "password": "hemligheten"})
        kept = AccessAttempt.objects.get()
        assert "hemligheten" not in f"{kept.post_data} {kept.get_data}"

    def test_the_rest_interface_counts_too(self, person: User, client: StrictClient):
        def ask(password: str) -> Any:
            told = {"email": person.email, "password": password}
            return client.post("/api/v1/login", told, content_type="application/json")

        assert [ask("fel").status_code for _try in range(TRIES)] == [401] * (TRIES - 1) + [429]
        answer = ask(PASSWORD)
        assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
        assert json.loads(answer.content)["detail"] == "För många försök. Vänta 15 minuter."
        assert give_password(client, person).status_code == 429


class TestForgotten:
    def link(self) -> str:
        found = re.search(r"https?://[^/\s]+(/nytt-losenord/\S+)", str(mail.outbox[-1].body))
        assert found
        return found.group(1)

    def test_a_new_password_ends_every_log_in(self, person: User, client: StrictClient, coordinator: StrictClient):
        issue_token(person)
        client.post(FORGOTTEN, {"email": f" {person.email.upper()} "})
        link = self.link()
        page = client.get(link)
        assert page["Referrer-Policy"] == "same-origin"
        assert client.post(link, {"new_password1": NEW, "new_password2": NEW})["Location"] == LOG_IN
        assert not is_in(coordinator)
        assert not AuthToken.objects.exists()
        give_password(client, person, password=NEW)
        assert is_in(client)
        again = client.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD})
        assert again.status_code == 404
        assert "Länken gäller inte" in text_of(again)

    def test_it_does_not_go_round_the_second_step(
        self, person: User, client: StrictClient, monkeypatch: pytest.MonkeyPatch
    ):
        Phone(monkeypatch).belongs_to(person)
        client.post(FORGOTTEN, {"email": person.email})
        client.post(self.link(), {"new_password1": NEW, "new_password2": NEW})
        assert not is_in(client)
        assert give_password(client, person, password=NEW)["Location"] == CODE

    def test_the_answer_is_the_same_for_nobodys_address(self, world: World, person: User):
        User.objects.filter(pk=world.outsider.pk).update(is_active=False)
        answers = []
        for email in (person.email, "ingen@example.org", world.outsider.email):
            answer = StrictClient().post(FORGOTTEN, {"email": email})
            answers.append((answer.status_code, answer["Location"]))
        assert answers == [(302, "/glomt-losenord/skickat/")] * 3
        assert [m.to for m in mail.outbox] == [[person.email]]

    def test_a_link_runs_out_in_an_hour(self, person: User, client: StrictClient, settings: Any):
        client.post(FORGOTTEN, {"email": person.email})
        settings.PASSWORD_RESET_TIMEOUT = -1
        assert client.get(self.link()).status_code == 404

    @pytest.mark.parametrize("link", ["x/y", "MQ/set-password", "w6U/x-1", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk/a-b"])
    def test_a_link_of_ones_own_making_is_none(self, link: str, world: World, client: StrictClient):
        assert client.get(f"/nytt-losenord/{link}/").status_code == 404

    @pytest.mark.parametrize("typed", ["", "inte en adress", "a@b.se\nBcc: c@d.se", "a\0@b.se", "x" * 5000])
    def test_bad_input_is_told_and_sends_nothing(self, typed: str, db: None, client: StrictClient):
        answer = client.post(FORGOTTEN, {"email": typed})
        assert errors_in(answer)["email"]
        assert not mail.outbox

    def test_nobody_is_flooded(self, person: User, client: StrictClient):
        for _n in range(8):
            assert client.post(FORGOTTEN, {"email": person.email}).status_code == 302
        assert len(mail.outbox) == 5

    def test_a_weak_password_is_refused(self, person: User, client: StrictClient):
        client.post(FORGOTTEN, {"email": person.email})
        answer = client.post(self.link(), {"new_password1": "kort", "new_password2": "kort"})
        assert "minst 12 tecken" in " ".join(errors_in(answer)["new_password2"])


class TestLogIns:
    def test_the_session_is_another_after_log_in(self, person: User, client: StrictClient):
        client.get("/forbund/norra/statistik/")
        client.cookies["sessionid"] = before = "a" * 32
        give_password(client, person)
        assert client.cookies["sessionid"].value != before

    def test_an_hour_without_a_request_ends_it(self, person: User, coordinator: StrictClient):
        Session.objects.update(last_seen_at=timezone.now() - timedelta(minutes=59))
        assert is_in(coordinator)
        Session.objects.update(last_seen_at=timezone.now() - timedelta(minutes=61))
        assert not is_in(coordinator)

    def test_being_there_keeps_it(self, person: User, coordinator: StrictClient):
        Session.objects.update(last_seen_at=timezone.now() - timedelta(minutes=30))
        coordinator.get("/min-profil/")
        assert Session.objects.filter(last_seen_at__gt=timezone.now() - timedelta(minutes=1)).exists()

    def test_a_working_day_ends_it_however_busy(self, person: User, coordinator: StrictClient, world: World):
        first = Session.objects.get().expire_date
        session = coordinator.session
        session["started"] = (timezone.now() - timedelta(hours=8)).timestamp()
        session.save()
        assert Session.objects.get().expire_date < first - timedelta(hours=7)
        session["started"] = (timezone.now() - timedelta(hours=9, minutes=1)).timestamp()
        session.save()
        assert not is_in(coordinator)

    def test_one_sees_where_one_is_logged_in_and_ends_it(self, person: User, client: StrictClient):
        agent = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
        client.post(LOG_IN, {"username": person.email, "password": PASSWORD}, headers={"user-agent": agent})
        other = StrictClient()
        give_password(other, person)
        issue_token(person)
        page = text_of(client.get("/min-profil/inloggningar/"))
        assert "Firefox, Windows (här)" in page
        assert "Okänd webbläsare" in page
        answer = client.post("/min-profil/inloggningar/avsluta/", follow=True)
        assert "Du är utloggad överallt utom här." in text_of(answer)
        assert (is_in(client), is_in(other)) == (True, False)
        assert not AuthToken.objects.exists()

    def test_the_sixth_log_in_ends_the_oldest(self, person: User):
        browsers = [StrictClient() for _n in range(6)]
        for number, browser in enumerate(browsers):
            give_password(browser, person)
            Session.objects.filter(pk=browser.session.session_key).update(
                last_seen_at=timezone.now() - timedelta(minutes=30 - number)
            )
        assert [is_in(browser) for browser in browsers] == [False] + [True] * 5

    def test_a_closed_account_is_out_at_once(self, person: User, coordinator: StrictClient):
        token = issue_token(person).token
        User.objects.filter(pk=person.pk).update(is_active=False)
        assert not is_in(coordinator)
        asked = StrictClient().get("/api/v1/federations/", headers={"Authorization": f"Token {token}"})
        assert asked.status_code == 401

    def test_what_has_run_out_is_forgotten_at_night(self, person: User, coordinator: StrictClient):
        issue_token(person)
        Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
        AuthToken.objects.update(expiry=timezone.now() - timedelta(days=1))
        forget_old.delay()
        forget_old.delay()
        assert not Session.objects.exists()
        assert not AuthToken.objects.exists()

    @pytest.mark.parametrize(
        ("agent", "name"),
        [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
            ("curl/8", ""),
        ],
    )
    def test_a_browser_is_called_what_people_call_it(self, agent: str, name: str):
        assert browser_name(agent) == name


class TestOrganisation:
    @pytest.fixture
    def client(self) -> Client:
        """Not the strict one: the way back is a GET, and logs in."""
        return Client()

    @pytest.fixture
    def provider(self, settings: Any) -> Iterator[Provider]:
        with running_provider() as server:
            settings.OIDC_SERVER_URL, settings.OIDC_NAME = server.address, "Skogens kommun"
            app = {
                "provider_id": settings.OIDC_PROVIDER,
                "name": "Skogens kommun",
                "client_id": "finsam",
                "secret": "s",
                "settings": {"server_url": server.address},
            }
            settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
            yield server

    def come(self, client: Client, provider: Provider, where: str = "", **person: Any) -> Any:
        """Go there from the log-in page, be somebody, and come back."""
        provider.person = person
        page = client.get(LOG_IN, {"next": where} if where else {}).content.decode()
        found = re.search(r'href="(/logga-in/organisation/[^"]*)"', page)
        assert found
        assert "Logga in med Skogens kommun" in page
        sent = query_of(client.get(found.group(1))["Location"])
        assert sent["redirect_uri"].endswith("/logga-in/organisation/svar/")
        assert sent["code_challenge_method"] == "S256"
        return client.get("/logga-in/organisation/svar/", {"code": "k", "state": sent["state"]})

    def test_one_with_a_verified_address_is_in(self, person: User, client: Client, provider: Provider):
        answer = self.come(client, provider, email=person.email.upper(), email_verified=True)
        assert answer["Location"] == "/"
        assert is_in(client)
        assert provider.asked["code_verifier"]

    def test_one_comes_to_the_page_one_asked_for(self, person: User, client: Client, provider: Provider, world: World):
        wanted = at("enrol", world.north.first)
        answer = self.come(client, provider, wanted, email=person.email, email_verified=True)
        assert answer["Location"] == wanted

    @pytest.mark.parametrize(
        "claims",
        [
            {},
            {"email_verified": False},
            {"email_verified": "false"},
            {"email": "okand@kommun.example", "email_verified": True},
        ],
    )
    def test_nobody_else_is(self, claims: dict[str, Any], person: User, client: Client, provider: Provider):
        before = User.objects.count()
        answer = self.come(client, provider, **({"email": person.email} | claims))
        assert "Be ditt förbunds kansli om en inbjudan" in text_of(client.get(answer["Location"]))
        assert not is_in(client)
        assert User.objects.count() == before

    def test_a_closed_account_is_not(self, person: User, client: Client, provider: Provider):
        User.objects.filter(pk=person.pk).update(is_active=False)
        self.come(client, provider, email=person.email, email_verified=True)
        assert not is_in(client)

    def test_two_steps_over_there_are_enough_only_where_the_settings_say_so(
        self, person: User, provider: Provider, settings: Any, monkeypatch: pytest.MonkeyPatch
    ):
        Phone(monkeypatch).belongs_to(person)
        settings.REQUIRE_TWO_STEP = True
        for trusted, landed in ((False, CODE), (True, "/")):
            settings.OIDC_TWO_STEP = trusted
            browser = Client()
            assert self.come(browser, provider, email=person.email, email_verified=True)["Location"] == landed
            assert is_in(browser) is trusted

    def test_an_answer_nobody_asked_for_is_refused(self, person: User, client: Client, provider: Provider):
        provider.person = {"email": person.email, "email_verified": True}
        for said in ({"code": "k", "state": "x"}, {"code": "k"}, {"error": "access_denied"}, {}):
            answer = client.get("/logga-in/organisation/svar/", said)
            assert "gick inte igenom" in text_of(client.get(answer["Location"]))
            assert not is_in(client)

    def test_a_server_that_is_away_is_told(self, client: Client, db: None, provider: Provider):
        provider.is_broken = True
        answer = client.get("/logga-in/organisation/")
        assert "gick inte igenom" in text_of(client.get(answer["Location"]))

    def test_without_settings_there_is_no_such_log_in(self, client: Client, db: None):
        assert "organisation" not in client.get(LOG_IN).content.decode()
        assert client.get("/logga-in/organisation/").status_code == 404


class TestDeployment:
    def run(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """As the README sets a deployment up."""
        told = {
            "DATABASE_URL": "postgres://finsam:x@127.0.0.1:5432/finsam",
            "REDIS_URL": "redis://127.0.0.1:6379/0",
            "FINSAM_SECRET_KEY": "q8-Xv!mZ2rLw#7pTn$Yc5uGk@3eBf^9sHd&1aJoQ*4iWlR6xVtN",
            "FINSAM_ALLOWED_HOSTS": "finsam.kommun.example",
            "FINSAM_TRUSTED_ORIGINS": "https://finsam.kommun.example",
            "FINSAM_BASE_URL": "https://finsam.kommun.example",
            "EMAIL_URL": "submission://u:p@127.0.0.1:587/?_default_from_email=finsam@kommun.example",
            "FINSAM_OIDC_URL": "https://logga-in.kommun.example",
            "FINSAM_OIDC_CLIENT_ID": "finsam",
            "FINSAM_OIDC_CLIENT_SECRET": "hemligt",
        } | changes
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FINSAM_", "DJANGO_"))}
        command = [sys.executable, "-W", "error", "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=kept | told, capture_output=True, text=True, check=False)

    def test_djangos_check_finds_nothing_to_warn_of(self):
        answer = self.run("check", "--deploy", "--fail-level", "WARNING")
        assert answer.returncode == 0, answer.stderr
        assert "no issues (0 silenced)" in answer.stdout
        assert answer.stderr == ""

    def test_two_steps_are_on_there_and_off_in_the_demo(self):
        said = "from django.conf import settings; print(settings.REQUIRE_TWO_STEP, settings.PROXY_COUNT)"
        assert self.run("shell", "--no-imports", "-c", said).stdout.strip() == "True 1"
        assert self.run("shell", "--no-imports", "-c", said, DATABASE_URL="").stdout.strip() == "False 0"

    @pytest.mark.parametrize(
        ("name", "value"),
        [("FINSAM_IDLE_MINUTES", "1"), ("FINSAM_SESSIONS_AT_ONCE", "många"), ("FINSAM_PROXY_COUNT", "-1")],
    )
    def test_a_setting_that_cannot_be_stops_the_start(self, name: str, value: str):
        answer = self.run("check", **{name: value})
        assert answer.returncode != 0
        assert name in answer.stderr


def test_what_one_did_to_the_own_log_ins_is_written_down(person: User, coordinator: StrictClient):
    coordinator.post("/min-profil/inloggningar/avsluta/")
    assert AuditEvent.objects.get(action="log_out_elsewhere").actor == person
