"""Tables with rounded counts, and what follows from counts worked out from the rounded ones."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from reports.definition import Given, Percent
from reports.disclosure.rounding import Rounded
from reports.protection.assembly import Assembled
from reports.protection.design import WITHHELD, PublicSheet
from reports.protection.spots import Printed, printed
from reports.result import NOT_APPLICABLE, Cell, Result


def rounded_result(public: PublicSheet, assembled: Assembled, rounded: Rounded) -> Result:
    """A public table with every figure from rounded counts. What cannot be worked out from them is withheld."""
    cells = {}
    for figure in printed(public):
        before = public.result.rows[figure.place[1]].cells[figure.place[2]]
        withheld = figure.place in assembled.below_base
        cells[figure.place[1:]] = WITHHELD if withheld else _rounded(figure, before, assembled, rounded)
    rows = [
        replace(row, cells=tuple(cells.get((number, index), cell) for index, cell in enumerate(row.cells)))
        for number, row in enumerate(public.result.rows)
    ]
    return replace(public.result, rows=tuple(rows))


def _rounded(figure: Printed, before: Cell, assembled: Assembled, rounded: Rounded) -> Cell:
    measure = figure.measure
    values = [rounded.values[form.key] for form in figure.forms]
    if isinstance(measure, Percent):
        return _share(values, measure.decimals)
    true = assembled.system.cells[figure.forms[0].key].value
    has_an_offset = any(isinstance(leaf, Given) for leaf in measure.leaves)
    if len(values) > 1 or isinstance(before.value, str | None) or not true or has_an_offset:
        return before if before.value == 0 else WITHHELD
    if isinstance(before.value, int):
        return Cell(before.value * values[0] // true)
    return Cell(before.value * values[0] / true)


def _share(values: list[int], decimals: int) -> Cell:
    top, base = values[0], values[-1]
    if not base:
        return NOT_APPLICABLE
    share = Decimal(100) * top / base
    return Cell(share.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
