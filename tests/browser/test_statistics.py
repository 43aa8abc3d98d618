"""The statistics page in a browser: filters without page loads, charts under the strict policy, no need of scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.states import statistics
from tests.factories import World

pytestmark = pytest.mark.browser

LETTERS = "e => parseFloat(e.getAttribute('font-size')) * e.getScreenCTM().a"


def choose(page: Page, period: str) -> None:
    page.get_by_label("Period", exact=True).select_option(period)
    page.get_by_role("button", name="Visa").click()


def test_another_period_is_shown_without_a_page_load(visit: Visit, world: World):
    page = visit("office", statistics(world))
    page.evaluate("window.stillHere = true")
    choose(page, "2024")
    expect(page.get_by_role("heading", level=1)).to_contain_text(", 2024")
    expect(page).to_have_title("Statistik 2024 – Norra Skogsbygdens samordningsförbund – Finsam Tracker")
    assert "period=2024" in page.url
    assert page.evaluate("window.stillHere") is True
    assert page.evaluate("document.activeElement.id") == "visa", "the keyboard stays where it was"
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Deltagare" not in kept, "no figures are left in the browser"
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text(", 2025")


def test_a_wrong_day_is_told_without_a_page_load(visit: Visit, world: World):
    page = visit("office", statistics(world))
    page.get_by_label("Som det var känt").fill("i går")
    page.get_by_role("button", name="Visa").click()
    expect(page.get_by_role("alert")).to_contain_text("är inget datum")
    expect(page.get_by_label("Som det var känt")).to_have_value("i går")


def test_the_same_form_works_without_javascript(visit: Visit, world: World):
    page = visit("office", statistics(world), javascript=False)
    choose(page, "2024")
    expect(page.get_by_role("heading", level=1)).to_contain_text(", 2024")


def test_a_chart_is_drawn_with_its_patterns_at_any_width(visit: Visit, world: World):
    page = visit("office", statistics(world))
    drawing = page.locator("#flows svg.chart")
    for width, least in ((1280, 380), (320, 250)):
        page.set_viewport_size({"width": width, "height": 900})
        box = drawing.bounding_box()
        assert box is not None
        assert least < box["width"] <= width
        letters = drawing.locator("text").first.evaluate(
            "e => parseFloat(e.getAttribute('font-size')) * e.getScreenCTM().a"
        )
        assert letters >= 11, f"{width} px: letters of {letters} px"
    assert page.evaluate("[...document.querySelectorAll('[style]')].length") == 0


def test_a_figure_is_followed_by_keyboard(visit: Visit, world: World):
    page = visit("office", statistics(world))
    page.locator("#flows").get_by_role("link", name="Följ en siffra").press("Enter")
    page.get_by_role("button", name="Vägen vidare, Totalt").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bakom")
    expect(page.get_by_role("cell", name="Summa")).to_have_count(0)
    expect(page.get_by_role("rowheader", name="Summa").first).to_be_visible()
