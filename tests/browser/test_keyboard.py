"""A day's work without a mouse, and without JavaScript."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from participants.models import Participation
from tests.browser.conftest import NARROW, Visit
from tests.browser.states import at, enrol, exit_form, submit
from tests.factories import PASSWORD, World

pytestmark = pytest.mark.browser


def tab_to(page: Page, ident: str) -> None:
    """Tab on, at most around the page, until the element with this id has focus."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == ident:
            return
    pytest.fail(f"The keyboard does not reach {ident}.")


def tab_to_button(page: Page, text: str) -> None:
    for _press in range(80):
        page.keyboard.press("Tab")
        if (
            page.evaluate("document.activeElement.tagName + document.activeElement.textContent.trim()")
            == f"BUTTON{text}"
        ):
            return
    pytest.fail(f"The keyboard does not reach the button {text}.")


def test_a_participant_is_enrolled_by_keyboard_alone(visit: Visit, world: World):
    page = visit("coordinator", enrol(world))
    tab_to(page, "id_gender_0")
    page.keyboard.press("ArrowDown")
    tab_to(page, "id_birth_year")
    page.keyboard.type("1990")
    for ident, typed in (("id_municipality", "Ekby"), ("id_education", "Gymn")):
        tab_to(page, ident)
        page.keyboard.type(typed)
    tab_to(page, "id_start_on")
    page.keyboard.type("20250303")
    for ident, typed in (("id_referrer", "Arbets"), ("id_assignment", "Kart")):
        tab_to(page, ident)
        page.keyboard.type(typed)
    tab_to(page, "id_support_before_1")
    page.keyboard.press("Space")
    tab_to_button(page, "Skriv in")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Deltagaren är inskriven med koden")
    made = Participation.objects.get()
    assert (made.gender, made.birth_year, made.start_on) == ("man", 1990, date(2025, 3, 3))
    assert (made.municipality, made.education) == (world.north.municipalities[1], "upper-secondary")
    assert (made.referrer, made.assignment, made.support_before) == ("af", "mapping", {"sickness-benefit"})


def test_a_participation_is_ended_by_keyboard_alone(visit: Visit, world: World):
    page = visit("coordinator", exit_form(world))
    tab_to(page, "id_exit_on")
    page.keyboard.type("2025-9-1")
    tab_to(page, "id_exit_reason")
    page.keyboard.type("Stud")
    page.get_by_label("Studier efter avslut").wait_for()
    tab_to(page, "id_studies_after")
    page.keyboard.type("Studerar 75")
    tab_to(page, "id_support_after_8")
    page.keyboard.press("Space")
    tab_to_button(page, "Avsluta deltagandet")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("är avslutat")
    made = Participation.objects.get()
    assert (made.exit_on, made.exit_reason) == (date(2025, 9, 1), world.north.reasons["studies"])
    assert (made.work_after, made.studies_after, made.support_after) == (None, "75", {"none"})


def test_focus_goes_to_what_went_wrong_and_from_there_to_the_field(visit: Visit, world: World):
    page = visit("coordinator", enrol(world))
    page.get_by_label("Startdatum").fill("31/2/2025")
    submit(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile(r"^\s*Fel:"))
    summary.get_by_role("link", name="31/2/2025").press("Enter")
    expect(page.get_by_label("Startdatum")).to_be_focused()
    expect(page.get_by_label("Startdatum")).to_have_value("31/2/2025")
    expect(page.get_by_label("Startdatum")).to_have_accessible_description(
        re.compile("Första dagen.*Fel:.*inget datum")
    )
    expect(page.get_by_role("group", name="Offentlig försörjning")).to_have_accessible_description(
        re.compile("Kryssa för minst ett alternativ")
    )


def test_the_skip_link_passes_the_menu(visit: Visit, world: World):
    page = visit("coordinator", enrol(world))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_whole_round_goes_without_javascript_on_a_narrow_screen(visit: Visit, world: World):
    page = visit("nobody", enrol(world), NARROW, javascript=False)
    page.get_by_label("E-postadress").fill(world.north.lead.email)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    page.get_by_label("Kvinna").check()
    page.get_by_label("Startdatum").fill("2025-03-03")
    for label in ("Kommun", "Utbildning", "Aktualiserande part", "Uppdrag"):
        page.get_by_label(label, exact=True).select_option(label="Uppgift saknas")
    page.get_by_role("group", name="Offentlig försörjning").get_by_label("Uppgift saknas").check()
    submit(page)
    made = Participation.objects.get()
    expect(page.get_by_role("heading", level=1)).to_contain_text(made.code)
    page.goto(at("participations", world.north.first))
    page.get_by_label("Sök på kod").fill(made.code.lower().replace("-", " "))
    page.get_by_role("button", name="Sök").click()
    page.get_by_role("link", name="Avsluta deltagandet").click()
    page.get_by_label("Avslutsdatum").fill("2025-03-02")
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text("Välj avslutsorsak.")
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")


def test_a_printed_list_has_its_rows_and_no_menu(visit: Visit, world: World):
    code = world.north.enrol().code
    page = visit("coordinator", at("participations", world.north.first))
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name=code)).to_be_visible()
    for gone in ("Logga ut", "Sök"):
        expect(page.get_by_role("button", name=gone)).to_be_hidden()
