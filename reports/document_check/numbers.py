"""What a printed cell says: a number, a sign for a hidden or missing one, nothing, or words."""

import re
from decimal import Decimal
from enum import Enum, auto
from typing import NamedTuple

SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_MINUS = re.compile(r"^[\u2212\u2013\u2011-] ?(?=[0-9])")
_NUMBER = re.compile(
    r"^(?P<minus>-?)\+?(?P<whole>[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:\.[0-9]{3})+(?![0-9])|[0-9]+)"
    r"(?:[.,](?P<rest>[0-9]+))? ?(?P<unit>%|procent|kronor|kr|tkr|mnkr|sek|st|personer)?[*]*$",
    re.IGNORECASE,
)
_SIGNS = frozenset({"..", ".", ":", "-", "\u2013", "\u2212", "\u2014", "…", "...", "x", "*", "e.t.", "uppgift saknas"})
_LONGEST = 40


class Kind(Enum):
    """What stands in a cell. A sign stands where there is a number that is not told."""

    NUMBER = auto()
    SIGN = auto()
    EMPTY = auto()
    TEXT = auto()


class Value(NamedTuple):
    """A cell; ``number`` is 0 where it has none, and ``decimals`` are those it is printed with."""

    kind: Kind
    text: str
    number: Decimal = Decimal(0)
    decimals: int = 0
    is_percent: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind is Kind.NUMBER

    @property
    def half(self) -> Decimal:
        """Half of the last printed digit: as far as the true number may lie away."""
        return Decimal(5).scaleb(-self.decimals - 1)


def parse(text: str) -> Value:
    """The value of a printed text: spaces of any kind in thousands, decimal comma, a minus of any kind."""
    plain = SPACES.sub(" ", text).strip()
    if not plain:
        return Value(Kind.EMPTY, "")
    if plain.casefold() in _SIGNS:
        return Value(Kind.SIGN, plain)
    found = _NUMBER.match(_MINUS.sub("-", plain)) if len(plain) <= _LONGEST else None
    if not found:
        return Value(Kind.TEXT, plain)
    whole, rest = re.sub(r"[ .]", "", found["whole"]), found["rest"] or ""
    number = Decimal(f"{found['minus']}{whole}.{rest}" if rest else f"{found['minus']}{whole}")
    return Value(Kind.NUMBER, plain, number, len(rest), (found["unit"] or "") in ("%", "procent"))


def same(one: Value, other: Value) -> bool:
    """Whether two printed numbers may be one, printed with more and with fewer decimals."""
    if one.decimals == other.decimals:
        return one.number == other.number
    return abs(one.number - other.number) <= max(one.half, other.half)


def shown(number: Decimal, decimals: int = 0) -> str:
    """A number as a Swedish reader writes it."""
    digits = f"{abs(number):,.{decimals}f}".replace(",", "\u202f").replace(".", ",")
    return f"\u2212{digits}" if number < 0 and digits.strip("0,") else digits
