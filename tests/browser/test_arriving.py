"""Arriving by a link in a mail: a browser sends what a test client does not, such as where a form comes from."""

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import Page

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
