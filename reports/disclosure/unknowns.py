"""What the attacker writes down: the sums with the printed numbers in them, narrowed as with a pencil, in parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, floor, inf

from reports.disclosure.system import Published

NEAR = 1e-6


class Contradiction(ValueError):  # noqa: N818
    """What is printed cannot be: no numbers fit it."""


@dataclass
class Equation:
    """A sum of unknowns, each times a number, that must come to ``amount``."""

    terms: dict[str, int]
    amount: int


def written_down(published: Published) -> tuple[list[Equation], dict[str, list[float]]]:
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
            equations.append(Equation(terms, amount))
        elif amount:
            raise Contradiction(f"{relation.terms} leaves {amount}")
    return equations, ranges


def narrow(equations: list[Equation], ranges: dict[str, list[float]], rounds: int = 50) -> None:
    """Reasons as one does with a pencil: in each sum, what the others leave for one. Changes ``ranges``."""
    for _round in range(rounds):
        changed = False
        for equation in equations:
            changed |= _narrow_by(equation, ranges)
        if not changed:
            return


def _narrow_by(equation: Equation, ranges: dict[str, list[float]]) -> bool:
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


def parts(equations: list[Equation], ranges: Mapping[str, list[float]]) -> Iterator[tuple[list[str], list[Equation]]]:
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
    sums: dict[str, list[Equation]] = {}
    for equation, keys in zip(equations, loose, strict=True):
        if keys:
            rest = equation.amount - sum(c * int(ranges[k][0]) for k, c in equation.terms.items() if k not in keys)
            sums.setdefault(find(keys[0]), []).append(Equation({k: equation.terms[k] for k in keys}, rest))
    for key, group in names.items():
        yield group, sums.get(key, [])
