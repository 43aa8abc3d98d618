"""Charts: lengths that follow the numbers, nothing hidden, nothing that a strict policy forbids."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.chart import Chart, ChartKind
from reports.render.chart import chart_sentence, chart_svg
from reports.render.chart.ink import folded, width_of
from reports.result import MISSING, Break, Cell, Format, Result, ResultColumn, ResultRow, RowKind, Status
from reports.tables import TABLES
from tests.conftest import StrictClient
from tests.factories import World, make_funding

SVG = "{http://www.w3.org/2000/svg}"
SUPPRESSED = Cell(None, Status.SUPPRESSED)
MONTHS = ("jan", "feb", "mar", "apr")


def row(code: str, *cells: "int | Decimal | Cell", label: str = "", kind: RowKind = RowKind.BODY) -> ResultRow:
    made = tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)
    return ResultRow((code,), (label or code,), kind, made)


def result(
    *rows: ResultRow, columns: tuple[str, ...] = ("Antal",), form: Format = Format.COUNT, group: str = ""
) -> Result:
    return Result(
        table="example",
        version=1,
        title="Ett exempel",
        federation="Norra förbundet",
        scope="Norra förbundet",
        period="2025",
        period_label="2025",
        counts="",
        headings=("Rad",),
        columns=tuple(ResultColumn(title.lower(), title, form, group) for title in columns),
        rows=rows,
    )


def parsed(written: str | bytes) -> ET.Element:
    return ET.fromstring(written)  # noqa: S314 - our own drawing


def drawn(made: Result, chart: Chart | None = None) -> ET.Element:
    return parsed(chart_svg(made, chart or Chart()))


def bars(drawing: ET.Element) -> list[ET.Element]:
    return [rect for rect in drawing.iter(f"{SVG}rect") if rect.get("class") == "bar"]


def texts(drawing: ET.Element) -> list[str]:
    return [text.text or "" for text in drawing.iter(f"{SVG}text")]


def length(bar: ET.Element, side: str = "width") -> float:
    return float(bar.attrib[side])


def test_a_bar_is_as_long_as_its_number_says():
    numbers = (120, 30, 7, -60)
    lengths = [length(bar) for bar in bars(drawn(result(*(row(str(n), n) for n in numbers))))]
    for number, drawn_length in zip(numbers, lengths, strict=True):
        assert drawn_length / lengths[0] == pytest.approx(abs(number) / 120, abs=0.005)


def test_what_is_below_zero_goes_the_other_way():
    up, down = bars(drawn(result(row("a", 50), row("b", -50))))
    assert float(down.attrib["x"]) + length(down) == pytest.approx(float(up.attrib["x"]), abs=0.2)


def test_columns_and_their_heights_follow_the_numbers_too():
    made = result(*(row(month, n) for month, n in zip(MONTHS, (10, 20, 0, 5), strict=True)))
    heights = [length(bar, "height") for bar in bars(drawn(made, Chart(ChartKind.COLUMNS)))]
    assert [h / heights[1] for h in heights] == pytest.approx([0.5, 1, 0.25], abs=0.005)


def test_stacked_parts_lie_end_to_end_and_their_sum_is_written():
    made = result(row("Klivet", 30, 50, 20), columns=("Arbete", "Studier", "Rehab"), group="Avslut")
    parts = bars(drawn(made))
    ends = [float(bar.attrib["x"]) + length(bar) for bar in parts]
    assert [float(bar.attrib["x"]) for bar in parts[1:]] == pytest.approx(ends[:-1], abs=0.2)
    assert [length(bar) / length(parts[1]) for bar in parts] == pytest.approx([0.6, 1, 0.4], abs=0.005)
    assert "100" in texts(drawn(made))
    assert len({bar.attrib["fill"] for bar in parts}) == 3, "they must differ without colour"


def test_a_part_too_small_for_its_number_has_it_written_beneath():
    shown = texts(drawn(result(row("Klivet", 1, 500), columns=("Arbete", "Rehab"), group="Avslut")))
    assert "Arbete 1" in shown


def test_the_sum_over_a_hidden_part_is_not_given_away():
    made = result(row("Klivet", 30, SUPPRESSED), row("Bron", 1, 2), columns=("Kvinnor", "Män"), group="Kön")
    assert "skyddad uppgift" in texts(drawn(made))
    assert "30" in texts(drawn(made))
    assert chart_sentence(made, Chart()).startswith("Klivet: Kvinnor 30, Män skyddad uppgift.")


@pytest.mark.parametrize("kind", list(ChartKind))
def test_zero_and_missing_are_both_said_and_not_the_same(kind: ChartKind):
    shown = texts(drawn(result(row("a", 0), row("b", MISSING), row("c", 4)), Chart(kind)))
    assert "0" in shown
    assert {"uppgift saknas", "-"} & set(shown)


def test_what_was_not_registered_is_drawn_apart():
    known, blank = bars(drawn(result(row("16-19", 4), row("unknown", 4, label="Uppgift saknas"))))
    assert (known.get("stroke-dasharray"), blank.get("stroke-dasharray")) == (None, "3 2")
    assert blank.attrib["fill"] != known.attrib["fill"]


def test_nothing_to_show_is_said():
    assert (
        chart_sentence(result(row("a", MISSING)), Chart())
        == "Det finns inga uppgifter att visa i diagrammet. 1 värde: uppgift saknas."
    )
    assert chart_sentence(result(row("a", 0)), Chart()) == "Alla värden i diagrammet är noll."
    assert bars(drawn(result())) == []


def test_forty_rows_each_get_their_bar_and_their_label():
    made = result(*(row(f"Insats nummer {n}", n + 1) for n in range(40)))
    drawing = drawn(made)
    assert len(bars(drawing)) == 40
    assert {f"Insats nummer {n}" for n in range(40)} <= set(texts(drawing))
    assert "av 40" in chart_sentence(made, Chart())


def test_a_long_label_is_folded_and_none_of_it_lost():
    label = "Minst 35 procent av de avslutade går till arbete eller studier " * 3 + "ordsomärlängreänenrad" * 6
    shown = " ".join(texts(drawn(result(row("a", 3, label=label)))))
    assert re.sub(r"\s", "", label) in re.sub(r"\s", "", shown)


def test_what_would_not_fit_upright_lies_down():
    made = result(*(row(f"En lång etikett {n}", 10**9 + n) for n in range(6)))
    assert chart_svg(made, Chart(ChartKind.COLUMNS)) == chart_svg(made, Chart(ChartKind.BARS))


def test_huge_numbers_leave_room_for_the_bars():
    for bar in bars(drawn(result(row("a", 10**18), row("b", -(10**18)), form=Format.SEK))):
        assert length(bar) >= 20


def test_more_series_than_can_be_told_apart_stand_one_by_one():
    columns = tuple(f"Serie {n}" for n in range(9))
    drawing = drawn(result(row("Klivet", *range(1, 10)), columns=columns, group="G"))
    assert "Klivet: Serie 8" in texts(drawing)
    assert len({bar.attrib["fill"] for bar in bars(drawing)}) == 1


def test_a_line_breaks_where_a_year_is_missing():
    made = result(row("2021", 4), row("2022", 5), row("2023", MISSING), row("2024", 6), row("2025", 7))
    path = next(p for p in drawn(made, Chart(ChartKind.LINE)).iter(f"{SVG}path") if p.get("fill") == "none")
    assert (path.attrib["d"].count("M"), path.attrib["d"].count("L")) == (2, 2)


def in_years(*numbers: int) -> Result:
    """Two lines over three years, with a break before the last, and one before the first, which has no years before."""
    years = tuple(str(2023 + n) for n in range(3))
    lines = (row("exited", *numbers, kind=RowKind.LINE), row("work", 1, 2, 3, kind=RowKind.LINE))
    made = result(*lines, columns=years, group="År")
    return replace(made, breaks=(Break("2025", "en orsak tillkom"), Break("2023", "en orsak slutade gälla")))


def test_years_stand_beside_each_other_with_a_line_where_the_series_is_broken():
    chart = Chart(ChartKind.COLUMNS, lines=("exited", "work"))
    drawing = drawn(in_years(10, 20, 5), chart)
    assert [h / 170 for h in (length(bar, "height") for bar in bars(drawing))] == pytest.approx(
        [0.5, 0.05, 1, 0.1, 0.25, 0.15], abs=0.005
    )
    assert [path.get("class") for path in drawing.iter(f"{SVG}path")].count("break") == 1
    assert "brott" in texts(drawing)
    assert "Linjen före 2025 visar ett brott: en orsak tillkom." in chart_sentence(in_years(10, 20, 5), chart)


def test_the_broken_line_lies_where_the_years_lie():
    drawing = drawn(in_years(10**9, 2 * 10**9, 5), Chart(ChartKind.COLUMNS, lines=("exited", "work")))
    lines = [path.attrib["d"] for path in drawing.iter(f"{SVG}path") if path.get("class") == "break"]
    assert len(lines) == 1
    assert "H" in lines[0]


def test_groups_are_drawn_by_their_sums_and_the_only_group_by_its_parts():
    def nested(code: str, under: str, number: int, kind: RowKind) -> ResultRow:
        return ResultRow((code, under), (code, under), kind, (Cell(number),))

    a = [
        nested("a", "x", 1, RowKind.BODY),
        nested("a", "y", 2, RowKind.BODY),
        nested("a", "total", 3, RowKind.SUBTOTAL),
    ]
    b = [nested("b", "x", 4, RowKind.BODY), nested("b", "total", 4, RowKind.SUBTOTAL)]
    assert chart_sentence(result(*a, *b), Chart()) == "a: 3. b: 4."
    assert chart_sentence(result(*a), Chart()) == "x: 1. y: 2."


def test_the_declared_sentence_names_all_who_share_a_place():
    chart = Chart(sentence="%(highest)s hade flest, %(highest_value)s av %(total)s.")
    assert chart_sentence(result(row("a", 5), row("b", 5), row("c", 1)), chart) == "a och b hade flest, 5 av 11."
    assert chart_sentence(result(row("a", 5)), chart) == "a: 5."


def test_a_sentence_with_a_word_that_does_not_exist_is_refused_when_it_is_declared():
    with pytest.raises(ValueError, match="may name highest"):
        Chart(sentence="%(nobody)s")


@given(st.text(), st.text(), st.integers(-(10**12), 10**12) | st.sampled_from([None]))
@settings(max_examples=60)
def test_any_text_makes_a_drawing_without_markup_style_or_address(label: str, title: str, number: int | None):
    made = result(row("a", Cell(number) if number is not None else MISSING, label=label), columns=(title or "x",))
    written = chart_svg(made, Chart(title=title))
    tags = {element.tag.removeprefix(SVG) for element in parsed(written).iter()}
    assert tags <= {"svg", "title", "desc", "defs", "pattern", "rect", "circle", "path", "text"}
    for element in parsed(written).iter():
        assert not {"style", "href", "onload"} & set(element.attrib)


@pytest.mark.parametrize("kind", list(ChartKind))
def test_the_same_figures_make_the_same_bytes(kind: ChartKind):
    made = result(row("a", 3, 4), row("b", 5, 6), columns=("Kvinnor", "Män"))
    assert chart_svg(made, Chart(kind)) == chart_svg(made, Chart(kind))


def test_a_drawing_says_what_it_is_to_those_who_do_not_see_it():
    drawing = drawn(result(row("a", 3)))
    named = drawing.attrib["aria-labelledby"].split()
    told = {element.get("id"): element.text for element in drawing if element.get("id")}
    assert drawing.attrib["role"] == "img"
    assert [told[name] for name in named] == ["Ett exempel", "a: 3."]


@given(st.text(max_size=300), st.integers(20, 400))
@settings(max_examples=60)
def test_folded_lines_are_never_wider_than_they_may(text: str, width: int):
    assert all(width_of(line) <= width or len(line) == 1 for line in folded(text, width))


class TestPages:
    @pytest.fixture
    def somebody(self, world: World) -> World:
        make_funding(world.north, 2025)
        world.north.end(world.north.enrol(), reason="work", work_after="100")
        return world

    def address(self, key: str, extension: str) -> str:
        return reverse("download_table", args=["norra", key, extension]) + "?period=2025"

    @pytest.mark.parametrize("key", [key for key, table in TABLES.items() if table.chart])
    def test_each_declared_chart_can_be_had(self, key: str, somebody: World, office: StrictClient):
        drawing = office.get(self.address(key, "svg"))
        assert (drawing.status_code, drawing["Content-Type"]) == (200, "image/svg+xml")
        assert parsed(drawing.content).tag == f"{SVG}svg"
        picture = office.get(self.address(key, "png"))
        assert picture.content.startswith(b"\x89PNG")
        assert picture["Content-Disposition"].endswith(f'norra-{key}-2025.png"')

    def test_a_table_without_a_chart_has_none(self, somebody: World, office: StrictClient):
        assert office.get(self.address("facts", "svg")).status_code == 404

    def test_the_chart_stands_above_its_table_and_says_the_same(self, somebody: World, office: StrictClient):
        page = office.get(reverse("statistics", args=["norra"]) + "?period=2025").content.decode()
        section = page[page.index('<section id="flows"') : page.index("</section>")]
        assert section.index("<svg") < section.index("<figcaption>") < section.index('<table class="statistics"')
        assert " style=" not in page

    def test_a_bad_period_is_told_and_no_picture(self, somebody: World, office: StrictClient):
        answer = office.get(reverse("download_table", args=["norra", "flows", "svg"]) + "?period=x")
        assert answer.status_code == 400
        assert "är ingen period" in answer.content.decode()
