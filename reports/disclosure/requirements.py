"""What a plan must leave open to a reader, and whether it does: linear programs over departures from the truth.

A *requirement* says that, for all that is printed, a small number may be as low as 1 and as high as the threshold.
Where a plan fails one, the program's prices tell which cells would have to be hidden for it: a *cut*.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import block_array, csc_array
from scipy.sparse.csgraph import connected_components

from reports.disclosure.system import WAS_HIDDEN, Cell, Show, System

Vector = NDArray[np.float64]
NEAR = 1e-6


@dataclass(frozen=True)
class Requirement:
    """A cell must be able to depart ``by`` from its value, upwards (1) or downwards (-1)."""

    key: str
    direction: int
    by: float


@dataclass(frozen=True)
class Cut:
    """At least ``need`` of the weighted cells must be hidden."""

    amounts: tuple[tuple[str, float], ...]
    need: float


class Impossible(ValueError):  # noqa: N818
    """No plan can keep a number from being worked out."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(f"cannot be protected: {', '.join(keys)}")
        self.keys = tuple(keys)


class Departures:
    """The tables that fit what is printed, as departures from the true ones."""

    def __init__(self, system: System) -> None:
        self.cells: list[Cell] = [system.cells[key] for key in sorted(system.cells)]
        self.place = {cell.key: index for index, cell in enumerate(self.cells)}
        entries = [
            (row, self.place[key], coefficient)
            for row, relation in enumerate(system.relations)
            for key, coefficient in relation.terms
        ]
        shape = (max(len(system.relations), 1), len(self.cells))
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        self.sums = csc_array((np.array(values, float), (np.array(rows, int), np.array(columns, int))), shape)
        self.down = np.array([float(cell.value - min(cell.least, cell.value)) for cell in self.cells])
        self.values = np.array([float(cell.value) for cell in self.cells])
        self.unprinted = np.array([cell.show is Show.UNPRINTED for cell in self.cells])
        self.far = 1000.0 + 4 * float(self.values.max(initial=0))

    def loose(self, hidden: Iterable[str]) -> NDArray[np.bool_]:
        """Which cells a reader does not see."""
        found = self.unprinted.copy()
        found[[self.place[key] for key in hidden]] = True
        return found

    def unmet(self, requirements: Iterable[Requirement], hidden: Iterable[str]) -> list[Requirement]:
        """The requirements that no table fitting a plan meets."""
        return [requirement for requirement, _prices in self._shortfalls(requirements, hidden)]

    def cuts(self, requirements: Iterable[Requirement], hidden: Iterable[str], most: int) -> list[Cut]:
        """What must be hidden for the requirements that a plan fails, for so many of them; none where it fails none."""
        found = islice(self._shortfalls(requirements, hidden), most)
        return [self._cut(requirement, prices) for requirement, prices in found]

    def _shortfalls(
        self, requirements: Iterable[Requirement], hidden: Iterable[str]
    ) -> Iterator[tuple[Requirement, Vector]]:
        """The requirements that a plan fails, with the prices of the sums in the program that fell short. A table found
        for one often meets others as well."""
        reader = _Reader(self, np.flatnonzero(self.loose(hidden)))
        waiting = [r for r in requirements if r.by > NEAR]
        for direction in (1, -1):
            waiting = reader.asked_together(waiting, direction)
        while waiting:
            asked = reader.one_of_each_part(waiting)
            answer = reader.furthest(asked)
            for failed in reader.not_met(asked, answer.departure):
                yield failed, reader.prices_of(failed, answer)
            waiting = reader.not_met([r for r in waiting if r not in asked], answer.departure)

    def reach(self, requirement: Requirement, hidden: Iterable[str]) -> float:
        """How far the cell of a requirement can depart under a plan; no further than it has to."""
        reader = _Reader(self, np.flatnonzero(self.loose(hidden)))
        return float(requirement.direction * reader.furthest([requirement]).departure[self.place[requirement.key]])

    def _cut(self, requirement: Requirement, prices: Vector) -> Cut:
        """What must be hidden, by the prices of the program that fell short of a requirement."""
        goal = np.zeros(len(self.cells))
        goal[self.place[requirement.key]] = -requirement.direction
        reduced = goal - self.sums.T @ prices
        gain = np.maximum(-reduced, 0) * self.far + np.maximum(reduced, 0) * self.down
        need = requirement.by - float(gain[self.unprinted].sum())
        amounts = tuple(
            (cell.key, min(float(amount), need) / need)
            for cell, amount in zip(self.cells, gain, strict=True)
            if amount > NEAR and cell.show in {Show.FREE, *WAS_HIDDEN}
        )
        return Cut(amounts, 1.0)


