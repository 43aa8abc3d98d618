"""Means and medians: measures of a number that each registration has."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from reports.definition import TOTAL, UNKNOWN, Count, Measure, Text
from reports.result import NOT_APPLICABLE, Cell

if TYPE_CHECKING:
    from reports.compute import Place

Weighted = Sequence[tuple[int, int]]
"""Numbers, lowest first, each with how many registrations have it."""


@dataclass(frozen=True)
class Numbered(Count):
    """The registrations of a population that have a number. The codes of its dimension are the numbers, as text."""

    def chooses(self, code: str) -> bool:
        return code not in (TOTAL, UNKNOWN)


@dataclass(frozen=True)
class Average(Measure):
    """A mean or median of what ``numbers`` counts, in units of ``unit``; not applicable where there is nothing.

    Never added up from parts: each place of a table has its own.
    """

    numbers: Numbered
    unit: Decimal
    title: Text
    decimals: int = 1

    def at(self, place: "Place") -> Cell:
        numbers = sorted((int(code), n) for code, n in place.distribution(self.numbers))
        if not numbers:
            return NOT_APPLICABLE
        value = self.of(numbers) / self.unit
        return Cell(value.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP))

    def of(self, numbers: Weighted) -> Decimal:
        raise NotImplementedError

    def parts(self) -> tuple[Measure, ...]:
        return (self.numbers,)


class Mean(Average):
    """The sum divided by how many there are."""

    def of(self, numbers: Weighted) -> Decimal:
        return Decimal(sum(number * n for number, n in numbers)) / sum(n for _number, n in numbers)

    def words(self) -> str:
        return _("medelvärdet av %(what)s för %(whom)s") % {"what": self.title, "whom": self.numbers.words()}


class Median(Average):
    """The one in the middle; between the two in the middle where they are even in number."""

    def of(self, numbers: Weighted) -> Decimal:
        count = sum(n for _number, n in numbers)
        return Decimal(_at(numbers, (count - 1) // 2) + _at(numbers, count // 2)) / 2

    def words(self) -> str:
        return _("medianen av %(what)s för %(whom)s: hälften har mer, hälften har mindre") % {
            "what": self.title,
            "whom": self.numbers.words(),
        }


def _at(numbers: Weighted, index: int) -> int:
    """The number that stands at an index when all stand in a row."""
    for number, n in numbers:
        index -= n
        if index < 0:
            return number
    raise IndexError(index)
