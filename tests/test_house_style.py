"""A federation's own reports: their sections, logo and colour, and what happens when frozen content is written in."""

import io
import struct
import zipfile
import zlib
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import docx
import pdfplumber
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from finsam_tracker.core.models import AuditEvent, JobRun, Parameter
from participants.facts import Enrolment
from participants.services.enrolment import enrol
from reports import tasks
from reports.edition import Drawing, Look, Paragraph, Shown
from reports.models import HouseStyle, Publication
from reports.publications import TEMPLATES
from reports.publishing import services
from reports.publishing.arranging import arrange
from reports.publishing.colour import contrast_with_white
from reports.publishing.editions import edition_of, is_untouched
from reports.publishing.ledger import since
from reports.tasks import AlteredError
from tests.conftest import StrictClient
from tests.factories import World, staff_of
from tests.publishing import LATER, NOW, computed, prepared, published
from tests.test_publications import people

pytestmark = pytest.mark.django_db
ROOT = "/forbund/norra/publikationer/"
BLUE = "#1f4e79"


def png(width: int = 900, height: int = 300, **more: Any) -> bytes:
    """A picture, with whatever else a PNG can carry."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), BLUE).save(written, "PNG", **more)
    return written.getvalue()


def sent(content: bytes, name: str = "logotyp.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


BOMB = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0))
"""A hundred bytes that claim ten gigabytes of pixels."""


class TestSections:
    def test_the_office_takes_out_and_moves_and_the_next_draft_is_so(self, world: World, office: StrictClient):
        people(world.north)
        page = f"{ROOT}avsnitt/helar/"
        assert "Med i rapporten" in office.get(page).content.decode()
        office.post(page, {"avsnitt": "deltagare", "gor": "ut"})
        office.post(page, {"avsnitt": "mal", "gor": "upp"})
        office.post(page, {"avsnitt": "sammanfattning", "gor": "upp"})  # it is the first already
        office.post(page, {"avsnitt": "påhittat", "gor": "ner"})
        draft = prepared(world.north.office, world.north.federation, "helar", "2025")
        edition = edition_of(draft)
        assert [section.title for section in edition.sections] == ["Sammanfattning", "Avslut", "Mål", "Arbete"]
        assert "flows" not in {result.table for result in edition.results}
        # "Av {avslutade} avslutade gick ..." names a figure of the table that is gone, so the sentence is too.
        assert not [b for section in edition.sections for b in section.blocks if isinstance(b, Paragraph)]
        assert [b for b in edition.sections[1].blocks if isinstance(b, Shown)]
        refused = office.post(f"{ROOT}{draft.pk}/texter/", {"opening": "{deltog} kom."}).content.decode()
        assert "heter {deltog}" in refused
        services.write_texts(
            by=world.north.office, publication=draft, texts={"opening": "Ett år.", "about_flows": "Nej."}, now=NOW
        )
        texts = [b.text for s in edition_of(published(draft, world.north.office)).sections for b in s.blocks[:1]
                 if isinstance(b, Paragraph)]  # fmt: skip
        assert texts == ["Ett år."]
        office.post(page, {"avsnitt": "deltagare", "gor": "in"})
        second = services.new_edition(by=world.north.office, publication=draft, reason="fler avsnitt", now=LATER)
        assert edition_of(computed(second, LATER)).sections[-1].title == "Deltagare"
        acts = AuditEvent.objects.filter(action="arrange_report")
        assert acts.count() == 3, "what changed nothing is no act"

    @pytest.mark.parametrize(
        ("template", "sections", "sentence"),
        [
            ("kvartal", ["sammanfattning"], "minst ett avsnitt med en tabell"),
            ("kvartal", ["deltagare", "deltagare"], "står två gånger"),
            ("kvartal", ["mal"], "inget avsnitt ”mal”"),
            ("annan", [], "ingen sådan rapport"),
        ],
    )
    def test_a_choice_that_cannot_be_is_refused(self, template: str, sections: list[str], sentence: str, world: World):
        north = world.north
        with pytest.raises(ValidationError, match=sentence):
            arrange(by=north.office, federation=north.federation, template=template, sections=sections, now=NOW)
        assert not world.north.federation.arrangements.exists()

    def test_every_section_can_be_left_out_of_every_report(self):
        for template in TEMPLATES.values():
            for key in template.keys:
                left = template.arranged([one for one in template.keys if one != key])
                assert key not in left.keys
                assert set(left.figures) <= set(template.figures)


class TestLogoAndColour:
    def test_they_are_frozen_with_the_edition_and_served_to_everybody(self, world: World, office: StrictClient):
        people(world.north)
        page = f"{ROOT}utseende/"
        told = {"colour": "1F4E79", "logo_text": "Norra förbundet"}
        answer = office.post(page, told | {"logo": sent(png(pnginfo=None))}, follow=True).content.decode()
        assert "Utseendet är sparat" in answer
        kept = bytes(HouseStyle.objects.get().logo)
        assert Image.open(io.BytesIO(kept)).size == (600, 200)
        draft = prepared(world.north.office, world.north.federation, "kvartal", "2025-Q3")
        assert "data:image/png;base64," in office.get(f"{ROOT}{draft.pk}/utkast/").content.decode()
        published(draft, world.north.office)
        files = {name: office.get(f"{ROOT}{draft.pk}/rapport.{name}").content for name in ("pdf", "docx", "xlsx")}
        office.post(f"{page}logotyp/ta-bort/")
        office.post(page, {"colour": "", "logo_text": ""})
        assert not HouseStyle.objects.get().logo
        assert is_untouched(Publication.objects.get())
        for name, content in files.items():
            assert office.get(f"{ROOT}{draft.pk}/rapport.{name}").content == content, name
        with pdfplumber.open(io.BytesIO(files["pdf"])) as pdf:
            assert any(image["srcsize"] == (600, 200) for image in pdf.pages[0].images)
        document = docx.Document(io.BytesIO(files["docx"]))
        assert str(document.styles["Heading 1"].font.color.rgb) == "1F4E79"
        assert document.inline_shapes[0]._inline.docPr.get("descr") == "Norra förbundet"
        assert document.inline_shapes[0].width.cm <= 5.01
        with zipfile.ZipFile(io.BytesIO(files["xlsx"])) as book:
            assert 'descr="Norra förbundet"' in book.read("xl/drawings/drawing1.xml").decode()
            assert book.read("xl/media/image1.png") == kept
        code = Publication.objects.get().code
        public = StrictClient()
        checked = public.get(f"/kontroll/{code}/").content.decode()
        assert f'src="/kontroll/{code}/logotyp.png" alt="Norra förbundet"' in checked
        logo, colour = (public.get(f"/kontroll/{code}/{name}") for name in ("logotyp.png", "farg.css"))
        assert (logo.content, logo["Content-Type"]) == (kept, "image/png")
        assert colour.content == b":root { --house-colour: #1f4e79; }\n"
        for answered in (logo, colour):
            assert "immutable" in answered["Cache-Control"]
            assert answered["X-Content-Type-Options"] == "nosniff"
            assert not answered.cookies
        assert public.get("/kontroll/AAAA-AAAA-AAAA-AAAA/logotyp.png").status_code == HTTPStatus.NOT_FOUND

    @pytest.mark.parametrize(
        ("file", "sentence"),
        [
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ingen PNG-bild"),
            (b"\x89PNG\r\n\x1a\n", "ingen PNG-bild"),
            (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b"") + b" " * 40, "ingen PNG-bild"),
            (BOMB, "Bilden är för stor"),
            (png(8, 8), "Bilden är för liten"),
            (png()[:200], "går inte att läsa"),
            (png()[:60] + b"rubbish" + png()[60:], "går inte att läsa"),
            (png() + b"x" * 500_000, "Filen är för stor"),
            (b"", "Filen är tom"),
        ],
    )
    def test_a_file_that_is_no_logo_is_refused_with_a_sentence(self, file: bytes, sentence: str, office: StrictClient):
        told = {"colour": BLUE, "logo_text": "Norra", "logo": sent(file)}
        assert sentence in office.post(f"{ROOT}utseende/", told).content.decode()
        assert not HouseStyle.objects.exists()

    def test_nothing_but_pixels_is_kept_of_a_logo(self, world: World, office: StrictClient):
        carrying = png() + b"<script>alert(1)</script>"
        office.post(f"{ROOT}utseende/", {"colour": "", "logo_text": "Norra", "logo": sent(carrying)})
        assert b"script" not in bytes(HouseStyle.objects.get().logo)

    @pytest.mark.parametrize(
        ("told", "sentence"),
        [
            ({"colour": "#ffee00"}, "#ffee00 är för ljus för att läsas mot vitt: kontrasten är 1,2"),
            ({"colour": "blå"}, "Skriv färgen med sex tecken"),
            ({"colour": BLUE, "logo": sent(png())}, "Skriv vad logotypen visar"),
            ({"colour": BLUE, "logo_text": "Ring 070-123 45 67"}, "telefonnummer"),
        ],
    )
    def test_what_cannot_be_read_or_kept_is_refused(self, told: dict[str, Any], sentence: str, office: StrictClient):
        assert sentence in office.post(f"{ROOT}utseende/", told).content.decode()
        assert not HouseStyle.objects.exists()

    def test_contrast_is_that_of_wcag(self):
        assert round(contrast_with_white("#000000"), 2) == 21
        assert round(contrast_with_white("#ffffff"), 2) == 1
        assert round(contrast_with_white("#767676"), 2) == 4.54

    def test_an_edition_from_before_there_were_logos_reads_as_one_without(self, world: World):
        people(world.north)
        draft = prepared(world.north.office, world.north.federation, "kvartal", "2025-Q3")
        assert draft.content
        del draft.content["look"]
        assert edition_of(draft).look == Look()
        assert any(isinstance(b, Drawing) for section in edition_of(draft).sections for b in section.blocks)


def test_a_file_of_what_somebody_has_written_in_is_not_given_out(world: World, office: StrictClient):
    people(world.north)
    draft = published(prepared(world.north.office, world.north.federation, "kvartal", "2025-Q3"), world.north.office)
    services.open_to_everyone(by=world.north.office, publication=draft, is_public=True, now=NOW)
    tasks.check_frozen()
    assert draft.content
    Publication.objects.filter(pk=draft.pk).update(content=draft.content | {"summary": "77"})
    for client, address in ((office, f"{ROOT}{draft.pk}/"), (StrictClient(), f"/publicerat/{draft.code}/")):
        for name in ("rapport.pdf", "rapport.json", "flows.csv", "flows.svg"):
            answer = client.get(f"{address}{name}")
            assert answer.status_code == HTTPStatus.CONFLICT, name
            assert "stämmer inte med sin kontrollsumma" in answer.content.decode()
            assert "77" not in answer.content.decode().replace(draft.code, "")
    with pytest.raises(AlteredError):
        tasks.check_frozen()
    run = JobRun.objects.filter(task="check_frozen").order_by("-pk")[0]
    assert (run.outcome, run.error.count("kvartal 2025-Q3")) == (JobRun.Outcome.FAILED, 1)


@pytest.mark.parametrize(("limit", "proposes"), [(None, False), (3, False), (2, True)])
def test_a_new_edition_is_proposed_where_the_federation_has_decided(limit: int | None, proposes: bool, world: World):
    north = world.north
    people(north)
    draft = published(prepared(north.office, north.federation, "kvartal", "2025-Q3"), north.office)
    decided = {"federation": north.federation, "key": "correction_at", "valid_from": date(2025, 1, 1)}
    if limit:
        Parameter.objects.create(**decided, value=limit, source="Styrelsen")
    plain = Enrolment(gender="woman", start_on=date(2025, 8, 1), birth_year=1985, municipality=north.municipalities[0])
    for _n in range(2):
        enrol(by=staff_of(north.first), initiative=north.first, facts=plain, now=LATER)
    ledger = since(draft, LATER + timedelta(hours=1))
    assert ledger.words == "+2 sena inskrivningar"
    assert ledger.proposes_correction is proposes
