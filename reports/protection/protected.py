"""Protecting a set of computed tables together with everything published before, and asking the attacker."""

from collections.abc import Iterable, Sequence
from itertools import islice

from reports.disclosure.attack import AttackReport
from reports.disclosure.attack import attack as attack_published
from reports.disclosure.plan import SECONDS
from reports.disclosure.system import Published
from reports.protection.attempts import Attempt
from reports.protection.design import Sheet
from reports.protection.joins import first_joins
from reports.protection.known import Known
from reports.protection.outcome import ProtectedSet
from reports.protection.rule import Rule


def protect(
    tables: Sequence[Sheet], known: Iterable[Known] = (), rule: Rule | None = None, seconds: float = SECONDS
) -> ProtectedSet:
    """The tables as they may be published: designed, joined, suppressed together and attacked.

    ``known`` is everything published before. Raises RefusedError, which names cells and proposes joins, where no plan
    is safe. The same input gives the same outcome, unless the time for the cheapest plan runs out.
    """
    rule = rule or Rule.of(tables[0].context.parameters)
    if rule.rounding:
        return Attempt(tables, tuple(known), rule, {}, seconds).as_rounded_set()
    return _least_costly(tables, tuple(known), rule, seconds).as_set()


def _least_costly(tables: Sequence[Sheet], known: tuple[Known, ...], rule: Rule, seconds: float) -> Attempt:
    """The attempt that prints the most of what costs nothing: no more is hidden than where it is not printed at all."""
    forms = [list(sheet.forms()) for sheet in tables]
    longest = max(map(len, forms))
    ways = [[way[min(n, len(way) - 1)] for way in forms] for n in range(longest)]
    attempts = (_attempted([sheet for sheet in way if sheet], known, rule, seconds) for way in ways)
    first = next(attempts)
    if first.cost == 0 or all(sheet.narrower is None for sheet in tables):
        return first
    least = _attempted([sheet for sheet in ways[-1] if sheet], known, rule, seconds)
    return next((one for one in (first, *islice(attempts, longest - 2)) if one.cost <= least.cost), least)


def _attempted(tables: Sequence[Sheet], known: tuple[Known, ...], rule: Rule, seconds: float) -> Attempt:
    earlier = {place: codes for one in known for place, codes in one.joins.items()}
    return Attempt(tables, known, rule, {**first_joins(tables, rule), **earlier}, seconds).best()


def attack(published: ProtectedSet | Published) -> AttackReport:
    """What somebody can work out who holds everything in a set, and everything published that it remembers."""
    return attack_published(published if isinstance(published, Published) else published.published)
