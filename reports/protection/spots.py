"""Every printed figure of a sheet: where it stands, and what it is made of."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.definition import TOTAL, Count, Dimension, Given, Measure, Of
from reports.dimensions.common import GENDER
from reports.disclosure.system import InconsistentError
from reports.protection.boxes import Box
from reports.protection.design import PublicSheet, Sheet, gender_columns
from reports.protection.forms import Form, Spot, bases, forms, percents
from reports.result import Result, ResultColumn, ResultRow, RowKind, Status
from reports.trace import measure_of

Place = tuple[str, int, int]
"""Sheet, row, column."""


@dataclass(frozen=True)
class Printed:
    """A figure that stands in a public table. ``bases``: the people of a figure with weights; ``wholes``: what its
    shares are taken of; ``answers``: those that it is worked out from."""

    place: Place
    label: str
    weight: int
    measure: Measure
    forms: tuple[Form, ...]
    bases: tuple[Box, ...]
    wholes: tuple[Form, ...]
    answers: tuple[Box, ...]


def printed(public: PublicSheet) -> Iterator[Printed]:
    """The figures of a public table that have a value and are made of registrations."""
    sheet = public.sheet
    for number, row in enumerate(public.result.rows):
        for index, (column, cell) in enumerate(zip(public.result.columns, row.cells, strict=True)):
            if cell.status is not Status.VALUE:
                continue
            measure, split = measure_of(sheet.table, sheet.context, row, column.key)
            spot = _spot(sheet, row, split, column.key)
            made_of = tuple(dict.fromkeys(forms(measure, spot)))
            if not made_of and cell.value and any(measure.counts()) and not _is_free_of_people(measure):
                raise InconsistentError(f"{public.result.table}, {row.key}, {column.key}: nobody, yet {cell.value}")
            if made_of:
                yield Printed(
                    (sheet.key, number, index),
                    _label(public.result, row, column),
                    _weight(spot),
                    measure,
                    made_of,
                    tuple(dict.fromkeys(bases(measure, spot))),
                    tuple(form for share in percents(measure) for form in forms(share.denominator, spot)),
                    tuple(_answers(measure, spot)),
                )


def _label(result: Result, row: ResultRow, column: ResultColumn) -> str:
    return " · ".join(filter(None, (result.title, *row.labels, column.group, column.title)))


def _answers(measure: Measure, spot: Spot) -> Iterator[Box]:
    """The answers that a figure is worked out from, all of them; none where it is only how many they are."""
    if not isinstance(measure, Count):
        for count in measure.counts():
            if count.population.of is Of.ANSWERS:
                yield spot.box(count, chosen=False)


def _is_free_of_people(measure: Measure) -> bool:
    """Whether it may have a value where nobody is counted: what the federation has given is part of it."""
    return any(isinstance(leaf, Given) for leaf in measure.leaves)


def _spot(sheet: Sheet, row: ResultRow, split: Dimension | None, column: str) -> Spot:
    codes = [] if row.kind is RowKind.LINE else list(zip(sheet.table.rows, row.key, strict=True))
    return Spot(sheet.context, (*codes, *([(split, column)] if split else [])))


def _weight(spot: Spot) -> int:
    """What hiding costs: totals more than outcomes, and those more than their split by gender."""
    narrowed = [dimension for dimension, code in spot.codes if code != TOTAL]
    if GENDER in narrowed:
        return 2 if len(narrowed) > 1 else 9
    return (60, 12, 4)[min(len(narrowed), 2)]


Unprinted = tuple[Box, int, str]


def unprinted(public: PublicSheet) -> Iterator[Unprinted]:
    """The boxes that a public table joins or does not split, each with the least that a reader knows it to be, and what
    it is called inside the house."""
    for row in public.details:
        if not set(row.key[1:]) - {TOTAL} and len(row.key) > 1:
            yield from _details(public.sheet, row, 1)
        else:
            yield from _details(public.sheet, row, 1 if row.kind is RowKind.BODY else 0)
    for row in public.result.rows:
        yield from _genders(public.sheet, row)


def _details(sheet: Sheet, row: ResultRow, least: int) -> Iterator[Unprinted]:
    """What stood in a row that is shown with others. That it is there tells that it is not empty."""
    genders = gender_columns(sheet)
    for index, (column, cell) in enumerate(zip(sheet.result.columns, row.cells, strict=True)):
        measure, split = measure_of(sheet.table, sheet.context, row, column.key)
        is_gender = index in genders.values() and column.key != TOTAL
        for form in forms(measure, _spot(sheet, row, split, column.key)):
            if form.is_a_box:
                floor = least if cell.value and not is_gender and _is_the_sum(sheet, index) else 0
                yield form.terms[0][0], floor, _label(sheet.result, row, column)


def _is_the_sum(sheet: Sheet, index: int) -> bool:
    """Only by the first count of a table, or its sum, is a row chosen for being small."""
    genders = gender_columns(sheet)
    return index == genders.get(TOTAL, 0)


def _genders(sheet: Sheet, row: ResultRow) -> Iterator[Unprinted]:
    """What stands behind the genders of a row that is not split."""
    for code, index in gender_columns(sheet).items():
        if row.cells[index].status is Status.NOT_APPLICABLE and code != TOTAL:
            measure, split = measure_of(sheet.table, sheet.context, row, code)
            for form in forms(measure, _spot(sheet, row, split, code)):
                yield form.terms[0][0], 0, _label(sheet.result, row, sheet.result.columns[index])
