"""Dealing out by chance, repeatably: the same source gives the same on every machine.

Only ``random.Random`` and plain arithmetic: no logarithms, whose last digit may differ between machines, and no order
that comes from a set.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

Weights = Mapping[str, float]


class ImpossiblePlanError(ValueError):
    """The figures contradict each other, or what was tried so far did not fit."""


def source_of_chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - invented registrations, not secrets


def one_of(chance: Random, weights: Weights) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def between(chance: Random, low: int, usual: int, high: int) -> int:
    """A whole number, most often near the usual one."""
    return int(chance.triangular(low, high + 1, usual)) if low < high else low


def shuffled(chance: Random, items: Sequence[T]) -> list[T]:
    return chance.sample(items, len(items))


def pick(chance: Random, items: Sequence[T], count: int, weight: Callable[[T], float]) -> list[T]:
    """So many of the items, heavier ones more often; an item of weight 0 never. Their order is by chance."""
    keyed = [(chance.random() / w, n) for n, item in enumerate(items) if (w := weight(item)) > 0]
    if len(keyed) < count:
        raise ImpossiblePlanError(f"{count} of {len(keyed)} items were asked for; loosen what makes an item eligible.")
    return [items[n] for _key, n in sorted(keyed)[:count]]


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total, by the largest remainder."""
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for n in by_remainder[: total - sum(parts)]:
        parts[n] += 1
    return parts
