"""Arriving by a link in a mail: a browser sends what a test client does not, such as where a form comes from."""

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import CDPSession, Page

from finsam_tracker.core.permissions import Role
from initiatives.people.invitations import invite, token_of
from tests.browser.conftest import Visit
from tests.browser.states import submit
from tests.factories import PASSWORD, World

pytestmark = pytest.mark.browser
NEW = "en annan mening om havet"


def fill_passwords(page: Page, password: str) -> None:
    for box in page.locator("input[type=password]").all():
        box.fill(password)


def test_somebody_invited_chooses_a_password_and_enrols_the_first_participant(visit: Visit, world: World):
    north = world.north
    invitation = invite(
        by=north.office,
        email="ny@example.org",
        role=Role.COORDINATOR,
        federation=north.federation,
        initiatives=[north.first],
        now=timezone.now(),
    )
    page = visit("nobody", reverse("invitation", args=[token_of(invitation)]))
    page.get_by_label("Namn").fill("Ny Nyman")
    fill_passwords(page, PASSWORD)
    submit(page)
    page.get_by_role("link", name="Skriv in").first.click()
    page.get_by_role("heading", name="Skriv in deltagare").wait_for()


def test_a_forgotten_password_is_replaced_by_the_link(visit: Visit, world: World):
    person = world.north.reader
    number = urlsafe_base64_encode(str(person.pk).encode())
    link = reverse("new_password", args=[number, default_token_generator.make_token(person)])
    page = visit("nobody", link)
    fill_passwords(page, NEW)
    submit(page)
    page.get_by_label("E-postadress").fill(person.email)
    fill_passwords(page, NEW)
    submit(page)
    assert page.get_by_role("button", name="Logga ut").is_visible()


def test_a_passkey_is_added_in_the_browser_and_is_the_second_step_of_the_next_log_in(visit: Visit, world: World):
    page = visit("nobody", "/")
    ours = plug_in_a_passkey(page)
    give_password(page, world, "/min-profil/tvasteg/passkeys/ny/")
    page.get_by_label("Namn").fill("jobbdatorn")
    submit(page)
    page.goto("/min-profil/tvasteg/passkeys/ny/")
    page.get_by_role("button", name="Lägg till").click()
    page.get_by_text("Den passkeyn är redan tillagd.").wait_for()
    page.get_by_role("button", name="Logga ut").click()
    give_password(page, world, "/min-profil/tvasteg/")
    with page.expect_navigation():
        page.get_by_role("button", name="Använd en passkey").click()
    page.get_by_role("rowheader", name="jobbdatorn").wait_for()
    page.get_by_role("button", name="Logga ut").click()
    unplug(ours)
    plug_in_a_passkey(page)
    give_password(page, world, "/min-profil/tvasteg/")
    page.get_by_role("button", name="Använd en passkey").click()
    page.get_by_text("Ingen passkey svarade.").wait_for()


def give_password(page: Page, world: World, where: str) -> None:
    page.goto(f"/logga-in/?next={where}")
    page.get_by_label("E-postadress").fill(world.north.coordinator.email)
    fill_passwords(page, PASSWORD)
    submit(page)


def plug_in_a_passkey(page: Page) -> tuple[CDPSession, str]:
    """Chromium's own, made of software, with no key in it yet."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": kind})["authenticatorId"]


def unplug(plugged: tuple[CDPSession, str]) -> None:
    devtools, ident = plugged
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": ident})
