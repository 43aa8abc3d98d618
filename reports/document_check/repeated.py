"""The same figure in two tables: the same labels and the same period, but another number."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.utils.translation import gettext as _

from reports.document_check.contradiction import Contradiction, Spot, place_in, place_of
from reports.document_check.grid import Grid, Line
from reports.document_check.numbers import Kind, Value, same

Key = tuple[frozenset[tuple[str, str]], frozenset[str], bool]
_PERIOD = re.compile(r"\b(?:19|20)[0-9]{2}\b|\bkvartal [1-4]\b|\b(?:första|andra) halvåret\b|\bq[1-4]\b|\bh[12]\b")
_LEAST_ALIKE = 2
SUM = "="


@dataclass(frozen=True)
class Seat:
    """A figure and where it stands."""

    value: Value
    row: int
    column: int


def repeated(grids: Sequence[Grid]) -> Iterator[Contradiction]:
    """Two tables that share figures and agree in most of them; where they do not, one of them is wrong.

    Tables that agree in few of the figures with the same labels are about different things.
    """
    seats = [_seats(grid) for grid in grids]
    for first, second in combinations(range(len(grids)), 2):
        if _may_be_same(grids[first], grids[second]):
            yield from _compared(grids[first], seats[first], grids[second], seats[second])


def period_words(text: str) -> frozenset[str]:
    """The years, quarters and half-years that a text names."""
    return frozenset(_PERIOD.findall(text.casefold()))


def _may_be_same(one: Grid, other: Grid) -> bool:
    periods = [period_words(grid.table.caption) for grid in (one, other)]
    return not all(periods) or periods[0] == periods[1]


def _seats(grid: Grid) -> dict[Key, Seat]:
    return {key: seat for key, seat in seats_of(grid, key_of).items() if seat.value.is_number}


def seats_of(grid: Grid, key: Callable[[Grid, int, int], Key]) -> dict[Key, Seat]:
    """The figures and signs by what they are about; what stands twice in the table is left out."""
    found = [
        (key(grid, row, column), Seat(value, row, column))
        for row, values in enumerate(grid.values)
        for column, value in enumerate(values)
        if value.kind in (Kind.NUMBER, Kind.SIGN)
    ]
    times = Counter(key for key, _seat in found)
    return {key: seat for key, seat in found if times[key] == 1 and key[1]}


def key_of(grid: Grid, row: int, column: int) -> Key:
    """What a figure is about: labels with what stands above them, headings, and whether it is a share. A sum has no
    label of its own."""
    line = grid.rows[row]
    labels = frozenset(
        (stub, label)
        for at, (stub, label) in enumerate(zip(grid.stubs, line.folded, strict=True))
        if label and not _is_total(line, at)
    )
    heading = grid.columns[column]
    is_share = grid.values[row][column].is_percent
    return labels or frozenset({(grid.stubs[0], SUM)}), frozenset(heading_of(heading)), is_share


def _is_total(line: Line, at: int) -> bool:
    """Whether the label says that the row is a sum; what stands before it says of what."""
    said = [n for n, label in enumerate(line.folded) if label]
    return line.total_of is not None and at == said[-1]


def heading_of(heading: Line) -> tuple[str, ...]:
    """The headings of a column; a sum's own word is the same whatever it is."""
    return heading.folded if heading.total_of is None else (*heading.total_of, SUM)


def _compared(one: Grid, seats: dict[Key, Seat], other: Grid, others: dict[Key, Seat]) -> Iterator[Contradiction]:
    shared = [(seat, others[key]) for key, seat in seats.items() if key in others]
    unlike = [(a, b) for a, b in shared if not same(a.value, b.value)]
    alike = len(shared) - len(unlike)
    if alike < _LEAST_ALIKE or alike <= len(unlike):
        return
    for here, there in unlike:
        yield _said(one, here, other, there)


def _said(one: Grid, here: Seat, other: Grid, there: Seat) -> Contradiction:
    told = _(
        "Här står %(printed)s, men samma uppgift är %(expected)s i %(other)s. "
        "Ta reda på vilken som stämmer och rätta den andra."
    ) % {"printed": here.value.text, "expected": there.value.text, "other": place_of(other.table)}
    spots: tuple[Spot, ...] = (one.spot(here.row, here.column),)
    place = place_in(one, here.row, here.column)
    return Contradiction(place, told, here.value.text, there.value.text, one.table.number, spots)