@dataclass(frozen=True)
class _Answer:
    """A table, as departures, and the price of each sum in the program that found it."""

    departure: Vector
    prices: Vector


class _Reader:
    """The linear programs over the cells that a plan does not show."""

    def __init__(self, departures: Departures, loose: NDArray[np.intp]) -> None:
        self.all = departures
        self.loose = loose
        self.sums = departures.sums[:, loose]
        self.rows = np.unique(self.sums.indices)
        self.at = {int(index): column for column, index in enumerate(loose)}
        self.row_part, self.column_part = self._parts()

    def _parts(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Which part each sum and each loose cell belongs to; parts share no sum."""
        rows = self.sums.shape[0]
        _number, part = connected_components(block_array([[None, self.sums], [self.sums.T, None]]), directed=False)
        return part[:rows], part[rows:]

    def part_of(self, requirement: Requirement) -> int:
        return int(self.column_part[self.at[self.all.place[requirement.key]]])

    def one_of_each_part(self, requirements: Sequence[Requirement]) -> list[Requirement]:
        """Those that can be asked in one program without standing in each other's way."""
        first: dict[int, Requirement] = {}
        for requirement in requirements:
            first.setdefault(self.part_of(requirement), requirement)
        return list(first.values())

    def asked_together(self, requirements: Sequence[Requirement], direction: int) -> list[Requirement]:
        """What is not met by asking for all in one direction at once, again for those left, until none is met so."""
        while together := [r for r in requirements if r.direction == direction]:
            left = self.not_met(requirements, self.furthest(together).departure)
            if sum(r.direction == direction for r in left) == len(together):
                break
            requirements = left
        return list(requirements)

    def prices_of(self, requirement: Requirement, answer: _Answer) -> Vector:
        """The prices in the requirement's own part."""
        return np.where(self.row_part == self.part_of(requirement), answer.prices, 0.0)

    def furthest(self, requirements: Sequence[Requirement]) -> _Answer:
        """A table that takes the cells of some requirements as far as they have to go, together."""
        low, high = -self.all.down[self.loose], np.full(len(self.loose), self.all.far)
        goal = np.zeros(len(self.loose))
        for requirement in requirements:
            column = self.at[self.all.place[requirement.key]]
            goal[column] = -requirement.direction
            if requirement.direction > 0:
                high[column] = requirement.by
            else:
                low[column] = max(low[column], -requirement.by)
        return self._solved(goal, np.column_stack([low, high]))

    def _solved(self, goal: Vector, bounds: Vector) -> _Answer:
        departure, prices = np.zeros(len(self.all.cells)), np.zeros(self.sums.shape[0])
        sums = self.sums[self.rows]
        answer = linprog(
            goal,
            A_eq=sums,
            b_eq=np.zeros(len(self.rows)),
            bounds=bounds,
            method="highs-ds",
            options={"presolve": False},
        )
        if answer.status == 0:
            departure[self.loose], prices[self.rows] = answer.x, answer.eqlin.marginals
        return _Answer(departure, prices)

    def not_met(self, requirements: Sequence[Requirement], departure: Vector) -> list[Requirement]:
        return [r for r in requirements if r.direction * departure[self.all.place[r.key]] < r.by - NEAR]
