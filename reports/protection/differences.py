"""Numbers that have changed since they were published: what their readers can tell by the difference.

A later edition says how many participations have been changed since the one before. A number of people differs by at
most so many from what it was; a late registration only adds to numbers, one that was wrong only takes from them.
"""

from dataclasses import dataclass
from datetime import timedelta

from finsam_tracker.core.period import Period
from reports.disclosure.system import Cell, Relation, Show
from reports.protection.boxes import FAMILY, Box

WAS = "#"
"""Between the name of a number that is or may be another now, and how many times numbers had changed before."""


@dataclass(frozen=True)
class Changed:
    """How many participations of a period have changed: those that only can have added to a number, those that only can
    have taken from it, and others."""

    period: Period
    added: int = 0
    taken: int = 0
    other: int = 0

    @property
    def most(self) -> int:
        return self.added + self.taken + self.other

    def is_about(self, box: Box) -> bool:
        """Whether it bounds how far a box has moved: it counts participations, each of them once, in the period."""
        days = (self.period.start - timedelta(days=1), self.period.end)
        return box.population.partition("@")[0] in FAMILY and days[0] <= box.start and box.end <= days[1]


def as_it_was(key: str, changes: int) -> str:
    """The name of a number as it was published when numbers had changed so many times."""
    return f"{key}{WAS}{changes}"


def name_now(key: str) -> str:
    """The name of the number that a name of it as it was is of; any other name is its own."""
    return key if changes_in(key) < 0 else key.rpartition(WAS)[0]


def changes_in(key: str) -> int:
    """How many times numbers had changed, by a name of one as it was; -1 by any other name."""
    _name, mark, changes = key.rpartition(WAS)
    return int(changes) if mark and changes.isdecimal() else -1


def difference(before: Cell, now: Cell, changed: Changed, name: str) -> tuple[list[Cell], list[Relation]]:
    """The sums that tie a number to what it was: now = before + more - fewer; more + fewer + rest = the most.

    Where the registrations have moved it further than is told, a reader is taken to know how far. ``name`` ends the
    names of what is added; they come after those of the numbers themselves.
    """
    moved = now.value - before.value
    steps = {
        f"~more {name}": (1, max(moved, 0), changed.added + changed.other),
        f"~fewer {name}": (-1, max(-moved, 0), changed.taken + changed.other),
    }
    able = {key: (sign, value) for key, (sign, value, most) in steps.items() if most or value}
    most = Cell(f"~most {name}", max(changed.most, abs(moved)), Show.OPEN)
    rest = Cell(f"~rest {name}", most.value - abs(moved), Show.UNPRINTED)
    parts = [*(Cell(key, value, Show.UNPRINTED) for key, (_sign, value) in able.items()), rest]
    tie = Relation(((now.key, -1), (before.key, 1), *((key, sign) for key, (sign, _value) in able.items())))
    return [most, *parts], [tie, Relation.sum_of(most.key, [part.key for part in parts])]
