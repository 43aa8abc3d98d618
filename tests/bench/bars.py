"""What was measured, beside its bar."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from tests.bench.timing import Compared

HEADING = ("", "floor", "ours", "ratio", "bar", "")


@dataclass(frozen=True)
class Measured:
    """A row of the table. ``value`` is what the bar is about: a ratio, or seconds or MiB where ``unit`` says so."""

    what: str
    value: float
    bar: float
    floor: str = ""
    ours: str = ""
    unit: str = ""
    between: str = ""

    @classmethod
    def beside(cls, what: str, compared: Compared, bar: float) -> Self:
        """A row of a ratio of times."""
        floor, ours = (f"{seconds * 1000:.1f} ms" for seconds in (compared.floor, compared.ours))
        return cls(what, compared.ratio, bar, floor, ours, between=f" ({compared.low:.2f}-{compared.high:.2f})")

    @property
    def is_met(self) -> bool:
        return self.value <= self.bar

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        value = f"{self.value:.0f} {self.unit}" if self.unit else f"{self.value:.2f}{self.between}"
        bar = f"{self.bar:g} {self.unit}".strip()
        return (self.what, self.floor, self.ours, value, bar, "met" if self.is_met else "NOT MET")


def show(rows: Iterable[Measured]) -> None:
    """The table."""
    printed = [HEADING, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in printed) for column in range(len(HEADING))]
    for line in printed:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip(), flush=True)
