"""The attacker: what somebody who holds everything printed, the sums and the rule can work out about what is hidden.

Written apart from the solver and sharing nothing with it but the description of the figures: it reads what is
published, finds the least and the greatest value that each number not shown can have, and only then looks at the truth.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reports.disclosure.bounds import UNKNOWN, Interval, Part
from reports.disclosure.system import Cell, Published, Show, System
from reports.disclosure.unknowns import narrow, parts, written_down


class Verdict(StrEnum):
    """What the attacker gets out of a number that is not shown."""

    SAFE = "safe"
    PRINTED = "printed"
    RECOVERED = "recovered"
    SURELY_SMALL = "surely_small"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Finding:
    """The values that a number can have for the attacker, both ends included; ``high`` None is no end."""

    key: str
    low: int
    high: int | None
    verdict: Verdict


@dataclass(frozen=True)
class AttackReport:
    """The finding for every hidden cell, for what is not printed but small, and for what is small and yet printed."""

    findings: tuple[Finding, ...]

    @property
    def is_green(self) -> bool:
        """Whether this may be published. What could not be decided may not."""
        return not self.given_away

    @property
    def given_away(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict is not Verdict.SAFE)

    def keys(self, verdict: Verdict) -> list[str]:
        return [finding.key for finding in self.findings if finding.verdict is verdict]


def attack(published: Published) -> AttackReport:
    """Plays the attacker against everything published together.

    A finding's interval holds values that have been seen to fit all that is printed; there may be more.
    """
    system = published.system
    equations, ranges = written_down(published)
    narrow(equations, ranges)
    findings = []
    for names, part in parts(equations, ranges):
        targets = {
            name: system.cells[name].threshold
            for name in names
            if published.is_hidden(system.cells[name]) or system.cells[name].is_small
        }
        found = Part(names, part, ranges).shown_possible(targets)
        findings += [_finding(published, system.cells[name], *found[name]) for name in targets]
    findings += [
        Finding(cell.key, cell.value, cell.value, Verdict.PRINTED)
        for cell in system.cells.values()
        if cell.is_small and cell.show is Show.FREE and published.shows(cell)
    ]
    return AttackReport(tuple(sorted(findings, key=lambda finding: finding.key)))


def _finding(published: Published, cell: Cell, low: int, high: int | None) -> Finding:
    return Finding(cell.key, low, high, _verdict(low, high, cell.threshold, is_secret=published.is_hidden(cell)))


def _verdict(low: int, high: int | None, threshold: int, *, is_secret: bool) -> Verdict:
    """What is only not printed, or rounded, may be worked out as long as it is not small; what is hidden may not."""
    if low == UNKNOWN:
        return Verdict.UNDECIDED
    if low == high and (is_secret or 0 < low < threshold):
        return Verdict.RECOVERED
    if low >= 1 and high is not None and high < threshold:
        return Verdict.SURELY_SMALL
    return Verdict.SAFE


def intervals(published: Published, keys: Iterable[str] | None = None) -> dict[str, Interval]:
    """The least and greatest whole value of each number not shown (or of those asked about)."""
    equations, ranges = written_down(published)
    narrow(equations, ranges)
    wanted = set(ranges if keys is None else keys)
    found: dict[str, Interval] = {}
    for names, part in parts(equations, ranges):
        found.update(Part(names, part, ranges).intervals([name for name in names if name in wanted]))
    return found


def small_given_away(system: System, report: AttackReport) -> list[str]:
    """Of the cells that are small, those the attacker recovers."""
    return [key for key in report.keys(Verdict.RECOVERED) if system.cells[key].is_small]
