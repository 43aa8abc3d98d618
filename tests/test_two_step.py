"""The second step: who must have it, how it is set up, and what does not get past it."""

import json
import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.urls import reverse

from finsam_tracker.core import kept
from finsam_tracker.core.models import AuditEvent, User
from participants.models import Participation
from tests.conftest import StrictClient
from tests.factories import PASSWORD, World
from tests.phones import CODE, LOG_IN, Phone, give_code, give_password, is_in
from tests.test_participant_pages import ENROLMENT, at, errors_in, text_of

Browser = Callable[[str], StrictClient]
SET_UP, CODES, ABOUT = "/min-profil/tvasteg/app/", "/min-profil/tvasteg/reservkoder/", "/min-profil/tvasteg/"
WRONG = "Koden är fel eller redan använd."


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    return Phone(monkeypatch)


@pytest.fixture
def person(world: World) -> User:
    return world.north.coordinator


@pytest.fixture
def _required(settings: object) -> None:
    settings.REQUIRE_TWO_STEP = True  # type: ignore[attr-defined]


required = pytest.mark.usefixtures("_required")


def set_up(client: StrictClient, phone: Phone, where: str = SET_UP) -> object:
    """Read the key off the page and prove it."""
    phone.secret = client.get(where).context["form"].secret
    return client.post(where, {"code": phone.code})


class TestLogIn:
    def test_after_the_password_a_code_is_asked_for(self, person: User, client: StrictClient, phone: Phone):
        phone.belongs_to(person)
        assert give_password(client, person)["Location"] == CODE
        assert not is_in(client)
        assert "Lösenordet stämmer." in text_of(client.get(CODE))
        assert give_code(client, phone.code)["Location"] == "/"
        assert is_in(client)

    def test_one_comes_to_the_page_one_asked_for_and_never_away_from_here(
        self, person: User, client: StrictClient, phone: Phone, world: World
    ):
        phone.belongs_to(person)
        wanted = at("enrol", world.north.first)
        for where, landed in ((wanted, wanted), ("https://example.org/", "/"), ("//example.org", "/")):
            give_password(client, person, where)
            assert give_code(client, phone.wait(3))["Location"] == landed
            client.post("/logga-ut/")

    @pytest.mark.parametrize("code", ["", "000000", "12345", "abcdef", "\0", "1" * 5000, "å" * 6])
    def test_a_wrong_code_is_told_in_a_sentence(self, code: str, person: User, client: StrictClient, phone: Phone):
        phone.belongs_to(person)
        give_password(client, person)
        answer = give_code(client, code)
        assert answer.status_code == 200
        assert errors_in(answer)["code"]
        assert not is_in(client)

    def test_a_code_is_good_once(self, person: User, phone: Phone):
        phone.belongs_to(person)
        for later, accepted in ((0, True), (0, False), (1, False)):
            code, browser = phone.code, StrictClient()
            phone.counter += later
            give_password(browser, person)
            answer = give_code(browser, code)
            assert is_in(browser) is accepted
            assert accepted or WRONG in text_of(answer)

    def test_a_slow_hand_and_a_clock_half_a_minute_off_are_forgiven_and_no_more(
        self, person: User, phone: Phone, client: StrictClient
    ):
        phone.belongs_to(person)
        give_password(client, person)
        seen = phone.code
        phone.counter += 2
        assert WRONG in text_of(give_code(client, seen))
        seen = phone.code
        phone.counter += 1
        assert give_code(client, seen).status_code == 302

    def test_guessing_is_stopped_for_a_while_even_with_the_right_code(
        self, person: User, client: StrictClient, phone: Phone
    ):
        phone.belongs_to(person)
        give_password(client, person)
        for guess in range(5):
            give_code(client, f"{guess:06}")
        answer = give_code(client, phone.code)
        assert "För många försök. Vänta fem minuter" in text_of(answer)
        other = StrictClient()
        give_password(other, person)
        give_code(other, phone.code)
        assert not is_in(other)
        phone.counter += 11
        give_password(other, person)
        give_code(other, phone.code)
        assert is_in(other)

    def test_a_recovery_code_opens_once(self, person: User, phone: Phone):
        phone.belongs_to(person)
        code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[3]
        for accepted in (True, False):
            browser = StrictClient()
            give_password(browser, person)
            give_code(browser, code)
            assert is_in(browser) is accepted

    def test_the_page_of_the_code_leads_nowhere_without_a_password(self, world: World, client: StrictClient):
        for answer in (client.get(CODE), give_code(client, "123456")):
            assert answer["Location"] == LOG_IN

    def test_a_wait_at_the_code_is_not_for_ever(self, person: User, client: StrictClient, phone: Phone):
        phone.belongs_to(person)
        give_password(client, person)
        phone.counter += 100
        assert give_code(client, phone.code)["Location"] == LOG_IN

    def test_an_account_closed_meanwhile_does_not_get_in(self, person: User, client: StrictClient, phone: Phone):
        phone.belongs_to(person)
        give_password(client, person)
        User.objects.filter(pk=person.pk).update(is_active=False)
        give_code(client, phone.code)
        assert not is_in(client)

    def test_what_was_typed_survives_both_steps(self, person: User, client: StrictClient, phone: Phone, world: World):
        phone.belongs_to(person)
        where = at("enrol", world.north.first)
        client.post(where, ENROLMENT)
        give_password(client, person, where)
        assert client.cookies[kept.COOKIE].value
        shown = client.get(give_code(client, phone.code)["Location"])
        assert "Det du skrev finns kvar" in text_of(shown)
        assert {name: shown.context["form"][name].value() for name in ENROLMENT} == ENROLMENT


