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
"""Between a number's name and the value that it was published with, where it has another now."""


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


def as_it_was(key: str, value: int) -> str:
    """The name of a number as it was published."""
    return f"{key}{WAS}{value}"


def name_now(key: str) -> str:
    """The name of the number that a name of it as it was is of; any other name is its own."""
    name, mark, value = key.rpartition(WAS)
    return name if mark and value.isdecimal() else key


def difference(before: Cell, now: Cell, changed: Changed) -> tuple[list[Cell], list[Relation]]:
    """The sums that tie a number to what it was: now = before + more - fewer; more + fewer + rest = the most.

    Where the registrations have moved it further than is told, a reader is taken to know how far.
    """
    moved = now.value - before.value
    # Named by both values, since the next publication remembers this one; after the numbers themselves.
    told = as_it_was(before.key, now.value)
    steps = {
        f"~more {told}": (1, max(moved, 0), changed.added + changed.other),
        f"~fewer {told}": (-1, max(-moved, 0), changed.taken + changed.other),
    }
    able = {key: (sign, value) for key, (sign, value, most) in steps.items() if most or value}
    most = Cell(f"~most {told}", max(changed.most, abs(moved)), Show.OPEN)
    rest = Cell(f"~rest {told}", most.value - abs(moved), Show.UNPRINTED)
    parts = [*(Cell(key, value, Show.UNPRINTED) for key, (_sign, value) in able.items()), rest]
    tie = Relation(((now.key, -1), (before.key, 1), *((key, sign) for key, (sign, _value) in able.items())))
    return [most, *parts], [tie, Relation.sum_of(most.key, [part.key for part in parts])]
