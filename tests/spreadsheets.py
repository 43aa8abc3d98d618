"""Making spreadsheets for the tests of the import."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from openpyxl import Workbook, load_workbook

from initiatives.models import Initiative
from participants.importing.columns import PARTICIPATIONS

HEADINGS = [
    "Kod",
    "Startdatum",
    "Kön",
    "Födelseår",
    "Kommun",
    "Utbildning",
    "Aktualiserande part",
    "Uppdrag",
    "Fråga om våld ställd",
    "Offentlig försörjning före",
    "Månader i offentlig försörjning",
    "Avslutsdatum",
    "Avslutsorsak",
    "Arbetar efter",
    "Studerar efter",
    "Offentlig försörjning efter",
]
Line = list[Any]


def good_line(number: int, initiative: Initiative) -> Line:
    """A row that is right, and differs from the next."""
    start = date(2024, 1, 1) + timedelta(days=number % 300)
    ended = number % 2 == 0
    towns = [m.name for m in initiative.federation.municipalities.all()]
    return [
        None,
        start,
        ("Kvinna", "Man", "Annat/Uppgift saknas")[number % 3],
        1960 + number % 40,
        towns[number % 3],
        "Gymnasium",
        "Arbetsförmedlingen",
        "Kartläggning" if initiative.uses_assignments else None,
        ("Ja", "Nej", None)[number % 3],
        "Försörjningsstöd (kommun); Aktivitetsstöd (AF)",
        number % 60,
        start + timedelta(days=200) if ended else None,
        "Flytt" if ended else None,
        "Arbetar inte" if ended else None,
        "Studerar inte" if ended else None,
        "Ingen offentlig försörjning" if ended else None,
    ]


def good_lines(count: int, initiative: Initiative) -> list[Line]:
    towns = [m.name for m in initiative.federation.municipalities.all()]
    first = [good_line(number, initiative) for number in range(min(count, 600))]
    lines = [list(first[number % 600]) for number in range(count)]
    for number, line in enumerate(lines):
        line[4] = towns[number % 3]
    return lines


def book_of(
    lines: Sequence[Sequence[Any]], headings: Sequence[Any] = HEADINGS, sheet: str = PARTICIPATIONS
) -> Workbook:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    page.append(list(headings))
    for line in lines:
        page.append(list(line))
    return book


def saved(book: Workbook) -> io.BytesIO:
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def xlsx(lines: Sequence[Sequence[Any]], headings: Sequence[Any] = HEADINGS) -> io.BytesIO:
    """A workbook with these lines, written in one go."""
    book = Workbook(write_only=True)
    page = book.create_sheet(PARTICIPATIONS)
    page.append(list(headings))
    for line in lines:
        page.append(list(line))
    return saved(book)


def read_back(content: bytes, sheet: str = PARTICIPATIONS) -> list[list[Any]]:
    """The lines of a sheet, headings included."""
    page = load_workbook(io.BytesIO(content))[sheet]
    return [list(line) for line in page.iter_rows(values_only=True)]
