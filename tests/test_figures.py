"""The published year comes back, cell for cell, wherever a user meets it; and every figure has its registrations."""

import io
import json
import operator
import random
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.period import Period
from reports import services
from reports.averages import Average
from reports.compute import compute
from reports.context import Context, Scope
from reports.definition import Arithmetic, Assumption, Constant, Count, Measure, Percent, Ratio
from reports.documentation import document
from reports.reconcile import reconcile
from reports.result import Result, ResultRow
from reports.tables import TABLES
from reports.trace import behind, measure_of
from tests.golden import CellKey, expected, first_difference, published
from tests.surfaces import PageTables, cells_of, rows_of_csv, rows_of_json, rows_of_result, rows_of_xlsx

pytestmark = pytest.mark.django_db
YEAR = Period.year(2025)
OFFICE = "per.kansli@demo.example"
PERIODS = ("2025", "2024", "2025-Q2", "2025-H2", "2025-11", "start--2025-12-31", "2024-07-01--2025-06-30")


@pytest.fixture
def office_browser(demo: Federation) -> Client:
    services.store(Scope(demo), [YEAR], now=timezone.now())
    client = Client()
    client.force_login(User.objects.get(memberships__federation=demo, memberships__role="office"))
    return client


def results_of(federation: Federation, period: Period = YEAR) -> dict[str, Result]:
    return {r.table: r for r in compute(TABLES.values(), Context(Scope(federation), period))}


def all_cells(federation: Federation, read: Callable[[Result], dict[CellKey, Decimal]]) -> dict[CellKey, Decimal]:
    cells: dict[CellKey, Decimal] = {}
    for result in results_of(federation).values():
        cells |= read(result)
    return cells


def test_the_published_year_comes_back_from_the_registrations(demo: Federation):
    results = results_of(demo)
    cells: dict[CellKey, Decimal] = {}
    for result in results.values():
        cells |= cells_of(result, rows_of_result(result))
    assert not first_difference(cells, expected())
    verdicts = {row.labels[0]: row.cells[-1].value for row in results["goals"].rows}
    assert verdicts == {g["text"]: "uppnått" if g["met"] else "ej uppnått" for g in published()["goals"].values()}


def test_a_planted_difference_is_found_and_named(demo: Federation):
    cells = all_cells(demo, lambda result: cells_of(result, rows_of_result(result)))
    for key in expected():
        assert str(key[2]) in first_difference({**cells, key: Decimal(-1)}, expected())
        assert first_difference({k: v for k, v in cells.items() if k != key}, expected())


def test_the_published_year_comes_back_on_the_page(demo: Federation, office_browser: Client):
    page = PageTables(office_browser.get("/forbund/sormland/statistik/?period=2025").content.decode())
    cells = all_cells(demo, lambda result: cells_of(result, page.tables[result.table]))
    assert not first_difference(cells, expected())


def test_the_published_year_comes_back_through_the_api(demo: Federation, office_browser: Client):
    def read(result: Result) -> dict[CellKey, Decimal]:
        answer = office_browser.get(f"/api/v1/federations/sormland/tables/{result.table}?period=2025")
        return cells_of(result, rows_of_json(answer.content))

    assert not first_difference(all_cells(demo, read), expected())


