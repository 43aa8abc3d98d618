"""Boxes: the sets of registrations that published numbers count, and how many are in each.

A box is a population in a span of days, narrowed by codes of dimensions. Two tables share a margin when they count the
same box; one contains another when its codes and days do. Which registrations a code stands for is told by the
dimension's placer, so that a reason, its outcome group and a joined row are compared as what they are: sets of values.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from finsam_tracker.core.period import Period
from reports.context import Context, Scope
from reports.definition import TOTAL, Dimension, Population
from reports.grouping import Asked, count_by
from reports.populations import EXITED, ONGOING, STARTED, TOOK_PART, WORKING

AT_ONE_DAY = frozenset({ONGOING.key})
"""The populations that a period's last day settles, whatever it begins with."""
FAMILY = frozenset(p.key for p in (TOOK_PART, STARTED, EXITED, ONGOING, WORKING))
"""The populations of participations that contain or complete each other."""
JOIN = "+"
"""Between the codes of items that are shown as one."""
Values = frozenset[str]
Axis = str
"""The names of the columns that a dimension reads, as one text: dimensions of one axis divide the same values."""
Meaning = tuple[str, date, date, frozenset[tuple[Axis, Values]]]


@dataclass(frozen=True, order=True)
class Box:
    """``codes`` holds dimension keys with codes, sorted, several codes of one dimension joined."""

    population: str
    start: date
    end: date
    codes: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """How the box is written where it is stored; the same from one publication to the next."""
        narrowed = ",".join(f"{dimension}={code}" for dimension, code in self.codes)
        return f"{self.population}|{self.start}|{self.end}|{narrowed}"

    @classmethod
    def parse(cls, key: str) -> "Box":
        population, start, end, narrowed = key.split("|", 3)
        pairs = [part.partition("=") for part in narrowed.split(",") if part]
        return cls(
            population,
            date.fromisoformat(start),
            date.fromisoformat(end),
            tuple((dimension, code) for dimension, _sign, code in pairs),
        )

    def within(self, dimension: str, code: str) -> "Box":
        """The part of it that has a code; all of it where the code is that of a sum, none where it has another."""
        if code == TOTAL:
            return self
        chosen = dict(self.codes)
        both = set(code.split(JOIN)) & set(chosen.get(dimension, code).split(JOIN))
        chosen[dimension] = JOIN.join(sorted(both))
        return replace(self, codes=tuple(sorted(chosen.items())))

    @property
    def is_nobody(self) -> bool:
        """Whether no registration can be in it, because it would need two codes of one dimension."""
        return any(not code for _dimension, code in self.codes)


def axis_of(dimension: Dimension) -> Axis:
    return ",".join(column.name for column in dimension.columns)


class Facts:
    """The registrations of a federation, by everything that the boxes in play are narrowed by.

    Read once for each population and span of days. Nobody outside this process sees them.
    """

    def __init__(
        self, contexts: Sequence[Context], dimensions: Mapping[str, Dimension], populations: Mapping[str, Population]
    ) -> None:
        # A period that tables were computed for is read with what they knew of the day.
        self._given = {(c.period.start, c.period.end): c for c in contexts if c.scope.initiative is None}
        context = contexts[0]
        self.context = Context(Scope(context.scope.federation), context.period, context.known_at)
        self.dimensions = dimensions
        self.populations = populations
        self._used: dict[str, dict[str, Dimension]] = {}
        self._rows: dict[tuple[str, date, date], list[tuple[dict[Axis, str], int]]] = {}
        self._placed: dict[tuple[str, str], str | frozenset[str] | None] = {}

    def load(self, boxes: Iterable[Box]) -> None:
        """Reads what some boxes need."""
        boxes = list(boxes)
        for box in boxes:
            for population in FAMILY if box.population in FAMILY else {box.population}:
                for key, _code in box.codes:
                    self._used.setdefault(population, {})[key] = self.dimensions[key]
        for population, start, end in sorted({(b.population, b.start, b.end) for b in boxes}):
            self.rows(population, start, end)

    def rows(self, population: str, start: date, end: date) -> list[tuple[dict[Axis, str], int]]:
        """The values on each axis, and how many have them."""
        place = (population, start, end)
        if place not in self._rows:
            self._rows[place] = self._read(self.populations[population], Period.free(start, end))
        return self._rows[place]

    def _read(self, population: Population, period: Period) -> list[tuple[dict[Axis, str], int]]:
        dimensions = self._used.get(population.key, {}).values()
        columns = tuple({c.name: c for d in dimensions for c in d.columns}.values())
        given = self._given.get((period.start, period.end))
        context = given or Context(self.context.scope, period, self.context.known_at)
        asked = {population.key: Asked(population.rows(context), [columns], population.weight)}
        ((names, groups),) = count_by(asked)[population.key].items()
        axes = {axis_of(d): [names.index(c.name) for c in d.columns] for d in dimensions}
        return [({axis: json.dumps([raws[i] for i in at]) for axis, at in axes.items()}, n) for raws, n in groups]

    @cached_property
    def universe(self) -> dict[Axis, Values]:
        """Every value that occurs, by axis, in whatever is loaded when it is first asked for; none where nobody is."""
        found: dict[Axis, set[str]] = {axis_of(d): set() for used in self._used.values() for d in used.values()}
        for rows in self._rows.values():
            for values, _n in rows:
                for axis, value in values.items():
                    found.setdefault(axis, set()).add(value)
        return {axis: frozenset(values) for axis, values in found.items()}

    def meaning(self, box: Box) -> Meaning:
        """Which registrations a box has, apart from how it is written."""
        narrowed: dict[Axis, Values] = {}
        for key, code in box.codes:
            axis = axis_of(self.dimensions[key])
            chosen = self._values(key, frozenset(code.split(JOIN)))
            narrowed[axis] = narrowed.get(axis, chosen) & chosen
        told = {(axis, values) for axis, values in narrowed.items() if values != self.universe.get(axis)}
        return box.population, box.start, box.end, frozenset(told)

    def _values(self, key: str, codes: frozenset[str]) -> Values:
        axis = axis_of(self.dimensions[key])
        return frozenset(value for value in self.universe.get(axis, ()) if codes & self._codes(key, value))

    def _codes(self, key: str, value: str) -> frozenset[str]:
        if (key, value) not in self._placed:
            self._placed[key, value] = self.dimensions[key].placer(self.context)(*json.loads(value))
        placed = self._placed[key, value]
        return placed if isinstance(placed, frozenset) else frozenset({str(placed)})

    def count(self, meaning: Meaning) -> int:
        """How many registrations are in it."""
        population, start, end, narrowed = meaning
        return sum(
            n
            for values, n in self.rows(population, start, end)
            if all(values[axis] in wanted for axis, wanted in narrowed)
        )
