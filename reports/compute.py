"""From declarations to results: one grouped query for each population, however many tables ask for it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from itertools import product
from operator import itemgetter
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from finsam_tracker.core.parameters import ParameterSpec
from finsam_tracker.core.replica import read_connection
from reports.blanks import BlankContext, shape_of, values_of
from reports.context import Context
from reports.definition import (
    TOTAL,
    Assumption,
    Column,
    Count,
    DeclarationError,
    Dimension,
    Figure,
    Line,
    Measure,
    OutsideListError,
    Population,
    Table,
)
from reports.grouping import Asked, ColumnNames, Prepared, count_by, prepare
from reports.result import NOT_APPLICABLE, Cell, Result, ResultColumn, ResultRow, RowKind, UsedParameter


class ThinnedError(LookupError):
    """The period reaches into a time whose registrations are gone; only what was stored before can be shown."""

    def __init__(self, until: date) -> None:
        super().__init__(
            _(
                "Registreringarna till och med %(until)s är gallrade. Siffror för den tiden finns bara för de perioder "
                "som räknades innan: år, halvår och kvartal. Välj en sådan, eller en period som börjar senare."
            )
            % {"until": until}
        )


COMPUTE_ERRORS = (OutsideListError, DeclarationError, ThinnedError)
"""What stops a table, with a Swedish sentence for the reader."""
Tally = Counter[tuple[str, ...]]
Grouped = list[tuple[tuple[object, ...], int]]
Sets = Mapping[str, Mapping[ColumnNames, tuple[Column, ...]]]
"""By population, the columns that it is to be counted by."""


@contextmanager
def snapshot() -> Iterator[None]:
    """One unchanging view of the database for everything computed inside.

    On PostgreSQL a repeatable-read transaction; SQLite's transactions are that already. Inside a transaction that has
    begun (a test, a bulk load) the surrounding one decides.
    """
    connection = read_connection()
    begun = connection.in_atomic_block
    with transaction.atomic(using=connection.alias):
        if connection.vendor == "postgresql" and not begun:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def compute(tables: Iterable[Table], context: Context) -> list[Result]:
    """The tables' results, computed together. Raises one of COMPUTE_ERRORS."""
    until = context.scope.federation.thinned_until
    if until is not None and context.period.start <= until:
        raise ThinnedError(until)
    context.read_all()
    groups = Groups(context)
    computations = [TableComputation(table, groups) for table in tables]
    return [computation.result() for computation in computations]


class Groups:
    """The registrations of each population, grouped as the tables need them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._populations: dict[str, Population] = {}
        self._sets: dict[str, dict[tuple[str, ...], tuple[Column, ...]]] = {}
        self._tallies: dict[tuple[str, ...], Tally] = {}

    def plan(self, table: Table, counts: Iterable[Count]) -> None:
        """Note what a table needs, so that one query a population can serve all tables."""
        for count in counts:
            columns = columns_of(dimensions_of(table, count))
            self._populations[count.population.key] = count.population
            self._sets.setdefault(count.population.key, {})[tuple(c.name for c in columns)] = columns

    def tally(self, population: Population, dimensions: Sequence[Dimension]) -> Tally:
        """How many by the codes of the dimensions, with sums over each of them under the code TOTAL."""
        key = (population.key, *(dimension.key for dimension in dimensions))
        if key not in self._tallies:
            self._tallies[key] = self._count(population, dimensions)
        return self._tallies[key]

    def _count(self, population: Population, dimensions: Sequence[Dimension]) -> Tally:
        names = tuple(column.name for column in columns_of(dimensions))
        grouped = self._grouped[population.key][names]
        codes = [self._codes(dimension, names, grouped) for dimension in dimensions]
        tally: Tally = Counter()
        for (_raws, n), *placed in zip(grouped, *codes, strict=True):
            for place in product(*placed):
                tally[place] += n
        return tally

    def _codes(self, dimension: Dimension, names: ColumnNames, grouped: Grouped) -> list[tuple[str, ...]]:
        """Where each group stands in a dimension: under its code, or each of its codes, and in the sum."""
        values_of = itemgetter(*(names.index(column.name) for column in dimension.columns))
        place = dimension.placer(self.context)
        single = len(dimension.columns) == 1
        values = [values_of(raws) for raws, _n in grouped]
        known: dict[object, tuple[str, ...]] = {}
        for value in set(values):
            placed = place(value) if single else place(*value)
            if placed is None:
                raise _outside(dimension, value)
            known[value] = (*placed, TOTAL) if isinstance(placed, frozenset) else (str(placed), TOTAL)
        return [known[value] for value in values]

    @cached_property
    def _grouped(self) -> dict[str, dict[ColumnNames, Grouped]]:
        """The groups of every population, asked for all at once when the first is needed.

        Those made for this computation are asked for apart: their statement would never be run again.
        """
        standing = {key: one for key, one in self._populations.items() if not one.passing}
        passing = _asked({key: one for key, one in self._populations.items() if one.passing}, self._sets, self.context)
        return _statement(self.context, standing, self._sets).run(values_of(self.context)) | count_by(passing)


def _asked(populations: Mapping[str, Population], sets: Sets, context: Context) -> dict[str, Asked]:
    return {key: Asked(one.rows(context), list(sets[key].values()), one.weight) for key, one in populations.items()}


def _statement(context: Context, populations: Mapping[str, Population], sets: Sets) -> Prepared:
    """What asks for the groups: the same for all federations and periods, since it takes Django long to write."""
    # By identity, as below: to compare declarations costs more than to count.
    asked_for = (
        (id(one), *(tuple(map(id, columns)) for columns in sets[key].values())) for key, one in populations.items()
    )
    name = (shape_of(context), *asked_for)
    if name not in _STATEMENTS:
        prepared = prepare(_asked(populations, sets, BlankContext(context)))
        # Columns and populations are kept with it, so that nothing else gets an id of theirs.
        _STATEMENTS[name] = (prepared, list(populations.values()))
    return _STATEMENTS[name][0]


_STATEMENTS: dict[tuple[object, ...], tuple[Prepared, list[Population]]] = {}
"""Some dozens: a page asks for all tables, for one theme's or for one."""