def test_the_published_flows_and_financing_come_back_in_the_finsam_export(demo: Federation, office_browser: Client):
    def read(counted: str) -> dict[str, Any]:
        told = json.loads(office_browser.get(f"/api/v1/finsam-export/sormland/2025?participants={counted}").content)
        return {**told, "of": {i["name"]: i for i in told["initiatives"]}}

    golden = tomllib.loads((Path(__file__).parent / "golden" / "sormland_2025.toml").read_text())
    told = {counted: read(counted) for counted in ("total", "new", "exited", "ongoing")}
    for counted, export in told.items():
        heads = {name: one["participants"] for name, one in export["of"].items() if name in golden["flows"]}
        expected_heads = {name: flows[counted] for name, flows in golden["flows"].items() if name != "Totalt"}
        assert {name: one["total"] for name, one in heads.items()} == expected_heads
        assert all(one["women"] + one["men"] + one["other"] == one["total"] for one in heads.values())
        assert sum(one["total"] for one in heads.values()) == golden["flows"]["Totalt"][counted]
    funds, own = told["total"]["funds"], golden["federation"]
    assert (funds["state"], funds["region"], funds["municipalities"]) == tuple(
        own[f"{source}_share_sek"] for source in ("state", "region", "municipal")
    )
    assert funds["total"] == sum(own[f"{source}_share_sek"] for source in ("state", "region", "municipal"))
    for name, flows in golden["table1"].items():
        named = {"SIKTA": "Sikta mot arbetslivet", "SPIRA": "SPIRA Sörmland"}.get(name, name)
        if named in golden["flows"]:
            found = told["exited"]["of"][named]["participants"]
            assert [found["women"], found["men"], found["total"]] == flows["Summa"]
    for name, activities in golden["structural"].items():
        assert told["total"]["of"][name]["participants"]["total"] == activities["participants"]
    for one in golden["initiatives"]:
        export = told["total"]["of"][one["name"]]
        assert (export["orientation"] == "individual") == (one["orientation"] == "individinriktad")
        assert export["esf"] == one["esf"]


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
@pytest.mark.parametrize("address", ["/api/v1/federations/sormland/tables/{}.{}", "/forbund/sormland/statistik/{}.{}"])
def test_the_published_year_comes_back_in_files(demo: Federation, office_browser: Client, address: str, extension: str):
    reading = {"csv": rows_of_csv, "xlsx": rows_of_xlsx}[extension]

    def read(result: Result) -> dict[CellKey, Decimal]:
        answer = office_browser.get(address.format(result.table, extension), {"period": "2025"})
        assert answer.status_code == 200
        return cells_of(result, reading(answer.content, result))

    assert not first_difference(all_cells(demo, read), expected())


def test_the_published_year_comes_back_in_the_workbook_of_all_tables(demo: Federation, office_browser: Client):
    book = office_browser.get("/forbund/sormland/statistik/alla.xlsx?period=2025").content
    cells = all_cells(demo, lambda result: cells_of(result, rows_of_xlsx(book, result)))
    assert not first_difference(cells, expected())


def test_the_published_year_comes_back_from_the_command(demo: Federation):
    def read(result: Result) -> dict[CellKey, Decimal]:
        out = io.StringIO()
        call_command("table", result.table, federation="sormland", period="2025", format="csv", stdout=out)
        return cells_of(result, rows_of_csv(out.getvalue().encode(), result))

    assert not first_difference(all_cells(demo, read), expected())


MOST_CELLS = 200
"""Looked behind in each period but the year, of which every cell is."""


@pytest.mark.parametrize("period", PERIODS)
def test_behind_every_cell_are_as_many_registrations_as_it_says(demo: Federation, period: str):
    context = Context(Scope(demo), Period.parse(period))
    cells = list(numbers_in(compute(TABLES.values(), context)))
    chosen = cells if period == YEAR.key else random.Random(period).sample(cells, MOST_CELLS)
    for key, row, column, value in chosen:
        table = TABLES[key]
        measure, _split = measure_of(table, context, row, column)
        counted = (t.number() for t in behind(table, context, row, column))
        from_rows = worked_out(measure, counted, context)
        assert from_rows in (None, value), (
            f"{key}, row {row.labels}, column {column}: {value}, but the registrations behind it give {from_rows}"
        )


def numbers_in(results: list[Result]) -> Iterator[tuple[str, ResultRow, str, Decimal | int]]:
    """Every cell with a number: its table, row, column and value."""
    for result in results:
        for row in result.rows:
            for column, cell in zip(result.columns, row.cells, strict=True):
                if isinstance(cell.value, Decimal | int):
                    yield result.table, row, column.key, cell.value


SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def worked_out(measure: Measure, counted: Iterator[int], context: Context) -> Decimal | int | None:
    """A measure from counts of registrations, in its own order; None for what is not made of registrations alone."""
    if isinstance(measure, Count):
        return next(counted)
    if isinstance(measure, Constant):
        return measure.value
    if isinstance(measure, Assumption):
        return context.parameters[measure.spec.key].value
    parts = [worked_out(part, counted, context) for part in measure.parts()]
    if not parts or None in parts or isinstance(measure, Average):
        return None
    numbers = [Decimal(part) for part in parts if part is not None]
    if isinstance(measure, Percent | Ratio):
        share = numbers[0] / numbers[1] * (100 if isinstance(measure, Percent) else 1)
        return share.quantize(Decimal(1).scaleb(-measure.decimals), ROUND_HALF_UP)
    return SIGNS[measure.sign](*numbers) if isinstance(measure, Arithmetic) else numbers[0]


