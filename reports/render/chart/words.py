"""A chart in a sentence, from its numbers: what somebody who does not see it is told."""

import re
from collections.abc import Iterator
from decimal import Decimal

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.chart import Chart, ChartKind
from reports.render.chart.plot import Item, Plot, Series
from reports.render.numbers import SIGN_WORDS, sv_number
from reports.result import Cell, Format, Number, Status

_UNIT = re.compile(r" \((kr|%)\)$")
READ_OUT = 12
"""So many numbers are read out one by one; with more, the largest and the smallest."""


def description(plot: Plot, chart: Chart) -> str:
    """The chart in Swedish sentences."""
    return " ".join(_sentences(plot, chart))


def _sentences(plot: Plot, chart: Chart) -> Iterator[str]:
    known = [(item, number) for item in plot.items if (number := _number(item)) is not None]
    if not plot.numbers:
        yield _("Det finns inga uppgifter att visa i diagrammet.")
    elif not any(plot.numbers):
        yield _("Alla värden i diagrammet är noll.")
    elif chart.sentence and len(known) > 1:
        yield str(chart.sentence) % _words(plot, known)
    elif len(plot.numbers) <= READ_OUT:
        yield from _read_out(plot)
    elif len(plot.series) == 1 or plot.kind is ChartKind.STACKED:
        yield _extremes(plot, known)
    else:
        yield from _extremes_by_series(plot)
    yield from _hidden(plot)
    for item in plot.items:
        if item.breaks:
            told = {"item": item.label, "causes": "; ".join(item.breaks)}
            yield _("Linjen före %(item)s visar ett brott: %(causes)s. Jämför över den med försiktighet.") % told


def _number(item: Item) -> Number | None:
    """What an item is ranked by: its parts together."""
    return item.sum


def _words(plot: Plot, known: list[tuple[Item, Number]]) -> dict[str, str]:
    numbers = [number for _item, number in known]
    highest, lowest = max(numbers), min(numbers)
    total = sum(numbers, start=Decimal(0))
    return {
        "highest": _names(known, highest),
        "highest_value": _told(plot, highest),
        "lowest": _names(known, lowest),
        "lowest_value": _told(plot, lowest),
        "total": _told(plot, total),
        "count": str(len(plot.items)),
        "period": plot.period,
    }


def _names(known: list[tuple[Item, Number]], wanted: Number) -> str:
    """Whose number it is: one name, or all that share it."""
    names = [item.label for item, number in known if number == wanted]
    return str(get_text_list(names, _("och")))


def _told(plot: Plot, number: Number) -> str:
    text = sv_number(Cell(number), plot.format)
    return _("%s kronor") % text if plot.format is Format.SEK else text


def _read_out(plot: Plot) -> Iterator[str]:
    for item in plot.items:
        cells = [
            f"{_name(series)} {_said(plot, cell)}" if len(plot.series) > 1 else _said(plot, cell)
            for series, cell in zip(plot.series, item.cells, strict=True)
        ]
        yield f"{item.label}: {', '.join(cells)}."


def _name(series: Series) -> str:
    """What a series is called where its numbers are told with their unit."""
    return _UNIT.sub("", series.title)


def _said(plot: Plot, cell: Cell) -> str:
    if cell.status is not Status.VALUE:
        return str(SIGN_WORDS[cell.status])
    return _told(plot, cell.number) if not isinstance(cell.value, str) else cell.value


def _extremes(plot: Plot, known: list[tuple[Item, Number]]) -> str:
    if not known:
        return ""
    told = _words(plot, known)
    return (
        _("Störst av %(count)s är %(highest)s med %(highest_value)s. Minst är %(lowest)s med %(lowest_value)s.") % told
    )


def _extremes_by_series(plot: Plot) -> Iterator[str]:
    for index, series in enumerate(plot.series):
        numbers = [(item, number) for item in plot.items if (number := item.numbers[index]) is not None]
        if numbers:
            words = {"series": _name(series), **_words(plot, numbers)}
            yield (
                _("%(series)s: störst %(highest)s med %(highest_value)s, minst %(lowest)s med %(lowest_value)s.")
                % words
            )


def _hidden(plot: Plot) -> Iterator[str]:
    """How many numbers there are none of, by cause, where they were not read out."""
    if 0 < len(plot.numbers) <= READ_OUT:
        return
    statuses = [cell.status for item in plot.items for cell in item.cells]
    for status, words in SIGN_WORDS.items():
        if number := statuses.count(status):
            told = {"number": number, "cause": words}
            yield ngettext("%(number)d värde: %(cause)s.", "%(number)d värden: %(cause)s.", number) % told
