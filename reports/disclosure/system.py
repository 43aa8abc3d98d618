"""What a set of published tables comes to: whole numbers, and the sums that tie them.

A *cell* is a number of people (or a fixed sum of such numbers) that is printed somewhere, or that whoever reads what is
printed knows to exist. A *relation* is a sum that holds between cells and that everybody knows to hold. Nothing here
knows of tables, pages or the database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Show(StrEnum):
    """What a cell's reader meets. Only FREE leaves a choice."""

    FREE = "free"
    """To be printed, and may be hidden instead."""
    OPEN = "open"
    """Printed already, or needed: stays open."""
    HIDDEN = "hidden"
    """Printed as hidden already: stays hidden."""
    KEPT = "kept"
    """Was hidden when it may have been another number: stays hidden, also where it is nobody now."""
    UNPRINTED = "unprinted"
    """Has no place in any table, yet follows from them: what was joined, not split, or left as a remainder."""


WAS_HIDDEN = frozenset({Show.HIDDEN, Show.KEPT})


@dataclass(frozen=True)
class Cell:
    """A number and how it is shown.

    ``threshold`` T makes it sensitive when it is 1 to T-1; 0 means never. ``floor`` is the least that a reader knows
    an unprinted number to be (1 where only what occurs is joined). ``weight`` is what hiding costs. ``label`` names it
    to people.
    """

    key: str
    value: int
    show: Show = Show.FREE
    threshold: int = 0
    floor: int = 0
    weight: int = 1
    label: str = ""

    @property
    def is_small(self) -> bool:
        return 0 < self.value < self.threshold

    @property
    def least(self) -> int:
        """The least a reader holds possible where the number is not shown; a zero that has a place is printed, unless
        the place was hidden before."""
        return {Show.UNPRINTED: self.floor, Show.KEPT: 0}.get(self.show, 1)


Terms = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Relation:
    """A sum over cells, each times a whole number, that is zero."""

    terms: Terms

    @classmethod
    def sum_of(cls, total: str, parts: Iterable[str]) -> "Relation":
        return cls(((total, -1), *((part, 1) for part in parts)))


@dataclass(frozen=True)
class Follows:
    """A cell that may not be open while another is hidden, such as money while the people it is made of are."""

    derived: str
    source: str


class InconsistentError(ValueError):
    """The figures do not add up: a relation does not hold, so nothing can be said about what it gives away."""


@dataclass(frozen=True)
class System:
    """Cells, the relations between them, and which follow which. Checked when made."""

    cells: Mapping[str, Cell]
    relations: tuple[Relation, ...]
    follows: tuple[Follows, ...] = ()

    @classmethod
    def of(cls, cells: Iterable[Cell], relations: Iterable[Relation], follows: Iterable[Follows] = ()) -> "System":
        return cls({cell.key: cell for cell in cells}, tuple(relations), tuple(follows))

    def __post_init__(self) -> None:
        for cell in self.cells.values():
            if cell.value < 0:
                raise InconsistentError(f"{cell.key} is {cell.value}; a number of people is never negative.")
        for relation in self.relations:
            rest = sum(coefficient * self.cells[key].value for key, coefficient in relation.terms)
            if rest:
                raise InconsistentError(f"{relation.terms} leaves {rest}; a relation must hold.")

    def hidden_beyond_choice(self) -> frozenset[str]:
        """What no plan can show: what is small, what was hidden before, and what follows those."""
        hidden = {c.key for c in self.cells.values() if c.show in WAS_HIDDEN or (c.is_small and c.show is Show.FREE)}
        withheld = hidden | {c.key for c in self.cells.values() if c.is_small and c.show is Show.UNPRINTED}
        while more := {f.derived for f in self.follows if f.source in withheld and self._can_hide(f.derived)} - hidden:
            hidden |= more
            withheld |= more
        return frozenset(hidden)

    def _can_hide(self, key: str) -> bool:
        cell = self.cells[key]
        return cell.value != 0 and cell.show in (Show.FREE, Show.HIDDEN)

    def without(self, keys: Iterable[str]) -> "System":
        """The same figures with some cells, and every relation that names them, left out: what a forgotten link is."""
        gone = set(keys)
        return System(
            {key: cell for key, cell in self.cells.items() if key not in gone},
            tuple(r for r in self.relations if not gone & {key for key, _c in r.terms}),
            tuple(f for f in self.follows if not gone & {f.derived, f.source}),
        )


