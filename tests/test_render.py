"""Results made by hand, rendered in every format and read back with another program's eyes."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from finsam_tracker.core.models import Parameter
from finsam_tracker.core.period import Period
from participants.codes import WorkAfter
from reports.compute import compute
from reports.context import Context, Scope
from reports.render import RENDERERS, Computed
from reports.render.frame import legend, repeats
from reports.render.html import table_html
from reports.render.json import exact
from reports.render.numbers import MINUS, NARROW_SPACE, PLAIN_SPACE, SIGN_WORDS, SIGNS, sv_number
from reports.render.workbook import sheet_names
from reports.result import (
    MISSING,
    NOT_APPLICABLE,
    Cell,
    Format,
    Result,
    ResultColumn,
    ResultRow,
    RowKind,
    Status,
    UsedParameter,
)
from reports.tables import TABLES
from tests.factories import World, make_funding

NOON = Computed(datetime(2026, 1, 15, 11, 5, tzinfo=UTC))
SUPPRESSED = Cell(None, Status.SUPPRESSED)
TOO_EARLY = Cell(None, Status.TOO_EARLY)


def made(
    *rows: ResultRow, columns: tuple[ResultColumn, ...], headings: tuple[str, ...] = ("Rad",), **more: Any
) -> Result:
    """A result with plain words around the given rows."""
    plain: dict[str, Any] = {
        "table": "example",
        "version": 1,
        "title": "Tabell 9. Ett exempel",
        "federation": "Norra förbundet",
        "scope": "Norra förbundet",
        "period": "2025-H1",
        "period_label": "första halvåret 2025",
        "counts": "Deltaganden räknas, inte personer.",
    }
    return Result(headings=headings, columns=columns, rows=rows, **(plain | more))


def body(code: str, *cells: Cell, kind: RowKind = RowKind.BODY) -> ResultRow:
    return ResultRow((code,), (code,), kind, cells)


KINDS = made(
    body("värden", Cell(1234567), Cell(Decimal("1234.5")), Cell(Decimal(54)), Cell(Decimal("2.125")), Cell("uppnått")),
    body("minus", Cell(-1200), Cell(Decimal(-512574)), Cell(Decimal("-3.5")), Cell(Decimal("-0.004")), Cell("ej")),
    body("nollor", Cell(0), Cell(Decimal(0)), Cell(Decimal("0.0")), Cell(Decimal(0)), Cell("")),
    body("tecken", SUPPRESSED, MISSING, NOT_APPLICABLE, TOO_EARLY, MISSING),
    body("heltid", Cell(Decimal("16.25")), Cell(Decimal("5E+1")), Cell(Decimal("5E+1")), Cell(Decimal(20)), Cell("x")),
    columns=(
        ResultColumn("count", "Antal", Format.COUNT),
        ResultColumn("sek", "Belopp (kr)", Format.SEK),
        ResultColumn("percent", "Andel (%)", Format.PERCENT),
        ResultColumn("fte", "Heltider", Format.DECIMAL),
        ResultColumn("met", "Uppnått", Format.TEXT),
    ),
)


def nested(zero: str = "") -> Result:
    """Initiatives, reasons under them, exits split by gender, and a column beside the split."""

    def row(kind: RowKind, key: tuple[str, str], labels: tuple[str, str], *numbers: int) -> ResultRow:
        return ResultRow(key, labels, kind, tuple(map(Cell, numbers)))

    return made(
        row(RowKind.BODY, ("a", "work"), ("Klivet", "Arbete"), 3, 2, 1, 3),
        row(RowKind.BODY, ("a", "moved"), ("Klivet", "Flytt"), 1, 0, 1, 1),
        row(RowKind.SUBTOTAL, ("a", "total"), ("Klivet", "Summa"), 4, 2, 2, 4),
        # Another initiative that somebody gave the same short name.
        row(RowKind.BODY, ("b", "work"), ("Klivet", "Arbete"), 0, 0, 0, 0),
        row(RowKind.SUBTOTAL, ("b", "total"), ("Klivet", "Summa"), 0, 0, 0, 0),
        row(RowKind.TOTAL, ("total", "total"), ("Totalt", ""), 4, 2, 2, 4),
        ResultRow(("full_time",), ("Medeltal 100%", ""), RowKind.LINE, (Cell(Decimal("2.5")), *[NOT_APPLICABLE] * 3)),
        columns=(
            ResultColumn("all", "Alla", Format.COUNT),
            ResultColumn("woman", "Kvinnor", Format.COUNT, "Avslut"),
            ResultColumn("man", "Män", Format.COUNT, "Avslut"),
            ResultColumn("total", "Summa", Format.COUNT, "Avslut"),
        ),
        headings=("Insats", "Orsak"),
        zero=zero,
        notes=("En anmärkning.",),
        parameters=(
            UsedParameter("wage", "Månadslön", "22000", "kr per månad", "2025-01-01", "Beslut 12"),
            UsedParameter("rate", "Skattesats", "0.305", "andel", "2025-01-01", "SKV"),
        ),
    )


FORMULAS = ("=1+1", "+46 16 12 34", "-2+3", "@SUM(A1)", "\tflik", "\rretur", '=HYPERLINK("x")', "#N/A", "-", 'a;"b"\nc')
INJECTED = made(
    *(ResultRow((str(i),), (text,), RowKind.BODY, (Cell(-i), Cell(text))) for i, text in enumerate(FORMULAS)),
    columns=(ResultColumn("n", "=antal", Format.COUNT), ResultColumn("t", "@text", Format.TEXT)),
    headings=("+rubrik",),
    title="=Titel",
    notes=("-anmärkning",),
)


# Numbers


@pytest.mark.parametrize(
    ("cell", "form", "shown"),
    [
        (Cell(0), Format.COUNT, "0"),
        (Cell(999), Format.COUNT, "999"),
        (Cell(1234567), Format.COUNT, "1 234 567"),
        (Cell(-1000), Format.COUNT, f"{MINUS}1 000"),
        (Cell(Decimal("20.00")), Format.COUNT, "20"),
        (Cell(Decimal("16.25")), Format.COUNT, "16,25"),
        (Cell(Decimal("1705000.0000")), Format.SEK, "1 705 000"),
        (Cell(Decimal("0.5")), Format.SEK, "1"),
        (Cell(Decimal("-0.4")), Format.SEK, "0"),
        (Cell(Decimal(54)), Format.PERCENT, "54 %"),
        (Cell(Decimal("37.10")), Format.PERCENT, "37,10 %"),
        (Cell(Decimal("5E+1")), Format.PERCENT, "50 %"),
        (Cell(Decimal("4.5")), Format.DECIMAL, "4,50"),
        (Cell(Decimal(12345678901234567890123456789012)), Format.SEK, "12 345 678 901 234 567 890 123 456 789 012"),
        (Cell("ej uppnått"), Format.TEXT, "ej uppnått"),
        (SUPPRESSED, Format.COUNT, ".."),
        (MISSING, Format.SEK, "-"),
        (NOT_APPLICABLE, Format.PERCENT, "."),
        (TOO_EARLY, Format.COUNT, ":"),
    ],
)
def test_a_number_is_written_as_swedish_readers_write_it(cell: Cell, form: Format, shown: str):
    assert sv_number(cell, form, space=" ") == shown
    assert sv_number(cell, form) == (shown if form is Format.TEXT else shown.replace(" ", NARROW_SPACE))


def test_only_a_true_zero_prints_as_the_table_wants_its_zeros():
    assert sv_number(Cell(0), Format.COUNT, zero="") == ""
    assert sv_number(Cell(Decimal("0.00")), Format.PERCENT, zero="–") == "–"
    assert sv_number(Cell(Decimal("0.3")), Format.SEK, zero="") == "0"
    assert sv_number(Cell(Decimal("0.0")), Format.PERCENT) == f"0,0{NARROW_SPACE}%"


def test_every_status_has_a_sign_and_words():
    assert set(SIGNS) == set(SIGN_WORDS) == set(Status) - {Status.VALUE}
    assert len(set(SIGNS.values())) == len(SIGNS)


def test_a_label_is_repeated_only_under_the_same_code():
    assert repeats(nested().rows) == [0, 1, 1, 0, 1, 0, 0]
    assert repeats(()) == []


def test_the_legend_names_the_signs_that_are_there():
    assert legend(KINDS) == "Tecken: .. skyddad uppgift, - uppgift saknas, . inte tillämpligt, : för tidigt att räkna."
    assert legend(INJECTED) == ""


# Text


def lines_of(*results: Result) -> list[str]:
    return RENDERERS["text"].render(*results, computed=NOON).decode().replace(PLAIN_SPACE, " ").splitlines()


def test_the_text_table_reads_well():
    assert "\n".join(lines_of(nested())) == (Path(__file__).parent / "data" / "nested.txt").read_text().rstrip("\n")


def test_long_headings_and_labels_are_folded():
    wide = made(
        body("minst 35% av de avslutade till arbete eller studier senast ett halvår efter insatsen", Cell(1)),
        columns=(ResultColumn("n", "Undviken offentlig försörjning (kr)", Format.SEK),),
    )
    shown = lines_of(wide)
    assert max(map(len, shown)) <= 100
    assert [line.split()[-1] for line in shown[4:7]] == ["Undviken", "offentlig", "försörjning"]


def test_a_group_that_is_wider_than_its_columns_gets_room():
    group = "Arbetar efter avslutad insats"
    narrow = made(body("a", Cell(1), Cell(2)), columns=tuple(ResultColumn(k, k, Format.COUNT, group) for k in "xy"))
    shown = lines_of(narrow)
    assert shown[4].rstrip("─").endswith(f" {group}")
    assert len(shown[5]) >= len(shown[4])


def test_no_label_can_steer_the_terminal():
    sly = made(body("\x1b[2Jröd\x07\nrad", Cell(1)), columns=KINDS.columns[:1])
    assert all(character.isprintable() for line in lines_of(sly) for character in line)


# CSV


def records(result: Result) -> list[list[str]]:
    content = RENDERERS["csv"].render(result)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_has_plain_numbers_and_signs():
    assert records(KINDS) == [
        ["Rad", "Radslag", "Antal", "Belopp (kr)", "Andel (%)", "Heltider", "Uppnått"],
        ["värden", "del", "1234567", "1234,5", "54", "2,125", "uppnått"],
        ["minus", "del", "-1200", "-512574", "-3,5", "-0,004", "ej"],
        ["nollor", "del", "0", "0", "0", "0", ""],
        ["tecken", "del", "..", "-", ".", ":", "-"],
        ["heltid", "del", "16,25", "50", "50", "20", "x"],
    ]


def test_csv_rows_stand_alone():
    header, *rows = records(nested(zero=""))
    assert header == ["Insats", "Orsak", "Radslag", "Alla", "Avslut: Kvinnor", "Avslut: Män", "Avslut: Summa"]
    assert rows[1] == ["Klivet", "Flytt", "del", "1", "0", "1", "1"]
    assert [row[2] for row in rows] == ["del", "del", "delsumma", "del", "delsumma", "summa", "rad"]
    assert {len(row) for row in rows} == {7}


def test_csv_computes_nothing_when_it_is_opened():
    header, *rows = records(INJECTED)
    assert header == ["'+rubrik", "Radslag", "'=antal", "'@text"]
    expected = [text if text in ("#N/A", "-") or text.startswith("a") else f"'{text}" for text in FORMULAS]
    assert [row[0] for row in rows] == [row[3] for row in rows] == expected
    assert [row[2] for row in rows] == ["0", *(f"-{n}" for n in range(1, len(FORMULAS)))]


def test_csv_holds_one_table():
    with pytest.raises(ValueError, match="one table"):
        RENDERERS["csv"].render(KINDS, KINDS)


# XLSX


def sheets(content: bytes) -> list[Worksheet]:
    return list(load_workbook(io.BytesIO(content)).worksheets)


def sheet_of(result: Result) -> Worksheet:
    (sheet,) = sheets(RENDERERS["xlsx"].render(result, computed=NOON))
    return sheet


def values(sheet: Worksheet) -> list[list[Any]]:
    return [[value for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]


def found(sheet: Worksheet, text: str) -> Any:
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)


def test_the_sheet_says_what_it_is_about():
    shown = values(sheet_of(nested()))
    assert shown[:6] == [
        ["Tabell 9. Ett exempel"],
        ["Norra förbundet · första halvåret 2025"],
        ["Beräknad 2026-01-15 kl. 12.05."],
        [],
        ["Avslut"],
        ["Insats", "Orsak", "Alla", "Kvinnor", "Män", "Summa"],
    ]
    assert [line[0] for line in shown[-6:]] == [
        "Deltaganden räknas, inte personer.",
        "En anmärkning.",
        "Tecken: . inte tillämpligt.",
        "Antaganden:",
        f"Månadslön: 22{NARROW_SPACE}000 kr per månad (från 2025-01-01; källa: Beslut 12)",
        "Skattesats: 0,305 andel (från 2025-01-01; källa: SKV)",
    ]


def test_numbers_are_numbers_with_the_format_of_their_column():
    sheet = sheet_of(KINDS)
    first = found(sheet, "värden").row
    shown = [(cell.value, cell.number_format) for cell in sheet[first][1:6]]
    assert shown == [
        (1234567, "#,##0"),
        (1234.5, "#,##0"),
        (54, f'0.0"{PLAIN_SPACE}%"'),
        (2.125, "#,##0.00"),
        ("uppnått", "General"),
    ]
    assert [cell.value for cell in sheet[found(sheet, "tecken").row][1:6]] == ["..", "-", ".", ":", "-"]
    assert sheet[found(sheet, "heltid").row][1].number_format == "#,##0.00"
    assert all(cell.data_type == "n" for cell in sheet[found(sheet, "nollor").row][1:5])


def test_a_zero_is_stored_and_shown_as_the_table_shows_it():
    for zero, shown in (("", "#,##0;-#,##0;"), ("–", '#,##0;-#,##0;"–"'), ("0", "#,##0")):
        sheet = sheet_of(nested(zero))
        cell = sheet.cell(found(sheet, "Flytt").row, 4)
        assert (cell.value, cell.number_format) == (0, shown)


def test_the_header_is_bold_and_stays_in_view():
    sheet = sheet_of(nested())
    assert sheet.freeze_panes == "C7"
    assert all(cell.font.bold for cell in sheet[6] if cell.value)
    assert {str(merged) for merged in sheet.merged_cells.ranges} >= {"D5:F5"}
    assert sheet.column_dimensions["A"].width >= len("Medeltal 100%")
    assert [sheet.cell(row, 1).font.bold for row in (7, 9, 12, 13)] == [False, True, True, False]
    assert sheet.print_title_rows == "$5:$6"


def test_a_workbook_never_holds_a_formula():
    content = RENDERERS["xlsx"].render(INJECTED)
    for row in load_workbook(io.BytesIO(content)).active.iter_rows():  # type: ignore[union-attr]
        assert all(cell.data_type in "ns" for cell in row)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert found(sheet_of(INJECTED), "=1+1").quotePrefix


def test_the_same_tables_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch):
    first = RENDERERS["xlsx"].render(KINDS, nested(), computed=NOON)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert RENDERERS["xlsx"].render(KINDS, nested(), computed=NOON) == first


def test_several_tables_have_a_sheet_of_contents():
    content = RENDERERS["xlsx"].render(KINDS, replace(nested(), title="Avslut"), computed=NOON)
    contents, first, second = sheets(content)
    assert [sheet.title for sheet in (contents, first, second)] == ["Innehåll", "Tabell 9. Ett exempel", "Avslut"]
    links = [cell.hyperlink.location for row in contents.iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'Tabell 9. Ett exempel'!A1", "'Avslut'!A1"]
    assert values(contents)[:3] == [["Innehåll"], ["Norra förbundet"], ["Beräknad 2026-01-15 kl. 12.05."]]


def test_sheet_names_are_such_as_excel_takes():
    titles = [
        "Tabell 1. Avslut per insats, orsak och kön",
        "Finansiering: vem som bidrar",
        "finansiering  vem som bidrar",
    ]
    assert list(sheet_names([*titles, "[]", "x" * 40, "x" * 41, "Mer fakta om alla som deltog i år"])) == [
        "Tabell 1",
        "Finansiering vem som bidrar",
        "finansiering vem som bidrar 2",
        "Tabell",
        "x" * 31,
        "x" * 29 + " 2",
        "Mer fakta om alla som deltog i",
    ]


# JSON


def test_json_says_everything():
    value = json.loads(RENDERERS["json"].render(nested(), computed=Computed(NOON.at, is_stale=True)))
    assert value["period"] == {
        "key": "2025-H1",
        "label": "första halvåret 2025",
        "start": "2025-01-01",
        "end": "2025-06-30",
    }
    assert value["columns"][1] == {"key": "woman", "title": "Kvinnor", "format": "count", "group": "Avslut"}
    assert value["rows"][1] == {
        "key": ["a", "moved"],
        "labels": ["Klivet", "Flytt"],
        "kind": "body",
        "cells": [{"value": n, "status": "value"} for n in (1, 0, 1, 1)],
    }
    assert value["parameters"][0]["value"] == "22000"
    assert (value["computed_at"], value["is_stale"]) == ("2026-01-15T11:05:00+00:00", True)


def test_json_keeps_value_and_status_apart():
    rows = json.loads(RENDERERS["json"].render(KINDS))["rows"]
    assert [cell["value"] for cell in rows[0]["cells"]] == [1234567, 1234.5, 54, 2.125, "uppnått"]
    assert [cell["value"] for cell in rows[3]["cells"]] == [None] * 5
    assert [cell["status"] for cell in rows[3]["cells"]] == [
        "suppressed",
        "missing",
        "not_applicable",
        "too_early",
        "missing",
    ]
    assert rows[4]["cells"][1]["value"] == 50


def test_json_of_several_tables_is_a_list():
    assert len(json.loads(RENDERERS["json"].render(KINDS, KINDS))["tables"]) == 2


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=6))
def test_no_digit_is_lost_in_json(number: Decimal):
    read = json.loads(json.dumps(exact(number)), parse_float=Decimal)
    assert Decimal(read) == number


# HTML


class Reader(HTMLParser):
    """The table as a screen reader has it and as the eye has it: rows of (tag, attributes, spoken, seen)."""

    VOID = ("br",)

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[dict[str, Any]]] = []
        self.texts: list[tuple[str, str]] = []
        self.seen_tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append((tag, dict(attrs)))
        self.seen_tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append({"tag": tag, **dict(attrs), "spoken": "", "seen": "", "opens": None})
        if tag == "button":
            self.rows[-1][-1]["opens"] = dict(attrs)["value"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if not any(tag in ("th", "td") for tag, _ in self.open):
            if data.strip() and self.open:
                self.texts.append((self.open[-1][0], data.strip()))
            return
        cell = self.rows[-1][-1]
        if not any(attributes.get("aria-hidden") for _tag, attributes in self.open):
            cell["spoken"] += data
        if not any(attributes.get("class") == "visually-hidden" for _tag, attributes in self.open):
            cell["seen"] += data


def read(result: Result, **options: Any) -> Reader:
    return Reader(table_html(result, **options))


def test_a_split_has_two_header_rows():
    top, under = read(nested()).rows[:2]
    assert [(c["seen"], c["scope"], c.get("colspan"), c.get("rowspan")) for c in top] == [
        ("Insats", "col", None, "2"),
        ("Orsak", "col", None, "2"),
        ("Alla", "col", None, "2"),
        ("Avslut", "colgroup", "3", None),
    ]
    assert [(c["seen"], c["scope"]) for c in under] == [("Kvinnor", "col"), ("Män", "col"), ("Summa", "col")]
    spans = [attributes["span"] for tag, attributes in read(nested()).seen_tags if tag == "colgroup"]
    assert spans == ["1", "1", "1", "3"]


def test_without_a_split_there_is_one_header_row():
    assert [len(row) for row in read(KINDS).rows] == [6] * 6
    assert "rowspan" not in table_html(KINDS)


def test_every_row_has_its_labels_and_the_eye_sees_each_once():
    rows = read(nested()).rows[2:]
    labels = [[c for c in row if c["tag"] == "th"] for row in rows]
    assert {c["scope"] for row in labels for c in row} == {"row"}
    assert [[c["spoken"] for c in row] for row in labels] == [
        ["Klivet", "Arbete"],
        ["Klivet", "Flytt"],
        ["Klivet", "Summa"],
        ["Klivet", "Arbete"],
        ["Klivet", "Summa"],
        ["Totalt"],
        ["Medeltal 100%"],
    ]
    assert [row[0]["seen"] for row in labels] == ["Klivet", "", "", "Klivet", "", "Totalt", "Medeltal 100%"]
    assert [row[0].get("colspan") for row in labels] == [None] * 5 + ["2", "2"]
    classes = [attributes["class"] for tag, attributes in read(nested()).seen_tags if tag == "tr" and attributes]
    assert classes == ["row-body", "row-body", "row-subtotal", "row-body", "row-subtotal", "row-total", "row-line"]


def test_every_row_covers_every_column():
    for result in (KINDS, nested(), INJECTED):
        width = len(result.headings) + len(result.columns)
        for row in read(result).rows[1 + any(c.group for c in result.columns) :]:
            assert sum(int(cell.get("colspan") or 1) for cell in row) == width


def test_what_is_not_a_number_is_said_in_words():
    signs = read(KINDS).rows[4][1:]
    assert [c["seen"] for c in signs] == ["..", "-", ".", ":", "-"]
    assert [c["spoken"] for c in signs] == [
        "skyddad uppgift",
        "uppgift saknas",
        "inte tillämpligt",
        "för tidigt att räkna",
        "uppgift saknas",
    ]
    assert [c["class"] for c in signs][:3] == ["number suppressed", "number missing", "number not-applicable"]


def test_an_empty_zero_is_heard():
    empty = read(nested("")).rows[3][3]
    assert (empty["seen"], empty["spoken"]) == ("", "0")
    plain = read(nested("0")).rows[3][3]
    assert (plain["seen"], plain["spoken"]) == ("0", "0")


def test_numbers_in_html_are_swedish():
    assert [c["seen"] for c in read(KINDS).rows[2][1:]] == [
        f"{MINUS}1{NARROW_SPACE}200",
        f"{MINUS}512{NARROW_SPACE}574",
        f"{MINUS}3,5{NARROW_SPACE}%",
        "0,00",
        "ej",
    ]
    assert {c["class"] for c in read(KINDS).rows[2][1:5]} == {"number"}
    assert read(KINDS).rows[2][5]["class"] == "text"


def test_the_table_scrolls_in_a_region_that_has_its_name():
    reader = read(nested(), ident="tabell")
    region = reader.seen_tags[0]
    assert region == (
        "div",
        {"class": "table-scroll", "tabindex": "0", "role": "region", "aria-labelledby": "tabell-caption"},
    )
    assert ("caption", {"id": "tabell-caption"}) in reader.seen_tags
    assert ("span", "Tabell 9. Ett exempel") in reader.texts
    assert ("caption", "Norra förbundet · första halvåret 2025") in reader.texts


def test_a_caption_shows_its_title_unless_the_page_does():
    assert 'class="table-title"' in table_html(nested(), titled=False)
    assert 'class="table-title"' not in table_html(nested())


def test_two_tables_have_no_id_in_common():
    ids = [a["id"] for _tag, a in Reader(RENDERERS["html"].render(nested(), nested()).decode()).seen_tags if "id" in a]
    assert len(ids) == len(set(ids)) == 2


def test_only_values_that_show_can_be_opened():
    def opens(row: ResultRow, column: ResultColumn) -> str | None:
        return f"rad={row.key[0]}&kolumn={column.key}" if column.key != "sek" else None

    rows = read(KINDS, opens=opens).rows
    assert [c["opens"] for c in rows[1][1:3]] == ["rad=värden&kolumn=count", None]
    assert [c["opens"] for c in rows[4][1:]] == [None] * 5
    assert {c["opens"] for row in read(KINDS).rows for c in row} == {None}
    assert [c["opens"] for c in read(nested(""), opens=lambda *_place: "x").rows[3][2:]] == ["x", None, "x", "x"]


def test_no_text_becomes_markup():
    sly = "<script>alert(1)</script>\"'&"
    result = made(
        ResultRow((sly,), (sly,), RowKind.BODY, (Cell(sly),)),
        columns=(ResultColumn(sly, sly, Format.TEXT, sly),),
        headings=(sly,),
        title=sly,
        federation=sly,
        notes=(sly,),
        parameters=(UsedParameter(sly, sly, sly, sly, sly, sly),),
        zero=sly,
    )
    reader = read(result, opens=lambda row, _column: f'"{row.key[0]}')
    assert "script" not in {tag for tag, _attributes in reader.seen_tags}
    assert [c["seen"] for c in reader.rows[2]] == [sly, sly]
    assert reader.rows[2][1]["opens"] == f'"{sly}'


def test_stale_figures_say_so():
    assert "Nyare registreringar är inte med än." in table_html(KINDS, computed=Computed(NOON.at, is_stale=True))
    assert "Nyare registreringar" not in table_html(KINDS, computed=NOON)


# Any result

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(-(10**12), 10**12) | st.decimals(-(10**12), 10**12, allow_nan=False, places=4)
CELLS = st.one_of(NUMBERS.map(Cell), TEXTS.map(Cell), st.sampled_from([SUPPRESSED, MISSING, NOT_APPLICABLE, TOO_EARLY]))


@st.composite
def results(draw: Callable[..., Any]) -> Result:
    depth, width = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    column = st.builds(ResultColumn, TEXTS, TEXTS, st.sampled_from(Format), st.sampled_from(["", "Avslut"]))
    row = st.builds(
        ResultRow,
        st.tuples(*[TEXTS] * depth),
        st.tuples(*[TEXTS] * depth),
        st.sampled_from(RowKind),
        st.tuples(*[CELLS] * width),
    )
    return made(
        *draw(st.lists(row, max_size=5)),
        columns=draw(st.tuples(*[column] * width)),
        headings=draw(st.tuples(*[TEXTS] * depth)),
        title=draw(TEXTS),
        zero=draw(st.sampled_from(["0", "", "–"])),
        notes=tuple(draw(st.lists(TEXTS, max_size=2))),
        parameters=tuple(draw(st.lists(st.builds(UsedParameter, *[TEXTS] * 6), max_size=2))),
    )


@given(results())
def test_a_result_survives_json(result: Result):
    assert Result.from_json(json.loads(json.dumps(result.to_json()))) == result


@given(results())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_result_can_be_rendered(result: Result):
    width = len(result.headings) + len(result.columns)
    assert {len(record) for record in records(result)} == {width + 1}
    assert len(json.loads(RENDERERS["json"].render(result))["rows"]) == len(result.rows)
    assert len(Reader(RENDERERS["html"].render(result).decode()).rows) >= len(result.rows) + 1
    assert RENDERERS["text"].render(result)
    assert all(cell.data_type in "ns" for row in sheet_of(result).iter_rows() for cell in row)


# The map, and every declared table


def test_the_map_says_how_each_format_is_called():
    assert list(RENDERERS) == ["text", "csv", "xlsx", "json", "html"]
    assert all(key == renderer.key and str(renderer.name) for key, renderer in RENDERERS.items())
    assert [renderer.media_type for renderer in RENDERERS.values()][:2] == ["text/plain", "text/csv"]


@pytest.fixture
def context(world: World) -> Context:
    """Some participants, one of whom works after the exit."""
    north = world.north
    make_funding(north, 2025)
    north.end(north.enrol(), "work", work_after=WorkAfter.HALF)
    north.enrol(gender="man")
    north.enrol(north.second)
    return Context(Scope(north.federation), Period.year(2025))


def test_every_declared_table_can_be_had_in_every_format(context: Context):
    for result in compute(TABLES.values(), context):
        for renderer in RENDERERS.values():
            assert renderer.render(result, computed=Computed(timezone.now())), (result.table, renderer.key)


# The command


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("table", *arguments, stdout=out)
    return out.getvalue()


def of_north() -> Iterator[str]:
    yield from ("--federation", "norra", "--period", "2025")


def test_the_command_prints_a_table(context: Context):
    shown = run("flows", *of_north()).replace(PLAIN_SPACE, " ")
    assert shown.startswith("Deltagare under perioden\nNorra Skogsbygdens samordningsförbund · 2025\nBeräknad ")
    totals = [line.split() for line in shown.splitlines() if line.startswith("Totalt  ")]
    assert totals == [["Totalt", "3", "3", "1", "2"]]


def test_the_command_writes_bytes_where_it_can(context: Context, capfdbinary: pytest.CaptureFixture[bytes]):
    call_command("table", "flows", *of_north(), "--format", "csv")
    assert capfdbinary.readouterr().out.startswith(b"\xef\xbb\xbfInsats;Radslag;Totalt;")


def test_the_command_can_look_at_one_initiative(context: Context):
    shown = run("flows", *of_north(), "--initiative", "norra-2", "--format", "csv")
    assert [line.split(";")[0] for line in shown.splitlines()[1:]] == ["Klivet", "Totalt"]


def test_the_command_writes_a_file(context: Context, tmp_path: Path):
    file = tmp_path / "tabell.xlsx"
    assert run("flows", *of_north(), "--format", "xlsx", "--output", str(file)) == ""
    assert load_workbook(file).sheetnames == ["Deltagare under perioden"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_workbook_is_not_poured_out_over_the_screen(context: Context):
    with pytest.raises(CommandError, match="--output"):
        call_command("table", "flows", *of_north(), "--format", "xlsx", stdout=Terminal())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("table_9", "--federation", "norra", "--period", "2025"), "Tabellen ”table_9” finns inte. Välj bland flows, "),
        (("flows", "--federation", "x", "--period", "2025"), "Förbundet ”x” finns inte. Välj bland norra, sodra."),
        (("flows", "--federation", "norra", "--period", "i år"), "”i år” är ingen period."),
        (("flows", *of_north(), "--initiative", "sodra-1"), "Insatsen ”sodra-1” finns inte. Välj bland norra-1, "),
        (("table_3", *of_north(), "--initiative", "norra-1"), "Tabellen ”table_3” gäller ett helt förbund."),
        (("flows", *of_north(), "--output", "/finns/inte/x.txt"), "Filen /finns/inte/x.txt kan inte skrivas: "),
    ],
)
def test_the_command_says_what_is_wrong(context: Context, arguments: tuple[str, ...], sentence: str):
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert str(refused.value).startswith(sentence)


def test_the_command_says_which_assumption_is_missing(context: Context):
    Parameter.objects.filter(key="tax_rate").delete()
    assert "Antagandet ”Skattesats, hela skatten” saknar värde den 2025-12-31" in run("table_2", *of_north())
