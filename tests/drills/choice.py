"""Which drills are asked for. Read before anything is started, since some need other servers."""

import sys
from dataclasses import dataclass

KINDS = (
    "web-process",
    "web",
    "worker",
    "beat",
    "redis",
    "postgres",
    "deploy",
    "disk",
    "temp",
    "clock",
    "release",
)
ROUNDS = 10


@dataclass(frozen=True)
class Choice:
    """Kinds, how often each, and whether as little as possible is started for them."""

    kinds: tuple[str, ...] = KINDS
    rounds: int = ROUNDS
    hurried: bool = False


def choose(words: list[str]) -> Choice:
    """``3 worker disk``: three times these; nothing: all, ten times; ``short``: a worker and PostgreSQL, once."""
    if words == ["short"]:
        return Choice(("worker+postgres",), 1, hurried=True)
    if unknown := [word for word in words if not word.isdigit() and word not in KINDS]:
        sys.exit(f"There is no drill called {', '.join(unknown)}. There are: {', '.join(KINDS)}, load and short.")
    rounds = next((int(word) for word in words if word.isdigit()), ROUNDS)
    return Choice(tuple(word for word in words if word in KINDS) or KINDS, rounds)
