"""The public form of a table: what is joined into one row, and which rows are not split by gender."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from reports.context import Context
from reports.definition import TOTAL, Count, Figure, Table
from reports.dimensions.common import GENDER, INITIATIVE
from reports.protection.boxes import JOIN
from reports.protection.rule import Rule
from reports.result import Cell, Result, ResultRow, RowKind, Status

Parent = tuple[str, ...]
Joins = Mapping[tuple[str, Parent], frozenset[str]]
"""The codes that are shown as one, by table and the row above them."""
WITHHELD = Cell(None, Status.SUPPRESSED)
NOT_SPLIT = Cell(None, Status.NOT_APPLICABLE)


@dataclass(frozen=True)
class Sheet:
    """A computed table with its declaration and what it was computed for. ``narrower``: what is printed instead where
    the whole would cost a hidden figure, widest first, and after them nothing; None: it is printed at any cost."""

    table: Table
    result: Result
    context: Context
    narrower: tuple[Result, ...] | None = None

    def forms(self) -> "Iterator[Sheet | None]":
        """The ways to print it, the whole first; None is not at all."""
        yield self
        yield from (replace(self, result=result) for result in self.narrower or ())
        yield None if self.narrower is not None else self

    @property
    def key(self) -> str:
        """Tells the sheet from the same table of another period or scope."""
        return f"{self.result.table}|{self.result.period}|{self.context.scope.key}"


@dataclass(frozen=True)
class PublicSheet:
    """A sheet as it is to be printed, apart from what is hidden in it. ``details``: the rows that it shows as one."""

    sheet: Sheet
    result: Result
    details: tuple[ResultRow, ...] = ()


def designed(sheet: Sheet, joins: Joins, small_initiatives: frozenset[str], rule: Rule) -> PublicSheet:
    """Joins first, because what is joined may be enough to split; then leaves out the split of the others."""
    rows, details = list(sheet.result.rows), []
    if INITIATIVE in sheet.table.rows[:1] and len(small_initiatives) > 1:
        rows, gone = _with_one_for(sheet, rows, small_initiatives)
        details += gone
    for parent, codes in _joins_of(sheet, joins):
        rows, gone = _with_joined(sheet, rows, parent, codes)
        details += gone
    public = [_split_or_not(sheet, row, rule) for row in rows]
    notes = (*sheet.result.notes, *_notes(rows, public, rule))
    return PublicSheet(sheet, replace(sheet.result, rows=tuple(public), notes=notes), tuple(details))


def _joins_of(sheet: Sheet, joins: Joins) -> Iterator[tuple[Parent, frozenset[str]]]:
    return ((parent, codes) for (key, parent), codes in sorted(joins.items(), key=str) if key == sheet.key)


def _with_joined(
    sheet: Sheet, rows: list[ResultRow], parent: Parent, codes: frozenset[str]
) -> tuple[list[ResultRow], list[ResultRow]]:
    """The rows with those of some codes under one parent as one, after the parent's others."""
    joining = sheet.table.rows[-1].joined
    gone = [row for row in rows if row.kind is RowKind.BODY and row.key[:-1] == parent and row.key[-1] in codes]
    if joining is None or len(gone) < 2:  # noqa: PLR2004
        return rows, []
    kept = [row for row in rows if row not in gone]
    title = str(joining.title)
    if joining.neighbours:
        title = ", ".join(row.labels[-1] for row in gone)
    joined = _sum_of(sheet, gone, (*parent, JOIN.join(sorted(r.key[-1] for r in gone))), (*gone[0].labels[:-1], title))
    last = rows.index(gone[-1]) - len(gone) + 1 if joining.neighbours else _end_of(kept, parent)
    return [*kept[:last], joined, *kept[last:]], gone


def _end_of(rows: list[ResultRow], parent: Parent) -> int:
    """The place after the parts of a parent."""
    places = [i for i, row in enumerate(rows) if row.kind is RowKind.BODY and row.key[:-1] == parent]
    if places:
        return places[-1] + 1
    return next((i for i, row in enumerate(rows) if row.key == (*parent, TOTAL)), len(rows))


