"""A sum that must hold between tables: what it compares, and the register of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from reports.definition import plain
from reports.result import Number, Result, ResultRow

Results = Mapping[str, Result]


@dataclass(frozen=True)
class Check:
    """Two figures that should be equal. A difference that has its explanation is no fault."""

    sentence: str
    left: Number
    right: Number
    explanation: tuple[str, ...] = ()
    explained: Number = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "left", plain(self.left))
        object.__setattr__(self, "right", plain(self.right))

    @property
    def difference(self) -> Number:
        return self.left - self.right

    @property
    def holds(self) -> bool:
        """Equal, or different by just what is explained."""
        return self.difference == self.explained


Rule = Callable[[Results], Iterable[Check]]
RULES: list[tuple[frozenset[str], Rule]] = []


def rule(*needs: str) -> Callable[[Rule], Rule]:
    """Register a rule with the tables it reads; it is asked where all of them are there."""

    def register(function: Rule) -> Rule:
        RULES.append((frozenset(needs), function))
        return function

    return register


def number_in(row: ResultRow, result: Result, column: str) -> Number:
    """The number in a row's cell."""
    return row.cells[result.column(column)].number
