"""Swedish alphabetical order. No machine can be trusted to have it, so names are put in order by Python."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Named(Protocol):
    name: str


N = TypeVar("N", bound=Named)
_LAST = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "é": "e", "ü": "y"})
"""After z come å, ä and ö, in that order."""


def sort_key(text: str) -> str:
    """What puts texts in Swedish order."""
    return text.casefold().translate(_LAST)


def sorted_by_name(rows: Iterable[N]) -> list[N]:
    """Rows in the order of their names."""
    return sorted(rows, key=lambda row: sort_key(row.name))
