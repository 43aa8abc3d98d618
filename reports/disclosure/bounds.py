"""Unknowns that hang together, and the programs that bound them; in whole numbers where a vertex is fractional."""

from collections.abc import Mapping
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from reports.disclosure.unknowns import NEAR, Contradiction, Equation

Vector = NDArray[np.float64]
SECONDS_PER_NUMBER = 2.0
INFEASIBLE = 2
UNKNOWN = -1
"""The low end of a number that could not be decided in time."""
Interval = tuple[int, int | None]


class Part:
    """Bounds the unknowns of one part."""

    def __init__(self, names: list[str], equations: list[Equation], ranges: Mapping[str, list[float]]) -> None:
        self.names = names
        self.place = {name: index for index, name in enumerate(names)}
        self.low = np.array([ranges[name][0] for name in names])
        high = np.array([ranges[name][1] for name in names])
        bounded = [v for v in (*self.low, *high) if v < inf]
        # Far above anything printed: whoever reaches it has no end. Bounding the rest so can only narrow what is found.
        self.far = float(1000 + 4 * max((*bounded, *(abs(e.amount) for e in equations)), default=0))
        self.high = np.minimum(high, self.far)
        self.equations = equations
        self.seen_low, self.seen_high = np.full(len(names), inf), np.full(len(names), -inf)
        if equations:
            self.sums = self._sums()

    def _sums(self) -> LinearConstraint:
        rows, columns, values = [], [], []
        for row, equation in enumerate(self.equations):
            for key, coefficient in equation.terms.items():
                rows.append(row)
                columns.append(self.place[key])
                values.append(float(coefficient))
        amounts = np.array([float(e.amount) for e in self.equations])
        return LinearConstraint(csr_array((values, (rows, columns)), (len(amounts), len(self.names))), amounts, amounts)

    def intervals(self, wanted: list[str]) -> dict[str, Interval]:
        if not self.equations:
            return {name: self._as_interval(self.low[i], self.high[i]) for i, name in self._places(wanted)}
        found = {}
        for index, name in self._places(wanted):
            low = self._end(index, 1)
            high = self._end(index, -1)
            undecided = low is None or high is None
            found[name] = (UNKNOWN, None) if undecided else self._as_interval(low, high)
        return found

    def shown_possible(self, thresholds: Mapping[str, int]) -> dict[str, Interval]:
        """For each number an interval that tells its verdict: its ends, or values enough to see that it is safe."""
        if self.equations:
            for goal in (np.ones(len(self.names)), -np.ones(len(self.names)), self._alternating()):
                self._note(self._solve(goal, whole=False))
        found = {}
        for index, name in self._places(list(thresholds)):
            if self._is_safe(index, thresholds[name]):
                found[name] = self._as_interval(self.seen_low[index], self.seen_high[index])
            else:
                found.update(self.intervals([name]))
        return found

    def _alternating(self) -> Vector:
        return np.where(np.arange(len(self.names)) % 2 == 0, 1.0, -1.0)

    def _is_safe(self, index: int, threshold: int) -> bool:
        low, high = self.seen_low[index], self.seen_high[index]
        return bool(low < high and (low < 1 or high >= threshold))

    def _note(self, numbers: Vector | None) -> bool:
        """Remembers whole numbers that fit; whether they were whole."""
        if numbers is None or np.abs(numbers - np.round(numbers)).max() > NEAR:
            return False
        whole = np.round(numbers)
        self.seen_low, self.seen_high = np.minimum(self.seen_low, whole), np.maximum(self.seen_high, whole)
        return True

    def _places(self, wanted: list[str]) -> list[tuple[int, str]]:
        return [(self.place[name], name) for name in wanted]

    def _as_interval(self, low: float | None, high: float | None) -> Interval:
        return round(low or 0), None if high is None or high >= self.far else round(high)

    def _end(self, index: int, sign: int) -> float | None:
        """One end of an unknown's interval: 1 the least, -1 the greatest; None where time ran out."""
        if sign > 0 and self.seen_low[index] == self.low[index]:
            return float(self.low[index])
        if sign < 0 and self.seen_high[index] == self.high[index]:
            return float(self.high[index])
        goal = np.zeros(len(self.names))
        goal[index] = sign
        numbers = self._solve(goal, whole=False)
        if numbers is not None and not self._note(numbers):
            numbers = self._solve(goal, whole=True)
        if numbers is None:
            return None
        self._note(numbers)
        return float(round(numbers[index]))

    def _solve(self, goal: Vector, *, whole: bool) -> Vector | None:
        answer = milp(
            goal,
            integrality=np.full(len(goal), int(whole)),
            bounds=Bounds(self.low, self.high),
            constraints=self.sums,
            options={"time_limit": SECONDS_PER_NUMBER, "mip_rel_gap": 0.0, "presolve": whole},
        )
        if answer.status == INFEASIBLE:
            raise Contradiction("no numbers fit what is printed")
        return answer.x if answer.status == 0 else None