@dataclass(frozen=True)
class Published:
    """A system as its readers meet it: which cells show their sign for hidden, and between which numbers those are
    that show a rounded one. All others with a place are open."""

    system: System
    hidden: frozenset[str] = frozenset()
    rounded: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def shows(self, cell: Cell) -> bool:
        """Whether the true number is there to be read."""
        return cell.show is not Show.UNPRINTED and cell.key not in self.hidden and cell.key not in self.rounded

    def is_hidden(self, cell: Cell) -> bool:
        return cell.key in self.hidden

    def opened(self, key: str) -> "Published":
        """The same with one hidden cell shown; for tests and for asking what a cell is needed for."""
        return replace(self, hidden=self.hidden - {key})


@dataclass(frozen=True)
class Merged:
    """A system in which cells that are one and the same number are one cell, and zeros that are printed are gone."""

    system: System
    name: Mapping[str, str]
    """The cell that stands for each of the original ones."""


NO_PRINTED_ZERO = frozenset({Show.UNPRINTED, Show.KEPT})


def merged(system: System) -> Merged:
    """One cell for each number: printed zeros fall out of the sums, and a sum of one part is that part."""
    printed_zeros = {c.key for c in system.cells.values() if not c.value and c.show not in NO_PRINTED_ZERO}
    name = {key: key for key in system.cells}
    relations = {_without(relation.terms, printed_zeros) for relation in system.relations}
    while pair := min(filter(_is_pair, relations), default=None):
        (keep, _one), (drop, _other) = pair
        name = {key: keep if stands == drop else stands for key, stands in name.items()}
        relations = {_renamed(terms, drop, keep) for terms in relations}
    relations.discard(())
    return Merged(
        System.of(
            _joined(system, name, printed_zeros),
            map(Relation, sorted(relations)),
            _following(system, name),
        ),
        name,
    )


def _following(system: System, name: Mapping[str, str]) -> list[Follows]:
    renamed = {Follows(name[f.derived], name[f.source]) for f in system.follows}
    return sorted((f for f in renamed if f.derived != f.source), key=str)


def _without(terms: Terms, gone: set[str]) -> Terms:
    return tuple(sorted((key, c) for key, c in terms if key not in gone))


def _is_pair(terms: Terms) -> bool:
    return len(terms) == 2 and sum(coefficient for _key, coefficient in terms) == 0  # noqa: PLR2004


def _renamed(terms: Terms, drop: str, keep: str) -> Terms:
    if all(key != drop for key, _c in terms):
        return terms
    added: dict[str, int] = {}
    for key, coefficient in terms:
        new = keep if key == drop else key
        added[new] = added.get(new, 0) + coefficient
    found = tuple(sorted((key, c) for key, c in added.items() if c))
    # A sum and its negative are one relation.
    return found if not found or found[0][1] > 0 else tuple((key, -c) for key, c in found)


def _joined(system: System, name: Mapping[str, str], gone: set[str]) -> Iterable[Cell]:
    groups: dict[str, list[Cell]] = {}
    for key, cell in system.cells.items():
        groups.setdefault(name[key], []).append(cell)
    for stands, cells in sorted(groups.items()):
        if stands not in gone:
            yield _one_of(stands, cells)


def _one_of(key: str, cells: list[Cell]) -> Cell:
    shows = {cell.show for cell in cells}
    printed = [cell for cell in cells if cell.show is not Show.UNPRINTED]
    order = (Show.OPEN, Show.HIDDEN, Show.KEPT, Show.FREE, Show.UNPRINTED)
    return Cell(
        key,
        cells[0].value,
        next(show for show in order if show in shows),
        max(cell.threshold for cell in cells),
        max(cell.floor for cell in cells),
        sum(cell.weight for cell in printed),
        (printed or cells)[0].label,
    )
