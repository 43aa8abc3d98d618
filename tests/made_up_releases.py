"""Random releases: two- and three-dimensional, hierarchical, linked by a coarser table, nested."""

import random
from collections.abc import Iterable
from itertools import product

from reports.disclosure.system import Cell, Relation, Show, System

ALL = "*"


def number(chance: random.Random, mean: float) -> int:
    """Many small numbers and some large, as exits by reason and gender are."""
    return 0 if chance.random() < 0.25 else int(chance.expovariate(1 / mean))


def crossed(chance: random.Random, sizes: Iterable[int], threshold: int, mean: float = 4.0, name: str = "") -> System:
    """A table by as many dimensions as there are sizes, with every margin."""
    axes = [[f"{axis}{i}" for i in range(size)] for axis, size in zip("abc", sizes, strict=False)]
    inner = {place: number(chance, mean) for place in product(*axes)}
    values = {
        place: sum(v for at, v in inner.items() if all(p in (ALL, q) for p, q in zip(place, at, strict=True)))
        for place in product(*([ALL, *axis] for axis in axes))
    }

    def key(place: tuple[str, ...]) -> str:
        return name + "/".join(place)

    relations = [
        Relation.sum_of(key(place), [key((*place[:i], code, *place[i + 1 :])) for code in axes[i]])
        for place in values
        for i in range(len(axes))
        if place[i] == ALL
    ]
    cells = [
        Cell(key(place), value, threshold=threshold, weight=3 ** sum(p == ALL for p in place))
        for place, value in values.items()
    ]
    return System.of(cells, relations)


def hierarchical(chance: random.Random, threshold: int) -> System:
    """Initiatives, reasons under them that differ between them, gender; and the outcome groups of the reasons."""
    reasons = {f"i{n}": chance.sample(range(8), chance.randint(2, 5)) for n in range(chance.randint(2, 4))}
    inner = {
        (i, r, g): number(chance, 5) for i, rs in reasons.items() for r in rs for g in "kmx"[: chance.choice([2, 2, 3])]
    }
    genders = sorted({g for _i, _r, g in inner})
    inner = {(i, r, g): inner.get((i, r, g), 0) for i, rs in reasons.items() for r in rs for g in genders}
    cells: dict[str, int] = {}
    relations = []

    def total(key: str, parts: dict[str, int]) -> None:
        cells.update(parts)
        cells[key] = sum(parts.values())
        relations.append(Relation.sum_of(key, parts))

    for i, rs in reasons.items():
        for r in rs:
            total(f"{i}/{r}/*", {f"{i}/{r}/{g}": inner[i, r, g] for g in genders})
        for g in genders:
            total(f"{i}/*/{g}", {f"{i}/{r}/{g}": inner[i, r, g] for r in rs})
        total(f"{i}/*/*", {f"{i}/*/{g}": cells[f"{i}/*/{g}"] for g in genders})
        for group in range(3):
            total(f"{i}/group{group}", {f"{i}/{r}/*": cells[f"{i}/{r}/*"] for r in rs if r % 3 == group})
        relations.append(Relation.sum_of(f"{i}/*/*", [f"{i}/group{group}" for group in range(3)]))
    for column in [*(f"*/{g}" for g in genders), "*/*", *(f"group{group}" for group in range(3))]:
        total(f"*/{column}", {f"{i}/{column}": cells[f"{i}/{column}"] for i in reasons})
    return System.of((Cell(k, v, threshold=threshold) for k, v in cells.items()), dict.fromkeys(relations))


def linked(chance: random.Random, threshold: int) -> System:
    """Two tables that share a margin: by ``a`` and ``b``, and by ``a`` and ``c``."""
    everything = crossed(chance, (chance.randint(2, 4), chance.randint(3, 4), chance.randint(2, 4)), threshold, 2.0)
    return everything.without(key for key in everything.cells if ALL not in key.split("/")[1:])


def nested(chance: random.Random, threshold: int) -> System:
    """A year and its quarters by initiative, one of the quarters never printed."""
    table = crossed(chance, (chance.randint(2, 4), 4), threshold, 6.0)
    cells = [Cell(c.key, c.value, Show.UNPRINTED, threshold) if "/b3" in c.key else c for c in table.cells.values()]
    return System.of(cells, table.relations)


def overlapping(chance: random.Random, threshold: int) -> System:
    """Sums that share parts in no order, as those who have several kinds of support at once are counted."""
    parts = [f"p{n}" for n in range(chance.randint(6, 8))]
    cells = [Cell(part, chance.randint(1, 6), threshold=threshold) for part in parts]
    values = {cell.key: cell.value for cell in cells}
    relations = []
    for n in range(chance.randint(4, 6)):
        chosen = sorted(chance.sample(parts, 3))
        cells.append(Cell(f"*{n}", sum(values[part] for part in chosen), threshold=threshold))
        relations.append(Relation.sum_of(f"*{n}", chosen))
    everyone = Relation.sum_of("*", parts)
    return System.of([*cells, Cell("*", sum(values.values()))], [*relations, everyone])
