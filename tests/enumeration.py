"""Everything an attacker could think of, one after the other: slow, and sure."""

from collections.abc import Iterator

from reports.disclosure.system import Published

MOST = 4000


class TooManyError(Exception):
    """More tables fit than are worth counting."""


def every_interval(published: Published) -> dict[str, tuple[int, int]]:
    """The least and greatest value of each number not shown, over all tables of whole numbers that fit."""
    found: dict[str, tuple[int, int]] = {}
    for number, table in enumerate(every_table(published)):
        if number > MOST:
            raise TooManyError
        for key, value in table.items():
            low, high = found.get(key, (value, value))
            found[key] = (min(low, value), max(high, value))
    return found


def every_table(published: Published) -> Iterator[dict[str, int]]:
    """All ways to fill in what is not shown. Every number must stand in a sum with a printed total."""
    cells = published.system.cells
    unknown = {key: cell.least for key, cell in cells.items() if not published.shows(cell)}
    sums = []
    for relation in published.system.relations:
        left = {key: c for key, c in relation.terms if key in unknown}
        rest = -sum(c * cells[key].value for key, c in relation.terms if key not in unknown)
        sums.append((left, rest))
    yield from _filled(sorted(unknown), unknown, {}, sums)


def _filled(
    order: list[str], least: dict[str, int], chosen: dict[str, int], sums: list[tuple[dict[str, int], int]]
) -> Iterator[dict[str, int]]:
    for left, rest in sums:
        missing = [key for key in left if key not in chosen]
        got = sum(c * chosen[key] for key, c in left.items() if key in chosen)
        if not missing and got != rest:
            return
        if all(c > 0 for c in left.values()) and got + sum(left[k] * least[k] for k in missing) > rest:
            return
    if len(chosen) == len(order):
        yield dict(chosen)
        return
    key = _next(order, chosen, sums)
    for value in range(least[key], _highest(key, least, chosen, sums) + 1):
        yield from _filled(order, least, {**chosen, key: value}, sums)


def _next(order: list[str], chosen: dict[str, int], sums: list[tuple[dict[str, int], int]]) -> str:
    """The number that the fewest others stand in the way of, so that dead ends come early."""
    waiting = [key for key in order if key not in chosen]

    def others(key: str) -> int:
        return min((sum(k not in chosen for k in left) for left, _rest in sums if key in left), default=99)

    return min(waiting, key=lambda key: (others(key), key))


def _highest(key: str, least: dict[str, int], chosen: dict[str, int], sums: list[tuple[dict[str, int], int]]) -> int:
    highest = []
    for left, rest in sums:
        coefficient = left.get(key, 0)
        if coefficient > 0 and all(c > 0 for c in left.values()):
            taken = sum(c * chosen.get(k, least[k]) for k, c in left.items() if k != key)
            highest.append((rest - taken) // coefficient)
        elif coefficient and all(k in chosen for k in left if k != key):
            highest.append((rest - sum(c * chosen[k] for k, c in left.items() if k != key)) // coefficient)
    if not highest:
        raise TooManyError
    return min(highest)
