"""What a chart shows, before it is drawn: items along one axis, and a number for each series."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.chart import Chart, ChartKind
from reports.definition import TOTAL
from reports.render.numbers import sv_number
from reports.result import Cell, Format, Number, Result, ResultColumn, ResultRow, RowKind

BLANK_CODES = frozenset({"unknown", "no-answer"})
"""The codes under which dimensions place what was not registered: drawn apart from what was."""
MOST_SERIES = 8
"""More cannot be told apart in black and white."""


@dataclass(frozen=True)
class Series:
    """What one kind of bar stands for."""

    title: str
    is_blank: bool = False


@dataclass(frozen=True)
class Item:
    """A row of the table with a cell for each series."""

    label: str
    cells: tuple[Cell, ...]
    is_blank: bool = False
    # Why it is less like the items before it, where it is.
    breaks: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[Number | None, ...]:
        """The cells' numbers, None where there is none to draw."""
        return tuple(None if isinstance(cell.value, str) else cell.value for cell in self.cells)

    @property
    def sum(self) -> Number | None:
        """The series together; None where one of them is hidden, so that it cannot be worked out."""
        known = [number for number in self.numbers if number is not None]
        return sum(known) if known and len(known) == len(self.cells) else None


@dataclass(frozen=True)
class Plot:
    """A chart without its drawing."""

    ident: str
    title: str
    about: str
    period: str
    kind: ChartKind
    format: Format
    series: tuple[Series, ...]
    items: tuple[Item, ...]

    def text(self, cell: Cell) -> str:
        """A cell's number as the table writes it. A zero is always written: an empty place would say nothing."""
        return sv_number(cell, self.format)

    def is_blank(self, item: Item, series: int) -> bool:
        """Whether a bar is of what was not registered. Where several series meet, their fills tell them apart."""
        return self.series[series].is_blank or (item.is_blank and len(self.series) == 1)

    @property
    def numbers(self) -> list[Number]:
        """Every number that is drawn."""
        return [number for item in self.items for number in item.numbers if number is not None]


def plot_of(result: Result, chart: Chart, about: str = "") -> Plot:
    """What the chart shows of a result. KeyError where it names a column or a line that the result has not."""
    return _drawable(_turned(result, chart, about) if chart.lines else _straight(result, chart, about))


def _straight(result: Result, chart: Chart, about: str) -> Plot:
    """The rows are the items."""
    columns = _columns(result, chart)
    at = [result.column(column.key) for column in columns]
    rows = _rows(result, chart)
    items = tuple(
        Item(_label(row, rows), tuple(row.cells[index] for index in at), bool(BLANK_CODES & set(row.key)))
        for row in rows
    )
    return Plot(
        ident=f"chart-{result.table}",
        title=str(chart.title) or result.title,
        about=about,
        period=result.period_label,
        kind=chart.kind or _kind(columns),
        format=columns[0].format,
        series=tuple(Series(column.title, column.key in BLANK_CODES) for column in columns),
        items=items,
    )


def _turned(result: Result, chart: Chart, about: str) -> Plot:
    """The columns are the items: one year after the other."""
    rows = [result.row(key) for key in chart.lines]
    items = tuple(
        Item(
            column.title,
            tuple(row.cells[at] for row in rows),
            breaks=tuple(one.cause for one in result.breaks if at and one.column == column.key),
        )
        for at, column in enumerate(result.columns)
    )
    return Plot(
        ident=f"chart-{result.table}",
        title=str(chart.title) or result.title,
        about=about,
        period=result.period_label,
        kind=chart.kind or ChartKind.COLUMNS,
        format=result.columns[0].format if result.columns else Format.COUNT,
        series=tuple(Series(row.labels[0]) for row in rows),
        items=items,
    )


def _columns(result: Result, chart: Chart) -> list[ResultColumn]:
    if chart.figures:
        return [result.columns[result.column(key)] for key in chart.figures]
    split = [column for column in result.columns if column.group and column.key != TOTAL]
    if split:
        return split
    first = next(column for column in result.columns if column.format is not Format.TEXT)
    return [column for column in result.columns if column.format is first.format]


def _rows(result: Result, chart: Chart) -> list[ResultRow]:
    kinds = {row.kind for row in result.rows}
    groups = [row for row in result.rows if row.kind is RowKind.SUBTOTAL and row.key[1:2] == (TOTAL,)]
    if chart.rows is None and len(groups) > 1:
        return groups
    kind = chart.rows or (RowKind.BODY if RowKind.BODY in kinds else RowKind.LINE)
    # The sum of all, among lines a line with that key, is no part.
    return [row for row in result.rows if row.kind is kind and row.key != (TOTAL,)]


def _label(row: ResultRow, rows: Sequence[ResultRow]) -> str:
    """The row's own labels, without those of the sums over it, and without a group that all rows share."""
    labels = [label for code, label in zip(row.key, row.labels, strict=False) if code != TOTAL and label]
    if len(labels) > 1 and len({other.key[0] for other in rows}) == 1:
        labels = labels[1:]
    return ", ".join(labels)


def _kind(columns: Sequence[ResultColumn]) -> ChartKind:
    if len(columns) == 1:
        return ChartKind.BARS
    are_parts = all(column.group for column in columns) and columns[0].format is not Format.PERCENT
    return ChartKind.STACKED if are_parts else ChartKind.GROUPED


def _drawable(plot: Plot) -> Plot:
    """The plot as it can be drawn: parts that go below zero stand beside each other, and too many series each get
    their own line."""
    if plot.kind is ChartKind.STACKED and any(number < 0 for number in plot.numbers):
        plot = replace(plot, kind=ChartKind.GROUPED)
    if len(plot.series) <= MOST_SERIES:
        return plot
    items = tuple(
        Item(f"{item.label}: {series.title}", (cell,), item.is_blank or series.is_blank)
        for item in plot.items
        for series, cell in zip(plot.series, item.cells, strict=True)
    )
    return replace(plot, kind=ChartKind.BARS, series=(Series(plot.title),), items=items)
