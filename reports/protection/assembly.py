"""From public tables to a system of sums: what is printed, what follows from it, and what was published before."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from reports.compute import COMPUTE_ERRORS
from reports.definition import Count, Dimension, Of, Population, Table
from reports.disclosure.system import WAS_HIDDEN, Cell, Follows, InconsistentError, Relation, Show, System
from reports.protection.boxes import Box, Facts, axis_of
from reports.protection.design import PublicSheet
from reports.protection.differences import as_it_was, difference, name_now
from reports.protection.forms import Form
from reports.protection.known import Known
from reports.protection.margins import REST, Margins, Thresholds, box_of_rest
from reports.protection.rule import Rule
from reports.protection.spots import Place, Printed, printed, unprinted
from reports.tables import TABLES


@dataclass(frozen=True)
class Assembled:
    """The system, and which of its cells each printed figure depends on. ``below_base``: the shares of too few."""

    system: System
    depends: dict[Place, tuple[str, ...]]
    below_base: frozenset[Place]


class Assembly:
    """Builds the system of some public tables."""

    def __init__(self, publics: Sequence[PublicSheet], known: Sequence[Known], rule: Rule) -> None:
        self.publics = publics
        self.known = known
        self.rule = rule
        tables = [*TABLES.values(), *(public.sheet.table for public in publics)]
        self.dimensions = {d.key: d for table in tables for d in _dimensions(table, publics)}
        self.populations = {p.key: p for table in tables for p in _populations(table, publics)}
        self.printed = [figure for public in publics for figure in printed(public)]
        self.facts = Facts([public.sheet.context for public in publics], self.dimensions, self.populations)
        self.cells: dict[str, Cell] = {}
        self.boxes: dict[str, Box] = {}
        self.relations: list[Relation] = []
        self.follows: set[Follows] = set()
        self.thresholds = Thresholds(
            rule.usual,
            rule.sensitive,
            frozenset(axis_of(d) for d in self.dimensions.values() if d.sensitive),
            frozenset(p.key for p in self.populations.values() if p.of is Of.THINGS),
        )

    def assembled(self) -> Assembled:
        """Everything together, checked to add up."""
        earlier = [name_now(key) for known in self.known for key in known.cells]
        self.facts.load([*self._every_box(), *(box for key in earlier if (box := self._known_box(key)))])
        shown = [figure for figure in self.printed if not self._is_below_base(figure)]
        below = frozenset(figure.place for figure in self.printed) - {figure.place for figure in shown}
        for figure in shown:
            self._print(figure)
        for public in self.publics:
            self._check(public)
            for box, floor, label in unprinted(public):
                self._add_unprinted(box, floor, label)
        for known in self.known:
            self._remember(known)
        for known in reversed(self.known):
            self._tie_to_now(known)
        margins = Margins(self.facts, self.thresholds)
        for key, cell in sorted(self.cells.items()):
            if key in self.boxes:
                margins.add(self.boxes[key], cell)
        margins.tie()
        for known in reversed(self.known):
            self._tie_rests(known, margins)
        system = System.of(
            {**margins.cells, **self.cells}.values(),
            dict.fromkeys([*sorted(margins.relations, key=lambda r: r.terms), *self.relations]),
            sorted(self.follows, key=lambda f: (f.derived, f.source)),
        )
        return Assembled(system, {f.place: tuple(form.key for form in f.forms) for f in shown}, below)

    def _every_box(self) -> Iterator[Box]:
        for figure in self.printed:
            yield from (box for form in (*figure.forms, *figure.wholes) for box, _number in form.terms)
            yield from figure.bases
        for public in self.publics:
            yield from (box for box, _floor, _label in unprinted(public))

    def _number(self, box: Box) -> int:
        return self.facts.count(self.facts.meaning(box))

    def _threshold(self, box: Box) -> int:
        return self.thresholds.of(box.population, (axis_of(self.dimensions[key]) for key, _code in box.codes))

    def _value(self, form: Form) -> int:
        return sum(number * self._number(box) for box, number in form.terms)

    def _is_below_base(self, figure: Printed) -> bool:
        """A share of too few is not printed, nor what too few have answered."""
        return any(self._value(form) < self.rule.percent for form in figure.wholes) or any(
            self._number(box) < self.rule.survey for box in figure.answers
        )

    def _print(self, figure: Printed) -> None:
        for form in figure.forms:
            if form.is_a_box:
                box = form.terms[0][0]
                self._add(box, Cell(form.key, self._number(box), Show.FREE, self._threshold(box), 0, figure.weight))
            else:
                self._print_sum(form, figure)
            self.cells[form.key] = replace(self.cells[form.key], label=self.cells[form.key].label or figure.label)

    def _print_sum(self, form: Form, figure: Printed) -> None:
        """A sum of boxes that are not printed. One that counts people has a threshold of its own; one that weighs them,
        such as full-time equivalents, follows the people it is about."""
        for box, _number in form.terms:
            self._add_unprinted(box, 0)
        people = max(self._threshold(box) for box, _number in form.terms) if form.counts_people else 0
        self._keep(Cell(form.key, self._value(form), Show.FREE, people, 0, figure.weight))
        self.relations.append(Relation(((form.key, -1), *((box.key, number) for box, number in form.terms))))
        for box in figure.bases if not form.counts_people else ():
            self._add_unprinted(box, 0)
            self.follows.add(Follows(form.key, box.key))

    def _add_unprinted(self, box: Box, floor: int, label: str = "") -> None:
        self._add(box, Cell(box.key, self._number(box), Show.UNPRINTED, self._threshold(box), floor, label=label))

    def _add(self, box: Box, cell: Cell) -> None:
        self.boxes[box.key] = box
        self._keep(cell)

    def _keep(self, cell: Cell) -> None:
        """What is printed anywhere is printed; each place that it is printed in adds to what hiding it costs."""
        old = self.cells.get(cell.key, cell)
        printed_in = [c for c in (old, cell) if c.show is not Show.UNPRINTED]
        show = Show.FREE if printed_in else Show.UNPRINTED
        weight = sum(c.weight for c in printed_in) if old is not cell else cell.weight
        self.cells[cell.key] = replace(old, show=show, weight=weight, floor=max(old.floor, cell.floor))

    def _check(self, public: PublicSheet) -> None:
        """A count that is not what the registrations say would make every conclusion wrong."""
        sheet = public.sheet
        for figure in self.printed:
            if figure.place[0] == sheet.key and isinstance(figure.measure, Count) and figure.forms[0].is_a_box:
                cell = public.result.rows[figure.place[1]].cells[figure.place[2]]
                counted = self._value(figure.forms[0])
                if counted != cell.value:
                    raise InconsistentError(f"{figure.label} says {cell.value}, the registrations say {counted}.")

    def _known_box(self, key: str) -> Box | None:
        """The box of a cell that was published, where it is one that can still be counted."""
        if key.count("|") != 3 or key.startswith((REST, "not|", "sum of")):  # noqa: PLR2004
            return None
        box = Box.parse(key)
        countable = box.population in self.populations and all(d in self.dimensions for d, _code in box.codes)
        return box if countable else None

    def _remember(self, known: Known) -> None:
        """What was published stays as it was. A number that is another now, or may be for all that a reader knows, has
        another name."""
        name = {key: self._name_of(cell, known) for key, cell in known.cells.items()}
        for key, cell in known.cells.items():
            box = self._known_box(name[key]) if name[key] == name_now(key) else None
            if box is not None:
                self.boxes[name[key]] = box
            self._keep_as_published(replace(cell, key=name[key]))
        self.relations += [Relation(tuple((name[key], c) for key, c in r.terms)) for r in known.relations]

    def _name_of(self, cell: Cell, known: Known) -> str:
        """What a cell that was published is called now: as what it is, or as what it was. One that was another number
        already then keeps its name."""
        box = self._known_box(cell.key)
        if box is not None and self._number(box) == cell.value and not known.may_have_moved(box):
            return cell.key
        if name_now(cell.key) != cell.key or self._is_same_sum(cell.key, cell.value):
            return cell.key
        return as_it_was(cell.key, known.changes)

    def _is_same_sum(self, key: str, value: int) -> bool:
        return key.startswith("sum of") and key in self.cells and self.cells[key].value == value

    def _keep_as_published(self, cell: Cell) -> None:
        now = self.cells.get(cell.key)
        if now is None or cell.show is not Show.UNPRINTED:
            show = now.show if now is not None and now.show in WAS_HIDDEN else cell.show
            label = now.label if now is not None and now.label else cell.label
            weight = now.weight if now is not None else cell.weight
            self.cells[cell.key] = replace(cell, show=show, label=label, weight=weight)
        key = name_now(cell.key)
        if cell.show in WAS_HIDDEN and key in self.cells and self.cells[key].show is Show.FREE:
            self.cells[key] = replace(self.cells[key], show=Show.KEPT)

    def _tie_to_now(self, known: Known) -> None:
        """Ties each number that may be another now to what it was, by how much is told to have changed."""
        for key, cell in known.cells.items():
            name = self._name_of(cell, known)
            box = self._known_box(key) if name == as_it_was(key, known.changes) else None
            if box is not None and known.is_about(box):
                self._add_again(box, self.cells[name])
                self._tie(known, self.cells[name], self.cells[box.key])

    def _add_again(self, box: Box, before: Cell) -> None:
        """What nobody is in any more is known to be empty, where it was printed."""
        if box.key not in self.cells:
            self._add_unprinted(box, 0)
            if before.show is not Show.UNPRINTED and not self.cells[box.key].value:
                self.cells[box.key] = replace(self.cells[box.key], show=Show.OPEN)

    def _tie_rests(self, known: Known, margins: Margins) -> None:
        """The same for the numbers that no table has printed, then or now."""
        for key in known.cells if known.changed else ():
            now = margins.cells.get(key) if key.startswith(REST) else None
            if now is not None:
                was, box = self.cells[as_it_was(key, known.changes)], box_of_rest(key)
                if now.value == was.value and not known.may_have_moved(box):
                    self.relations.append(Relation.sum_of(now.key, [was.key]))
                elif known.is_about(box):
                    self._tie(known, was, now)

    def _tie(self, known: Known, before: Cell, now: Cell) -> None:
        # Named by both publications, since the next one remembers this.
        name = as_it_was(before.key, max(one.changes for one in self.known) + 1)
        if known.changed is not None and f"~most {name}" not in self.cells:
            cells, relations = difference(before, now, known.changed, name)
            self.cells.update((cell.key, cell) for cell in cells)
            self.relations += relations


def _dimensions(table: Table, publics: Sequence[PublicSheet]) -> Iterable[Dimension]:
    yield from table.rows
    yield from table.splits
    yield from (count.dimension for count in _counts(table, publics) if count.dimension is not None)


def _populations(table: Table, publics: Sequence[PublicSheet]) -> Iterable[Population]:
    return (count.population for count in _counts(table, publics))


def _counts(table: Table, publics: Sequence[PublicSheet]) -> Iterator[Count]:
    """What a table counts. One that cannot be computed for the federation has been published by nobody."""
    with suppress(*COMPUTE_ERRORS):
        for measure in table.measures(publics[0].sheet.context):
            yield from measure.counts()
