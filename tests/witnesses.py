"""Whole tables that fit what is printed, as proof that a reader cannot rule them out."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from reports.disclosure.system import Published

FAR = 2000


def witness(published: Published, key: str, sign: int) -> dict[str, int]:
    """A table in which a number is as low (1) or as high (-1) as can be. However it was found, ``fits`` checks it."""
    cells = list(published.system.cells.values())
    place = {cell.key: index for index, cell in enumerate(cells)}
    low = [cell.value if published.shows(cell) else cell.least for cell in cells]
    high = [cell.value if published.shows(cell) else FAR for cell in cells]
    sums = np.zeros((len(published.system.relations), len(cells)))
    for row, relation in enumerate(published.system.relations):
        for name, coefficient in relation.terms:
            sums[row, place[name]] += coefficient
    goal = np.zeros(len(cells))
    goal[place[key]] = sign
    found = milp(
        goal, integrality=np.ones(len(cells)), bounds=Bounds(low, high), constraints=LinearConstraint(sums, 0, 0)
    )
    return {cell.key: round(value) for cell, value in zip(cells, found.x, strict=True)}


def fits(published: Published, table: dict[str, int]) -> bool:
    """Whether the table has all that is printed, no number below what a reader knows, and every sum."""
    system = published.system
    as_printed = all(
        table[cell.key] == cell.value if published.shows(cell) else table[cell.key] >= cell.least
        for cell in system.cells.values()
    )
    return as_printed and not any(sum(c * table[key] for key, c in r.terms) for r in system.relations)
