"""From declarations to results: one grouped query for each population, however many tables ask for it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from django.db import connection, transaction
from django.db.models import Count as SqlCount
from django.utils.translation import gettext as _

from finsam_tracker.core.parameters import MissingParameterError
from participants.models.participation import ParticipationFacts, ParticipationSets
from reports.context import Context
from reports.definition import (
    TOTAL,
    Assumption,
    Column,
    Count,
    Dimension,
    Figure,
    Line,
    Measure,
    OutsideListError,
    Population,
    Table,
)
from reports.result import NOT_APPLICABLE, Cell, Result, ResultColumn, ResultRow, RowKind, UsedParameter

RawGroup = tuple[tuple[object, ...], int]


@contextmanager
def snapshot() -> Iterator[None]:
    """One unchanging view of the database for everything computed inside.

    On PostgreSQL a repeatable-read transaction; SQLite's transactions are that already. Inside a transaction that has
    begun (a test, a bulk load) the surrounding one decides.
    """
    begun = connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and not begun:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def compute(tables: Iterable[Table], context: Context) -> list[Result]:
    """The tables' results, computed together."""
    tables = list(tables)
    groups = Groups(context)
    for table in tables:
        groups.plan(table)
    return [TableComputation(table, groups).result() for table in tables]


class Groups:
    """The registrations of each population, grouped by every column that some table asks for."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._columns: dict[str, dict[str, Column]] = {}
        self._populations: dict[str, Population] = {}
        self._raw: dict[str, list[RawGroup]] = {}
        self._codes: dict[tuple[str, str], list[str]] = {}

    def plan(self, table: Table) -> None:
        """Note what a table needs, so that one query can serve all tables."""
        dimensions = [*table.rows, *(f.split for f in table.figures if f.split)]
        for measure in table.measures(self.context):
            for count in measure.counts():
                self._populations[count.population.key] = count.population
                wanted = self._columns.setdefault(count.population.key, {})
                for dimension in [*dimensions, *([count.dimension] if count.dimension else [])]:
                    wanted.update({column.name: column for column in dimension.columns})

    def raw(self, population: Population) -> list[RawGroup]:
        """The grouped registrations: raw values in the planned order of columns, and how many."""
        if population.key not in self._raw:
            rows = population.select(self.context.participations(), self.context.period)
            self._raw[population.key] = group(rows, self._columns[population.key].values())
        return self._raw[population.key]

    def codes(self, population: Population, dimension: Dimension) -> list[str]:
        """For each group of ``raw``, in its order, the code it has in a dimension."""
        key = (population.key, dimension.key)
        if key not in self._codes:
            self._codes[key] = self._place(population, dimension)
        return self._codes[key]

    def _place(self, population: Population, dimension: Dimension) -> list[str]:
        names = list(self._columns[population.key])
        indexes = [names.index(column.name) for column in dimension.columns]
        place = dimension.placer(self.context)
        known: dict[tuple[object, ...], str] = {}
        codes = []
        for raws, _n in self.raw(population):
            values = tuple(raws[index] for index in indexes)
            if values not in known:
                known[values] = _code_of(dimension, place(*values), values)
            codes.append(known[values])
        return codes

    def tally(self, count: Count, dimensions: Sequence[Dimension]) -> Counter[tuple[str, ...]]:
        """How many by the codes of the dimensions, with sums over each of them under the code TOTAL."""
        columns = [self.codes(count.population, dimension) for dimension in dimensions]
        chosen = self.codes(count.population, count.dimension) if count.dimension else None
        exact: Counter[tuple[str, ...]] = Counter()
        for index, (_raws, n) in enumerate(self.raw(count.population)):
            if chosen is None or chosen[index] in count.codes:
                exact[tuple(codes[index] for codes in columns)] += n
        with_totals: Counter[tuple[str, ...]] = Counter()
        for codes, n in exact.items():
            for place in product(*((code, TOTAL) for code in codes)):
                with_totals[place] += n
        return with_totals


def group(rows: ParticipationSets[ParticipationFacts], columns: Iterable[Column]) -> list[RawGroup]:
    """Count rows by columns, in one query."""
    sources = [column.source for column in columns]
    grouped = rows.order_by().values_list(*sources).annotate(n=SqlCount("pk")) if sources else [(rows.count(),)]
    return [(tuple(values), n) for *values, n in grouped]


def _code_of(dimension: Dimension, code: str | None, values: tuple[object, ...]) -> str:
    if code is None:
        raise OutsideListError(
            _("Tabellen kan inte räknas: ”%(title)s” har ett värde som inte finns i förbundets lista (%(values)s).")
            % {"title": dimension.title, "values": ", ".join(map(str, values))}
        )
    return code


@dataclass(frozen=True)
class Place:
    """A cell's place in a table: the codes of its row and, in a split column, of its column."""

    context: Context
    tallies: "Tallies"
    rows: tuple[str, ...]
    split: str | None = None

    def count(self, count: Count) -> int:
        return self.tallies.value(count, self.rows, self.split)

    def over_all_rows(self) -> "Place":
        return replace(self, rows=tuple(TOTAL for _code in self.rows))


