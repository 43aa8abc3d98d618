"""Publications: prepared, frozen, read in every format, corrected in the open."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
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
from finsam_tracker.core.models import AuditEvent, Federation, Parameter, User
from finsam_tracker.core.permissions import Role
from participants.models import Participation
from participants.services.correction import void
from reports import tasks
from reports.edition import Edition, Paragraph, digest, written
from reports.models import FrozenError, Publication
from reports.publishing import services
from reports.publishing.editions import edition_of, imprint_of, is_untouched
from reports.publishing.ledger import since
from reports.publishing.preparing import inside_results
from reports.render.document import DOCUMENTS
from reports.render.document.grid import grid_of
from reports.result import Format, Result, Status
from tests.conftest import StrictClient
from tests.factories import MembershipFactory, Tenant, UserFactory, World, noon, staff_of

pytestmark = pytest.mark.django_db
NOW = noon(date(2026, 2, 1))
LATER = NOW + timedelta(days=30)
ROOT = "/forbund/norra/publikationer/"
Browser = Callable[[str], StrictClient]


def prepared(by: User, federation: Federation, template: str = "statistikbilaga", period: str = "2025") -> Publication:
    draft = services.new_draft(by=by, federation=federation, template=template, period=period, now=NOW)
    return computed(draft, NOW)


def computed(draft: Publication, now: Any) -> Publication:
    assert services.prepare_draft(draft.pk, now=now)
    draft.refresh_from_db()
    assert draft.problem == ""
    return draft


def published(draft: Publication, by: User, now: Any = NOW, kind: str = "final") -> Publication:
    return services.publish(by=by, publication=draft, kind=kind, now=now)


def hidden_values(publication: Publication) -> set[str]:
    """The hidden numbers that cannot be mistaken for another: they stand nowhere as a figure that is shown."""
    values = {Decimal(f["value"]) for f in publication.inside["hidden"]}  # type: ignore[index]
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
    assert ledger.words == "1 × felregistrering"
    assert (ledger.effect["total"], ledger.effect["exited"]) == ("−1", "0")
    second = services.new_edition(by=by, publication=stored, reason="en felregistrering", now=later)
    second = published(computed(second, later), by, now=later)
    edition = edition_of(second)
    assert edition.summary.startswith("Sedan utgåva 1: 1 × felregistrering.")
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


# What the office does, through its pages.


def people(tenant: Tenant, number: int = 30) -> None:
    """Enough that something is shown: copies of one, since an act for each would take long."""
    plain = tenant.end(tenant.enrol(), reason="rehab")
    for n in range(number):
        plain.pk, plain.code = None, f"AAAA-{n:04}"
        plain.gender = ("woman", "man")[n % 2]
        plain.save()


def test_the_office_writes_and_publishes_and_the_reader_reads(
    world: World, office: StrictClient, reader: StrictClient, settings: Any
):
    people(world.north)
    assert "Inget är publicerat än." in reader.get(ROOT).content.decode()
    assert reader.get("/", follow=True).redirect_chain[-1][0] == ROOT
    answer = office.post(f"{ROOT}ny/", {"template": "kvartal", "period": "2025-Q3"}, follow=True)
    draft = world.north.federation.publications.get()
    address = f"{ROOT}{draft.pk}/"
    assert answer.redirect_chain[-1][0] == f"{address}utkast/"
    assert "räknas" in answer.content.decode()
    tasks.prepare_publication(draft.pk)  # as a worker does, or has done; twice is as good as once
    text = office.get(f"{address}utkast/").content.decode()
    assert "Rapporten kan inte publiceras" not in text
    assert "Under perioden deltog 31." in text
    assert "Visa publik version" in text
    assert reader.get(address).status_code == HTTPStatus.NOT_FOUND
    refused = office.post(f"{address}texter/", {"opening": "Ring 070-123 45 67"})
    assert "telefonnummer" in refused.content.decode()
    assert "070-123" not in refused.content.decode()
    assert "heter {okänd}" in office.post(f"{address}texter/", {"opening": "Av {okänd}"}).content.decode()
    assert office.post(f"{address}texter/", {"opening": "Av {deltog} kom alla."}).status_code == HTTPStatus.FOUND
    assert "Välj preliminär eller slutlig." in office.post(f"{address}publicera/", {}).content.decode()
    page = office.post(f"{address}publicera/", {"kind": "final"}, follow=True).content.decode()
    assert "Av 31 kom alla." in page
    assert "publicerad och ändras inte mer" in page
    assert "Av 31 kom alla." in reader.get(address).content.decode()
    assert "För kansliet" not in reader.get(address).content.decode()
    for name in ("rapport.pdf", "rapport.docx", "rapport.xlsx", "rapport.json", "flows.csv", "flows.svg", "flows.png"):
        assert reader.get(f"{address}{name}").status_code == HTTPStatus.OK, name
    assert reader.get(f"{address}table_1.csv").status_code == HTTPStatus.NOT_FOUND
    assert office.get(f"{address}texter/").status_code == HTTPStatus.NOT_FOUND
    draft.refresh_from_db()
    public = f"/publicerat/{draft.code}/"
    assert StrictClient().get(public).status_code == HTTPStatus.NOT_FOUND
    office.post(f"{address}lank/", {"open": "ja"})
    assert "Av 31 kom alla." in StrictClient().get(public).content.decode()
    office.post(f"{address}lank/", {"open": "nej"})
    assert StrictClient().get(public).status_code == HTTPStatus.NOT_FOUND
    events = AuditEvent.objects.filter(subject_type="publication", subject_id=draft.pk).order_by("pk")
    assert [event.action for event in events] == [
        "new_publication",
        "write_publication",
        "publish",
        "open_publication",
        "close_publication",
    ]


@pytest.mark.parametrize(
    ("template", "period", "sentence"),
    [
        ("kvartal", "2025", "Rapporten kan inte göras för 2025."),
        ("kvartal", "sommaren", "är ingen period"),
        ("kvartal", "2099-Q1", "Perioden har inte börjat."),
        ("", "2025-Q1", "Välj en rapport."),
        ("annan", "2025-Q1", "Välj en rapport ur listan."),
        ("kvartal", "", "Skriv en period."),
    ],
)
def test_a_choice_that_cannot_be_is_explained(
    template: str, period: str, sentence: str, world: World, office: StrictClient
):
    answer = office.post(f"{ROOT}ny/", {"template": template, "period": period})
    assert answer.status_code == HTTPStatus.OK
    assert sentence in answer.content.decode()
    assert not world.north.federation.publications.exists()


def test_one_draft_at_a_time_and_none_of_what_is_published(world: World):
    by, federation = world.north.office, world.north.federation
    people(world.north)
    draft = prepared(by, federation, "kvartal", "2025-Q3")
    with pytest.raises(ValidationError, match="redan ett utkast"):
        prepared(by, federation, "kvartal", "2025-Q3")
    published(draft, by)
    with pytest.raises(ValidationError, match="Gör en ny utgåva"):
        prepared(by, federation, "kvartal", "2025-Q3")
    services.new_edition(by=by, publication=draft, reason="sena avslut", now=LATER)
    with pytest.raises(ValidationError, match="redan ett utkast till nästa"):
        services.new_edition(by=by, publication=draft, reason="sena avslut", now=LATER)
    with pytest.raises(ValidationError, match="varför"):
        services.new_edition(by=by, publication=draft, reason=" ", now=LATER)


def test_what_was_prepared_beside_other_publications_is_prepared_again(world: World):
    by, federation = world.north.office, world.north.federation
    people(world.north)
    first, second = (prepared(by, federation, "kvartal", f"2025-Q{n}") for n in (3, 4))
    published(first, by)
    with pytest.raises(ValidationError, match="Räkna om utkastet"):
        published(second, by)
    published(computed(second, LATER), by, now=LATER)
    assert second.inside["earlier"] == [first.pk]  # type: ignore[index]


def test_a_hidden_number_is_not_typed_by_hand_and_its_name_prints_the_sign(world: World):
    by, north = world.north.office, world.north
    people(north)
    for _n in range(2):
        north.enrol(start_on=date(2025, 8, 1))
    draft = prepared(by, north.federation, "kvartal", "2025-Q3")
    with pytest.raises(ValidationError, match="Texten nämner 2, som är ett skyddat tal"):
        services.write_texts(by=by, publication=draft, texts={"opening": "Bara 2 är nya."}, now=NOW)
    services.write_texts(by=by, publication=draft, texts={"opening": "{nya} är nya."}, now=NOW)
    edition = edition_of(published(draft, by))
    assert edition.sections[0].blocks == (Paragraph(".. är nya."),)
    assert edition.result("flows").cell("new", "total").status is Status.SUPPRESSED


def test_a_period_that_goes_on_can_only_be_preliminary(world: World):
    people(world.north)
    by, now = world.north.office, noon(date(2025, 9, 30))
    draft = services.new_draft(by=by, federation=world.north.federation, template="kvartal", period="2025-Q3", now=now)
    computed(draft, now)
    with pytest.raises(ValidationError, match="preliminär"):
        published(draft, by, now=now)
    assert published(draft, by, now=now, kind="preliminary").kind == "preliminary"


def test_what_cannot_be_protected_or_computed_is_not_published(world: World, office: StrictClient):
    people(world.north, 40)
    tenant = world.north
    Parameter.objects.filter(federation=tenant.federation, key="tax_rate").delete()
    draft = services.new_draft(by=tenant.office, federation=tenant.federation, template="helar", period="2025", now=NOW)
    services.prepare_draft(draft.pk, now=NOW)
    draft.refresh_from_db()
    assert draft.problem
    assert draft.content is None
    with pytest.raises(ValidationError):
        published(draft, tenant.office)
    text = office.get(f"{ROOT}{draft.pk}/utkast/").content.decode()
    assert "Rapporten kan inte publiceras som den är" in text
    assert draft.problem in text
    assert f"{ROOT}{draft.pk}/publicera/" not in text
