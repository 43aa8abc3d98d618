"""A session that ends in the middle of a form: what was typed comes back after log-in, unsaved."""

from http.cookies import Morsel
from secrets import token_hex
from typing import Any

import pytest
from django.core import signing

from finsam_tracker.core import kept
from finsam_tracker.core.models import AuditEvent
from participants.models import Participation
from tests.conftest import StrictClient
from tests.factories import PASSWORD, Tenant, World
from tests.test_participant_pages import ENROLMENT, EXIT, PERSONNUMMER, at, text_of

SENTENCE = "Du blev utloggad. Det du skrev finns kvar men är inte sparat. Kontrollera och spara."


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


def log_in_again(client: StrictClient, email: str, where: str) -> Any:
    answered = client.post("/logga-in/", {"username": email, "password": PASSWORD, "next": where})
    return client.get(answered["Location"])


def cookie(client: StrictClient) -> "Morsel[str] | None":
    found = client.cookies.get(kept.COOKIE)
    return found if found and found.value else None


def test_what_was_typed_comes_back_and_is_saved_when_sent(north: Tenant, client: StrictClient):
    where = at("enrol", north.first)
    answered = client.post(where, ENROLMENT)
    assert answered["Location"] == f"/logga-in/?next={where}"
    assert "Logga in, så visas det du skrev igen." in text_of(client.get(answered["Location"]))
    shown = log_in_again(client, north.coordinator.email, where)
    assert SENTENCE in text_of(shown)
    form = shown.context["form"]
    assert {name: form[name].value() for name in ENROLMENT} == ENROLMENT
    assert not Participation.objects.exists()
    client.post(where, ENROLMENT)
    assert Participation.objects.count() == 1


def test_it_survives_a_wrong_password_and_is_shown_once(north: Tenant, client: StrictClient):
    where = at("enrol", north.first)
    client.post(where, ENROLMENT)
    client.post("/logga-in/", {"username": north.coordinator.email, "password": "fel", "next": where})
    assert SENTENCE in text_of(log_in_again(client, north.coordinator.email, where))
    assert cookie(client) is None
    assert SENTENCE not in text_of(client.get(where))


def test_a_change_comes_back_with_its_mark(north: Tenant, client: StrictClient, coordinator: StrictClient):
    made = north.enrol()
    where = at("exit", north.first, made.code)
    mark = coordinator.get(where).context["form"]["mark"].value()
    client.post(where, EXIT | {"mark": mark})
    form = log_in_again(client, north.coordinator.email, where).context["form"]
    assert form["exit_reason"].value() == "work"
    assert form["mark"].value() == mark
    made.refresh_from_db()
    assert made.is_ongoing


def test_it_is_for_the_page_it_was_typed_on(north: Tenant, client: StrictClient):
    client.post(at("enrol", north.first), ENROLMENT)
    other = at("correct", north.first, north.enrol().code)
    assert SENTENCE not in text_of(log_in_again(client, north.coordinator.email, other))


def test_it_is_for_those_who_may_see_the_page(north: Tenant, client: StrictClient):
    where = at("enrol", north.first)
    client.post(where, ENROLMENT)
    assert log_in_again(client, north.office.email, where).status_code == 404


def test_nobody_reads_it_out_of_the_browser(north: Tenant, client: StrictClient):
    client.post(at("enrol", north.first), ENROLMENT | {"ticket": "hemlig-biljett"})
    held = cookie(client)
    assert held
    assert held["httponly"]
    assert held["samesite"] == "Lax"
    assert held["max-age"] == kept.KEPT_FOR
    opened = signing.loads(held.value, salt=kept._SALT)
    assert "hemlig-biljett" not in opened
    assert "biljett" in kept._decrypt(opened).decode()
    client.post(at("enrol", north.first), ENROLMENT)
    again = cookie(client)
    assert again
    assert again.value != held.value


def test_what_identifies_a_person_is_not_kept(north: Tenant, client: StrictClient):
    where = at("enrol", north.first)
    client.post(where, ENROLMENT | {"birth_year": PERSONNUMMER})
    shown = log_in_again(client, north.coordinator.email, where)
    assert shown.context["form"]["birth_year"].value() is None
    assert "9876" not in shown.content.decode()


@pytest.mark.parametrize("broken", ["", "x", "a:b:c", "\x7f", "9" * 3000])
def test_a_cookie_of_ones_own_making_is_no_cookie(broken: str, north: Tenant, coordinator: StrictClient):
    coordinator.cookies[kept.COOKIE] = broken
    answered = coordinator.get(at("enrol", north.first))
    assert answered.status_code == 200
    assert SENTENCE not in text_of(answered)


def test_an_old_one_is_forgotten(north: Tenant, client: StrictClient, monkeypatch: pytest.MonkeyPatch):
    where = at("enrol", north.first)
    client.post(where, ENROLMENT)
    monkeypatch.setattr(kept, "KEPT_FOR", -1)
    assert SENTENCE not in text_of(log_in_again(client, north.coordinator.email, where))


def test_nothing_typed_and_too_much_leave_no_cookie(north: Tenant, client: StrictClient):
    for typed in ({}, {"birth_year": token_hex(5000)}):
        assert client.post(at("enrol", north.first), typed).status_code == 302
        assert cookie(client) is None


def test_a_page_that_shows_nothing_again_keeps_nothing(north: Tenant, client: StrictClient):
    client.post(at("participations", north.first), {"code": "K7M-4RX-3"})
    assert cookie(client) is None


def test_a_forged_form_is_refused_before_anything_is_kept(north: Tenant):
    browser = StrictClient(enforce_csrf_checks=True)
    assert browser.post(at("enrol", north.first), ENROLMENT).status_code == 403
    assert cookie(browser) is None
    assert not AuditEvent.objects.exists()
