"""What is joined: which items of a table are shown as one, and what comes next where that is not enough."""

from collections.abc import Callable, Iterable
from itertools import groupby

from reports.definition import TOTAL, Count
from reports.dimensions.common import INITIATIVE
from reports.protection.design import Parent, Sheet, figures_of
from reports.protection.rule import Rule
from reports.result import ResultRow, RowKind


def first_joins(sheets: Iterable[Sheet], rule: Rule) -> dict[tuple[str, Parent], frozenset[str]]:
    """What is joined from the start: the items that have too few, with the next smallest until they are enough."""
    joins = {}
    for sheet in sheets:
        if not sheet.table.rows or sheet.table.rows[-1].joined is None or sheet.table.rows[-1] is INITIATIVE:
            continue
        for parent, rows in groupby(sheet.result.body(), key=lambda row: row.key[:-1]):
            codes = _joined_codes(sheet, list(rows), rule.sensitive)
            if codes:
                joins[sheet.key, parent] = codes
    return joins


def _joined_codes(sheet: Sheet, rows: list[ResultRow], least: int) -> frozenset[str]:
    """Those with too few, and the next smallest until they are two and enough. Of an ordered dimension the fewest and
    its neighbours, so that what is joined stays a span."""
    people = people_of(sheet)
    small = sorted((row for row in rows if 0 < people(row) < least), key=people)
    if not small:
        return frozenset()
    joined = small[:1] if _only_neighbours(sheet) else small
    while len(joined) < 2 or sum(map(people, joined)) < least:  # noqa: PLR2004
        following = _next(sheet, rows, joined)
        if following is None:
            break
        joined.append(following)
    return frozenset(row.key[-1] for row in joined) if len(joined) > 1 else frozenset()


def one_more(sheet: Sheet, parent: Parent, joined: frozenset[str]) -> frozenset[str]:
    """A join with the next item in it, or the first two; the same where there is none."""
    rows = [row for row in sheet.result.body() if row.key[:-1] == parent]
    chosen = [row for row in rows if row.key[-1] in joined]
    for _item in range(1 if chosen else 2):
        following = _next(sheet, rows, chosen)
        if following is None:
            return joined
        chosen.append(following)
    return frozenset(row.key[-1] for row in chosen)


def _next(sheet: Sheet, rows: list[ResultRow], joined: list[ResultRow]) -> ResultRow | None:
    """The smallest that may be joined next: beside what is joined already, where only neighbours may be."""
    people = people_of(sheet)
    if _only_neighbours(sheet):
        places = [rows.index(row) for row in joined] or range(len(rows))
        beside = {max(min(places) - 1, 0), min(max(places) + 1, len(rows) - 1)} if joined else set(places)
        able = [rows[place] for place in sorted(beside) if rows[place] not in joined]
    else:
        able = [row for row in rows if row not in joined and people(row)]
    return min(able, key=people, default=None)


def _only_neighbours(sheet: Sheet) -> bool:
    joining = sheet.table.rows[-1].joined
    return joining is not None and joining.neighbours


def people_of(sheet: Sheet) -> Callable[[ResultRow], int]:
    """How many a row is about: its sum, or the largest count in it."""
    counts = [i for i, figure in enumerate(figures_of(sheet)) if isinstance(figure.measure, Count)]

    def people(row: ResultRow) -> int:
        numbers = [row.cells[i].value for i in counts]
        return max((n for n in numbers if isinstance(n, int)), default=0)

    return people


def small_initiatives(sheets: Iterable[Sheet], rule: Rule) -> frozenset[str]:
    """The initiatives too small for a row of their own, by the most that any table says of them."""
    most: dict[str, int] = {}
    for sheet in sheets:
        if sheet.table.rows[:1] == (INITIATIVE,) and sheet.table.counts_registrations and not sheet.table.counts:
            people = people_of(sheet)
            for row in sheet.result.rows:
                if row.key[0] != TOTAL and set(row.key[1:]) <= {TOTAL} and row.kind is not RowKind.LINE:
                    most[row.key[0]] = max(most.get(row.key[0], 0), people(row))
    in_order = sorted((n, code) for code, n in most.items() if n)
    small = [code for n, code in in_order if n < rule.initiative]
    if not small or len(in_order) < 2:  # noqa: PLR2004
        return frozenset()
    return frozenset(small if len(small) > 1 else [code for _n, code in in_order[:2]])
