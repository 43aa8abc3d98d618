"""The sums that hold between boxes, whichever tables print them: over codes, over days, and between populations."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise, permutations

from reports.disclosure.system import Cell, Relation, Show
from reports.populations import ADVISORY_CONTACTS, EXITED, ONGOING, STARTED, TOOK_PART, WORKING
from reports.protection.boxes import Axis, Box, Facts, Meaning, Values

EVENTS = frozenset(p.key for p in (EXITED, STARTED, WORKING, ADVISORY_CONTACTS))
"""The populations whose numbers for parts of a period add up to the period's."""
WITHIN = {WORKING.key: EXITED.key}
"""The populations that are a part of another in the same period."""
ONE_DAY = timedelta(days=1)
REST = "rest|"
"""Begins the name of a number that no table prints."""
Narrowed = frozenset[tuple[Axis, Values]]


@dataclass
class Margins:
    """Boxes by what they mean, and what must be added so that every sum between them can be written down."""

    facts: Facts
    thresholds: "Thresholds"
    cells: dict[str, Cell] = field(default_factory=dict)
    relations: set[Relation] = field(default_factory=set)
    named: dict[Meaning, str] = field(default_factory=dict)

    def add(self, box: Box, cell: Cell) -> None:
        """A cell that stands for a box. A second box with the same registrations is tied to the first."""
        self.cells[cell.key] = cell
        meaning = self.facts.meaning(box)
        if meaning in self.named:
            self._relate(self.named[meaning], [cell.key])
        else:
            self.named[meaning] = cell.key

    def tie(self) -> None:
        """Adds the sums. Populations first, then days, then codes: each may need boxes that no table prints."""
        self._tie_populations()
        self._tie_days()
        self._meet()
        self._tie_codes()

    def _relate(self, total: str | None, parts: Iterable[str | None]) -> None:
        found = sorted(part for part in parts if part is not None)
        if total is not None and found != [total]:
            self.relations.add(Relation.sum_of(total, found))

    def _cell_of(self, meaning: Meaning) -> str | None:
        """The cell of a box; one that is not printed where there is none yet. None where nobody is in it: whoever
        attacks is taken to know that."""
        if meaning not in self.named:
            population, start, end, narrowed = meaning
            if not self.facts.count(meaning):
                return None
            codes = ";".join(f"{axis} in {' '.join(sorted(values))}" for axis, values in sorted(narrowed, key=str))
            key = f"{REST}{population}|{start}|{end}|{codes}"
            threshold = self.thresholds.of(population, (axis for axis, _values in narrowed))
            self.cells[key] = Cell(key, self.facts.count(meaning), Show.UNPRINTED, threshold)
            self.named[meaning] = key
        return self.named[meaning]

    def _tie_populations(self) -> None:
        """Who took part = who left + who is still there = who was there already + who began."""
        for population, start, end, narrowed in _in_order(self.named):
            if population == TOOK_PART.key:
                before = start - ONE_DAY
                self._split((population, start, end, narrowed), (EXITED.key, start, end), (ONGOING.key, end, end))
                self._split(
                    (population, start, end, narrowed), (STARTED.key, start, end), (ONGOING.key, before, before)
                )
            elif population in WITHIN:
                self._leave_the_rest((population, start, end, narrowed), (WITHIN[population], start, end, narrowed))

    def _split(self, whole: Meaning, *parts: tuple[str, date, date]) -> None:
        meanings = [(*part, whole[3]) for part in parts]
        if any(meaning in self.named for meaning in meanings):
            self._relate(self.named[whole], [self._cell_of(meaning) for meaning in meanings])

    def _leave_the_rest(self, part: Meaning, whole: Meaning) -> None:
        if whole not in self.named:
            return
        key = f"not|{self.named[part]}"
        value = self.facts.count(whole) - self.facts.count(part)
        self.cells[key] = Cell(key, value, Show.UNPRINTED, self.thresholds.of(part[0], (axis for axis, _v in part[3])))
        self._relate(self.named[whole], [self.named[part], key])

    def _tie_days(self) -> None:
        """What happened in a period is what happened in the spans that the published periods divide it into."""
        spans: dict[tuple[str, frozenset[tuple[Axis, Values]]], set[tuple[date, date]]] = {}
        for population, start, end, narrowed in self.named:
            if population in EVENTS:
                spans.setdefault((population, narrowed), set()).add((start, end))
        for (population, narrowed), periods in sorted(spans.items(), key=str):
            if len(periods) > 1:
                for start, end in sorted(periods):
                    parts = _parts(start, end, periods)
                    self._relate(
                        self.named[population, start, end, narrowed],
                        [self._cell_of((population, first, last, narrowed)) for first, last in parts],
                    )

    def _meet(self) -> None:
        """Adds the boxes in which tables meet that share an axis: a group's sum over all initiatives and the reasons of
        each initiative meet in each reason's sum over all of them, which no table need print."""
        moments: dict[tuple[str, date, date], list[Narrowed]] = {}
        for population, start, end, narrowed in _in_order(self.named):
            moments.setdefault((population, start, end), []).append(narrowed)
        for moment, boxes in moments.items():
            classes = self._classes_of(boxes)
            used = {frozenset(axis for axis, _values in narrowed) for narrowed in boxes}
            for axes in sorted(_between(used), key=sorted):
                for narrowed in self._occurring(moment, axes, classes):
                    self._cell_of((*moment, narrowed))

    def _classes_of(self, boxes: Iterable[Narrowed]) -> dict[Axis, dict[str, Values]]:
        """For each axis, the class of each value: those that no box tells apart."""
        divisions: dict[Axis, set[Values]] = {}
        for narrowed in boxes:
            for axis, values in narrowed:
                divisions.setdefault(axis, {self.facts.universe[axis]}).add(values)
        return {axis: {v: found for found in _classes(divided) for v in found} for axis, divided in divisions.items()}

    def _occurring(
        self, moment: tuple[str, date, date], axes: frozenset[Axis], classes: Mapping[Axis, Mapping[str, Values]]
    ) -> set[Narrowed]:
        """The boxes by classes of some axes that anybody is in."""
        return {
            frozenset(
                (axis, classes[axis][values[axis]])
                for axis in axes
                if classes[axis][values[axis]] != self.facts.universe[axis]
            )
            for values, _n in self.facts.rows(*moment)
        }

    def _tie_codes(self) -> None:
        """A box is the sum of the classes into which all published divisions of its axis divide it."""
        groups: dict[tuple[Meaning, Axis], set[Values]] = {}
        for meaning in _in_order(self.named):
            population, start, end, narrowed = meaning
            for axis, values in narrowed:
                rest = (population, start, end, narrowed - {(axis, values)})
                groups.setdefault((rest, axis), set()).add(values)
        for (rest, axis), divisions in sorted(groups.items(), key=str):
            everything = self.facts.universe[axis]
            divided = [*divisions, everything] if rest in self.named else [*divisions]
            if len(divided) > 1:
                self._divide(rest, axis, divided)

    def _divide(self, rest: Meaning, axis: Axis, divided: list[Values]) -> None:
        classes = _classes(divided)
        for values in divided:
            if values:
                self._relate(
                    self._within(rest, axis, values), [self._within(rest, axis, c) for c in classes if c <= values]
                )

    def _within(self, rest: Meaning, axis: Axis, values: Values) -> str | None:
        if values == self.facts.universe[axis]:
            return self._cell_of(rest)
        population, start, end, narrowed = rest
        return self._cell_of((population, start, end, narrowed | {(axis, values)}))


