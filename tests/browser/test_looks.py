"""Every page in every state: accessible, readable at 320 px, with borders and focus to see and targets to hit."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import NARROW, WIDE, Visit
from tests.browser.states import STATES
from tests.factories import World

pytestmark = pytest.mark.browser

AXE = Axe()
TARGET = 44
EDGE = 3.0
CONTROLS = ".form-control, .form-select, .form-check-input, .btn:not(.btn-link)"
TARGETS = ".form-control, .form-select, .form-check, .btn, nav a, thead a, .choices a"

LAYOUTS = [name for name in STATES if "-" not in name]
"""Where axe looks at both widths: the other states of a page differ from these in words, not in layout."""
LOOK = """element => {
  const behind = () => {
    for (let node = element.parentElement; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  return {
    what: element.outerHTML.slice(0, 100), behind: behind(), width: box.width, height: box.height,
    border: style.borderTopColor, fill: style.backgroundColor,
    outline: style.outlineColor, outlineStyle: style.outlineStyle, outlineWidth: parseFloat(style.outlineWidth),
  };
}"""
# All at once: a page has a hundred elements, and each question to the browser takes its time.
LOOKS = f"elements => elements.filter(element => element.checkVisibility({{visibilityProperty: true}})).map({LOOK})"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("name", STATES)
def test_a_page_is_accessible_and_fits_at_any_width(name: str, visit: Visit, world: World):
    state = STATES[name]
    page = visit(state.who, state.prepare(world))
    state.act(page)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        if folder := os.environ.get("FINSAM_PICTURES"):  # for whoever wants to look
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        assert page.evaluate(OVERFLOW) <= 0, f"{name} scrolls sideways at {width} px"
        if width == WIDE or name in LAYOUTS:
            found = AXE.run(page, options={"resultTypes": ["violations"]})
            assert found.violations_count == 0, f"{width} px: {found.generate_report()}"
        for control in looks(page, CONTROLS):
            edges = (contrast(control[part], control["behind"]) for part in ("border", "fill"))
            assert max(edges) >= EDGE, control
        for target in looks(page, TARGETS):
            assert target["height"] >= TARGET - 0.5, f"{width} px: {target}"


@pytest.mark.parametrize(
    "name", ["login", "list-long", "list-search-error", "enrol-errors", "participation", "start-choice"]
)
def test_every_stop_of_the_keyboard_shows_where_one_is(name: str, visit: Visit, world: World):
    state = STATES[name]
    page = visit(state.who, state.prepare(world))
    state.act(page)
    stops = 0
    while (look := next_stop(page)) and stops < 120:
        stops += 1
        assert look["outlineStyle"] == "solid", look
        assert look["outlineWidth"] >= 2, look
        assert contrast(look["outline"], look["behind"]) >= EDGE, look
    assert 3 <= stops < 120, "the keyboard is caught, or there is nowhere to go"


def next_stop(page: Page) -> dict[str, Any] | None:
    """What has focus after one more Tab; None past the last stop."""
    page.keyboard.press("Tab")
    focused = page.evaluate_handle("document.activeElement")
    is_body = page.evaluate("document.activeElement === document.body")
    found: dict[str, Any] | None = None if is_body else page.evaluate(LOOK, focused)
    return found


def looks(page: Page, selector: str) -> list[dict[str, Any]]:
    """How each visible element of a kind looks."""
    found: list[dict[str, Any]] = page.eval_on_selector_all(selector, LOOKS)
    return [look for look in found if look["width"] and look["height"]]


def contrast(one: str, other: str) -> float:
    """The contrast of two opaque colours, by WCAG 2; a transparent one has none."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05) if "rgba(0, 0, 0, 0)" not in (one, other) else 1.0


def luminance(colour: str) -> float:
    red, green, blue = (int(part) / 255 for part in re.findall(r"[0-9]+", colour)[:3])
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def test_contrast_is_computed_as_wcag_does():
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == pytest.approx(21)
    assert contrast("rgb(222, 226, 230)", "rgb(255, 255, 255)") == pytest.approx(1.3, abs=0.01)
    assert contrast("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)") == 1.0
