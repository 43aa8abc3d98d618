"""Requests that come at a fixed rate, however long the answers take, as people's do."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.bench.timing import percentile

Act = Callable[[], object]


def at_rate(clients: Sequence[Act], rate: float, seconds: float) -> list[float]:
    """How long each request took, in seconds, from the moment it was due. The client that is free first makes it; where
    all wait for an answer, it waits too."""
    due = iter([time.perf_counter() + number / rate for number in range(round(rate * seconds))])
    waited: list[float] = []

    def work(act: Act) -> None:
        for moment in due:
            time.sleep(max(moment - time.perf_counter(), 0))
            act()
            waited.append(time.perf_counter() - moment)

    with ThreadPoolExecutor(len(clients)) as people:
        list(people.map(work, clients))
    return waited


def p95_at_rate(clients: Sequence[Act], rate: float, seconds: float) -> float:
    return percentile(at_rate(clients, rate, seconds), 95)
