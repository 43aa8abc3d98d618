"""Plan, attack, and only then call it protected."""

from dataclasses import dataclass, replace
from types import MappingProxyType

from reports.disclosure.attack import AttackReport, Verdict, attack
from reports.disclosure.plan import SECONDS, Method, Planner
from reports.disclosure.requirements import Impossible
from reports.disclosure.rounding import Rounded, round_system
from reports.disclosure.system import Published, System

ATTEMPTS = 40


@dataclass(frozen=True)
class Protected:
    """What may be published, how it was found, and what the attacker got out of it: nothing."""

    published: Published
    method: Method
    report: AttackReport

    @property
    def secondary(self) -> frozenset[str]:
        """What is hidden for the sake of others."""
        return self.published.hidden - self.published.system.hidden_beyond_choice()


def protect_system(system: System, seconds: float = SECONDS) -> Protected:
    """The cheapest pattern that the attacker gets nothing out of; Impossible, naming cells, where there is none.

    Linear programs allow parts of people. Where the attacker, who does not, still finds something, more is hidden.
    """
    planner = Planner(system, seconds)
    report = AttackReport(())
    for _attempt in range(ATTEMPTS):
        try:
            plan = planner.plan()
        except Impossible as impossible:
            raise Impossible(impossible.keys or _keys(report)) from impossible
        published = Published(system, plan.hidden)
        report = attack(published)
        while needless := _needless(published, report):
            published = replace(published, hidden=published.hidden - needless)
            report = attack(published)
        if report.is_green:
            return Protected(published, plan.method, report)
        planner.more_than(plan)
    raise Impossible(_keys(report))


def _keys(report: AttackReport) -> list[str]:
    return [finding.key for finding in report.given_away]


def round_and_attack(system: System, base: int) -> tuple[Rounded, Published, AttackReport]:
    """Everything rounded together, and what the attacker makes of it; Impossible where it gives something away."""
    rounded = round_system(system, base)
    published = Published(system, rounded=MappingProxyType({key: rounded.interval(key) for key in rounded.values}))
    report = attack(published)
    if not report.is_green:
        raise Impossible(_keys(report))
    return rounded, published, report


def _needless(published: Published, report: AttackReport) -> frozenset[str]:
    """What is hidden for nothing: a large number that the attacker has anyway."""
    return (published.hidden - published.system.hidden_beyond_choice()) & frozenset(report.keys(Verdict.RECOVERED))
