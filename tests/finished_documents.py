"""Finished documents as offices make them, for the tests of their check: with Word, with Excel, and as PDF."""

import io
from collections.abc import Sequence
from decimal import Decimal

import docx
import openpyxl
import typst

Rows = Sequence[Sequence[str | int | Decimal]]
Tables = Sequence[tuple[str, Rows]]
EXITS: Rows = (
    ("Insats", "Arbete", "Studier", "Rehab", "Övrigt", "Totalt"),
    ("SIKTA", 8, 18, 81, 108, 215),
    ("Cooperari", 3, 0, 2, 22, 27),
    ("SPIRA", 22, 36, 1, 33, 92),
    ("Totalt", 33, 54, 84, 163, 334),
)
BUDGET: Rows = (
    ("Insats", "Budget (kr)", "Utfall (kr)", "Avvikelse (kr)", "Avvikelse (%)"),
    ("SIKTA", "6 400 000", "6 150 000", "250 000", "3,9 %"),
    ("Cooperari", "2 100 000", "2 175 500", "\u221275 500", "\u22123,6 %"),
    ("SPIRA", "3\u202f000\u202f000", "2\u202f941\u202f029", "58\u202f971", "2,0 %"),
    ("Administration", "1 500 000", "1 500 029", "-29", "0,0 %"),
    ("Summa", "13 000 000", "12 766 558", "233 442", "1,8 %"),
)
WOMEN: Rows = (
    ("Kön", "Antal", "Andel"),
    ("Kvinnor", 365, "54 %"),
    ("Män", 311, "46 %"),
    ("Totalt", 676, "100 %"),
)
CLEAN: Tables = (("Tabell 1. Avslut 2025", EXITS), ("Tabell 2. Budget 2025", BUDGET), ("Tabell 3. Deltagare", WOMEN))
TEXT = "Under 2025 avslutades 334 deltagare. 33 gick till arbete och 54 till studier."


def changed(rows: Rows, row: int, column: int, to: str | int | Decimal) -> Rows:
    """The table with another value in a cell."""
    lines = [list(line) for line in rows]
    lines[row][column] = to
    return lines


FAULTY: Tables = (
    ("Tabell 1. Avslut 2025", changed(EXITS, 4, 4, 141)),
    (
        "Tabell 2. Budget 2025",
        changed(changed(changed(BUDGET, 1, 3, "250 029"), 2, 3, "\u221275 471"), 3, 3, "59 000"),
    ),
    ("Tabell 3. Deltagare", WOMEN),
)


def word(tables: Tables = CLEAN, text: str = TEXT) -> bytes:
    document, file = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    for caption, rows in tables:
        document.add_paragraph(caption, style="Caption")
        table = document.add_table(len(rows), len(rows[0]))
        for number, row in enumerate(rows):
            for cell, value in zip(table.rows[number].cells, row, strict=True):
                cell.text = str(value)
    document.save(file)
    return file.getvalue()


def excel(tables: Tables = CLEAN, text: str = TEXT) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for caption, rows in tables:
        sheet = book.create_sheet(caption[:8])
        for line in ([text], [], [caption], [], *rows):
            sheet.append(list(line))
    book.save(file)
    return file.getvalue()


def pdf(tables: Tables = CLEAN, text: str = TEXT, *, tagged: bool = True) -> bytes:
    """Without tags it is as most layout programs make it."""
    parts = ['#set document(title: "Bilaga")', '#set text(lang: "sv", size: 9pt)', text]
    parts += ["#set figure.caption(position: top)", "#set table(stroke: none)"]
    for caption, rows in tables:
        cells = ", ".join(f'"{value}"' for row in rows for value in row)
        side = f"columns: {len(rows[0])}, align: (x, y) => if x == 0 {{ left }} else {{ right }}"
        inner = f"table({side}, {cells})"
        parts.append(f"#figure(kind: table, supplement: none, numbering: none, caption: [{caption}], {inner})")
    made = typst.compile("\n\n".join(parts).encode())
    assert isinstance(made, bytes)
    return made if tagged else made.replace(b"/StructTreeRoot", b"/StructTreeRooX")


def picture_only() -> bytes:
    """A scanned page: lines, but no words."""
    made = typst.compile(b"#rect(width: 5cm, height: 5cm, fill: gray)")
    assert isinstance(made, bytes)
    return made
