"""Shares: a column of percent against the counts that it was taken of."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from reports.document_check.columns import adds_up, is_share
from reports.document_check.contradiction import Contradiction, place_in
from reports.document_check.grid import Grid
from reports.document_check.limits import MAX_RULE_COLUMNS, MAX_RULE_ROWS
from reports.document_check.numbers import Value, shown

_LEAST_FITS = 2
_ALL = 100


@dataclass(frozen=True)
class Base:
    """What a share is taken of: ``count`` is a column; ``of`` another one, or None for the total row of the same."""

    count: int
    of: int | None


def shares(grid: Grid) -> Iterator[Contradiction]:
    """Each column of percent, where most of its rows are the share of something that stands in the table."""
    counts = [n for n in range(len(grid.columns)) if adds_up(grid, n) and "avvik" not in grid.columns[n].words]
    for column in range(len(grid.columns)):
        if (
            is_share(grid, column)
            and "avvik" not in grid.columns[column].words
            and (base := _base(grid, column, counts))
        ):
            yield from _unlike(grid, column, base)


def _base(grid: Grid, column: int, counts: list[int]) -> Base | None:
    """The base that explains most of the percent, where it explains more than half."""
    telling = range(min(len(grid.rows), MAX_RULE_ROWS))
    near = sorted(counts, key=lambda count: abs(column - count))[:MAX_RULE_COLUMNS]
    bases = [Base(count, of) for count in near for of in (None, *near) if of != count]
    scored = [
        (len(list(_rows(grid, column, base, fitting=True, rows=telling))), -abs(column - base.count), base)
        for base in bases
    ]
    best = max(scored, key=lambda one: one[:2], default=None)
    if best is None or best[0] < _LEAST_FITS:
        return None
    misses = len(list(_rows(grid, column, best[2], fitting=False, rows=telling)))
    return best[2] if best[0] > misses else None


def _rows(grid: Grid, column: int, base: Base, *, fitting: bool, rows: range | None = None) -> Iterator[int]:
    for row in rows or range(len(grid.rows)):
        value, expected = grid.values[row][column], share_of(grid, row, base)
        if value.is_number and expected is not None and is_rounded(value, expected) == fitting:
            yield row


def share_of(grid: Grid, row: int, base: Base) -> Decimal | None:
    """The share of a row in percent, unrounded; None where it is not known."""
    count, whole = grid.values[row][base.count], _whole(grid, row, base)
    if not count.is_number or whole is None or not whole.is_number or not whole.number:
        return None
    return _ALL * count.number / whole.number


def _whole(grid: Grid, row: int, base: Base) -> Value | None:
    if base.of is not None:
        return grid.values[row][base.of]
    totals = [n for n, line in enumerate(grid.rows) if line.total_of == ()]
    return grid.values[totals[-1]][base.count] if totals else None


def is_rounded(value: Value, number: Decimal) -> bool:
    """Whether the printed value is the number, rounded to the decimals that it is printed with."""
    return abs(value.number - number) <= value.half


def _unlike(grid: Grid, column: int, base: Base) -> Iterator[Contradiction]:
    for row in _rows(grid, column, base, fitting=False):
        value, expected = grid.values[row][column], share_of(grid, row, base)
        whole = _whole(grid, row, base)
        if expected is None or whole is None:
            continue
        told = _(
            "Det står %(printed)s, men %(count)s av %(whole)s är %(expected)s procent. "
            "Rätta andelen, eller talen den tas av."
        ) % {
            "printed": value.text,
            "count": grid.values[row][base.count].text,
            "whole": whole.text,
            "expected": shown(expected, value.decimals),
        }
        spots = (grid.spot(row, column), grid.spot(row, base.count))
        number = f"{shown(expected, value.decimals)}\u202f%"
        yield Contradiction(place_in(grid, row, column), told, value.text, number, grid.table.number, spots)