class TestRequired:
    @required
    @pytest.mark.parametrize("who", ["coordinator", "lead", "office", "operator"])
    def test_whoever_sees_more_than_what_is_published_sets_it_up_first(
        self, who: str, world: World, client: StrictClient, phone: Phone
    ):
        person = world.person(who)
        assert person
        give_password(client, person)
        for page in ("/", "/min-profil/", ABOUT, "/drift/", "/forbund/norra/statistik/", CODES):
            assert client.get(page)["Location"].startswith(SET_UP), page
        assert client.post("/min-profil/byt-losenord/", {})["Location"].startswith(SET_UP)
        assert client.get("/vem-far-gora-vad/").status_code == 200
        set_up(client, phone)
        assert is_in(client)

    @required
    def test_a_reader_and_one_without_a_role_need_none(self, world: World):
        for person in (world.north.reader, world.outsider):
            browser = StrictClient()
            give_password(browser, person)
            assert is_in(browser)

    @required
    def test_it_can_be_a_readers_choice(self, world: World, client: StrictClient, phone: Phone):
        give_password(client, world.north.reader)
        set_up(client, phone)
        client.post("/logga-ut/")
        assert give_password(client, world.north.reader)["Location"] == CODE

    def test_where_it_is_not_required_a_password_is_enough(self, person: User, client: StrictClient):
        give_password(client, person)
        assert is_in(client)

    @required
    def test_one_comes_on_to_the_page_one_asked_for_with_what_was_typed(
        self, person: User, client: StrictClient, phone: Phone, world: World
    ):
        where = at("enrol", world.north.first)
        client.post(where, ENROLMENT)
        led = client.get(give_password(client, person, where)["Location"])["Location"]
        codes = set_up(client, phone, led)["Location"]  # type: ignore[index]
        page = client.get(codes)
        assert f'href="{where}"' in page.content.decode()
        assert "Det du skrev finns kvar" in text_of(client.get(where))

    @required
    def test_the_page_to_set_up_sends_nobody_away(self, person: User, client: StrictClient, phone: Phone):
        give_password(client, person)
        answer = set_up(client, phone, f"{SET_UP}?next=https://example.org/")
        assert "example.org" not in answer["Location"]  # type: ignore[index]
        assert "example.org" not in client.get(f"{CODES}?next=//example.org").content.decode()

    @required
    def test_a_fragment_and_the_rest_interface_are_closed_too(self, person: User, client: StrictClient, world: World):
        give_password(client, person)
        fragment = client.get(at("participations", world.north.first), headers={"HX-Request": "true"})
        assert fragment.status_code == 401
        api = client.get("/api/v1/federations/")
        assert (api.status_code, api["Content-Type"]) == (403, "application/problem+json")
        assert "tvåstegsinloggning" in json.loads(api.content)["detail"]
        assert not Participation.objects.exists()

    @required
    def test_a_token_takes_as_much_as_a_browser(self, person: User, client: StrictClient, phone: Phone):
        def ask(**more: str) -> int:
            told = {"email": person.email, "password": PASSWORD, **more}
            return int(client.post("/api/v1/login", told, content_type="application/json").status_code)

        assert ask() == 403
        phone.belongs_to(person)
        assert (ask(), ask(code="000000"), ask(code=phone.code), ask(code=phone.code)) == (401, 401, 200, 401)


