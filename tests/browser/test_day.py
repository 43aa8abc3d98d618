"""A coordinator's day by keyboard alone, on a desk and on a phone, until the lead sees it in the tables."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from participants.models import FollowUp, Participation
from tests.browser.conftest import Visit
from tests.browser.states import at
from tests.browser.test_import import filled
from tests.browser.test_keyboard import tab_to, tab_to_button
from tests.factories import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK, PHONE = 1280, 360


def tab_to_link(page: Page, text: str) -> None:
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName + document.activeElement.textContent.trim()") == f"A{text}":
            return
    pytest.fail(f"The keyboard does not reach the link {text}.")


def follow(page: Page, text: str) -> None:
    """Go on by a link, and wait until the next page is there."""
    tab_to_link(page, text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_load_state()


def press(page: Page, text: str) -> None:
    tab_to_button(page, text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_load_state()


def choose(page: Page, ident: str, typed: str) -> None:
    tab_to(page, ident)
    page.keyboard.type(typed)


def write(page: Page, ident: str, text: str) -> None:
    tab_to(page, ident)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def tick(page: Page, ident: str) -> None:
    tab_to(page, ident)
    page.keyboard.press("Space")


def search(page: Page, code: str) -> None:
    """To a participation by its code, from the list."""
    follow(page, "Deltaganden")
    write(page, "id_code", code.lower())
    press(page, "Sök")


def enrol_one(page: Page, born: str, town: str) -> None:
    follow(page, "Skriv in")
    tick(page, "id_gender_0")
    write(page, "id_birth_year", born)
    choose(page, "id_municipality", town)
    choose(page, "id_education", "Gymn")
    write(page, "id_start_on", "20250303")
    choose(page, "id_referrer", "Arbets")
    choose(page, "id_assignment", "Kart")
    tick(page, "id_support_before_0")
    press(page, "Skriv in")
    expect(page.get_by_role("status").first).to_contain_text("Deltagaren är inskriven med koden")


def assess_one(page: Page, code: str) -> None:
    search(page, code)
    follow(page, "Bedöm steg")
    write(page, "id_on", "2025-04-01")
    choose(page, "id_step", "Kont")
    press(page, "Spara bedömningen")
    expect(page.get_by_role("status")).to_contain_text("är sparad")


def end_one(page: Page, code: str) -> None:
    search(page, code)
    follow(page, "Avsluta deltagandet")
    expect(page.get_by_label("Arbete efter avslut")).to_be_hidden()
    write(page, "id_exit_on", "2025-09-30")
    choose(page, "id_exit_reason", "Arb")
    page.get_by_label("Arbete efter avslut").wait_for()
    expect(page.get_by_label("Studier efter avslut")).to_be_hidden()
    choose(page, "id_work_after", "50")
    tick(page, "id_support_after_8")
    press(page, "Avsluta deltagandet")
    expect(page.get_by_role("status")).to_contain_text("är avslutat")


def reach_one(page: Page, code: str) -> None:
    follow(page, "Att göra")
    follow(page, code)
    tick(page, "id_outcome_0")
    page.get_by_label("Arbete", exact=True).wait_for()
    choose(page, "id_work_after", "75")
    choose(page, "id_studies_after", "Studerar inte")
    tick(page, "id_support_after_8")
    press(page, "Spara uppföljningen")
    expect(page.get_by_role("status")).to_contain_text("är sparad")


def miss_one(page: Page, code: str) -> None:
    follow(page, "Att göra")
    follow(page, code)
    # A radio that the keyboard comes to is chosen with the arrows, from the first on.
    tick(page, "id_outcome_0")
    for _press in range(2):
        page.keyboard.press("ArrowDown")
    press(page, "Spara uppföljningen")
    expect(page.get_by_role("status")).to_contain_text("är sparad")


def correct_one(page: Page, code: str) -> None:
    search(page, code)
    follow(page, "Rätta")
    write(page, "id_birth_year", "2002")
    write(page, "id_reason", "fel datum")
    press(page, "Spara rättelsen")
    follow(page, "Historik")
    told = page.get_by_role("listitem").filter(has_text="rättade")
    expect(told).to_contain_text("rättade födelseår från 2001 till 2002: fel datum.")


def import_ten(page: Page, world: World) -> None:
    """The template fetched, filled and sent back; the file dialog is opened from the keyboard, as any control."""
    follow(page, "Excel och CSV")
    tab_to_link(page, "Hämta mallen (Excel)")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    tab_to(page, "id_file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(filled(download.value.path(), world))
    press(page, "Kontrollera filen")
    expect(page.locator("dl")).to_contain_text("Nya deltaganden 10")
    press(page, "Läs in filen")
    expect(page.get_by_text("Filen är inläst.")).to_be_visible()


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_day(width: int, visit: Visit, world: World):
    north = world.north
    reached, missed = (north.end(north.enrol()).code for _n in range(2))
    page = visit("lead", "/", width)
    expect(page.get_by_role("heading", level=1)).to_have_text("Att göra")

    for born, town in (("1990", "Ekby"), ("1975", "Ekby"), ("2001", "Ekby")):
        enrol_one(page, born, town)
    one, two, three = Participation.objects.ongoing().order_by("pk")
    assess_one(page, one.code)
    end_one(page, two.code)
    reach_one(page, reached)
    miss_one(page, missed)
    correct_one(page, three.code)

    import_ten(page, world)
    follow(page, "Deltaganden")
    for code in (one.code, three.code):
        expect(page.get_by_role("link", name=code)).to_be_visible()
    two.refresh_from_db()
    assert (two.exit_on, two.work_after, two.support_after) == (date(2025, 9, 30), "50", {"none"})
    outcomes = dict(FollowUp.objects.counted().values_list("participation__code", "outcome"))
    assert (outcomes[reached], outcomes[missed]) == ("reached", "not_reached")

    follow(page, "Tabeller")
    page.goto(at("initiative_statistics", north.first) + "?period=2025")
    # Three enrolled by hand, ten from the file, and two who had left already; one of the three left, to work half time.
    expect(page.locator("#flows").get_by_role("row", name="Totalt 15 15 3 12")).to_be_visible()
    expect(page.locator("#table_2").get_by_role("row").filter(has_text="50%")).to_contain_text("1")
