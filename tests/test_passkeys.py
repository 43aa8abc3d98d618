"""Passkeys as the second step: adding, using, naming and removing them, and what no passkey has made."""

import json
from copy import deepcopy
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from finsam_tracker.core.models import AuditEvent, User
from tests.conftest import StrictClient
from tests.factories import PASSWORD, World
from tests.passkeys import ADD, CODE, ELSEWHERE, Passkey, add, send, use
from tests.phones import Phone, give_code, give_password, is_in
from tests.test_participant_pages import at, text_of

ABOUT, SET_UP, CODES = "/min-profil/tvasteg/", "/min-profil/tvasteg/app/", "/min-profil/tvasteg/reservkoder/"
WRONG = "Passkeyn gick inte att använda här."


@pytest.fixture
def person(world: World) -> User:
    return world.north.coordinator


@pytest.fixture
def passkey(person: User, client: StrictClient) -> Passkey:
    """The person's; the person is logged in, in ``client``."""
    made = Passkey()
    give_password(client, person)
    add(client, made)
    return made


@pytest.fixture
def _required(settings: Any) -> None:
    settings.REQUIRE_TWO_STEP = True


required = pytest.mark.usefixtures("_required")


def own(person: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=person, type="webauthn").order_by("pk"))


def about(passkey: Authenticator, act: str = "") -> str:
    return f"{ABOUT}passkeys/{passkey.pk}/{act}"


def test_a_passkey_added_is_the_second_step_of_the_next_log_in(person: User, client: StrictClient, passkey: Passkey):
    text = text_of(client.get(ABOUT))
    assert "jobbdatorn" in text
    assert "Inte än" in text
    browser = StrictClient()
    assert give_password(browser, person)["Location"] == CODE
    assert not is_in(browser)
    assert "Använd en passkey, eller skriv en av dina reservkoder." in text_of(browser.get(CODE))
    assert use(browser, passkey)["Location"] == "/"
    assert is_in(browser)
    assert "Inte än" not in text_of(browser.get(ABOUT))


def test_the_first_comes_with_recovery_codes_and_ends_other_log_ins(person: User, client: StrictClient):
    elsewhere = StrictClient()
    elsewhere.force_login(person)
    give_password(client, person)
    assert add(client, Passkey())["Location"] == CODES
    assert not is_in(elsewhere)
    code = client.get(CODES).context["codes"][0]
    browser = StrictClient()
    give_password(browser, person)
    give_code(browser, code)
    assert is_in(browser)
    assert add(client, Passkey(2), "nyckelknippan")["Location"] == ABOUT
    assert AuditEvent.objects.filter(action="add_passkey", actor=person).count() == 2


def test_beside_an_app_either_will_do(
    person: User, client: StrictClient, passkey: Passkey, monkeypatch: pytest.MonkeyPatch
):
    phone = Phone(monkeypatch)
    Authenticator.objects.filter(user=person, type="recovery_codes").delete()
    phone.belongs_to(person)
    for step in (lambda browser: use(browser, passkey), lambda browser: give_code(browser, phone.code)):
        browser = StrictClient()
        give_password(browser, person)
        assert "Använd en passkey, eller skriv en kod ur appen" in text_of(browser.get(CODE))
        step(browser)
        assert is_in(browser)


@required
def test_it_can_be_chosen_where_a_second_step_must_be_set_up(person: User, client: StrictClient, world: World):
    where = at("enrol", world.north.first)
    led = client.get(give_password(client, person, where)["Location"])["Location"]
    page = client.get(led).content.decode()
    assert f'href="{ADD}?next={where}"' in page
    codes = client.post(
        ADD,
        {
            "credential": json.dumps(Passkey().made(client.get(ADD).context["options"])),
            "name": "jobbdatorn",
            "next": where,
        },
    )["Location"]
    assert f'href="{where}"' in client.get(codes).content.decode()
    assert is_in(client)


def test_an_answer_is_good_once_and_for_this_place_only(person: User, client: StrictClient, passkey: Passkey):
    browser = StrictClient()
    give_password(browser, person)
    answer = passkey.used(browser.get(CODE).context["options"])
    for wrong in (
        lambda: use(browser, passkey, ELSEWHERE),
        lambda: use(browser, Passkey(2)),
        lambda: use(browser, Passkey()),
        lambda: send(browser, CODE, answer),
    ):
        assert WRONG in text_of(wrong())
        assert not is_in(browser)
    use(browser, passkey)
    assert is_in(browser)


def test_another_persons_passkey_opens_nothing(world: World, client: StrictClient, passkey: Passkey):
    lead, browser = world.north.lead, StrictClient()
    give_password(browser, lead)
    add(browser, Passkey(2))
    browser.post("/logga-ut/")
    give_password(browser, lead)
    assert WRONG in text_of(use(browser, passkey))
    assert not is_in(browser)


def test_guessing_is_stopped_for_a_while(person: User, client: StrictClient, passkey: Passkey):
    browser = StrictClient()
    give_password(browser, person)
    for _guess in range(5):
        use(browser, Passkey())
    assert "För många försök." in text_of(use(browser, passkey))
    assert not is_in(browser)


