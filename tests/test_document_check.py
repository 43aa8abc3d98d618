"""A finished document: what does not agree is found, and what does agree is left in peace."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from finsam_tracker.core.models import AuditEvent
from reports.document_check import opening, reading_docx, reading_pdf, reading_xlsx
from reports.document_check.checking import check
from reports.document_check.contradiction import Contradiction
from reports.document_check.found import FoundDocument, FoundTable, Passage
from reports.document_check.numbers import Kind, parse
from reports.publishing.editions import edition_of, imprint_of
from reports.render.document import DOCUMENTS
from tests import finished_documents as made
from tests.conftest import StrictClient
from tests.factories import World
from tests.publishing import prepared, published
from tests.test_publications import people

ADDRESS = "/forbund/norra/publikationer/kontrollera-dokument/"
FORMATS: dict[str, Callable[[made.Tables], FoundDocument]] = {
    "word": lambda tables: reading_docx.read(made.word(tables)),
    "excel": lambda tables: reading_xlsx.read(made.excel(tables)),
    "pdf": lambda tables: reading_pdf.read(made.pdf(tables)),
    "pdf without tags": lambda tables: reading_pdf.read(made.pdf(tables, tagged=False)),
}


def found(*tables: made.Rows, text: str = "", caption: str = "Tabell", notes: str = "") -> list[Contradiction]:
    """What is found in tables and a text."""
    whole = tuple(
        FoundTable(number, caption, tuple(tuple(map(str, row)) for row in rows), notes)
        for number, rows in enumerate(tables, start=1)
    )
    return list(check(FoundDocument(whole, (Passage(text),) if text else ()), []).contradictions)


def pairs(contradictions: list[Contradiction]) -> set[tuple[str, str]]:
    return {(one.printed, one.expected) for one in contradictions}


@pytest.mark.parametrize("name", FORMATS)
def test_the_faults_of_printed_reports_are_found_and_their_clean_twins_are_left_in_peace(name: str):
    clean = check(FORMATS[name](made.CLEAN), [])
    assert (clean.tables, clean.figures, clean.contradictions) == (3, 46, ())
    faulty = check(FORMATS[name](made.FAULTY), []).contradictions
    total = next(one for one in faulty if one.printed == "141")
    assert total.expected == "163"
    assert "raden Totalt" in total.place
    assert "kolumnen Övrigt" in total.place
    assert ("bladet Tabell 1, cell E9" if name == "excel" else "tabell 1 i dokumentet") in total.place
    assert "Rätta summan" in total.sentence
    assert {("334", "312"), ("250 029", "250\u202f000"), ("59 000", "58\u202f971")} <= pairs(list(faulty))
    assert sum("Skillnaden är 29." in one.sentence for one in faulty) == 3


SPREAD = st.integers(min_value=0, max_value=3000)


@st.composite
def tables_with_totals(draw: st.DrawFn) -> list[list[str | int]]:
    """Groups of rows with a sum each where there are several, and a total; with or without a column of sums."""
    width, sums_rows = draw(st.integers(2, 4)), draw(st.booleans())
    groups = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    names = [f"Kolumn {n}" for n in range(width)]
    rows: list[list[str | int]] = [["Insats", *names, *(["Summa"] if sums_rows else [])]]
    every = [0] * width
    for group, size in enumerate(groups):
        inside = [draw(st.lists(SPREAD, min_size=width, max_size=width)) for _n in range(size)]
        summed = [sum(column) for column in zip(*inside, strict=True)]
        every = [a + b for a, b in zip(every, summed, strict=True)]
        lines = [*((f"Rad {group}.{n}", line) for n, line in enumerate(inside))]
        lines += [(f"Summa grupp {group}", summed)] if len(groups) > 1 else []
        rows += [[name, *line, *([sum(line)] if sums_rows else [])] for name, line in lines]
    rows.append(["Totalt", *every, *([sum(every)] if sums_rows else [])])
    return rows


@given(tables_with_totals(), st.data())
def test_right_sums_are_left_in_peace_and_one_changed_figure_is_found(rows: made.Rows, data: st.DataObject):
    assert not found(rows)
    row = data.draw(st.integers(1, len(rows) - 1))
    column = data.draw(st.integers(1, len(rows[0]) - 1))
    value = int(rows[row][column])
    other = data.draw(st.integers(0, 9000).filter(lambda number: number != value))
    assert found(made.changed(rows, row, column, other))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1\u202f234,50", "1234.50"),
        ("\u221212\u00a0345", "-12345"),
        ("1.705.000 kr", "1705000"),
        ("- 29", "-29"),
        ("54 %", "54"),
        ("141*", "141"),
    ],
)
def test_a_number_is_read_however_it_is_set(text: str, number: str):
    assert str(parse(text).number) == number


@pytest.mark.parametrize(
    ("text", "kind"),
    [("..", Kind.SIGN), ("–", Kind.SIGN), ("", Kind.EMPTY), ("11 (4)", Kind.TEXT), ("15-19 år", Kind.TEXT)],
)
def test_what_is_no_number_is_not_taken_for_one(text: str, kind: Kind):
    assert parse(text).kind is kind


def test_a_sum_of_which_a_part_is_hidden_is_wrong_only_when_the_rest_is_more():
    rows: made.Rows = (("Insats", "Antal"), ("A", 30), ("B", ".."), ("C", 12), ("Totalt", 47))
    assert not found(rows)
    assert pairs(found(made.changed(rows, 4, 1, 41))) == {("41", "42")}


def test_what_is_no_sum_of_the_rows_above_is_left_in_peace():
    ages: made.Rows = (("Insats", "Antal", "Medelålder"), ("A", 30, 41), ("B", 10, 33), ("Totalt", 40, 39))
    assert not found(ages)
    support: made.Rows = (("Försörjning", "Antal"), ("Sjukpenning", 30), ("Försörjningsstöd", 20), ("Totalt", 45))
    assert found(support)
    assert not found(support, notes="Den som har flera slags försörjning räknas på varje rad.")
    flows: made.Rows = (
        ("Insats", "Totalt", "Nya", "Avslutade", "Pågående"),
        ("A", 405, 207, 215, 190),
        ("B", 68, 39, 27, 41),
        ("Totalt", 473, 246, 242, 231),
        ("Totalt föregående år", 450, 200, 240, 210),
    )
    assert not found(flows)
    assert ("406", "405") in pairs(found(made.changed(flows, 1, 1, 406)))
    rounded: made.Rows = (("Post", "Belopp"), ("A", 10), ("B", 21), ("Summa", 32))
    assert found(rounded)
    assert not found(rounded, caption="Budget i tkr")


def test_shares_are_taken_of_what_most_rows_take_them_of():
    assert pairs(found(made.changed(made.WOMEN, 2, 2, "47 %"))) >= {("47 %", "46\u202f%")}
    facts: made.Rows = (
        ("Av deltagarna", "Antal", "Av", "Procent"),
        ("Kvinnor", 365, 676, "54 %"),
        ("Unga", 358, 676, "53 %"),
        ("Eftergymnasial", 61, 676, "19 %"),
    )
    assert pairs(found(facts)) == {("19 %", "9\u202f%")}


def test_the_same_figure_in_two_tables_and_in_the_text():
    share: made.Rows = (("Kommun", "Bidrag (kr)"), ("Flen", "190 989"), ("Gnesta", "148 096"), ("Trosa", "188 434"))
    money: made.Rows = (
        ("Kommun", "Deltagare", "Bidrag"),
        ("Flen", 62, "190\u202f989"),
        ("Gnesta", 91, "148\u202f069"),
        ("Trosa", 42, "188\u202f434"),
    )
    assert pairs(found(share, money)) == {("148 096", "148 069")}
    other_things = [("Flen", 1), ("Gnesta", 2), ("Trosa", 3)]
    assert not found(share, [share[0], *other_things])
    assert not found(made.EXITS, text="Av 334 avslutade gick 33 till arbete och 54 till studier.")
    assert pairs(found(made.EXITS, text="Under året gick 34 till arbete.")) == {("34", "33")}
    assert not found(made.EXITS, text="Förra året gick 41 till arbete. Målet är att 60 går till studier.")


@pytest.mark.django_db
def test_our_own_report_is_left_in_peace_in_every_format_and_a_changed_figure_is_not(
    world: World, office: StrictClient
):
    people(world.north)
    for _n in range(2):
        world.north.enrol()
    by, federation = world.north.office, world.north.federation
    publication = published(prepared(by, federation, "helar"), by)
    edition, imprint = edition_of(publication), imprint_of(publication)
    for extension in ("docx", "xlsx", "pdf"):
        page = sent(office, DOCUMENTS[extension].function(edition, imprint))
        assert "Inga motsägelser hittades" in page, extension
        assert "Helårsrapport 2025, utgåva 1." in page, extension
    flows = edition.result("flows")
    totals = [cell.value for cell in flows.row("total").cells]
    known = next(number for number, value in enumerate(totals) if value is not None)
    rows: made.Rows = (
        ("Insats", *(column.title for column in flows.columns)),
        *((row.labels[0], *(2 if cell.value is None else cell.number for cell in row.cells)) for row in flows.rows),
    )
    faulty = made.changed(rows, len(flows.rows), known + 1, 4711)
    page = sent(office, made.word([("Deltagare under perioden", faulty)]))
    assert f"Det står 4711, men i den publicerade Helårsrapport 2025, utgåva 1 står {totals[known]}." in page
    assert "visas inget tal här (..). Ta bort talet." in page


def sent(browser: StrictClient, content: bytes) -> str:
    file = SimpleUploadedFile("Hemligt namn.docx", content)
    return str(browser.post(ADDRESS, {"file": file}).content.decode())


def repacked(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The archive with a part changed, or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in source.namelist():
            if part != name:
                new.writestr(part, source.read(part))
        new.writestr(name, change(source.read(name) if name in source.namelist() else b""))
    return target.getvalue()


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as new:
        new.writestr("hej.txt", "hej")
    return target.getvalue()


LOCKED = (
    b"trailer\n<< /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"00" * 32 + b"> /U <" + b"11" * 32 + b"> >> "
    b"/ID [<00> <00>] "
)
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "Filen är tom."),
    "words": (lambda: b"Insats;Antal\n", "inget dokument som går att kontrollera"),
    "another archive": (archive, "inget dokument"),
    "old": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "gammalt format"),
    "locked": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "skyddad med lösenord",
    ),
    "macros": (
        lambda: repacked(
            made.word(), "[Content_Types].xml", lambda b: b.replace(b"document.main", b"macroEnabled.main")
        ),
        "innehåller makron",
    ),
    "half a document": (lambda: made.word()[:4000], "skadad"),
    "a document without its heart": (lambda: repacked(made.word(), "word/document.xml", lambda _b: b"<w"), "skadad"),
    "a broken PDF": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 20, "Filen är"),
    "a locked PDF": (lambda: made.pdf().replace(b"trailer\n<<", LOCKED), "skyddad med lösenord"),
    "a scanned PDF": (made.picture_only, "inskannad"),
    "a long PDF": (lambda: made.pdf(text="#pagebreak()" * 81), "fler än 80 sidor"),
    "a large sheet": (lambda: made.excel([("A", [["x", 1]] * 1100)]), "för stora tabeller"),
    "a bomb": (lambda: repacked(made.word(), "word/media/x.png", lambda _b: bytes(210_000_000)), "när den packas upp"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_what_to_do(name: str, world: World, office: StrictClient):
    content, sentence = REFUSED[name]
    page = sent(office, content())
    assert sentence in page
    assert "error-summary" in page
    assert not AuditEvent.objects.filter(action="check_document").exists()


@pytest.mark.django_db
def test_a_document_that_takes_too_long_or_too_much_is_given_up(
    world: World, office: StrictClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(opening, "MAX_SECONDS", 0.01)
    assert "tar för lång tid" in sent(office, made.word())
    assert "högst 20 MB" in sent(office, b"%PDF-" + bytes(20 * 1024 * 1024))
    assert "Välj en fil." in office.post(ADDRESS, {}).content.decode()


@pytest.mark.django_db
def test_nothing_of_the_document_is_kept(
    world: World, office: StrictClient, tmp_path: Path, settings: Any, caplog: pytest.LogCaptureFixture
):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    with zipfile.ZipFile(padded := io.BytesIO(made.word(made.FAULTY)), "a") as more:
        more.writestr("word/media/y.bin", bytes(3_000_000), zipfile.ZIP_STORED)  # so that Django writes it to a file
    office.get(ADDRESS)
    before = rows()
    page = sent(office, padded.getvalue())
    assert "141" in page
    assert "Hemligt namn" not in page
    after = rows()
    assert {name for name in after if after[name] != before[name]} <= {"core.auditevent", "core.accessevent"}
    assert after["core.auditevent"] == before["core.auditevent"] + 1
    noted = AuditEvent.objects.get(action="check_document")
    assert (noted.subject_type, noted.subject_id, noted.reason) == ("federation", world.north.federation.pk, "")
    assert list(tmp_path.iterdir()) == []
    assert "141" not in caplog.text
    assert "Hemligt" not in caplog.text


def rows() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label_lower: model._default_manager.count() for model in apps.get_models()}
