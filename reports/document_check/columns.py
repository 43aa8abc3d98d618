"""What kind of figures a column of a found table has: some add up, some do not."""

import re
from decimal import Decimal

from reports.document_check.grid import Grid
from reports.document_check.numbers import Kind, Value

_NO_SUM = re.compile(
    r"\b(andel|medel(värde|tal|ålder|tid|betyg)|median|snitt|genomsnitt|kvot|betyg)"
    r"|\bper (deltag|person|månad|heltid|invån)|andel\b|snitt\b|procent|%"
)
_NO_AMOUNTS = frozenset({"index", "mål", "målvärde", "måltal", "ålder", "år", "datum", "start", "slut", "period"})
_SHARE = re.compile(r"%|\bandel|procent")
_SEVERAL = re.compile(
    r"\bflera (slag|svar|alternativ|insatser|former|orsaker|typer|val|samtidigt)|\bmer än (ett|en)\b"
    r"|på varje rad|flersvar"
)
ZERO = Decimal(0)


def adds_up(grid: Grid, column: int) -> bool:
    """Whether the figures of a column may be added."""
    heading = grid.columns[column]
    return not (_NO_SUM.search(heading.words) or _NO_AMOUNTS & {*heading.folded[-1:]} or is_share(grid, column))


def is_share(grid: Grid, column: int) -> bool:
    """Whether it is a column of percent."""
    numbers = [value for value in grid.column(column) if value.is_number]
    if not numbers:
        return False
    said = any(_SHARE.search(label.casefold()) for label in grid.columns[column].labels)
    return said or 2 * sum(value.is_percent for value in numbers) > len(numbers)


def counts_some_twice(grid: Grid) -> bool:
    """Whether the table says that one may stand in several rows, so that they add up to more than the total."""
    return bool(_SEVERAL.search(grid.about) or any(_SEVERAL.search(row.words) for row in grid.rows))


def slack(grid: Grid, values: list[Value]) -> Decimal:
    """How far a sum of printed numbers may be from its printed total because they are rounded.

    Whole numbers are exact, unless the table is in thousands of kronor or more.
    """
    finest = max((value.decimals for value in values if value.is_number), default=0)
    if not finest and not grid.is_rough and not any(value.is_percent for value in values):
        return ZERO
    return Decimal(5).scaleb(-finest - 1) * len(values)


def known(value: Value) -> bool:
    """Whether the value can be added: an empty cell is a zero."""
    return value.kind in (Kind.NUMBER, Kind.EMPTY)
