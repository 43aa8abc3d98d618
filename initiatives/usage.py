"""Who uses a list item or an initiative. Registrations lie above this app, so they tell of themselves.

``participants.uses`` declares how its rows are counted, ``initiatives.uses`` how activities are. Only counts come down
here, never a row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, Q, QuerySet

from initiatives.models import Initiative


@dataclass(frozen=True)
class Uses:
    """How many counted registrations name a thing now, and whether any ever has (in the history, or void)."""

    now: int = 0
    ever: bool = False

    def __add__(self, other: "Uses") -> "Uses":
        return Uses(self.now + other.now, self.ever or other.ever)


def uses_among(current: QuerySet[Any], versions: QuerySet[Any], which: Q) -> Uses:
    """The uses by registrations that keep versions."""
    ever = current.filter(which).exists() or versions.filter(which).exists()
    return Uses(current.filter(which, is_void=False).count() if ever else 0, ever)


Counter = Callable[[Any], Uses]
StartCounter = Callable[[Initiative, date, date | None], int]
_COUNTERS: dict[type[Model], list[Counter]] = {}
_START_COUNTERS: list[StartCounter] = []


def counts_uses_of(model: type[Model]) -> Callable[[Counter], Counter]:
    """Declare a function that counts the uses of a row of the model."""

    def declare(counter: Counter) -> Counter:
        _COUNTERS.setdefault(model, []).append(counter)
        return counter

    return declare


def counts_starts_outside(counter: StartCounter) -> StartCounter:
    """Declare a function that counts an initiative's registrations that start outside two days."""
    _START_COUNTERS.append(counter)
    return counter


def uses_of(row: Model) -> Uses:
    """All uses of a row."""
    return sum((count(row) for count in _COUNTERS.get(type(row), ())), Uses())


def starts_outside(initiative: Initiative, first: date, last: date | None) -> int:
    """How many registrations start before the first or after the last day."""
    return sum(count(initiative, first, last) for count in _START_COUNTERS)
