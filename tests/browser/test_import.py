"""Ten rows typed into the template come in through the page; each page on the way is accessible and fits a phone."""

import io
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import FilePayload, Page, expect

from participants.models import Import, Participation
from participants.services import imports
from tests.browser.conftest import NARROW, WIDE, Visit
from tests.browser.states import at
from tests.browser.test_looks import OVERFLOW, TARGET, TARGETS, looks
from tests.factories import World
from tests.spreadsheets import good_lines, xlsx

pytestmark = pytest.mark.browser
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def look_at(page: Page, name: str) -> None:
    """Accessible and without sideways scrolling, wide and narrow; kept as a picture where somebody wants to look."""
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        if folder := os.environ.get("FINSAM_PICTURES"):
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        assert page.evaluate(OVERFLOW) <= 0, f"{name} scrolls sideways at {width} px"
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}, {width} px: {found.generate_report()}"
        assert [t for t in looks(page, TARGETS) if t["height"] < TARGET - 0.5] == []
    page.set_viewport_size({"width": WIDE, "height": 900})


def filled(path: Path, world: World) -> FilePayload:
    """The template with ten people typed in under its own headings."""
    book = load_workbook(io.BytesIO(path.read_bytes()))
    sheet = book["Deltaganden"]
    column = {cell.value: cell.column for cell in sheet[1]}
    for line in range(2, 12):
        values: dict[str, Any] = {
            "Startdatum": date(2025, 3, line),
            "Kön": "Kvinna",
            "Födelseår": 1970 + line,
            "Utbildning": "Gymnasium",
        }
        values |= {"Kommun": world.north.municipalities[line % 3].name, "Före: Studiemedel (CSN)": "Ja"}
        for heading, value in values.items():
            sheet.cell(line, column[heading] or 0, value)
    file = io.BytesIO()
    book.save(file)
    return {"name": "mina.xlsx", "mimeType": XLSX, "buffer": file.getvalue()}


def test_ten_rows_in_the_template_are_sent_looked_at_and_read_in(visit: Visit, world: World):
    page = visit("coordinator", at("participations", world.north.first))
    page.get_by_role("link", name="Excel och CSV").click()
    look_at(page, "files")
    with page.expect_download() as download:
        page.get_by_role("link", name="Hämta mallen").click()
    page.get_by_label("Fil med deltaganden").set_input_files(filled(download.value.path(), world))
    page.get_by_role("button", name="Kontrollera filen").click()
    expect(page.get_by_text("Inget är sparat än")).to_be_visible()
    expect(page.locator("dl")).to_contain_text("Nya deltaganden 10")
    look_at(page, "preview-new")
    assert not Participation.objects.exists()
    page.get_by_role("button", name="Läs in filen").click()
    expect(page.get_by_text("Filen är inläst.")).to_be_visible()
    look_at(page, "done")
    with page.expect_download() as download:
        page.get_by_role("link", name="Hämta filen med koder").click()
    page.get_by_role("link", name="Till deltagandena").click()
    for code in Participation.objects.values_list("code", flat=True):
        expect(page.get_by_role("link", name=code)).to_be_visible()
    page.get_by_role("link", name="Excel och CSV").click()
    page.get_by_label("Fil med deltaganden").set_input_files(
        {"name": "igen.xlsx", "mimeType": XLSX, "buffer": download.value.path().read_bytes()}
    )
    page.get_by_role("button", name="Kontrollera filen").click()
    expect(page.get_by_text("Allt i filen finns redan")).to_be_visible()
    look_at(page, "nothing")
    page.get_by_role("link", name="Tillbaka till Excel och CSV").click()
    look_at(page, "files-earlier")


def test_faults_and_refusals_are_told(visit: Visit, world: World):
    lines = good_lines(60, world.north.first)
    for number, line in enumerate(lines):
        line[4] = f"Orten som inte finns {number}"
    lines[0][4] = "070-123 45 67"
    page = visit("coordinator", at("imports", world.north.first))
    page.get_by_role("button", name="Kontrollera filen").click()
    expect(page.get_by_role("alert")).to_contain_text("Välj en fil.")
    look_at(page, "files-error")
    page.get_by_label("Fil med deltaganden").set_input_files(
        {"name": "fel.xlsx", "mimeType": XLSX, "buffer": xlsx(lines).getvalue()}
    )
    page.get_by_role("button", name="Kontrollera filen").click()
    expect(page.get_by_text("Filen har 60 fel")).to_be_visible()
    expect(page.get_by_text("070-123")).to_have_count(0)
    look_at(page, "faults")


def test_changes_are_shown_from_what_to_what(visit: Visit, world: World):
    rows = [world.north.enrol(education="primary") for _n in range(3)]
    file = xlsx([[row.code, "Gymnasium", 1990] for row in rows], ["Kod", "Utbildning", "Födelseår"])
    record = imports.receive(by=world.north.coordinator, initiative=world.north.first, file=file, now=timezone.now())
    page = visit("coordinator", at("import", world.north.first, str(record.pk)))
    expect(page.get_by_role("table")).to_contain_text("Utbildning: från Grundskola till Gymnasium")
    look_at(page, "preview-changes")


def test_a_page_left_and_come_back_to_shows_how_far_the_file_has_come(visit: Visit, world: World):
    north = world.north
    Import.objects.create(
        initiative=north.first, by=north.coordinator, created_at=timezone.now(), state="checking", row_count=20_000
    )
    Import.objects.update(progress=5_000)
    page = visit("coordinator", at("imports", north.first))
    page.get_by_role("row", name="Kontrolleras").get_by_role("link").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "25")
    look_at(page, "progress")
    Import.objects.update(progress=10_000)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "50")
    Import.objects.update(state="cancelled", ended_at=timezone.now())
    expect(page.get_by_text("Inget ur filen är inläst")).to_be_visible()
