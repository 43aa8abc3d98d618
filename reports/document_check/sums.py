"""Sums: what a row or a column that is called a sum says, and what its parts add up to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from reports.document_check.columns import ZERO, adds_up, counts_some_twice, is_share, known, slack
from reports.document_check.contradiction import Contradiction, place_in
from reports.document_check.grid import Grid
from reports.document_check.limits import MAX_RULE_COLUMNS, MAX_RULE_ROWS
from reports.document_check.numbers import Kind, Value, shown

Parts = tuple[int, ...]
_LEAST_FITS = 2
_NOT_PARTS = ("varav", "därav", "andel", "procent", "medeltal", "medelvärde", "median", "snitt", "genomsnitt")
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Sum:
    """A row that sums, and the rows that are its parts."""

    total: int
    parts: Parts


def column_sums(grid: Grid) -> Iterator[Contradiction]:
    """Each total row against the rows above it: those since the last sum, or all, whichever fits most columns."""
    if counts_some_twice(grid):
        return
    columns = [n for n in range(len(grid.columns)) if adds_up(grid, n) or _is_divided(grid, n)]
    for one in _sums(grid, columns):
        for column in columns:
            yield from _said(grid, one, column)


def row_sums(grid: Grid) -> Iterator[Contradiction]:
    """Each total column against neighbouring columns that it is the sum of in most rows."""
    turned = grid.turned()
    additive = [n for n in range(len(turned.rows)) if adds_up(grid, n)]
    lines = [n for n in range(len(turned.columns)) if grid.rows[n].total_of is not None or _is_part(grid, n)]
    for total in additive:
        if turned.rows[total].total_of is None:
            continue
        if one := _evident(turned, total, additive, lines):
            for line in lines:
                yield from _said(turned, one, line)


def _evident(turned: Grid, total: int, additive: Sequence[int], lines: Sequence[int]) -> Sum | None:
    """The neighbours that add up to the column in most rows; of one row only, those under the same heading."""
    tried = [Sum(total, parts) for parts in _ranges(turned, total, additive)]
    lines = lines[:MAX_RULE_ROWS]
    by_fits = [(sum(fits(turned, one, n) for n in lines), one) for one in tried]
    most, best = max(by_fits, key=lambda pair: (pair[0], len(pair[1].parts)), default=(0, None))
    if best is None:
        return None
    asked = sum(_is_checkable(turned, best, line) for line in lines)
    if most >= _LEAST_FITS and 2 * most > asked:
        return best
    group = turned.rows[total].total_of
    parts = tuple(n for n in additive if n != total and group and turned.rows[n].folded[:-1] == group)
    return Sum(total, parts) if asked == 1 and not most and len(parts) > _LEAST_FITS else None


def _ranges(turned: Grid, total: int, additive: Sequence[int]) -> Iterator[Parts]:
    """All runs of neighbouring columns, without the total and with at least two; of very many the nearest, and all."""
    others = [n for n in additive if n != total and turned.rows[n].total_of is None]
    if len(others) > MAX_RULE_COLUMNS:
        yield tuple(others)
        others = sorted(sorted(others, key=lambda n: abs(total - n))[:MAX_RULE_COLUMNS])
    for first in range(len(others)):
        for last in range(first + 2, len(others) + 1):
            yield tuple(others[first:last])


def _sums(grid: Grid, columns: Sequence[int]) -> Iterator[Sum]:
    """The sums of the table from the top: a sum takes the place of its parts in the next one."""
    totals = [n for n, row in enumerate(grid.rows) if row.total_of is not None]
    waiting: list[int] = []
    for number in range(len(grid.rows)):
        if number not in totals:
            if _is_part(grid, number):
                waiting.append(number)
            continue
        if one := _chosen(grid, number, waiting, columns, is_last=number == totals[-1]):
            yield one
            waiting = [*(n for n in waiting if n not in one.parts), number]


def _chosen(grid: Grid, total: int, waiting: Sequence[int], columns: Sequence[int], *, is_last: bool) -> Sum | None:
    tried = [Sum(total, parts) for parts in dict.fromkeys(_candidates(grid, total, waiting, is_last=is_last)) if parts]
    if not tried:
        return None
    return max(tried, key=lambda one: sum(fits(grid, one, n) for n in columns))


def _candidates(grid: Grid, total: int, waiting: Sequence[int], *, is_last: bool) -> Iterator[Parts]:
    """What a sum may be made of, the likeliest first."""
    group = grid.rows[total].total_of or ()
    inside = [n for n in waiting if _labels(grid, n)[: len(group)] == group] if group else list(waiting)
    sums = [n for n in inside if grid.rows[n].total_of is not None]
    since = [n for n in inside if not sums or n > sums[-1]]
    if len(since) == 0 and len(sums) == 1:
        return  # a sum right after a sum: the same of another year, or with another meaning
    whole = tuple(inside), tuple(n for n in range(total) if _is_part(grid, n))
    yield from (*whole, tuple(since)) if is_last and not group else (tuple(since), tuple(inside))


def _labels(grid: Grid, row: int) -> tuple[str, ...]:
    return tuple(label for label in grid.rows[row].folded if label)


def _is_part(grid: Grid, row: int) -> bool:
    line = grid.rows[row]
    return line.total_of is None and not any(label.startswith(_NOT_PARTS) for label in line.folded)


def _is_divided(grid: Grid, column: int) -> bool:
    """Whether it is a column of percent that a hundred was divided into."""
    return is_share(grid, column) and any(
        row.total_of == () and value.is_number and value.number == WHOLE
        for row, value in zip(grid.rows, grid.column(column), strict=True)
    )


def _is_checkable(grid: Grid, one: Sum, column: int) -> bool:
    values = [grid.values[part][column] for part in one.parts]
    return grid.values[one.total][column].is_number and all(map(known, values)) and any(v.is_number for v in values)


def fits(grid: Grid, one: Sum, column: int) -> bool:
    """Whether the parts are all known and add up to the total."""
    return _is_checkable(grid, one, column) and _difference(grid, one, column) == ZERO


def _difference(grid: Grid, one: Sum, column: int) -> Decimal:
    """What the parts have more than the total; zero where rounding explains it."""
    total, parts = grid.values[one.total][column], [grid.values[part][column] for part in one.parts]
    difference = sum((part.number for part in parts), ZERO) - total.number
    return difference if abs(difference) > slack(grid, [total, *parts]) else ZERO


def _said(grid: Grid, one: Sum, column: int) -> Iterator[Contradiction]:
    total, parts = grid.values[one.total][column], [grid.values[part][column] for part in one.parts]
    if not total.is_number or not any(part.is_number for part in parts):
        return
    difference = _difference(grid, one, column)
    is_whole = all(map(known, parts))
    is_over = difference > 0 and not any(part.number < 0 for part in parts) and not _has_words(parts)
    if not difference or not (is_whole or is_over):
        return
    added = sum((part.number for part in parts), ZERO)
    decimals = max(part.decimals for part in (*parts, total))
    spots = tuple(grid.spot(row, column) for row in (one.total, *one.parts))
    sentence = _sentence(grid, one, is_whole=is_whole)
    printed, expected = total.text, shown(added, decimals)
    told = sentence % {"printed": printed, "expected": expected, "difference": shown(abs(difference), decimals)}
    place = place_in(grid, one.total, column)
    yield Contradiction(place, told, printed, expected, grid.table.number, spots)


def _has_words(parts: Sequence[Value]) -> bool:
    return any(part.kind is Kind.TEXT for part in parts)


def _sentence(grid: Grid, one: Sum, *, is_whole: bool) -> str:
    if not is_whole:
        return _(
            "Summan är %(printed)s, men redan de delar som visas blir %(expected)s. "
            "Rätta summan eller den del som är fel."
        )
    if grid.is_turned:
        return _(
            "Det står %(printed)s, men raden summerar till %(expected)s. Skillnaden är %(difference)s. "
            "Rätta summan eller den siffra i raden som är fel."
        )
    return _(
        "Det står %(printed)s, men kolumnen summerar till %(expected)s. Skillnaden är %(difference)s. "
        "Rätta summan eller den siffra i kolumnen som är fel."
    )
