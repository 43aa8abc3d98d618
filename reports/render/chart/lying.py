"""Lying bars: the label above, the bar beneath, its number at its end. They hold any label at any width."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.utils.translation import gettext as _

from reports.chart import ChartKind
from reports.render.chart.ink import INK, LINE, PAPER, SIZE, fill, folded, tag, width_of, writing
from reports.render.chart.plot import Item, Plot
from reports.render.numbers import SIGN_WORDS
from reports.result import Cell, Format, Number

WIDTH = 340
PAD = 6
SMALL = SIZE - 2
LEAST_FIELD = 60
"""However long the numbers are, the bars keep some room."""
HUNDRED = 100
_HEIGHTS = {ChartKind.BARS: 20, ChartKind.STACKED: 24, ChartKind.GROUPED: 18}
_BETWEEN, _AFTER = 2, 12


@dataclass(frozen=True)
class Bar:
    """A bar of one or more parts, each a series' place and number, and what is written at its end."""

    parts: tuple[tuple[int, Number], ...]
    text: str
    # Whether the text is the number, and not why there is none.
    is_whole: bool = True
    is_blank: bool = False

    @property
    def length(self) -> Number:
        return sum((number for _series, number in self.parts), start=0)


@dataclass(frozen=True)
class Scale:
    """Numbers to places along the axis; zero is always on it."""

    low: float
    high: float
    left: float
    right: float

    def at(self, number: Number) -> float:
        return self.left + (float(number) - self.low) / (self.high - self.low) * (self.right - self.left)


def lying(plot: Plot, top: float) -> tuple[str, float]:
    """The bars from ``top`` down, and where they end."""
    groups = [(item, _bars(plot, item)) for item in plot.items]
    scale = _scale(plot, [bar for _item, bars in groups for bar in bars])
    parts: list[str] = []
    y = top
    for item, bars in groups:
        if item.breaks:
            parts.append(tag("path", d=f"M0 {y + 1:.1f}H{WIDTH}", stroke=INK, stroke_dasharray="5 3", class_="break"))
            y += LINE
            parts.append(writing(0, y - 5, _("brott"), SMALL, font_style="italic"))
        for line in folded(item.label, WIDTH):
            y += LINE
            parts.append(writing(0, y - 5, line, font_style="italic" if item.is_blank else None))
        above = y
        for bar in bars:
            parts.extend(_drawn(plot, scale, bar, y))
            y += _HEIGHTS[plot.kind] + _BETWEEN
        parts.append(_zero(scale, above - _BETWEEN, y))
        for line in folded(_too_small(plot, scale, bars), WIDTH, SMALL):
            y += SMALL + 2 if line else 0
            parts.extend([writing(0, y, line, SMALL)] if line else [])
        y += _AFTER - _BETWEEN
    return "".join(parts), y


def _zero(scale: Scale, top: float, bottom: float) -> str:
    """Where the bars of an item begin. Not drawn through its label."""
    x = scale.at(0)
    return tag("path", d=f"M{x:.1f} {top:.1f}V{bottom:.1f}", stroke=INK, stroke_width=1, class_="axis")


def _too_small(plot: Plot, scale: Scale, bars: Sequence[Bar]) -> str:
    """The parts whose numbers have no room inside them, in words."""
    if plot.kind is not ChartKind.STACKED:
        return ""
    parts = (part for bar in bars for part in bar.parts if not _has_room(plot, scale, part[1]))
    return ", ".join(f"{plot.series[series].title} {plot.text(Cell(number))}" for series, number in parts)


def _has_room(plot: Plot, scale: Scale, number: Number) -> bool:
    return width_of(plot.text(Cell(number)), SMALL) + 8 <= scale.at(number) - scale.at(0)


def _bars(plot: Plot, item: Item) -> list[Bar]:
    numbers = list(enumerate(item.numbers))
    if plot.kind is ChartKind.STACKED:
        parts = tuple((series, number) for series, number in numbers if number)
        return [Bar(parts, _stack_text(plot, item), item.sum is not None)]
    return [
        Bar(
            ((series, number),) if number is not None else (),
            _text(plot, cell),
            number is not None,
            plot.is_blank(item, series),
        )
        for (series, number), cell in zip(numbers, item.cells, strict=True)
    ]


def _text(plot: Plot, cell: Cell) -> str:
    return plot.text(cell) if cell.value is not None else str(SIGN_WORDS[cell.status])


def _stack_text(plot: Plot, item: Item) -> str:
    """The sum, where every part of it may be seen; otherwise why not."""
    if item.sum is not None:
        return plot.text(Cell(item.sum))
    causes = dict.fromkeys(str(SIGN_WORDS[cell.status]) for cell in item.cells if cell.value is None)
    return ", ".join(causes)


def _scale(plot: Plot, bars: Sequence[Bar]) -> Scale:
    lengths = [float(bar.length) for bar in bars]
    low, high = min([0.0, *lengths]), max([0.0, *lengths])
    if plot.format is Format.PERCENT and low == 0 and high <= HUNDRED:
        high = float(HUNDRED)
    left = max((width_of(bar.text) + PAD for bar in bars if bar.length < 0), default=0)
    right = WIDTH - max((width_of(bar.text) + PAD for bar in bars if bar.length > 0), default=0)
    left = min(left, (WIDTH - LEAST_FIELD) / 2)
    return Scale(low, high if high > low else low + 1, left, max(right, left + LEAST_FIELD))


def _drawn(plot: Plot, scale: Scale, bar: Bar, y: float) -> Iterator[str]:
    height = _HEIGHTS[plot.kind]
    for (series, number), before in zip(bar.parts, _starts(bar), strict=True):
        start, end = sorted((scale.at(before), scale.at(before + number)))
        look = fill(plot.ident, series, blank=bar.is_blank or plot.series[series].is_blank)
        if number:
            yield tag("rect", x=start, y=float(y), width=end - start, height=height, class_="bar", **look)
        if plot.kind is ChartKind.STACKED and _has_room(plot, scale, number):
            yield from _inside(plot.text(Cell(number)), start, end, y, height)
    yield _at_the_end(scale, bar, y + height / 2 + SIZE / 3)


def _starts(bar: Bar) -> list[Number]:
    return list(accumulate((number for _series, number in bar.parts[:-1]), initial=0))[: len(bar.parts)]


def _inside(text: str, start: float, end: float, y: float, height: float) -> Iterator[str]:
    """A part's number on a slip of paper."""
    width, middle = width_of(text, SMALL) + 4, (start + end) / 2
    yield tag("rect", x=middle - width / 2, y=y + 4.0, width=width, height=height - 8.0, fill=PAPER)
    yield writing(middle, y + height / 2 + 4, text, SMALL, text_anchor="middle")


def _at_the_end(scale: Scale, bar: Bar, y: float) -> str:
    look: dict[str, Any] = {"font_weight": "bold"} if bar.is_whole else {"font_style": "italic"}
    if bar.length < 0:
        return writing(scale.at(bar.length) - PAD, y, bar.text, text_anchor="end", **look)
    x = min(scale.at(bar.length) + PAD, max(WIDTH - width_of(bar.text), 0))
    return writing(x, y, bar.text, **look)
