"""Timing: one piece of work, and one beside another in turn."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


def timed(work: Callable[[], object]) -> float:
    """How long the work took, in seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@dataclass(frozen=True)
class Compared:
    """Medians of both in seconds, the median of the ratios of the pairs, and the 95 % interval of that median."""

    floor: float
    ours: float
    ratio: float
    low: float
    high: float


def compare(floor: Callable[[], float], ours: Callable[[], float], pairs: int, *, unheard: int = 1) -> Compared:
    """Two measurements in turn: what the machine does meanwhile, it does to both. The first pairs are not counted."""
    found = [(floor(), ours()) for _pair in range(unheard + pairs)][unheard:]
    ratios = sorted(mine / least for least, mine in found)
    low, high = interval(ratios)
    floors, mine = zip(*found, strict=True)
    return Compared(statistics.median(floors), statistics.median(mine), statistics.median(ratios), low, high)


def interval(ordered: Sequence[float]) -> tuple[float, float]:
    """Where the median of what the numbers were drawn from lies, 19 times of 20, whatever their distribution."""
    cut = max(int((len(ordered) - 1.96 * len(ordered) ** 0.5) / 2), 0)
    return ordered[cut], ordered[-1 - cut]


def percentile(numbers: Sequence[float], percent: int) -> float:
    """The number that so many percent of the numbers do not exceed."""
    return sorted(numbers)[max(-(-len(numbers) * percent // 100) - 1, 0)]