def dimensions_of(table: Table, count: Count) -> tuple[Dimension, ...]:
    """The dimensions a count is broken down by in a table: rows, split, and what the count itself chooses by."""
    return (*table.rows, *table.splits, *((count.dimension,) if count.dimension else ()))


def columns_of(dimensions: Iterable[Dimension]) -> tuple[Column, ...]:
    """The columns that the dimensions are read from, each once, always in one order: a set has one name."""
    named = {column.name: column for dimension in dimensions for column in dimension.columns}
    return tuple(named[name] for name in sorted(named))


def _outside(dimension: Dimension, value: object) -> OutsideListError:
    return OutsideListError(
        _("Tabellen kan inte räknas: ”%(title)s” har ett värde som inte finns i förbundets lista (%(value)s).")
        % {"title": dimension.title, "value": value}
    )


class Place(NamedTuple):
    """A cell's place in a table: the codes of its row and, in a split column, of its column."""

    context: Context
    tallies: "Tallies"
    rows: tuple[str, ...]
    split: str | None = None

    def count(self, count: Count) -> int:
        return self.tallies.value(count, self.rows, self.split)

    def distribution(self, count: Count) -> list[tuple[str, int]]:
        return self.tallies.distribution(count, self.rows, self.split)

    def once(self, key: Measure, measure: Measure) -> Cell:
        """The measure's value here, worked out the first time it is asked for under this key."""
        known = self.tallies.named.setdefault((self.rows, self.split), {})
        if id(key) not in known:
            known[id(key)] = measure.at(self)
        return known[id(key)]

    def over_all_rows(self) -> "Place":
        return self._replace(rows=tuple(TOTAL for _code in self.rows))


