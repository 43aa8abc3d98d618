"""A lägesrapport's whole round, on a desk and on a phone: written, sent, returned, mended, accepted."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Visit
from tests.browser.states import some, submit
from tests.browser.test_looks import OVERFLOW
from tests.factories import World, make_goal
from tests.status_reports import TEXTS, asked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOXES = {"Framsteg": TEXTS["progress"], "Avvikelser": "Ett samarbete kom i gång sent.", "Plan framåt": TEXTS["plan"]}


def look(page: Page, name: str) -> None:
    assert page.evaluate(OVERFLOW) <= 0, f"{name} scrolls sideways"
    if folder := os.environ.get("FINSAM_PICTURES"):  # for whoever wants to look
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=Path(folder) / f"round-{name}-{width}.png", full_page=True)


def click(page: Page, role: str, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_whole_round(width: int, visit: Visit, world: World):
    some(world, 20)
    make_goal(world.north)
    asked(world.north)
    lead = visit("lead", "/forbund/norra/insatser/norra-1/", width)
    look(lead, "start")
    with lead.expect_navigation():
        lead.get_by_role("link", name="Öppna").click()
    click(lead, "link", "Skriv")
    look(lead, "write")
    for label, text in BOXES.items():
        lead.get_by_label(label).fill(text)
    submit(lead)
    expect(lead.get_by_role("status").first).to_contain_text("sparat som utkast")
    look(lead, "draft")
    click(lead, "button", "Skicka till kansliet")
    expect(lead.get_by_role("status").first).to_contain_text("skickad till kansliet")
    office = visit("office", "/forbund/norra/publikationer/", width)
    click(office, "link", "Insatsernas lägesrapporter")
    look(office, "overview")
    click(office, "link", world.north.first.name)
    expect(office.get_by_text("Ny grupp i augusti.")).to_be_visible()
    look(office, "office")
    click(office, "link", "Svara")
    office.get_by_label("Lämna tillbaka den").check()
    office.get_by_label("Kommentar till insatsen").fill("Varför kom samarbetet i gång sent?")
    look(office, "answer")
    submit(office)
    lead.reload()
    expect(lead.get_by_text("Varför kom samarbetet i gång sent?").first).to_be_visible()
    look(lead, "returned")
    click(lead, "link", "Skriv")
    lead.get_by_label("Avvikelser").fill("Ett samarbete kom i gång sent, eftersom lokalen dröjde.")
    submit(lead)
    click(lead, "button", "Skicka till kansliet")
    office.reload()
    click(office, "link", "Svara")
    office.get_by_label("Godkänn rapporten").check()
    submit(office)
    expect(office.get_by_role("status").first).to_contain_text("Rapporten är godkänd.")
    look(office, "accepted")
    lead.reload()
    expect(lead.get_by_text("Godkänd", exact=True)).to_be_visible()
