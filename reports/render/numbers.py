"""Numbers as Swedish readers write them, and the signs that stand where there is no number."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.result import Cell, Format, Number, Status

NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
PLAIN_SPACE = "\N{NO-BREAK SPACE}"
"""For terminals, whose fonts seldom have the narrow one."""
MINUS = "\N{MINUS SIGN}"

SIGNS: dict[Status, str] = {
    Status.SUPPRESSED: "..",
    Status.MISSING: "-",
    Status.NOT_APPLICABLE: ".",
    Status.TOO_EARLY: ":",
}
"""Kolada's signs, and Eurostat's for what is not there yet."""
SIGN_WORDS: dict[Status, str | Promise] = {
    Status.SUPPRESSED: _("skyddad uppgift"),
    Status.MISSING: _("uppgift saknas"),
    Status.NOT_APPLICABLE: _("inte tillämpligt"),
    Status.TOO_EARLY: _("för tidigt att räkna"),
}

_DECIMALS = {Format.COUNT: 0, Format.SEK: 0, Format.DECIMAL: 2, Format.MONTHS: 1}
_FRACTION_OF_A_COUNT = 2
# The default context refuses to round what has more than 28 digits.
_WIDE = Context(prec=200)


def sv_number(
    cell: Cell, form: Format, *, decimals: int | None = None, zero: str = "0", space: str = NARROW_SPACE
) -> str:
    """A cell for people: thousands apart, decimal comma, a real minus; a sign where there is no value.

    ``decimals`` makes the numbers of a column line up (``column_decimals``). ``zero`` is the table's: only a true
    zero prints so, never what merely rounds to it.
    """
    if cell.status is not Status.VALUE:
        return SIGNS[cell.status]
    if isinstance(cell.value, str):
        return cell.value
    if is_zero(cell) and zero != "0":
        return zero
    digits = sv_decimal(cell.number, decimals_of(cell.number, form) if decimals is None else decimals, space)
    return f"{digits}{space}%" if form is Format.PERCENT else digits


def sv_decimal(number: Number, decimals: int, space: str = NARROW_SPACE) -> str:
    """A number rounded half up, with so many decimals."""
    if isinstance(number, int) and not decimals:
        digits = f"{abs(number):,}".replace(",", space)
        return f"{MINUS}{digits}" if number < 0 else digits
    rounded = Decimal(number).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE)
    digits = f"{rounded.copy_abs():,f}".replace(",", space).replace(".", ",")
    return f"{MINUS}{digits}" if rounded < 0 else digits


def is_zero(cell: Cell) -> bool:
    """Whether the cell is a true zero, before any rounding."""
    return isinstance(cell.value, int | Decimal) and cell.value == 0


def decimals_of(number: Number, form: Format) -> int:
    """How many decimals one number prints with.

    A share prints the decimals it was rounded to. A column of counts may hold a line in full-time equivalents, which
    has decimals only where it needs them.
    """
    if form in (Format.PERCENT, Format.TEXT):
        return stored_decimals(number)
    if form is Format.COUNT and number % 1:
        return _FRACTION_OF_A_COUNT
    return _DECIMALS[form]


def column_decimals(cells: Iterable[Cell], form: Format) -> int | None:
    """How many decimals a column prints with, or None where each number decides for itself."""
    if form is Format.COUNT:
        return None
    numbers = [cell.value for cell in cells if isinstance(cell.value, int | Decimal)]
    return max((decimals_of(number, form) for number in numbers), default=0)


def stored_decimals(number: Number) -> int:
    """How many decimals a number is stored with."""
    exponent = Decimal(number).as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
