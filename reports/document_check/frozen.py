"""What a document says against what was published: its tables beside the frozen ones that they correspond to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from reports.document_check.contradiction import Contradiction, Spot, place_in
from reports.document_check.found import FoundTable
from reports.document_check.grid import Grid, fold, grid_of
from reports.document_check.numbers import same
from reports.document_check.repeated import Key, Seat, heading_of, key_of, period_words, seats_of
from reports.edition import Edition
from reports.render.document.grid import grid_of as printed_grid
from reports.result import Result

_LEAST_ALIKE = 2
_UNTITLED_ALIKE = 6
"""A table under another title must agree in so many figures."""
_NUMBERED = re.compile(r"^(tabell|diagram|figur) [0-9a-z]+[.:]? *")


@dataclass(frozen=True)
class Frozen:
    """A published table as it was printed, and what the edition is called."""

    grid: Grid
    edition: str
    period: str
    seats: dict[Key, Seat]


@dataclass
class Compared:
    """What comparing gave: contradictions, the cells that are as published, and the editions they are from."""

    contradictions: list[Contradiction] = field(default_factory=list)
    confirmed: dict[int, set[Spot]] = field(default_factory=dict)
    editions: list[str] = field(default_factory=list)


def compare(grids: Sequence[Grid], editions: Sequence[Edition]) -> Compared:
    """Each table with the published one that it agrees with most, where it agrees in most of its figures."""
    frozen = [one for edition in editions for one in _frozen_of(edition)]
    compared = Compared()
    for grid in grids:
        seats = seats_of(grid, _key)
        if best := _corresponding(grid, seats, frozen):
            compared.contradictions += _unlike(grid, seats, best)
            compared.confirmed[grid.table.number] = set(_confirmed(grid, seats, best))
            if best.edition not in compared.editions:
                compared.editions.append(best.edition)
    return compared


def _frozen_of(edition: Edition) -> Iterator[Frozen]:
    name = _("%(title)s %(period)s, utgåva %(number)d") % {
        "title": edition.title,
        "period": edition.period_label,
        "number": edition.number,
    }
    for result in edition.results:
        if grid := grid_of(_as_found(result)):
            yield Frozen(grid, name, edition.period, seats_of(grid, _key))


def _as_found(result: Result) -> FoundTable:
    """The published table as a reader would find it."""
    lines = tuple(line.texts for line in printed_grid(result).lines)
    titles = (*result.headings, *(column.title for column in result.columns))
    groups = (*result.headings, *(column.group for column in result.columns))
    heads = [groups, titles] if any(column.group for column in result.columns) else [titles]
    return FoundTable(0, result.title, (*heads, *lines))


def _key(grid: Grid, row: int, column: int) -> Key:
    """As ``key_of``, without what stands above several headings, which is lost in some documents."""
    labels, _headings, is_share = key_of(grid, row, column)
    return (
        frozenset(("", label) for _stub, label in labels),
        frozenset(heading_of(grid.columns[column])[-1:]),
        is_share,
    )


def _corresponding(grid: Grid, seats: dict[Key, Seat], frozen: Sequence[Frozen]) -> Frozen | None:
    said = period_words(grid.table.caption)
    scored = [
        (alike, number, one)
        for number, one in enumerate(frozen)
        if _is_of(said, one.period) and (alike := _alike(grid, seats, one))
    ]
    return max(scored, key=lambda score: score[:2], default=(0, 0, None))[2]


def _is_of(said: frozenset[str], period: str) -> bool:
    """Whether the years that a caption names are those of the edition."""
    years = {word for word in said if word.isdigit()}
    return not years or period[:4] in years


def _alike(grid: Grid, seats: dict[Key, Seat], one: Frozen) -> int:
    """How many figures agree; 0 where most do not, or too few for a table under another title."""
    shared = seats.keys() & one.seats.keys()
    if 2 * len(shared) <= len(seats):
        return 0
    pairs = [(seats[key].value, one.seats[key].value) for key in shared]
    numbers = [(a, b) for a, b in pairs if a.is_number and b.is_number]
    alike = sum(same(a, b) for a, b in numbers)
    least = _LEAST_ALIKE if _is_titled(grid, one) else _UNTITLED_ALIKE
    return alike if alike >= least and 2 * alike > len(numbers) else 0


def _is_titled(grid: Grid, one: Frozen) -> bool:
    title = _NUMBERED.sub("", fold(one.grid.table.caption))
    return title in fold(grid.table.caption) or title in fold(grid.table.sheet)


def _pairs(seats: dict[Key, Seat], one: Frozen) -> Iterator[tuple[Seat, Seat]]:
    return ((seat, one.seats[key]) for key, seat in seats.items() if key in one.seats)


def _confirmed(grid: Grid, seats: dict[Key, Seat], one: Frozen) -> Iterator[Spot]:
    for here, there in _pairs(seats, one):
        both = here.value.is_number and there.value.is_number
        if same(here.value, there.value) if both else here.value.kind is there.value.kind:
            yield grid.spot(here.row, here.column)


def _unlike(grid: Grid, seats: dict[Key, Seat], one: Frozen) -> Iterator[Contradiction]:
    for here, there in _pairs(seats, one):
        if not here.value.is_number or (there.value.is_number and same(here.value, there.value)):
            continue
        told = (
            _(
                "Det står %(printed)s, men i den publicerade %(edition)s står %(expected)s. Rätta dokumentet, "
                "eller gör en ny utgåva om det är publikationen som är fel."
            )
            if there.value.is_number
            else _(
                "Det står %(printed)s, men i den publicerade %(edition)s visas inget tal här (%(expected)s). "
                "Ta bort talet."
            )
        ) % {"printed": here.value.text, "expected": there.value.text, "edition": one.edition}
        spots = (grid.spot(here.row, here.column),)
        place = place_in(grid, here.row, here.column)
        yield Contradiction(place, told, here.value.text, there.value.text, grid.table.number, spots)