def _with_one_for(
    sheet: Sheet, rows: list[ResultRow], initiatives: frozenset[str]
) -> tuple[list[ResultRow], list[ResultRow]]:
    """The rows with small initiatives as one, without what they are divided into."""
    gone = [row for row in rows if row.key[0] in initiatives and row.kind in (RowKind.BODY, RowKind.SUBTOTAL)]
    tops = [row for row in gone if set(row.key[1:]) <= {TOTAL}]
    kept = [row for row in rows if row not in gone]
    if len(tops) < 2 or INITIATIVE.joined is None:  # noqa: PLR2004
        return rows, []
    code = JOIN.join(sorted(row.key[0] for row in tops))
    joined = _sum_of(sheet, tops, (code, *tops[0].key[1:]), (str(INITIATIVE.joined.title), *tops[0].labels[1:]))
    place = next((i for i, row in enumerate(kept) if row.kind is RowKind.TOTAL), len(kept))
    return [*kept[:place], joined, *kept[place:]], gone


def _sum_of(sheet: Sheet, rows: list[ResultRow], key: tuple[str, ...], labels: tuple[str, ...]) -> ResultRow:
    cells = [_added(figure, [row.cells[index] for row in rows]) for index, figure in enumerate(figures_of(sheet))]
    return ResultRow(key, labels, rows[0].kind, tuple(cells))


def _added(figure: Figure, cells: list[Cell]) -> Cell:
    """Counts add up; what a share or a mean of the joined would be is not known from theirs."""
    if not isinstance(figure.measure, Count):
        return WITHHELD
    return Cell(sum(int(cell.number) for cell in cells))


def figures_of(sheet: Sheet) -> list[Figure]:
    """The figure of each column."""
    by_key = {figure.key: figure for figure in sheet.table.figures}
    split = next((figure for figure in sheet.table.figures if figure.split), None)
    return [by_key[c.key] if c.key in by_key else _required(split) for c in sheet.result.columns]


def _required(figure: Figure | None) -> Figure:
    if figure is None:
        raise LookupError("A column belongs to no figure of its table.")
    return figure


def gender_columns(sheet: Sheet) -> dict[str, int]:
    """Where a column split by gender has each gender, and its sum."""
    return {
        column.key: index
        for index, (column, figure) in enumerate(zip(sheet.result.columns, figures_of(sheet), strict=True))
        if figure.split is GENDER and column.key != figure.key
    }


def _split_or_not(sheet: Sheet, row: ResultRow, rule: Rule) -> ResultRow:
    places = gender_columns(sheet)
    if not places or (row.kind is RowKind.LINE and TOTAL not in places):
        return row
    if not _is_too_few_to_split(row, places, rule):
        return row
    genders = {index for code, index in places.items() if code != TOTAL}
    return replace(row, cells=tuple(NOT_SPLIT if i in genders else cell for i, cell in enumerate(row.cells)))


def _is_too_few_to_split(row: ResultRow, places: Mapping[str, int], rule: Rule) -> bool:
    """Fewer than the rule says, a joined row, or a third gender that would be seen as what is left over."""
    total = row.cells[places[TOTAL]].value if TOTAL in places else None
    third = [row.cells[i].value for code, i in places.items() if code not in (TOTAL, *TWO_GENDERS)]
    return (
        (isinstance(total, int) and total < rule.split)
        or any(JOIN in code for code in row.key)
        or any(isinstance(n, int) and 0 < n < rule.sensitive for n in third)
    )


TWO_GENDERS = ("woman", "man")


def _notes(rows: Iterable[ResultRow], public: Iterable[ResultRow], rule: Rule) -> Iterator[str]:
    if any(before != after for before, after in zip(rows, public, strict=True)):
        yield _("Rader med färre än %(least)d delas inte på kön.") % {"least": rule.split}
    if any(JOIN in code for row in rows for code in row.key):
        yield _("Små grupper visas sammanslagna.")
