"""Which cells to hide: the cheapest pattern that meets every requirement, found by cuts.

Find the cheapest pattern for the cuts known so far, ask what it fails, add cuts for that, and again. When time runs
out, cells are hidden greedily by the same cuts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from reports.disclosure.requirements import Cut, Departures, Impossible, Requirement
from reports.disclosure.system import Cell, Merged, Show, System, merged

SECONDS = 10.0
CUTS_A_ROUND = 25


class Method(StrEnum):
    """How a plan came about: the cheapest, good enough in time, or everything rounded."""

    CHEAPEST = "cheapest"
    GREEDY = "greedy"
    ROUNDED = "rounded"


@dataclass(frozen=True)
class Plan:
    """The cells to hide, and how they were found."""

    hidden: frozenset[str]
    method: Method
    rounds: int


class Planner:
    """Plans for one system; remembers its cuts, so that asking again for more costs little."""

    def __init__(self, system: System, seconds: float = SECONDS) -> None:
        self.original = system
        self.merged: Merged = merged(system)
        self.system = self.merged.system
        self.deadline = monotonic() + seconds
        self.must = self.system.hidden_beyond_choice()
        self.may = frozenset(key for key, cell in self.system.cells.items() if cell.show is Show.FREE and cell.value)
        self.departures = Departures(self.system)
        self._refuse_what_is_open()
        self.requirements = self._requirements()
        self.cuts: list[Cut] = [*self._never_alone(), *self._following()]

    def plan(self) -> Plan:
        """The cheapest pattern, or after the deadline one that is only good enough. Impossible names what cannot be."""
        rounds = 0
        while True:
            rounds += 1
            hidden = self._cheapest() if monotonic() < self.deadline else None
            if hidden is None:
                return Plan(self._as_printed(self._greedy()), Method.GREEDY, rounds)
            more = self.departures.cuts(self.requirements, hidden, CUTS_A_ROUND)
            if not more:
                return Plan(self._as_printed(hidden), Method.CHEAPEST, rounds)
            self.cuts.extend(more)

    def more_than(self, plan: Plan) -> None:
        """Ask that the next plan hides something that this one shows."""
        hidden = {self.merged.name[key] for key in plan.hidden}
        self.cuts.append(Cut(tuple((key, 1.0) for key in sorted(self.may - hidden)), 1.0))

    def _refuse_what_is_open(self) -> None:
        """A number that follows what must be hidden cannot be open already."""
        stuck = [key for key in sorted(self.must) if self.system.cells[key].show is Show.OPEN]
        if stuck:
            raise Impossible(stuck)

    def _requirements(self) -> list[Requirement]:
        """Up to the threshold and down to one, as far as hiding everything can reach."""
        everything = self.may | self.must
        wanted = list(self._wanted())
        unmet = self.departures.unmet(wanted, everything)
        found = [requirement for requirement in wanted if requirement not in unmet]
        for requirement in unmet:
            found.extend(self._instead(requirement, everything))
        return found

    def _wanted(self) -> Iterable[Requirement]:
        for key, cell in sorted(self.system.cells.items()):
            if cell.is_small and cell.show is not Show.OPEN:
                yield Requirement(key, 1, cell.threshold - cell.value)
                yield Requirement(key, -1, cell.value - 1)
            elif key in self.must:
                yield Requirement(key, 1, 1)

    def _instead(self, requirement: Requirement, everything: frozenset[str]) -> list[Requirement]:
        """What to ask where no plan reaches: a sum is never below its parts; a detail may be nobody instead of many;
        what is not small must only not be known."""
        cell = self.system.cells[requirement.key]
        if requirement.direction < 0:
            return [Requirement(cell.key, -1, np.floor(self.departures.reach(requirement, everything)))]
        nobody = Requirement(cell.key, -1, cell.value)
        if not cell.is_small:
            nobody = Requirement(cell.key, -1, 1)
        if (cell.show is Show.UNPRINTED or not cell.is_small) and not self.departures.unmet([nobody], everything):
            return [nobody]
        raise Impossible([cell.key])

    def _never_alone(self) -> Iterable[Cut]:
        """In no sum is one number the only one that is not shown."""
        for relation in self.system.relations:
            keys = [key for key, _c in relation.terms]
            if any(self.system.cells[key].show is Show.UNPRINTED for key in keys):
                continue
            for key in keys:
                if key in self.may or key in self.must:
                    others = [(other, 1.0) for other in keys if other != key and other in self.may | self.must]
                    yield Cut((*others, (key, -1.0)), 0.0)

    def _following(self) -> Iterable[Cut]:
        for f in self.system.follows:
            if f.source in self.may | self.must and f.derived in self.may | self.must:
                yield Cut(((f.derived, 1.0), (f.source, -1.0)), 0.0)

    def _cheapest(self) -> frozenset[str] | None:
        """The cheapest pattern for the cuts so far; None where time ran out."""
        keys = sorted(self.may | self.must)
        if not keys:
            return frozenset()
        place = {key: index for index, key in enumerate(keys)}
        low = np.array([float(key in self.must) for key in keys])
        weights = np.array([float(self.system.cells[key].weight) for key in keys])
        answer = milp(
            weights,
            integrality=np.ones(len(keys)),
            bounds=Bounds(low, np.ones(len(keys))),
            constraints=_constraint(self.cuts, place),
            options={"time_limit": max(self.deadline - monotonic(), 0.01), "mip_rel_gap": 0.0},
        )
        if answer.status == INFEASIBLE:
            raise Impossible(sorted(self.must))
        if answer.status != 0:
            return None
        return frozenset(key for key in keys if answer.x[place[key]] > HALF)

    def _greedy(self) -> frozenset[str]:
        """Hides, for each requirement that fails, what its cut gains most by for its weight."""
        hidden = set(self.must)
        while True:
            for cut in self.cuts:
                self._satisfy(cut, hidden)
            more = self.departures.cuts(self.requirements, hidden, len(self.requirements))
            if not more:
                return frozenset(hidden)
            self.cuts.extend(more)

    def _satisfy(self, cut: Cut, hidden: set[str]) -> None:
        while sum(amount for key, amount in cut.amounts if key in hidden) < cut.need - NEAR:
            gains = [(amount / self.system.cells[key].weight, key) for key, amount in cut.amounts]
            able = [(gain, key) for gain, key in gains if gain > 0 and key not in hidden and key in self.may]
            if not able:
                raise Impossible(sorted(self.must))
            hidden.add(max(able)[1])

    def _as_printed(self, hidden: frozenset[str]) -> frozenset[str]:
        """The pattern in the original cells: each place where a hidden number stands."""
        places = (c for c in self.original.cells.values() if c.show is Show.KEPT or (c.value and _has_a_place(c)))
        return frozenset(c.key for c in places if self.merged.name[c.key] in hidden)


def _has_a_place(cell: Cell) -> bool:
    return cell.show is not Show.UNPRINTED


INFEASIBLE = 2
HALF = 0.5
NEAR = 1e-6


def _constraint(cuts: Sequence[Cut], place: dict[str, int]) -> LinearConstraint:
    entries = [(row, place[key], amount) for row, cut in enumerate(cuts) for key, amount in cut.amounts]
    shape = (max(len(cuts), 1), len(place))
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = csr_array((np.array(values, float), (np.array(rows, int), np.array(columns, int))), shape)
    return LinearConstraint(matrix, np.array([cut.need - NEAR for cut in cuts] or [0.0]), np.inf)