class Tallies:
    """What one table reads from the groups."""

    def __init__(self, groups: Groups, table: Table) -> None:
        self._groups = groups
        self._table = table
        self._everywhere = tuple(TOTAL for _dimension in table.rows)
        self._splits = len(table.splits)
        # By identity: a measure lives as long as its table, and comparing declarations costs more than counting.
        self._made: dict[int, Tally] = {}
        self._chosen: dict[int, Tally] = {}
        self._distributions: dict[int, dict[tuple[str, ...], list[tuple[str, int]]]] = {}
        self.named: dict[tuple[tuple[str, ...], str | None], dict[int, Cell]] = {}

    def of(self, count: Count) -> Tally:
        if id(count) not in self._made:
            dimensions = dimensions_of(self._table, count)
            self._made[id(count)] = self._groups.tally(count.population, dimensions)
        return self._made[id(count)]

    def value(self, count: Count, rows: tuple[str, ...], split: str | None) -> int:
        tally = self._chosen.get(id(count))
        if tally is None:
            tally = self._chosen[id(count)] = self._choose(count)
        return tally[self._key(rows, split)]

    def _key(self, rows: tuple[str, ...], split: str | None) -> tuple[str, ...]:
        # A line stands outside the row dimensions: it is about all of them.
        place = rows or self._everywhere
        return (*place, split or TOTAL) if self._splits else place

    def _choose(self, count: Count) -> Tally:
        """The tally of those registrations that the count chooses, without the dimension it chooses by."""
        if count.dimension is None:
            return self.of(count)
        chosen: Tally = Counter()
        for (*place, code), n in self.of(count).items():
            if count.chooses(code):
                chosen[tuple(place)] += n
        return chosen

    def distribution(self, count: Count, rows: tuple[str, ...], split: str | None) -> list[tuple[str, int]]:
        """The codes in the dimension that the count chooses by, each with how many have it at a place."""
        if id(count) not in self._distributions:
            places: dict[tuple[str, ...], list[tuple[str, int]]] = {}
            for (*place, code), n in self.of(count).items():
                if count.chooses(code):
                    places.setdefault(tuple(place), []).append((code, n))
            self._distributions[id(count)] = places
        return self._distributions[id(count)].get(self._key(rows, split), [])

    def occurs(self, count: Count, before: tuple[str, ...]) -> set[str]:
        """The codes that registrations have in the dimension after those with the codes before it."""
        index = len(before)
        return {key[index] for key in self.of(count) if key[:index] == before} - {TOTAL}


