"""Typing a year into Uppföljning Finsam from its page: copy, mark, and see what has moved since."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from participants.services.correction import void
from reports.models import FinsamMark
from tests.browser.conftest import NARROW, WIDE, Visit
from tests.browser.states import a_year_reported, a_year_to_report
from tests.browser.test_looks import OVERFLOW
from tests.factories import World

pytestmark = pytest.mark.browser


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_year_is_typed_in_marked_and_followed(visit: Visit, world: World, width: int):
    address = a_year_to_report(world)
    page = visit("office", address, width)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopiera Tilldelade medel, summa (kr)").click()
    expect(page.locator("#copied")).to_have_text("Kopierat: 12000000")
    assert page.evaluate("navigator.clipboard.readText()") == "12000000"
    # One value; then all of an initiative, where what cannot be changed later is asked about.
    press(page, "Markera Tilldelade medel, summa (kr)")
    expect(page.get_by_text("Markerat som registrerat: 1.")).to_be_visible()
    press(page, "uppgifter för Vägen vidare som registrerade")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stämmer det här för Vägen vidare?")
    press(page, "Ja, de stämmer: markera")
    assert FinsamMark.objects.count() > 1
    # Somebody is registered late, and somebody by mistake.
    north = world.north
    north.enrol_late(date(2025, 11, 3))
    mistake = north.enrol_late(date(2025, 11, 4), gender="man")
    page.goto(address)
    moved = page.locator("#andrat")
    expect(moved.get_by_role("row", name="Vägen vidare Deltagare, summa")).to_contain_text("+2")
    expect(moved).to_contain_text("Inskrivning som har tillkommit: 2 deltaganden (+2)")
    void(by=north.lead, participation=mistake, reason="dubbelt", now=timezone.now())
    page.goto(address)
    expect(moved.get_by_role("row", name="Vägen vidare Deltagare, summa")).to_contain_text("+1")
    press(page, "Markera Deltagare, summa, Vägen vidare")
    expect(moved.get_by_role("row", name="Deltagare, summa")).to_have_count(0)
    press(page, "Ångra Deltagare, summa, Vägen vidare")
    expect(moved.get_by_role("row", name="Deltagare, summa")).to_have_count(1)
    page.get_by_role("link", name="Arkiv").click()
    expect(page.get_by_text("Ångrad")).to_have_count(1)


def test_without_scripts_the_values_stand_there_and_can_be_marked(visit: Visit, world: World):
    page = visit("office", a_year_to_report(world), javascript=False)
    expect(page.get_by_role("button", name="Kopiera")).to_have_count(0)
    expect(page.locator("output", has_text="12\N{NARROW NO-BREAK SPACE}000").first).to_be_visible()
    press(page, "Markera Tilldelade medel, summa (kr)")
    expect(page.get_by_text("Markerat som registrerat: 1.")).to_be_visible()


def test_the_delivery_says_what_failed_and_what_has_changed_since(visit: Visit, world: World, settings: Any):
    settings.DELIVERY_URL = "https://receiver.example.org/finsam"
    page = visit("office", a_year_reported(world))
    sending = page.locator("#leverans")
    expect(sending).to_contain_text("Mottagarens certifikat kunde inte godkännas")
    expect(sending.get_by_role("row", name="Deltagare, summa")).to_contain_text("+2")
    for name in ("Skicka nu", "Försök igen", "Slå av leveransen"):
        expect(sending.get_by_role("button", name=name)).to_be_visible()
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOW) <= 0
        assert Axe().run(page).violations_count == 0
        if folder := os.environ.get("FINSAM_PICTURES"):
            sending.screenshot(path=Path(folder) / f"finsam-delivery-{width}.png")
    press(page, "Slå av leveransen")
    expect(sending).to_contain_text("Leveransen är av: inget sänds.")
    expect(sending.get_by_role("button", name="Försök igen")).to_have_count(0)
