"""What a check finds, and where."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.document_check.found import FoundTable
from reports.document_check.grid import Grid

Spot = tuple[int, int]
"""A cell of a found table: its row and column, from 0."""
_LETTERS = 26


@dataclass(frozen=True)
class Contradiction:
    """Two figures that do not agree: where, what to do, what is printed, and what the rest of the document or the
    publication says. ``spots`` are the cells it is about, the printed one first."""

    place: str
    sentence: str
    printed: str
    expected: str
    table: int = 0
    spots: tuple[Spot, ...] = ()


def place_in(grid: Grid, row: int, column: int) -> str:
    """A cell, as a person finds it."""
    down, right = (grid.rows[row], grid.columns[column])[:: -1 if grid.is_turned else 1]
    parts = [place_of(grid.table)]
    if grid.table.sheet:
        parts.append(_("cell %s") % _address(grid.table, *grid.spot(row, column)))
    parts += [_("raden %s") % (down.name or down.place + 1), _("kolumnen %s") % (right.name or right.place + 1)]
    return ", ".join(parts)


def place_of(table: FoundTable) -> str:
    """A table, as a person finds it."""
    if table.sheet:
        return _("bladet %s") % table.sheet
    parts = [_("sidan %d") % table.page] if table.page else []
    parts.append(_("tabell %d i dokumentet") % table.number)
    if table.caption:
        parts.append(f"”{_shortened(table.caption)}”")
    return ", ".join(parts)


def _shortened(text: str, most: int = 90) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def _address(table: FoundTable, row: int, column: int) -> str:
    """The address of a cell of a sheet, such as E6."""
    letters, rest = "", table.columns_before + column + 1
    while rest:
        rest, letter = divmod(rest - 1, _LETTERS)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{table.rows_above + row + 1}"