@pytest.mark.parametrize("period", PERIODS)
def test_every_sum_between_tables_holds_or_says_why_not(demo: Federation, period: str):
    faults = [check for check in reconcile(results_of(demo, Period.parse(period))) if not check.holds]
    assert not faults


def test_the_reconciliation_says_why_34_work_where_33_left_for_work(demo: Federation):
    checks = {check.sentence: check for check in reconcile(results_of(demo)) if check.difference}
    working = checks.pop("De som arbetar efter insatsen = avslut i gruppen arbete")
    assert (working.left, working.right, working.holds) == (34, 33, True)
    assert working.explanation == ("1 avslutades med orsaken ”Studier” och arbetar (25%).",)
    for check in checks.values():
        assert check.explanation[0].endswith("har flera slag samtidigt och räknas på varje rad.")
    assert len(checks) == 2


RECONCILED = [key for key in TABLES if key not in ("funding", "goals", "financing", "table_2", "support_change")]
"""The others hold amounts and shares, which follow from figures elsewhere, or cells that overlap and so have no sum."""


def test_a_table_that_was_tampered_with_does_not_reconcile(demo: Federation):
    """A gate that cannot turn red is no gate: each table with one changed body cell breaks some sum."""
    results = results_of(demo)
    for key in RECONCILED:
        broken = results[key].to_json()
        number = broken["rows"][0][3][0]
        broken["rows"][0][3][0] = number + 1 if isinstance(number, int) else str(Decimal(number) + 1)
        faults = [c for c in reconcile({**results, key: Result.from_json(broken)}) if not c.holds]
        assert faults, f"a wrong cell in {key} passed"


def test_every_table_is_explained_in_words(demo: Federation):
    for table in TABLES.values():
        words = document(table, Context(Scope(demo), YEAR))
        assert words.definition.endswith(".")
        assert bool(words.populations) == table.counts_registrations
        assert all(term.meaning for term in (*words.populations, *words.columns, *words.terms))


def test_the_definition_page_names_the_assumptions_with_their_source(office_browser: Client):
    page = office_browser.get("/forbund/sormland/statistik/table_2/sa-raknas/?period=2025").content.decode()
    assert "155\u202f000" in page
    assert "kr per heltid och år" in page
    assert "vilken avslutsorsak de än har" in page


def test_the_whole_page_takes_at_most_twenty_queries(demo: Federation, office_browser: Client):
    services.refresh(demo, now=timezone.now())
    for period in ("2025", "2025-10"):  # stored, and computed afresh
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert office_browser.get(f"/forbund/sormland/statistik/?period={period}").status_code == 200
        assert len(queries) <= 20, [q["sql"][:90] for q in queries]


def test_a_result_survives_being_stored(demo: Federation):
    for result in results_of(demo).values():
        assert Result.from_json(result.to_json()) == result


def test_as_known_now_is_what_is_so_now(demo: Federation):
    now = results_of(demo)
    context = Context(Scope(demo), YEAR, known_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert {r.table: r for r in compute(TABLES.values(), context)} == now


def test_what_was_known_in_the_middle_of_the_year_is_less(demo: Federation):
    context = Context(Scope(demo), YEAR, known_at=datetime(2025, 7, 1, tzinfo=UTC))
    (then,) = compute([TABLES["flows"]], context)
    assert 0 < then.cell("exited", "total").number < 334
    before = Context(Scope(demo), YEAR, known_at=datetime(2023, 1, 1, tzinfo=UTC))
    assert compute([TABLES["flows"]], before)[0].cell("total", "total").number == 0


def test_quarters_add_up_where_they_must_and_not_where_they_must_not(demo: Federation):
    quarters = [results_of(demo, Period.quarter(2025, n))["flows"] for n in (1, 2, 3, 4)]
    sums = Counter({key: sum(q.cell(key, "total").number for q in quarters) for key in ("new", "exited", "total")})
    assert (sums["new"], sums["exited"]) == (351, 334)
    assert sums["total"] > 676
    assert quarters[-1].cell("ongoing", "total").number == 342
