"""What a plan must leave open to a reader, and whether it does: linear programs over departures from the truth.

A *requirement* says that, for all that is printed, a small number may be as low as 1 and as high as the threshold.
Where a plan fails one, the program's prices tell which cells would have to be hidden for it: a *cut*.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array

from reports.disclosure.system import Cell, Show, System

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
        """The requirements that no table fitting a plan meets. A table found for one often meets others as well."""
        loose = np.flatnonzero(self.loose(hidden))
        reader = _Reader(self, loose)
        waiting = [r for r in requirements if r.by > NEAR]
        for direction in (1, -1):
            waiting = reader.not_met(waiting, reader.furthest([r for r in waiting if r.direction == direction]))
        failed = []
        while waiting:
            first, *rest = waiting
            departure = reader.furthest([first])
            if reader.not_met([first], departure):
                failed.append(first)
            waiting = reader.not_met(rest, departure)
        return failed

    def reach(self, requirement: Requirement, hidden: Iterable[str]) -> float:
        """How far the cell of a requirement can depart under a plan; no further than it has to."""
        reader = _Reader(self, np.flatnonzero(self.loose(hidden)))
        return float(requirement.direction * reader.furthest([requirement])[self.place[requirement.key]])

    def cut(self, requirement: Requirement, hidden: Iterable[str]) -> Cut:
        """What must be hidden, by the prices of the program that fell short of a requirement."""
        loose = self.loose(hidden)
        goal = np.zeros(len(self.cells))
        goal[self.place[requirement.key]] = -requirement.direction
        bounds = np.column_stack([np.where(loose, -self.down, 0.0), np.where(loose, self.far, 0.0)])
        answer = linprog(goal, A_eq=self.sums, b_eq=np.zeros(self.sums.shape[0]), bounds=bounds, method="highs-ds")
        gain = -answer.upper.marginals * self.far + answer.lower.marginals * self.down
        need = requirement.by - float(gain[self.unprinted].sum())
        amounts = tuple(
            (cell.key, min(float(amount), need) / need)
            for cell, amount in zip(self.cells, gain, strict=True)
            if amount > NEAR and cell.show in {Show.FREE, Show.HIDDEN}
        )
        return Cut(amounts, 1.0)


class _Reader:
    """The linear programs over the cells that a plan does not show."""

    def __init__(self, departures: Departures, loose: NDArray[np.intp]) -> None:
        self.all = departures
        self.loose = loose
        sums = departures.sums[:, loose]
        zeros = np.zeros(sums.shape[0])
        self.adding_up = LinearConstraint(sums, zeros, zeros)
        self.at = {int(index): column for column, index in enumerate(loose)}

    def furthest(self, requirements: Sequence[Requirement]) -> Vector:
        """A table that takes the cells of some requirements as far as they have to go, together."""
        whole = np.zeros(len(self.all.cells))
        if not requirements:
            return whole
        low, high = -self.all.down[self.loose], np.full(len(self.loose), self.all.far)
        goal = np.zeros(len(self.loose))
        for requirement in requirements:
            column = self.at[self.all.place[requirement.key]]
            goal[column] = -requirement.direction
            if requirement.direction > 0:
                high[column] = requirement.by
            else:
                low[column] = -requirement.by
        answer = milp(goal, bounds=Bounds(low, high), constraints=self.adding_up)
        if answer.status == 0:
            whole[self.loose] = answer.x
        return whole

    def not_met(self, requirements: Sequence[Requirement], departure: Vector) -> list[Requirement]:
        return [r for r in requirements if r.direction * departure[self.all.place[r.key]] < r.by - NEAR]
