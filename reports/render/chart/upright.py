"""Upright columns and lines, for what follows in time. Only where labels and numbers have room."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.chart import ChartKind
from reports.render.chart.ink import DARK, INK, LINE, PAPER, fill, tag, width_of, writing
from reports.render.chart.lying import SMALL, WIDTH
from reports.render.chart.plot import Plot
from reports.render.numbers import SIGNS
from reports.result import Number, Status

HEIGHT = 170
_SIGN_ROOM = 4
CUT = {"stroke": INK, "stroke_width": 1.5, "stroke_dasharray": "5 3", "class_": "break"}
"""The line where a series is broken."""
_DASHES = ("", "7 3", "2 3", "8 3 2 3", "12 4", "4 4", "1 4", "10 2 2 2 2 2")


def fits(plot: Plot) -> bool:
    """Whether every label and number has room above or under its column."""
    if not plot.items or any(number < 0 for number in plot.numbers):
        return False
    slot = WIDTH / len(plot.items)
    labels = max(width_of(item.label, SMALL) for item in plot.items)
    numbers = max(width_of(plot.text(cell), SMALL) for item in plot.items for cell in item.cells)
    beside = len(plot.series) if plot.kind is ChartKind.COLUMNS else 1
    return labels + 2 <= slot and numbers * beside + 2 <= slot


def upright(plot: Plot, top: float) -> tuple[str, float]:
    """Columns or lines from ``top`` down, with their labels, and where they end."""
    cuts = [index for index, item in enumerate(plot.items) if item.breaks]
    floor = top + LINE + HEIGHT + (LINE if cuts else 0)
    drawn = _lines(plot, floor) if plot.kind is ChartKind.LINE else _columns(plot, floor)
    axis = tag("path", d=f"M0 {floor:.1f}H{WIDTH}", stroke=INK, stroke_width=1, class_="axis")
    slot = WIDTH / len(plot.items)
    labels = (
        writing((index + 0.5) * slot, floor + LINE, item.label, SMALL, text_anchor="middle")
        for index, item in enumerate(plot.items)
    )
    lines = (_cut(index * slot, top, floor) for index in cuts)
    return "".join([*drawn, axis, *labels, *lines]), floor + LINE + 8


def _cut(x: float, top: float, floor: float) -> str:
    """Between two items that are not quite alike; why stands in the description and beneath the table."""
    line = tag("path", d=f"M{x:.1f} {top + LINE - 4:.1f}V{floor + LINE:.1f}", **CUT)
    return line + writing(x, top + SMALL - 2, _("brott"), SMALL, text_anchor="middle", font_style="italic")


def _height(plot: Plot, number: Number) -> float:
    return HEIGHT * float(number) / (float(max(plot.numbers, default=0)) or 1.0)


def _columns(plot: Plot, floor: float) -> Iterator[str]:
    slot = WIDTH / len(plot.items)
    width = slot * 0.72 / len(plot.series)
    for at, item in enumerate(plot.items):
        for series, cell in enumerate(item.cells):
            x = at * slot + slot * 0.14 + series * width
            number = item.numbers[series]
            look = fill(plot.ident, series, blank=plot.is_blank(item, series))
            height = _height(plot, number) if number is not None else 0.0
            if height:
                yield tag("rect", x=x, y=floor - height, width=width, height=height, class_="bar", **look)
            text = plot.text(cell) if cell.status is Status.VALUE else SIGNS[cell.status]
            yield writing(x + width / 2, floor - height - _SIGN_ROOM, text, SMALL, text_anchor="middle")


def _lines(plot: Plot, floor: float) -> Iterator[str]:
    slot = WIDTH / len(plot.items)
    for series in range(len(plot.series)):
        path, pen_down = "", False
        for at, item in enumerate(plot.items):
            number = item.numbers[series]
            if number is None:
                # The line breaks where there is nothing to draw it to.
                pen_down = False
                continue
            path += f"{'L' if pen_down else 'M'}{(at + 0.5) * slot:.1f} {floor - _height(plot, number):.1f}"
            pen_down = True
        yield line(path or "M0 0", series)
        yield from _points(plot, floor, series)


def line(path: str, series: int) -> str:
    """A line, dashed in the series' own way."""
    dashes = _DASHES[series % len(_DASHES)]
    return tag("path", d=path, fill="none", stroke=DARK, stroke_width=2, stroke_dasharray=dashes)


def _points(plot: Plot, floor: float, series: int) -> Iterator[str]:
    slot = WIDTH / len(plot.items)
    # With several lines the numbers would cover each other: the last of each is enough, the table has the others.
    written = range(len(plot.items)) if len(plot.series) == 1 else (len(plot.items) - 1,)
    for at, item in enumerate(plot.items):
        number, x = item.numbers[series], (at + 0.5) * slot
        if number is None:
            if series == 0:
                text = SIGNS.get(item.cells[series].status, "")
                yield writing(x, floor - _SIGN_ROOM, text, SMALL, text_anchor="middle")
            continue
        y = floor - _height(plot, number)
        yield tag("circle", cx=x, cy=y, r=4, fill=PAPER if series % 2 else DARK, stroke=DARK, stroke_width=2)
        if at in written:
            yield writing(x, y - 9, plot.text(item.cells[series]), SMALL, text_anchor="middle")
