"""The sums that must hold in and between distributions, matrices and years."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from django.utils.translation import gettext as _

from finsam_tracker.core.period import Period
from reports.definition import TOTAL
from reports.dimensions.follow_ups import WORKS, WORKS_AND_STUDIES
from reports.reconcile.check import Check, Results, number_in, rule
from reports.result import Format, Number, Result, ResultColumn, ResultRow, RowKind

Pair = tuple[Number, Number]

OF_EVERYONE = ("ages", "education", "support_time", "referrers", "municipalities", "assignments")
POPULATIONS = {
    **{key: {TOTAL: "total", "new": "new", "exited": "exited"} for key in (*OF_EVERYONE, "support_before")},
    **{key: {TOTAL: "exited"} for key in ("support_after", "time_exited", "step_matrix", "support_change")},
    **{key: {TOTAL: "exited"} for key in ("occupation_after", "support_or_not")},
    "time_ongoing": {TOTAL: "ongoing"},
    "months": {"exited": "exited", "ongoing": "ongoing"},
    **{key: {"exited": "exited"} for key in ("steps_by_initiative", "steps_by_assignment", "went_on")},
}
"""The columns whose total row is a population, by the column of the flows that says how many it is."""
WITH_SEVERAL = ("support_before", "support_after")
OVERLAPPING = (*WITH_SEVERAL, "support_change")
"""Tables in whose rows a participation may stand more than once."""


def first_unequal(pairs: Iterable[Pair], otherwise: Pair) -> Pair:
    """The first two numbers that are not equal; where all are, the two that stand for them."""
    return next((pair for pair in pairs if pair[0] != pair[1]), otherwise)


def _counted(table: Result) -> list[ResultColumn]:
    return [column for column in table.columns if column.format is Format.COUNT]


def _sums(table: Result, rows: Sequence[ResultRow], total: ResultRow) -> dict[str, Pair]:
    """Each column's rows together, and what its total says, by its key."""
    return {
        column.key: (sum(number_in(row, table, column.key) for row in rows), number_in(total, table, column.key))
        for column in _counted(table)
    }


def _across(table: Result, row: ResultRow) -> Pair:
    """The parts of a split together, and the sum beside them."""
    parts = [c.key for c in table.columns if c.group and c.key != TOTAL]
    return sum(number_in(row, table, key) for key in parts), number_in(row, table, TOTAL)


@rule("flows")
def totals_are_the_population(results: Results) -> Iterator[Check]:
    flows = results["flows"]
    for key, columns in POPULATIONS.items():
        if table := results.get(key):
            total = next(row for row in table.rows if row.kind is RowKind.TOTAL)
            pairs = [
                (number_in(total, table, column), flows.cell(flow, TOTAL).number) for column, flow in columns.items()
            ]
            yield Check(_("%s: totalraden är alla som räknas") % table.title, *first_unequal(pairs, pairs[0]))


@rule()
def rows_add_up(results: Results) -> Iterator[Check]:
    """A table in which each participation stands in one row adds up to its total, column by column."""
    for key in (*POPULATIONS, "follow_ups"):
        table = results.get(key)
        if table and key not in OVERLAPPING:
            total = next(row for row in table.rows if row.kind is RowKind.TOTAL)
            sums = _sums(table, list(table.body()), total)
            whole = sums.get(TOTAL) or next(iter(sums.values()))
            yield Check(_("%s: raderna summerar till totalraden") % table.title, *first_unequal(sums.values(), whole))


@rule()
def columns_add_up(results: Results) -> Iterator[Check]:
    """A split in which each participation stands in one column adds up to its sum, row by row."""
    for key in (*POPULATIONS, "follow_ups", "follow_up_work"):
        table = results.get(key)
        if table and key != "support_change" and any(column.group for column in table.columns):
            # The total row last, so that it is the one told where all is well; lines beneath come before it.
            pairs = [_across(table, row) for row in sorted(table.rows, key=lambda row: row.kind is RowKind.TOTAL)]
            yield Check(_("%s: kolumnerna summerar till sin total") % table.title, *_last(pairs))


@rule()
def several_at_once_explain_the_rest(results: Results) -> Iterator[Check]:
    """Rows that overlap add up to more than the total, by at least one for each who stands in several."""
    for key in WITH_SEVERAL:
        if table := results.get(key):
            together = sum(number_in(row, table, TOTAL) for row in table.body())
            total, several = table.cell(TOTAL, TOTAL).number, table.cell(TOTAL, "several").number
            is_explained = together - total >= several and bool(several) == (together > total)
            told = (_("%d har flera slag samtidigt och räknas på varje rad.") % several,) if several else ()
            sentence = _("%s: raderna summerar till totalraden") % table.title
            yield Check(sentence, together, total, told, together - total if is_explained else 0)


@rule("support_change", "support_before", "support_after")
def the_change_has_the_same_margins(results: Results) -> Iterator[Check]:
    change, before, after = (results[key] for key in ("support_change", "support_before", "support_after"))
    rows = [(row.cells[-1].number, number_in(before.row(*row.key), before, "exited")) for row in change.rows]
    yield Check(_("%s: radernas totaler är avslutade efter försörjning före") % change.title, *_last(rows))
    total = change.row(TOTAL)
    columns = [(number_in(total, change, c.key), after.cell(TOTAL, c.key).number) for c in change.columns]
    yield Check(_("%s: kolumnernas totaler är avslutade efter försörjning efter") % change.title, *_last(columns))