class TableComputation:
    """One table on its way from declaration to result."""

    def __init__(self, table: Table, groups: Groups) -> None:
        self.table = table
        self.context = groups.context
        self.tallies = Tallies(groups, table)
        self.lines = table.lines_in(self.context)
        measures = table.measures_with(self.lines)
        self.leaves = list({id(leaf): leaf for measure in measures for leaf in measure.leaves}.values())
        groups.plan(table, [leaf for leaf in self.leaves if isinstance(leaf, Count)])

    @cached_property
    def row_total(self) -> str:
        return str(self.table.row_total)

    @cached_property
    def counts(self) -> list[Count]:
        """The counts whose registrations the rows must have room for."""
        return [count for measure in self.table.measures_with(()) for count in measure.counts()]

    def members(self, dimension: Dimension, counts: Iterable[Count], before: tuple[str, ...]) -> list[tuple[str, str]]:
        """The items of a dimension that get a row or column, as code and label."""
        occurring = {code for count in counts for code in self.tallies.occurs(count, before)}
        within = dict(zip((d.key for d in self.table.rows), before, strict=False))
        members = dimension.members(self.context, within)
        unknown = occurring - {member.code for member in members}
        if unknown:
            raise OutsideListError(
                _("Tabellen kan inte räknas: ”%(title)s” har värden utan rad (%(codes)s). Lägg till dem i listan.")
                % {"title": dimension.title, "codes": ", ".join(sorted(unknown))}
            )
        return [(str(m.code), m.label) for m in members if not m.only_if_occurs or m.code in occurring]

    @cached_property
    def columns(self) -> list[tuple[ResultColumn, Figure, str | None]]:
        """The result's columns, each with the figure it shows and, in a split, the code."""
        found: list[tuple[ResultColumn, Figure, str | None]] = []
        for figure in self.table.figures:
            if figure.split is None:
                found.append((ResultColumn(figure.key, str(figure.title), figure.format), figure, None))
                continue
            anywhere = tuple(TOTAL for _dimension in self.table.rows)
            members = self.members(figure.split, self._split_counts(figure), anywhere)
            for code, label in [*members, *([(TOTAL, str(figure.sum_title))] if figure.sum_title else [])]:
                found.append((ResultColumn(code, label, figure.format, str(figure.title)), figure, code))
        return found

    def _split_counts(self, figure: Figure) -> list[Count]:
        """The counts whose registrations a split column must have room for."""
        measures = [figure.measure] if figure.measure else [line.cells[figure.key] for line in self.lines]
        return [count for measure in measures for count in measure.counts()]

    def result(self) -> Result:
        table, context = self.table, self.context
        rows = [*self._dimension_rows(), *(self._line(line) for line in self.lines)]
        shown = {column.key for column, _figure, _code in self.columns}
        breaks = table.breaks_on(context) if table.breaks_on else ()
        return Result(
            table=table.key,
            version=table.version,
            title=str(table.title),
            federation=context.scope.federation.name,
            scope=context.scope_label,
            period=context.period.key,
            period_label=context.period.label,
            counts=table.counts_label(context),
            headings=tuple(str(d.title) for d in table.rows) or (str(table.heading),),
            columns=tuple(column for column, _figure, _code in self.columns),
            rows=tuple(rows),
            zero=table.zero,
            notes=(*map(str, table.all_notes(context)), *lacking_parameters(table, context, self.leaves)),
            parameters=used_parameters(table, context, self.leaves),
            breaks=tuple(one for one in breaks if one.column in shown),
        )

    def _dimension_rows(self) -> Iterator[ResultRow]:
        if self.table.rows:
            yield from self._rows_under((), ())
            if self.table.row_total:
                everywhere = tuple(TOTAL for _dimension in self.table.rows)
                yield self._row(everywhere, self._total_labels(()), RowKind.TOTAL)

    def _rows_under(self, codes: tuple[str, ...], labels: tuple[str, ...]) -> Iterator[ResultRow]:
        depth = len(codes)
        last = depth == len(self.table.rows) - 1
        members = self.members(self.table.rows[depth], self.counts, codes)
        for code, label in members:
            under, named = (*codes, code), (*labels, label)
            if last:
                yield self._row(under, named, RowKind.BODY)
            else:
                yield from self._rows_under(under, named)
                yield self._row((*under, TOTAL), self._total_labels(named), RowKind.SUBTOTAL)

    def _total_labels(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        missing = len(self.table.rows) - len(labels)
        return (*labels, self.row_total, *("" for _n in range(missing - 1)))

    def _row(self, codes: tuple[str, ...], labels: tuple[str, ...], kind: RowKind) -> ResultRow:
        cells = tuple(
            self._cell(figure.measure, codes, code) for _column, figure, code in self.columns if figure.measure
        )
        return ResultRow(codes, labels, kind, cells)

    def _line(self, line: Line) -> ResultRow:
        width = max(len(self.table.rows), 1)
        cells = tuple(
            self._cell(line.cells[figure.key], (), code) if figure.key in line.cells else NOT_APPLICABLE
            for _column, figure, code in self.columns
        )
        kind = RowKind.LINE
        return ResultRow((line.key,), (str(line.title), *("" for _n in range(width - 1))), kind, cells)

    def _cell(self, measure: Measure, codes: tuple[str, ...], split: str | None) -> Cell:
        return measure.at(Place(self.context, self.tallies, codes, split))


def used_parameters(table: Table, context: Context, measures: Iterable[Measure]) -> tuple[UsedParameter, ...]:
    """The assumptions that a table leans on, with the values in force."""
    return tuple(
        UsedParameter(
            spec.key,
            str(spec.title),
            format(value.value.normalize(), "f"),
            str(spec.unit),
            value.valid_from.isoformat(),
            value.source,
        )
        for spec, value in (
            (assumption.spec, context.parameters.get(assumption.spec.key))
            for assumption in _assumptions(table, measures)
        )
        if value is not None
    )


def lacking_assumptions(table: Table, context: Context, measures: Iterable[Measure]) -> Iterator[ParameterSpec]:
    """The assumptions that a table leans on and that have no value in the period."""
    for assumption in _assumptions(table, measures):
        if assumption.required and assumption.spec.key not in context.parameters:
            yield assumption.spec


def lacking_parameters(table: Table, context: Context, measures: Iterable[Measure]) -> Iterator[str]:
    """The same, each in a sentence."""
    for spec in lacking_assumptions(table, context, measures):
        yield _(
            "Antagandet ”%(title)s” saknar värde den %(day)s. Det som bygger på det kan visas först när kansliet "
            "har lagt till ett värde i Inställningar."
        ) % {"title": spec.title, "day": context.period.end.isoformat()}


def _assumptions(table: Table, measures: Iterable[Measure]) -> Iterable[Assumption]:
    """The assumptions at the bottom of measures, each once."""
    return {
        leaf.spec.key: leaf
        for measure in (*measures, *table.extra_measures)
        for leaf in measure.leaves
        if isinstance(leaf, Assumption)
    }.values()
