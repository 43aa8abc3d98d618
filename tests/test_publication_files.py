"""Publications as files and for ever: every number the frozen one, no hidden one anywhere, corrected in the open."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import docx
import openpyxl
import pdfplumber
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from finsam_tracker import __version__
from finsam_tracker.core.models import Federation
from finsam_tracker.core.permissions import Role
from participants.models import Participation
from participants.services.correction import void
from reports.edition import Edition, digest, written
from reports.models import FrozenError, Publication, StoredTable
from reports.publishing import services
from reports.publishing.editions import edition_of, imprint_of, is_untouched
from reports.publishing.ledger import since
from reports.publishing.preparing import inside_results
from reports.render.document import DOCUMENTS
from reports.render.document.grid import grid_of
from reports.result import Format, Result, Status
from tests.conftest import StrictClient
from tests.factories import MembershipFactory, UserFactory, staff_of
from tests.publishing import LATER, NOW, computed, prepared, published

pytestmark = pytest.mark.django_db


def hidden_values(publication: Publication) -> set[str]:
    """The hidden numbers that cannot be mistaken for another: they stand nowhere as a figure that is shown."""
    told = (str(f["value"]) for f in publication.inside["hidden"])  # type: ignore[index]
    values = {Decimal(value) for value in told if re.fullmatch(r"-?[\d.]+", value)}
    shown = {cell.number for cell in cells(edition_of(publication)) if cell.status is Status.VALUE and cell.number}
    return {f"{value:f}" for value in values - shown if abs(value) > 999}


def cells(edition: Edition) -> Iterator[Any]:
    for result in edition.results:
        for row in result.rows:
            yield from (
                cell
                for cell, column in zip(row.cells, result.columns, strict=True)
                if column.format is not Format.TEXT and not isinstance(cell.value, str)
            )


def pattern(number: str) -> str:
    """A number however its thousands and decimals are set."""
    whole, _point, rest = number.partition(".")
    groups = f"{int(whole):,}".replace(",", r"\s?")
    return rf"(?<!\d){groups}{'[.,]' + rest if rest else ''}(?!\d)"


def one_space(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def appendix(demo: Federation, django_db_blocker: Any) -> Publication:
    """The statistics appendix of the demo federation, published once for the tests of this file."""
    with django_db_blocker.unblock():
        by = UserFactory.create()
        MembershipFactory.create(user=by, federation=demo, role=Role.OFFICE)
        draft = prepared(by, demo)
        texts = {"opening": "Av {deltog} deltog de flesta länge.\nEtt stycke till."}
        services.write_texts(by=by, publication=draft, texts=texts, now=NOW)
        return published(draft, by)


@pytest.fixture(scope="module")
def files(appendix: Publication, django_db_blocker: Any) -> dict[str, bytes]:
    with django_db_blocker.unblock():
        edition, imprint = edition_of(appendix), imprint_of(appendix)
        return {key: form.function(edition, imprint) for key, form in DOCUMENTS.items()}


def test_the_version_that_stands_in_a_publication_is_that_of_the_project(appendix: Publication):
    assert edition_of(appendix).made_by == f"Finsam Tracker {__version__}"


def test_an_edition_comes_back_from_the_database_as_it_was(appendix: Publication):
    stored = Publication.objects.get(pk=appendix.pk)
    assert stored.content == appendix.content
    assert is_untouched(stored)
    assert Edition.from_json(stored.content).to_json() == stored.content  # type: ignore[arg-type]
    words = [
        block.text for section in edition_of(stored).sections for block in section.blocks if hasattr(block, "text")
    ]
    assert "Av 676 deltog de flesta länge." in words
    assert "Av 334 avslutade gick 33 till arbete och 54 till studier." in words


def test_hidden_figures_are_in_nothing_that_leaves_the_house(appendix: Publication, files: dict[str, bytes]):
    secrets = hidden_values(appendix)
    assert len(secrets) > 10
    browser = StrictClient()
    browser.force_login(appendix.published_by)  # type: ignore[arg-type]
    services.open_to_everyone(by=appendix.published_by, publication=appendix, is_public=True, now=NOW)  # type: ignore[arg-type]
    pages = {
        "page": browser.get(reverse("publication", args=[appendix.federation.slug, appendix.pk])).content.decode(),
        "open": StrictClient().get(reverse("published", args=[appendix.code])).content.decode(),
        "check": StrictClient().get(reverse("check_publication", args=[appendix.code])).content.decode(),
        "inside of the draft, public": browser.get(
            reverse("draft", args=[appendix.federation.slug, appendix.pk]), {"visa": "publik"}
        ).content.decode(),
        "json": files["json"].decode(),
        "content": written(appendix.content or {}).decode(),
        "pdf": "".join(text_of_pdf(files["pdf"])),
        "docx": " ".join(text_of_docx(files["docx"])),
        "xlsx": " ".join(str(value) for sheet in values_of_xlsx(files["xlsx"]).values() for value in sheet),
    }
    for stem in [r.table for r in edition_of(appendix).results]:
        for extension in ("csv", "json", "xlsx"):
            answer = StrictClient().get(reverse("published_file", args=[appendix.code, stem, extension]))
            assert answer.status_code == HTTPStatus.OK
            if extension != "xlsx":
                pages[f"{stem}.{extension}"] = answer.content.decode()
    drawing = StrictClient().get(reverse("published_file", args=[appendix.code, "table_2", "svg"]))
    pages["svg"] = drawing.content.decode()
    for name, text in pages.items():
        found = [secret for secret in secrets if re.search(pattern(secret), text)]
        assert not found, name
    inside = browser.get(reverse("draft", args=[appendix.federation.slug, appendix.pk])).content.decode()
    assert all(re.search(pattern(secret), inside) for secret in secrets if "." not in secret), "the office sees them"


def everything_open(publication: Publication) -> dict[str, tuple[bytes, object]]:
    """Every answer that somebody without a log-in gets about a publication: its bytes and its headers."""
    edition, code = edition_of(publication), publication.code
    tables = [(result.table, kind) for result in edition.results for kind in ("csv", "json", "xlsx")]
    charts = [(drawing.table, kind) for drawing in edition.drawings() for kind in ("svg", "png")]
    files = [*tables, *charts, *(("rapport", form.extension) for form in DOCUMENTS.values())]
    addresses = [reverse("published_file", args=[code, *named]) for named in files]
    addresses += [reverse("published", args=[code]), reverse("check_publication", args=[code])]
    answers = {address: StrictClient().get(address) for address in addresses}
    assert {answer.status_code for answer in answers.values()} == {HTTPStatus.OK}
    return {address: (answer.content, without_nonce(answer.headers)) for address, answer in answers.items()}


def without_nonce(headers: Any) -> dict[str, str]:
    return {name: re.sub(r"nonce-[^']+", "nonce", value) for name, value in headers.items()}


def test_nothing_open_is_made_of_anything_but_what_is_printed(appendix: Publication, caplog: Any):
    """Where the true figures and the registrations are gone, all that leaves the house is the same to the byte: so no
    hidden number is in it, however small."""
    services.open_to_everyone(by=appendix.published_by, publication=appendix, is_public=True, now=NOW)  # type: ignore[arg-type]
    before = everything_open(appendix)
    Publication.objects.filter(pk=appendix.pk).update(inside={})
    Participation.objects.filter(federation=appendix.federation).update(is_void=True)
    StoredTable.objects.all().delete()
    caplog.clear()
    after = everything_open(appendix)
    assert before.keys() == after.keys()
    assert [address for address in before if before[address] != after[address]] == []
    # Each request has a line in the log (watch/requests.py), with the name of its page and never its address.
    assert {record.name for record in caplog.records} <= {"finsam_tracker.requests"}


def test_what_is_printed_has_nothing_where_a_number_is_hidden(appendix: Publication):
    """The frozen content: each hidden place is empty, and sentences and charts name no number that no table prints."""
    edition = edition_of(appendix)
    places = {(f["table"], f["row"], f["column"]) for f in appendix.inside["hidden"]}  # type: ignore[index]
    assert places == {
        (result.table, row, column)
        for result in edition.results
        for row, line in enumerate(result.rows)
        for column, cell in enumerate(line.cells)
        if cell.status is Status.SUPPRESSED
    }
    for table, row, column in places:
        assert edition.result(table).rows[row].cells[column].value is None
    for drawing in edition.drawings():
        result = edition.result(drawing.table)
        shown = {one_space(text) for line in grid_of(result).lines for text in line.texts}
        labels = " ".join([result.title, *(label for row in result.rows for label in row.labels)])
        for text in (drawing.sentence, *values_in(drawing.svg)):
            told = set(re.findall(r"(?<![\d,])\d+(?:,\d+)?(?![\d,])", one_space(text)))
            known = " ".join(shown) + " " + labels + " " + edition.period_label
            assert all(re.search(rf"(?<!\d){number}(?!\d)", known) for number in told), (drawing.table, text)


def values_in(svg: str) -> list[str]:
    """What stands at bars and pieces of a chart; the marks of its axis are round numbers of nobody."""
    return re.findall(r'<text[^>]*class="[^"]*value[^"]*"[^>]*>([^<]+)<', svg)


def text_of_pdf(content: bytes) -> Iterator[str]:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        yield from (page.extract_text() for page in pdf.pages)


def text_of_docx(content: bytes) -> Iterator[str]:
    document = docx.Document(io.BytesIO(content))
    yield from (paragraph.text for paragraph in document.paragraphs)
    for table in document.tables:
        yield from (cell.text for row in table.rows for cell in row.cells)


def values_of_xlsx(content: bytes) -> dict[str, list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [cell.value for row in sheet.iter_rows() for cell in row] for sheet in book.worksheets}


def test_every_number_of_the_workbook_is_the_frozen_one(appendix: Publication, files: dict[str, bytes]):
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    assert book.sheetnames[:2] == ["Innehåll", "Om siffrorna"]
    for sheet, result in zip(book.worksheets[2:], edition_of(appendix).results, strict=True):
        frozen = [float(cell.number) for cell in numbers_of(result)]
        read = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)]
        assert read == pytest.approx(frozen), result.table
        assert sheet.freeze_panes


def numbers_of(result: Result) -> list[Any]:
    return [c for row in result.rows for c in row.cells if c.status is Status.VALUE and not isinstance(c.value, str)]


def test_every_table_of_the_word_document_says_what_is_frozen(appendix: Publication, files: dict[str, bytes]):
    document = docx.Document(io.BytesIO(files["docx"]))
    results = edition_of(appendix).results
    assert len(document.tables) == len(results)
    order = [
        block.table
        for section in edition_of(appendix).sections
        for block in section.blocks
        if hasattr(block, "table") and not hasattr(block, "svg")
    ]
    for table, key in zip(document.tables, order, strict=True):
        grid = grid_of(edition_of(appendix).result(key))
        rows = [tuple(cell.text for cell in row.cells) for row in table.rows][len(grid.heads) :]
        assert rows == [line.texts for line in grid.lines]
        assert "w:tblHeader" in table.rows[0]._tr.xml
    styles = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert {"Title", "Heading 1", "Caption"} <= styles
    described = re.findall(r'<wp:docPr [^>]*descr="([^"]+)"', document.element.xml)
    assert len(described) == len(list(edition_of(appendix).drawings()))


def test_every_number_of_the_pdf_is_the_frozen_one(appendix: Publication, files: dict[str, bytes]):
    pages = list(text_of_pdf(files["pdf"]))
    text = one_space(" ".join(pages))
    for result in edition_of(appendix).results:
        for line in grid_of(result).lines:
            cells = one_space(" ".join(filter(None, line.texts[len(result.headings) :])))
            assert cells in text, (result.table, line)
    assert all(str(appendix.code) in page for page in pages), "the code stands on each page"
    assert b"pdfuaid" in files["pdf"]
    assert b"/StructTreeRoot" in files["pdf"] or b"StructTreeRoot" in files["pdf"]


def test_the_same_edition_gives_the_same_bytes(appendix: Publication, files: dict[str, bytes]):
    edition, imprint = edition_of(Publication.objects.get(pk=appendix.pk)), imprint_of(appendix)
    for key, form in DOCUMENTS.items():
        assert form.function(edition, imprint) == files[key], key


def test_a_page_in_the_hand_can_be_checked_without_log_in_or_cookie(appendix: Publication):
    answer = StrictClient().get(f"/kontroll/{str(appendix.code).lower().replace('-', ' ')}/")
    text = answer.content.decode()
    assert answer.status_code == HTTPStatus.OK
    assert appendix.hash in text
    assert "Hur många deltaganden som pågick i varje insats" in text
    assert "676" in text
    assert "Utgåva 1, slutlig" in text
    assert not answer.cookies
    unknown = StrictClient().get("/kontroll/ABCD-EFGH-JKLM-NPQR/")
    assert unknown.status_code == HTTPStatus.NOT_FOUND
    assert "Ingen rapport har den koden" in unknown.content.decode()


def test_what_is_published_is_never_written_again(appendix: Publication):
    before = digest(appendix.content or {})
    again = Publication.objects.get(pk=appendix.pk)
    again.content = {"title": "annat"}
    for act in (again.save, again.delete):
        with pytest.raises(FrozenError):
            act()
    by = appendix.published_by
    assert by
    for refused in (
        lambda: services.publish(by=by, publication=appendix, kind="final", now=LATER),
        lambda: services.write_texts(by=by, publication=appendix, texts={"opening": "nytt"}, now=LATER),
        lambda: services.discard(by=by, publication=appendix, now=LATER),
    ):
        with pytest.raises(ValidationError, match="redan publicerad"):
            refused()
    assert not services.prepare_draft(appendix.pk, now=LATER)
    assert digest(Publication.objects.get(pk=appendix.pk).content or {}) == before


def test_a_late_registration_changes_nothing_published_and_edition_2_says_it(
    appendix: Publication, files: dict[str, bytes]
):
    federation, by = appendix.federation, appendix.published_by
    assert by
    one = Participation.objects.filter(federation=federation, start_on__year=2025, exit_on=None).first()
    assert one
    void(by=staff_of(one.initiative), participation=one, reason="fel insats", now=LATER)
    later = LATER + timedelta(hours=1)
    stored = Publication.objects.get(pk=appendix.pk)
    assert DOCUMENTS["pdf"].function(edition_of(stored), imprint_of(stored)) == files["pdf"]
    ledger = since(stored, later)
    assert ledger.words == "−1 felregistrering"
    assert (ledger.effect["total"], ledger.effect["exited"]) == ("−1", "0")
    second = services.new_edition(by=by, publication=stored, reason="en felregistrering", now=later)
    second = published(computed(second, later), by, now=later)
    edition = edition_of(second)
    assert edition.summary.startswith("Sedan utgåva 1: −1 felregistrering.")
    assert edition.reason == "en felregistrering"
    assert ("Deltagare under perioden", "Totalt", "Totalt", "676", "675") in [
        (m.table, m.row, m.column, m.before, m.after) for m in edition.moved
    ]
    assert second.texts == stored.texts
    assert is_untouched(Publication.objects.get(pk=appendix.pk))
    old = StrictClient().get(reverse("check_publication", args=[appendix.code])).content.decode()
    assert "Det finns en nyare utgåva: 2" in old
    new = StrictClient().get(reverse("check_publication", args=[second.code])).content.decode()
    assert "från 676 till 675" in new
    assert [r.table for r in inside_results(second)]
