"""The attacker: what somebody who holds everything printed, the sums and the rule can work out about what is hidden.

Written apart from the solver and sharing nothing with it but the description of the figures: it reads what is
published, finds the least and the greatest value that each number not shown can have, and only then looks at the truth.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, inf

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from reports.disclosure.system import Cell, Published, Show, System

Vector = NDArray[np.float64]
NEAR = 1e-6
SECONDS_PER_NUMBER = 2.0


class Verdict(StrEnum):
    """What the attacker gets out of a number that is not shown."""

    SAFE = "safe"
    PRINTED = "printed"
    RECOVERED = "recovered"
    SURELY_SMALL = "surely_small"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Finding:
    """The values that a number can have for the attacker, both ends included; ``high`` None is no end."""

    key: str
    low: int
    high: int | None
    verdict: Verdict


@dataclass(frozen=True)
class AttackReport:
    """The finding for every hidden cell, for what is not printed but small, and for what is small and yet printed."""

    findings: tuple[Finding, ...]

    @property
    def is_green(self) -> bool:
        """Whether this may be published. What could not be decided may not."""
        return not self.given_away

    @property
    def given_away(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict is not Verdict.SAFE)

    def keys(self, verdict: Verdict) -> list[str]:
        return [finding.key for finding in self.findings if finding.verdict is verdict]


class Contradiction(ValueError):  # noqa: N818
    """What is printed cannot be: no numbers fit it."""


def attack(published: Published) -> AttackReport:
    """Plays the attacker against everything published together.

    A finding's interval holds values that have been seen to fit all that is printed; there may be more.
    """
    system = published.system
    equations, ranges = _unknowns(published)
    _narrow(equations, ranges)
    findings = []
    for names, part in _parts(equations, ranges):
        targets = {
            name: system.cells[name].threshold
            for name in names
            if published.is_hidden(system.cells[name]) or system.cells[name].is_small
        }
        found = _Part(names, part, ranges).shown_possible(targets)
        findings += [_finding(published, system.cells[name], *found[name]) for name in targets]
    findings += [
        Finding(cell.key, cell.value, cell.value, Verdict.PRINTED)
        for cell in system.cells.values()
        if cell.is_small and cell.show is Show.FREE and published.shows(cell)
    ]
    return AttackReport(tuple(sorted(findings, key=lambda finding: finding.key)))


def _finding(published: Published, cell: Cell, low: int, high: int | None) -> Finding:
    return Finding(cell.key, low, high, _verdict(low, high, cell.threshold, is_secret=published.is_hidden(cell)))


def _verdict(low: int, high: int | None, threshold: int, *, is_secret: bool) -> Verdict:
    """What is only not printed, or rounded, may be worked out as long as it is not small; what is hidden may not."""
    if low == UNKNOWN:
        return Verdict.UNDECIDED
    if low == high and (is_secret or 0 < low < threshold):
        return Verdict.RECOVERED
    if low >= 1 and high is not None and high < threshold:
        return Verdict.SURELY_SMALL
    return Verdict.SAFE


UNKNOWN = -1
"""The low end of a number that could not be decided in time."""
Interval = tuple[int, int | None]


def intervals(published: Published, keys: Iterable[str] | None = None) -> dict[str, Interval]:
    """The least and greatest whole value of each number not shown (or of those asked about)."""
    equations, ranges = _unknowns(published)
    _narrow(equations, ranges)
    wanted = set(ranges if keys is None else keys)
    found: dict[str, Interval] = {}
    for names, part in _parts(equations, ranges):
        found.update(_Part(names, part, ranges).intervals([name for name in names if name in wanted]))
    return found


@dataclass
class _Equation:
    """A sum of unknowns, each times a number, that must come to ``amount``."""

    terms: dict[str, int]
    amount: int


def _unknowns(published: Published) -> tuple[list[_Equation], dict[str, list[float]]]:
    """What the attacker writes down: the printed numbers put into the sums, and what is left to find."""
    cells = published.system.cells
    ranges: dict[str, list[float]] = {
        key: [float(cell.least), inf] for key, cell in cells.items() if not published.shows(cell)
    }
    ranges.update({key: [float(low), float(high)] for key, (low, high) in published.rounded.items()})
    equations = []
    for relation in published.system.relations:
        terms: dict[str, int] = {}
        amount = 0
        for key, coefficient in relation.terms:
            if key in ranges:
                terms[key] = terms.get(key, 0) + coefficient
            else:
                amount -= coefficient * cells[key].value
        terms = {key: c for key, c in terms.items() if c}
        if terms:
            equations.append(_Equation(terms, amount))
        elif amount:
            raise Contradiction(f"{relation.terms} leaves {amount}")
    return equations, ranges


def _narrow(equations: list[_Equation], ranges: dict[str, list[float]], rounds: int = 50) -> None:
    """Reasons as one does with a pencil: in each sum, what the others leave for one. Changes ``ranges``."""
    for _round in range(rounds):
        changed = False
        for equation in equations:
            changed |= _narrow_by(equation, ranges)
        if not changed:
            return


def _narrow_by(equation: _Equation, ranges: dict[str, list[float]]) -> bool:
    changed = False
    ends = {key: sorted((c * ranges[key][0], c * ranges[key][1])) for key, c in equation.terms.items()}
    for key, coefficient in equation.terms.items():
        least = equation.amount - sum(end[1] for other, end in ends.items() if other != key)
        most = equation.amount - sum(end[0] for other, end in ends.items() if other != key)
        low, high = sorted((least / coefficient, most / coefficient))
        low = max(ranges[key][0], ceil(low - NEAR) if low > -inf else low)
        high = min(ranges[key][1], floor(high + NEAR) if high < inf else high)
        if low > high:
            raise Contradiction(f"nothing is left for {key}")
        if [low, high] != ranges[key]:
            ranges[key] = [low, high]
            ends[key] = sorted((coefficient * low, coefficient * high))
            changed = True
    return changed


def _parts(
    equations: list[_Equation], ranges: Mapping[str, list[float]]
) -> Iterator[tuple[list[str], list[_Equation]]]:
    """The unknowns in groups that share no sum; those that are settled tie nothing together."""
    leader = {key: key for key in ranges}

    def find(key: str) -> str:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    loose = [[key for key in e.terms if ranges[key][0] < ranges[key][1]] for e in equations]
    for keys in loose:
        for key in keys[1:]:
            leader[find(key)] = find(keys[0])
    names: dict[str, list[str]] = {}
    for key in sorted(ranges):
        names.setdefault(find(key), []).append(key)
    sums: dict[str, list[_Equation]] = {}
    for equation, keys in zip(equations, loose, strict=True):
        if keys:
            rest = equation.amount - sum(c * int(ranges[k][0]) for k, c in equation.terms.items() if k not in keys)
            sums.setdefault(find(keys[0]), []).append(_Equation({k: equation.terms[k] for k in keys}, rest))
    for key, group in names.items():
        yield group, sums.get(key, [])


class _Part:
    """Unknowns that hang together, and the linear programs that bound them."""

    def __init__(self, names: list[str], equations: list[_Equation], ranges: Mapping[str, list[float]]) -> None:
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
            options={"time_limit": SECONDS_PER_NUMBER, "mip_rel_gap": 0.0},
        )
        if answer.status == INFEASIBLE:
            raise Contradiction("no numbers fit what is printed")
        return answer.x if answer.status == 0 else None


INFEASIBLE = 2


def small_given_away(system: System, report: AttackReport) -> list[str]:
    """Of the cells that are small, those the attacker recovers."""
    return [key for key in report.keys(Verdict.RECOVERED) if system.cells[key].is_small]
