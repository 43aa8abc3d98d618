"""The table that a drill prints."""

import sys
import time
from collections import Counter
from collections.abc import Callable

from tests.drills.figures import Found
from tests.drills.kinds import UNNOTICED
from tests.drills.saving import Ledger

HEADING = (
    "kind             rounds  acknowledged  files  published  lost  doubled  wrong figures  half done  "
    "typed text kept  longest wait     all  other answers"
)
LINE = "{:<15}  {:>6}  {:>12}  {:>5}  {:>9}  {:>4}  {:>7}  {:>13}  {:>9}  {:>8} of {:>4}  {:>10.1f} s  {:>4.0f} s  {}"


def tell(kind: str, ledger: Ledger, rounds: int, act: Callable[[], Found]) -> bool:
    """The line of a kind's rounds, and whether all is as it should be."""
    began, before = time.monotonic(), (ledger.acknowledged, ledger.files, len(ledger.published))
    ledger.longest, ledger.answers, ledger.kept, ledger.forgotten = 0.0, Counter(), 0, 0
    found = [_timed(kind, number, act) for number in range(1, rounds + 1)]
    done = (ledger.acknowledged, ledger.files, len(ledger.published))
    sums = [sum(getattr(one, name) for one in found) for name in ("lost", "doubled", "wrong", "half")]
    typed = (ledger.kept, ledger.kept + ledger.forgotten)
    told_of = ", ".join(f"{answer} {count}" for answer, count in ledger.answers.most_common())
    counts = (rounds, *(now - then for now, then in zip(done, before, strict=True)), *sums, *typed)
    print(LINE.format(kind, *counts, ledger.longest, time.monotonic() - began, told_of), flush=True)
    return all(one.is_good for one in found) and not ledger.forgotten and not (kind in UNNOTICED and ledger.answers)


def _timed(kind: str, number: int, act: Callable[[], Found]) -> Found:
    """Whoever waits sees how far it has come, beside the table."""
    began = time.monotonic()
    found = act()
    print(f"{kind}, round {number}: {time.monotonic() - began:.0f} s, {found}", file=sys.stderr, flush=True)
    return found