def spoilt(answer: dict[str, Any]) -> list[Any]:
    """What might be sent instead of an answer, by a broken browser or by somebody who tries."""
    found: list[Any] = [None, [], {}, "x", 1, "[" * 5000, {"id": 1}, {"response": None}]
    for name in answer["response"]:
        values: tuple[Any, ...] = (None, 1, "", "!", "AAAA", "gQ" * 3000, "v2Fhv2Fhv2Fh", [], {})
        for value in values:
            changed = deepcopy(answer)
            changed["response"][name] = value
            found.append(changed)
    for name in answer:
        found += [{k: v for k, v in answer.items() if k != name}, {**answer, name: None}, {**answer, name: "å\0"}]
    return found


def test_what_no_passkey_has_made_is_told_in_a_sentence(
    person: User, client: StrictClient, passkey: Passkey, settings: Any
):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "9999/m/key"}
    add_page = client.get(ADD).context["options"]
    for answer in spoilt(Passkey(2).made(add_page)):
        page = send(client, ADD, answer, name="x")
        assert page.status_code == 200 or len(own(person)) > 1, answer
        Authenticator.objects.filter(pk__in=[p.pk for p in own(person)[1:]]).delete()
    browser = StrictClient()
    give_password(browser, person)
    for answer in spoilt(passkey.used(browser.get(CODE).context["options"])):
        page = send(browser, CODE, answer)
        assert page.status_code == 200, answer
        assert not is_in(browser)


@pytest.mark.parametrize("sent", ["", "{", "[" * 100_000])
def test_without_javascript_the_page_says_what_to_do(sent: str, person: User, client: StrictClient, passkey: Passkey):
    said = WRONG if sent else "Webbläsaren skickade ingen passkey."
    assert said in text_of(client.post(ADD, {"name": "x", "credential": sent}))
    browser = StrictClient()
    give_password(browser, person)
    assert said in text_of(browser.post(CODE, {"credential": sent}))
    assert "En passkey kräver att JavaScript är på" in text_of(browser.get(CODE))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Ge passkeyn ett namn."),
        ("x" * 61, "Skriv högst 60 tecken."),
        ("Anna 19811218-9876", "ser ut som ett personnummer"),
    ],
)
def test_a_name_is_short_and_names_nobody(name: str, said: str, person: User, client: StrictClient, passkey: Passkey):
    mine = own(person)[0]
    for page in (add(client, Passkey(2), name), client.post(about(mine), {"name": name})):
        assert said in text_of(page)
    client.post(about(mine), {"name": "telefonen"})
    assert [str(p) for p in own(person)] == ["telefonen"]


def test_a_passkey_is_ones_own(world: World, person: User, passkey: Passkey):
    browser = StrictClient()
    give_password(browser, world.north.lead)
    for act in ("", "ta-bort/"):
        for method in (browser.get, browser.post):
            assert method(about(own(person)[0], act)).status_code == 404


def test_one_taken_away_no_longer_opens_and_ends_other_log_ins(person: User, client: StrictClient, passkey: Passkey):
    browser = StrictClient()
    give_password(browser, person)
    use(browser, passkey)
    add(client, Passkey(2), "nyckelknippan")
    client.post(about(own(person)[0], "ta-bort/"))
    assert [str(p) for p in own(person)] == ["nyckelknippan"]
    assert is_in(client)
    assert not is_in(browser)
    give_password(browser, person)
    assert WRONG in text_of(use(browser, passkey))


@required
def test_the_last_one_stays_where_two_steps_are_required(
    person: User, client: StrictClient, passkey: Passkey, monkeypatch: pytest.MonkeyPatch
):
    mine = about(own(person)[0], "ta-bort/")
    said = "det här är det enda andra steg du har"
    assert said in text_of(client.get(mine))
    assert said in text_of(client.post(mine, follow=True))
    phone = Phone(monkeypatch)
    phone.secret = client.get(SET_UP).context["form"].secret
    client.post(SET_UP, {"code": phone.code})
    client.post(mine)
    assert not own(person)
    assert is_in(client)


@required
def test_with_a_passkey_left_the_app_can_go(
    person: User, client: StrictClient, passkey: Passkey, monkeypatch: pytest.MonkeyPatch
):
    phone = Phone(monkeypatch)
    phone.secret = client.get(SET_UP).context["form"].secret
    client.post(SET_UP, {"code": phone.code})
    remove = f"{SET_UP}ta-bort/"
    assert "Dina passkeys och reservkoder finns kvar." in text_of(client.get(remove))
    client.post(remove)
    assert is_in(client)


def test_without_the_requirement_the_last_one_can_go_and_the_codes_with_it(
    person: User, client: StrictClient, passkey: Passkey
):
    client.post(about(own(person)[0], "ta-bort/"))
    assert not Authenticator.objects.filter(user=person).exists()
    assert "Den är inte på" in text_of(client.get(ABOUT))


def test_the_rest_interface_asks_for_a_recovery_code_from_one_who_has_only_a_passkey(
    person: User, client: StrictClient, passkey: Passkey
):
    def ask(**code: str) -> int:
        told = {"email": person.email, "password": PASSWORD, **code}
        return int(StrictClient().post("/api/v1/login", told, content_type="application/json").status_code)

    assert (ask(), ask(code=client.get(CODES).context["codes"][0])) == (401, 200)