def box_of_rest(key: str) -> Box:
    """The population and days of a number that no table prints, whatever its codes."""
    population, start, end, _codes = key.removeprefix(REST).split("|", 3)
    return Box(population, date.fromisoformat(start), date.fromisoformat(end))


@dataclass(frozen=True)
class Thresholds:
    """From how many people a number is not small, by what it is broken down by; 0 where ``things`` are counted."""

    usual: int
    sensitive: int
    sensitive_axes: frozenset[Axis]
    things: frozenset[str] = frozenset()

    def of(self, population: str, axes: Iterable[Axis]) -> int:
        if population in self.things:
            return 0
        return max(self.usual, self.sensitive) if self.sensitive_axes & set(axes) else self.usual


def _between(used: Iterable[frozenset[Axis]]) -> set[frozenset[Axis]]:
    """Sets of axes, and the steps from each to those that contain it."""
    found = set(used)
    for fewer, more in permutations(sorted(found, key=sorted), 2):
        if fewer < more:
            for step in sorted(more - fewer)[:-1]:
                fewer |= {step}
                found.add(fewer)
    return found


def _in_order(meanings: Iterable[Meaning]) -> list[Meaning]:
    return sorted(meanings, key=lambda m: (m[:3], sorted((axis, sorted(values)) for axis, values in m[3])))


def _parts(start: date, end: date, periods: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """The spans between the days where some period begins or has ended, inside one period."""
    begins = {day for first, last in periods for day in (first, last + ONE_DAY) if start < day <= end}
    edges = [start, *sorted(begins), end + ONE_DAY]
    for first, after in pairwise(edges):
        yield first, after - ONE_DAY


def _classes(divided: Iterable[Values]) -> list[Values]:
    """The values in groups that no division tells apart."""
    divided = sorted(divided, key=sorted)
    classes: dict[tuple[bool, ...], set[str]] = {}
    for value in sorted(frozenset().union(*divided)):
        classes.setdefault(tuple(value in values for values in divided), set()).add(value)
    return [frozenset(values) for values in classes.values()]
