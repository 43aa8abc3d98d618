"""A result and a chart in, SVG out: the same bytes for the same figures, and nothing that a strict policy forbids."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from reports.chart import Chart, ChartKind
from reports.render.chart.ink import LINE, PAPER, SIZE, clean, fill, fills, folded, tag, width_of, writing
from reports.render.chart.lying import WIDTH, lying
from reports.render.chart.plot import Plot, plot_of
from reports.render.chart.upright import fits, line, upright
from reports.render.chart.words import description
from reports.render.frame import about
from reports.result import Result

MARGIN = 8
_SWATCH, _BESIDE, _APART = 18, 5, 14
UPRIGHT = frozenset({ChartKind.COLUMNS, ChartKind.LINE})


def chart_svg(result: Result, chart: Chart) -> str:
    """The chart as one ``<svg>``, for a page or a file: with a title, a description, and as wide as its place."""
    plot = _standing(plot_of(result, chart, about(result)))
    head, y = _head(plot)
    drawn, y = upright(plot, y) if plot.kind in UPRIGHT else lying(plot, y)
    ident = plot.ident
    inside = (
        tag("title", escape(clean(plot.title), quote=False), id=f"{ident}-title"),
        tag("desc", escape(clean(description(plot, chart)), quote=False), id=f"{ident}-desc"),
        fills(ident, len(plot.series)),
        tag("rect", x=-MARGIN, y=-MARGIN, width=WIDTH + 2 * MARGIN, height=y + 2 * MARGIN, fill=PAPER),
        head,
        drawn,
    )
    view = f"{-MARGIN} {-MARGIN} {WIDTH + 2 * MARGIN} {y + 2 * MARGIN:.1f}"
    frame = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": view, "class": "chart", "role": "img"}
    return tag("svg", "".join(inside), **frame, aria_labelledby=f"{ident}-title {ident}-desc")


def chart_sentence(result: Result, chart: Chart) -> str:
    """What the chart says, in words: the same as in its description."""
    return description(_standing(plot_of(result, chart)), chart)


def has_something_to_show(result: Result, chart: Chart) -> bool:
    """Whether there is a number to draw."""
    return any(plot_of(result, chart).numbers)


def _standing(plot: Plot) -> Plot:
    """Columns and lines lie down where they would not fit."""
    if plot.kind not in UPRIGHT or fits(plot):
        return plot
    return replace(plot, kind=ChartKind.BARS if len(plot.series) == 1 else ChartKind.GROUPED)


def _head(plot: Plot) -> tuple[str, float]:
    """The title, whose figures and when, and what the fills mean."""
    parts, y = [], 0.0
    for text in folded(plot.title, WIDTH, SIZE + 1):
        y += LINE
        parts.append(writing(0, y - 4, text, SIZE + 1, font_weight="bold"))
    for text in folded(plot.about, WIDTH, SIZE - 2):
        y += LINE - 2
        parts.append(writing(0, y - 4, text, SIZE - 2))
    if len(plot.series) > 1:
        legend, y = _legend(plot, y + 6)
        parts.extend(legend)
    return "".join(parts), y + 8


def _legend(plot: Plot, top: float) -> tuple[Sequence[str], float]:
    """A swatch and a name for each series, as many on a line as there is room for."""
    parts: list[str] = []
    x, y = 0.0, top
    for index, series in enumerate(plot.series):
        lines = folded(series.title, WIDTH - _SWATCH - _BESIDE)
        width = _SWATCH + _BESIDE + max(map(width_of, lines)) + _APART
        if x and x + width - _APART > WIDTH:
            x, y = 0.0, y + LINE + 2
        parts.append(_sample(plot, index, x, y))
        for number, text in enumerate(lines):
            y += LINE if number else 0
            parts.append(writing(x + _SWATCH + _BESIDE, y + 14, text))
        x += width
    return parts, y + LINE + 2


def _sample(plot: Plot, series: int, x: float, y: float) -> str:
    """What a series looks like."""
    if plot.kind is ChartKind.LINE:
        return line(f"M{x:.1f} {y + 9:.1f}h{_SWATCH}", series)
    look = fill(plot.ident, series, blank=plot.series[series].is_blank)
    return tag("rect", x=x, y=y + 2, width=_SWATCH, height=14, **look)