class TestSetUp:
    def test_it_gives_recovery_codes_and_ends_other_log_ins(self, person: User, client: StrictClient, phone: Phone):
        elsewhere = StrictClient()
        elsewhere.force_login(person)
        give_password(client, person)
        answer = set_up(client, phone)
        assert answer["Location"] == CODES  # type: ignore[index]
        page = text_of(client.get(CODES))
        assert len(re.findall(r"\b[0-9]{8}\b", page)) == 10
        assert not is_in(elsewhere)
        assert is_in(client)
        assert "Den är på" in text_of(client.get(ABOUT))

    def test_secrets_do_not_lie_open_in_the_database(self, person: User, client: StrictClient, phone: Phone):
        give_password(client, person)
        set_up(client, phone)
        stored = [row.data.get("secret") or row.data["seed"] for row in Authenticator.objects.filter(user=person)]
        assert len(stored) == 2
        assert all(secret.startswith("gAAAA") for secret in stored)
        assert phone.secret not in "".join(stored)

    def test_a_new_secret_key_still_reads_what_the_old_one_wrote(
        self, person: User, client: StrictClient, phone: Phone, settings: object
    ):
        phone.belongs_to(person)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
        settings.SECRET_KEY = "en helt ny nyckel som är lång nog för att duga till något alls"  # type: ignore[attr-defined]
        give_password(client, person)
        give_code(client, phone.code)
        assert is_in(client)

    @pytest.mark.parametrize("code", ["", "000000", "\0", "x" * 300])
    def test_a_wrong_first_code_keeps_the_key(self, code: str, person: User, client: StrictClient, phone: Phone):
        give_password(client, person)
        before = client.get(SET_UP).context["form"].secret
        answer = client.post(SET_UP, {"code": code})
        assert errors_in(answer)["code"]
        assert answer.context["form"].secret == before
        assert not Authenticator.objects.exists()

    def test_an_old_log_in_proves_itself_first(self, person: User, client: StrictClient, phone: Phone):
        give_password(client, person)
        phone.counter += 11  # five minutes and a half
        led = client.get(SET_UP)["Location"]
        assert led.startswith("/min-profil/bekrafta/")
        assert "Lösenordet är fel." in text_of(client.post(led, {"password": "fel"}))
        assert "Skriv ditt lösenord." in text_of(client.post(led, {"password": ""}))
        assert client.post(led, {"password": PASSWORD})["Location"] == SET_UP
        assert client.get(SET_UP).status_code == 200

    def test_one_who_has_a_phone_proves_oneself_by_it(self, person: User, client: StrictClient, phone: Phone):
        phone.belongs_to(person)
        give_password(client, person)
        give_code(client, phone.code)
        phone.wait(11)
        assert client.get(CODES)["Location"].startswith("/min-profil/bekrafta/")
        led = f"/min-profil/bekrafta/kod/?next={CODES}"
        assert WRONG in text_of(client.post(led, {"code": "000000"}))
        assert client.post(led, {"code": phone.code})["Location"] == CODES
        assert client.get(CODES).status_code == 200

    def test_new_recovery_codes_end_the_old(self, person: User, client: StrictClient, phone: Phone):
        phone.belongs_to(person)
        give_password(client, person)
        give_code(client, phone.code)
        old = client.get(CODES).context["codes"]
        assert client.post(CODES)["Location"] == CODES
        new = client.get(CODES).context["codes"]
        assert len(new) == 10
        assert not set(old) & set(new)

    def test_another_phone_takes_the_place_of_the_first(self, person: User, client: StrictClient, phone: Phone):
        phone.belongs_to(person)
        give_password(client, person)
        give_code(client, phone.code)
        first = phone.secret
        client.post("/min-profil/tvasteg/app/ta-bort/")
        assert not Authenticator.objects.filter(user=person).exists()
        give_password(StrictClient(), person)
        client.post("/min-profil/bekrafta/", {"password": PASSWORD})
        set_up(client, phone)
        assert phone.secret != first
        assert auth.validate_totp_code(phone.secret, phone.code)

    @required
    def test_taking_it_away_where_it_is_required_leads_to_a_new_one(
        self, person: User, client: StrictClient, phone: Phone
    ):
        phone.belongs_to(person)
        give_password(client, person)
        give_code(client, phone.code)
        client.post("/min-profil/tvasteg/app/ta-bort/")
        assert client.get("/")["Location"].startswith(SET_UP)


def test_the_office_helps_one_who_has_lost_the_phone(world: World, office: StrictClient, phone: Phone):
    person, browser = world.north.coordinator, StrictClient()
    phone.belongs_to(person)
    browser.force_login(person)
    membership = person.memberships.get()
    answer = office.post(reverse("help_person", args=["norra", membership.pk]), follow=True)
    assert "loggar nu in med lösenordet" in text_of(answer)
    assert not is_in(browser)
    give_password(browser, person)
    assert is_in(browser)
    assert AuditEvent.objects.get(action="remove_second_step").actor == world.north.office


def test_but_not_one_who_also_works_elsewhere_nor_oneself(world: World, office: StrictClient, phone: Phone):
    person = world.north.coordinator
    phone.belongs_to(person)
    world.south.coordinator.memberships.update(user=person)
    here = person.memberships.get(federation=world.north.federation)
    answer = office.post(reverse("help_person", args=["norra", here.pk]), follow=True)
    assert "arbetar också i ett annat förbund" in text_of(answer)
    own = world.north.office.memberships.get()
    answer = office.post(reverse("help_person", args=["norra", own.pk]), follow=True)
    assert "Du kan inte ändra din egen roll." in text_of(answer)
    assert Authenticator.objects.filter(user=person).count() == 2
