"""Timing."""

import time
from collections.abc import Callable


def timed(work: Callable[[], object]) -> float:
    """How long the work took, in seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
