"""What a chart shows of a table: declared beside it, drawn from its result by ``reports.render.chart``."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from reports.result import RowKind

SENTENCE_WORDS = ("highest", "highest_value", "lowest", "lowest_value", "total", "count", "period")
"""What a chart's sentence may name: the largest and the smallest item and their values, the sum of all, how many items
there are, and the period."""


class ChartKind(StrEnum):
    """How numbers become lengths. There is no pie: slices cannot be compared."""

    BARS = "bars"
    STACKED = "stacked"
    GROUPED = "grouped"
    # Upright, for what follows in time; lying bars where the labels or numbers would not fit.
    COLUMNS = "columns"
    LINE = "line"


@dataclass(frozen=True)
class Chart:
    """A chart of a table. ``Chart()`` is one by the table's shape.

    ``figures`` are keys of the result's columns; without them, the parts of a split column, or else the columns that
    share the first one's format. ``rows`` is the kind of rows; without it, the outermost groups where rows lie in
    groups. ``lines`` are keys of rows that become the series, where the columns follow each other in time and are the
    items. ``sentence`` is a template over SENTENCE_WORDS; without it, one is made of the largest and the smallest.
    """

    kind: ChartKind | None = None
    figures: tuple[str, ...] = ()
    rows: RowKind | None = None
    lines: tuple[str, ...] = ()
    title: str | Promise = ""
    sentence: str | Promise = ""

    def __post_init__(self) -> None:
        try:
            str(self.sentence) % dict.fromkeys(SENTENCE_WORDS, "")
        except (KeyError, ValueError, TypeError) as error:
            message = f"A chart's sentence may name {', '.join(SENTENCE_WORDS)}, not {error}. Mend: {self.sentence}"
            raise ValueError(message) from error
