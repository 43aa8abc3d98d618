"""The language of tables: stored ones are in the program's own, whoever asked for them; readers get theirs."""

import re
from dataclasses import replace

from django.conf import settings
from django.utils.translation import get_language, gettext, override

from finsam_tracker.core.period import Period
from reports.result import Cell, Result, ResultColumn, ResultRow, UsedParameter

NUMBER = re.compile(r"\d+")


def stored_language() -> override:
    """The language in which a table is stored: one for all, or the same figures would count as changed."""
    return override(settings.LANGUAGE_CODE)


def for_reader(result: Result) -> Result:
    """A stored table in the reader's language. A federation's own names stay, but for those the program uses too."""
    if get_language() == settings.LANGUAGE_CODE:
        return result
    return replace(
        result,
        title=_told(result.title),
        period_label=Period.parse(result.period).label,
        counts=_told(result.counts),
        headings=tuple(map(_told, result.headings)),
        columns=tuple(map(_column, result.columns)),
        rows=tuple(map(_row, result.rows)),
        notes=tuple(map(_told, result.notes)),
        parameters=tuple(map(_parameter, result.parameters)),
        breaks=tuple(one._replace(cause=_told(one.cause)) for one in result.breaks),
    )


def _column(column: ResultColumn) -> ResultColumn:
    return replace(column, title=_told(column.title), group=_told(column.group))


def _row(row: ResultRow) -> ResultRow:
    cells = tuple(Cell(_told(cell.value), cell.status) if isinstance(cell.value, str) else cell for cell in row.cells)
    return replace(row, labels=tuple(map(_told, row.labels)), cells=cells)


def _parameter(parameter: UsedParameter) -> UsedParameter:
    return replace(parameter, title=_told(parameter.title), unit=_told(parameter.unit))


def _told(text: str) -> str:
    """The text as the catalogue has it; where it has a number in it, as the catalogue has it for any number."""
    if not text:
        return text  # the catalogue keeps its headers under the empty text
    told = gettext(text)
    numbers = NUMBER.findall(text)
    if told == text and len(numbers) == 1 and "%" not in text:
        pattern = NUMBER.sub("%d", text)
        with_any = gettext(pattern)
        return with_any % int(numbers[0]) if with_any != pattern else text
    return told