def _last(pairs: Sequence[Pair]) -> Pair:
    return first_unequal(pairs, pairs[-1] if pairs else (0, 0))


@rule("support_or_not", "support_change")
def without_support_is_the_same(results: Results) -> Iterator[Check]:
    small, large = results["support_or_not"], results["support_change"]
    without = [row.cells[-1].number for row in large.rows if row.key == ("none",)]
    sentence = _("De som saknade försörjning före insatsen är lika många i båda tabellerna om försörjning")
    yield Check(sentence, small.cell(TOTAL, "no").number, without[0] if without else 0)


@rule("steps_by_initiative", "steps_by_assignment")
def steps_are_the_same(results: Results) -> Iterator[Check]:
    by_initiative, by_assignment = results["steps_by_initiative"], results["steps_by_assignment"]
    for table in (by_initiative, by_assignment):
        pairs = [(sum(cell.number for cell in row.cells[:3]), row.cells[3].number) for row in table.rows]
        yield Check(_("%s: positiv, ej positiv och ej bedömd är alla avslutade") % table.title, *_last(pairs))
    yield Check(
        _("Positiva stegförflyttningar är lika många per insats och per uppdrag"),
        by_initiative.cell("positive", TOTAL).number,
        by_assignment.cell("positive", TOTAL).number,
    )


@rule("flows", "months", "went_on", "steps_by_initiative")
def initiatives_are_the_same(results: Results) -> Iterator[Check]:
    flows = results["flows"]
    for key in ("months", "went_on", "steps_by_initiative"):
        table = results[key]
        pairs = [
            (number_in(row, table, "exited"), flows.cell("exited", *row.key).number)
            for row in table.rows
            if flows.has_row(*row.key)
        ]
        yield Check(_("%s: avslutade i varje insats är desamma som i flödena") % table.title, *_last(pairs))


@rule("follow_ups", "follow_up_work")
def followed_up_are_the_same(results: Results) -> Iterator[Check]:
    follow_ups, work = results["follow_ups"], results["follow_up_work"]
    for column, other in (("due", TOTAL), (TOTAL, "reached")):
        pairs = [
            (number_in(row, work, column), follow_ups.cell(other, *row.key, TOTAL).number)
            for row in work.rows
            if follow_ups.has_row(*row.key, TOTAL)
        ]
        title = work.columns[work.column(column)].title if column == "due" else work.columns[0].group
        yield Check(
            _("%(table)s: ”%(column)s” är desamma som i ”%(other)s”")
            % {"table": work.title, "column": title, "other": follow_ups.title},
            *_last(pairs),
        )


@rule("occupation_after", "work_by_reason")
def those_who_work_are_the_same(results: Results) -> Iterator[Check]:
    table, reasons = results["occupation_after"], results["work_by_reason"]
    works = sum(table.cell(TOTAL, code).number for code in (WORKS, WORKS_AND_STUDIES))
    sentence = _("%s: de som arbetar är desamma som efter avslutsorsak") % table.title
    yield Check(sentence, works, reasons.cell(TOTAL, TOTAL, TOTAL).number)


@rule("municipalities", "table_3")
def municipalities_are_the_same(results: Results) -> Iterator[Check]:
    people, money = results["municipalities"], results["table_3"]
    pairs = [(number_in(row, people, TOTAL), money.cell("participants", *row.key).number) for row in people.rows]
    yield Check(_("Deltagarna från varje kommun är desamma i ”Kommun” och Tabell 3"), *_last(pairs))


@rule("ages", "facts")
def women_are_the_same(results: Results) -> Iterator[Check]:
    yield Check(
        _("Kvinnorna är lika många i ”Ålder vid start” och ”Mer fakta om deltagare”"),
        results["ages"].cell("woman", TOTAL).number,
        results["facts"].cell("count", "women").number,
    )


@rule("development")
def years_follow_on_each_other(results: Results) -> Iterator[Check]:
    table = results["development"]
    taking_part = [
        (table.cell(c.key, "total").number, table.cell(c.key, "exited").number + table.cell(c.key, "ongoing").number)
        for c in table.columns
    ]
    yield Check(_("%s: varje år är alla som deltog avslutade eller kvar") % table.title, *_last(taking_part))
    years = [c.key for c in table.columns]
    carried = [
        (
            table.cell(before, "ongoing").number + table.cell(year, "new").number,
            table.cell(year, "total").number,
        )
        for before, year in pairwise(years)
    ]
    yield Check(_("%s: kvar från året före och nya är alla som deltog") % table.title, *_last(carried))


@rule("development", "flows")
def the_last_year_is_the_period(results: Results) -> Iterator[Check]:
    table, flows = results["development"], results["flows"]
    if Period.parse(flows.period).kind == "year":
        pairs = [
            (table.rows[at].cells[-1].number, flows.cell(row, TOTAL).number)
            for at, row in ((0, "total"), (1, "new"), (2, "exited"), (-1, "ongoing"))
        ]
        yield Check(_("%s: det sista året är periodens flöden") % table.title, *_last(pairs))


@rule("development", "work_by_reason")
def work_is_the_same(results: Results) -> Iterator[Check]:
    table, reasons = results["development"], results["work_by_reason"]
    if Period.parse(table.period).kind == "year":
        yield Check(
            _("%s: avslutade till arbete är desamma som efter avslutsorsak") % table.title,
            table.rows[3].cells[-1].number,
            reasons.cell("exits", "work", TOTAL).number,
        )
