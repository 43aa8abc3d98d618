"""Controlled rounding: every number to a multiple of a base, all tables together, so that all sums still hold.

Hides nothing. A multiple of the base stays as it is where it can; the others go to a neighbouring multiple.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from reports.disclosure.requirements import Impossible
from reports.disclosure.system import Show, System, merged

SMALLEST_BASE = 3
STEPS = (1, 2, 3)
"""How many multiples away a number may go; further only where the sums cannot be kept otherwise."""


@dataclass(frozen=True)
class Rounded:
    """The rounded values of all printed cells, and the mean of how far they are from the true ones."""

    values: Mapping[str, int]
    base: int
    steps: int

    def mean_error(self, system: System) -> float:
        errors = [abs(value - system.cells[key].value) for key, value in self.values.items()]
        return sum(errors) / len(errors) if errors else 0.0

    def interval(self, key: str) -> tuple[int, int]:
        """What a reader knows of the true value of a rounded one: the rule, and that it is no negative number."""
        reach = self.base * self.steps - 1
        return max(self.values[key] - reach, 0), self.values[key] + reach


def base_for(threshold: int, wanted: int = SMALLEST_BASE) -> int:
    """The least base, from the one wanted, that leaves a threshold possible for every rounded small number."""
    return max(SMALLEST_BASE, wanted, (threshold + 2) // 2)


def round_system(system: System, base: int, seconds: float = 10.0) -> Rounded:
    """Rounds everything printed; Impossible where the sums cannot be kept in the steps allowed."""
    one = merged(system)
    for steps in STEPS:
        found = _rounded(one.system, base, steps, seconds)
        if found is not None:
            values = {
                cell.key: found.get(one.name[cell.key], 0)
                for cell in system.cells.values()
                if cell.show is not Show.UNPRINTED
            }
            return Rounded(values, base, steps)
    raise Impossible(sorted(key for key, cell in system.cells.items() if cell.is_small))


def _rounded(system: System, base: int, steps: int, seconds: float) -> dict[str, int] | None:
    """The nearest multiples that keep the sums, in units of the base as whole numbers; None where there are none."""
    cells = [system.cells[key] for key in sorted(system.cells)]
    at = {cell.key: index for index, cell in enumerate(cells)}
    n, relations = len(cells), system.relations
    exact = np.array([cell.value / base for cell in cells])
    low = np.maximum(np.floor(exact) - (steps - 1), 0)
    high = np.ceil(exact) + (steps - 1)
    rows = [(row, at[key], float(c)) for row, r in enumerate(relations) for key, c in r.terms]
    m = len(relations)
    # |multiple - value| is bounded from both sides by an error of its own, which is what is paid for.
    rows += [(m + i, i, 1.0) for i in range(n)] + [(m + i, n + i, -1.0) for i in range(n)]
    rows += [(m + n + i, i, 1.0) for i in range(n)] + [(m + n + i, n + i, 1.0) for i in range(n)]
    least = np.concatenate([np.zeros(m), np.full(n, -np.inf), exact])
    most = np.concatenate([np.zeros(m), exact, np.full(n, np.inf)])
    where, columns, values = zip(*rows, strict=True) if rows else ((), (), ())
    matrix = csr_array((np.array(values), (np.array(where, int), np.array(columns, int))), (m + 2 * n, 2 * n))
    answer = milp(
        np.concatenate([np.zeros(n), [float(max(cell.weight, 1)) for cell in cells]]),
        integrality=np.concatenate([np.ones(n), np.zeros(n)]),
        bounds=Bounds(np.concatenate([low, np.zeros(n)]), np.concatenate([high, np.full(n, np.inf)])),
        constraints=LinearConstraint(matrix, least, most),
        options={"time_limit": seconds, "mip_rel_gap": 0.01},
    )
    if answer.x is None:
        return None
    return {cell.key: base * round(answer.x[at[cell.key]]) for cell in cells}