class Tallies:
    """The tallies of one table's counts, each made when first asked for."""

    def __init__(self, groups: Groups, rows: tuple[Dimension, ...], split: Dimension | None) -> None:
        self._groups = groups
        self._rows = rows
        self._split = split
        self._made: dict[int, Counter[tuple[str, ...]]] = {}

    def of(self, count: Count) -> Counter[tuple[str, ...]]:
        if id(count) not in self._made:
            dimensions = [*self._rows, *([self._split] if self._split else [])]
            self._made[id(count)] = self._groups.tally(count, dimensions)
        return self._made[id(count)]

    def value(self, count: Count, rows: tuple[str, ...], split: str | None) -> int:
        # A line stands outside the row dimensions: it is about all of them.
        at = rows or tuple(TOTAL for _dimension in self._rows)
        return self.of(count)[(*at, *([split or TOTAL] if self._split else []))]

    def occurs(self, count: Count, index: int, before: tuple[str, ...]) -> set[str]:
        """The codes that registrations have in the dimension at ``index``, among those with the codes before it."""
        return {key[index] for key in self.of(count) if key[:index] == before} - {TOTAL}


class TableComputation:
    """One table on its way from declaration to result."""

    def __init__(self, table: Table, groups: Groups) -> None:
        self.table = table
        self.context = groups.context
        self.split = next((figure.split for figure in table.figures if figure.split), None)
        self.tallies = Tallies(groups, table.rows, self.split)
        self.lines = list(table.lines(self.context)) if table.lines else []

    @cached_property
    def counts(self) -> list[Count]:
        """The counts whose registrations the rows must have room for."""
        measures = [figure.measure for figure in self.table.figures if figure.measure is not None]
        return [count for measure in measures for count in measure.counts()]

    def members(self, dimension: Dimension, counts: Iterable[Count], before: tuple[str, ...]) -> list[tuple[str, str]]:
        """The items of a dimension that get a row or column, as code and label."""
        occurring = {code for count in counts for code in self.tallies.occurs(count, len(before), before)}
        within = dict(zip((d.key for d in self.table.rows), before, strict=False))
        members = dimension.members(self.context, within)
        unknown = occurring - {member.code for member in members}
        if unknown:
            raise OutsideListError(
                _("Tabellen kan inte räknas: ”%(title)s” har värden utan rad (%(codes)s). Lägg till dem i listan.")
                % {"title": dimension.title, "codes": ", ".join(sorted(unknown))}
            )
        return [(m.code, m.label) for m in members if not m.only_if_occurs or m.code in occurring]

    @cached_property
    def columns(self) -> list[tuple[ResultColumn, Figure, str | None]]:
        """The result's columns, each with the figure it shows and, in a split, the code."""
        found: list[tuple[ResultColumn, Figure, str | None]] = []
        for figure in self.table.figures:
            if figure.split is None:
                found.append((ResultColumn(figure.key, str(figure.title), figure.format), figure, None))
                continue
            anywhere = tuple(TOTAL for _dimension in self.table.rows)
            counts = figure.measure.counts() if figure.measure else ()
            for code, label in self.members(figure.split, counts, anywhere):
                found.append((ResultColumn(code, label, figure.format, str(figure.title)), figure, code))
            found.append((ResultColumn(TOTAL, str(figure.sum_title), figure.format, str(figure.title)), figure, TOTAL))
        return found

    def result(self) -> Result:
        table, context = self.table, self.context
        rows = [*self._dimension_rows(), *(self._line(line) for line in self.lines)]
        return Result(
            table=table.key,
            version=table.version,
            title=str(table.title),
            federation=context.scope.federation.name,
            scope=context.scope.label,
            period=context.period.key,
            period_label=context.period.label,
            counts=context.counts_label if table.counts_registrations else "",
            headings=tuple(str(d.title) for d in table.rows) or (str(table.heading),),
            columns=tuple(column for column, _figure, _code in self.columns),
            rows=tuple(rows),
            zero=table.zero,
            notes=tuple(map(str, table.notes)),
            parameters=used_parameters(table, context),
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
        return (*labels, str(self.table.row_total), *("" for _n in range(missing - 1)))

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


def used_parameters(table: Table, context: Context) -> tuple[UsedParameter, ...]:
    """The assumptions that a table leans on, with the values in force."""
    specs = {
        leaf.spec.key: leaf.spec
        for measure in table.measures(context)
        for leaf in measure.leaves()
        if isinstance(leaf, Assumption)
    }
    for measure in table.extra_measures:
        specs |= {leaf.spec.key: leaf.spec for leaf in measure.leaves() if isinstance(leaf, Assumption)}
    used = []
    for key, spec in specs.items():
        value = context.parameters.get(key)
        if value is None:
            raise MissingParameterError(spec, context.period.end)
        used.append(
            UsedParameter(
                key,
                str(spec.title),
                format(value.value.normalize(), "f"),
                str(spec.unit),
                value.valid_from.isoformat(),
                value.source,
            )
        )
    return tuple(used)
