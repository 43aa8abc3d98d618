"""Ways to join what is too few, each with its plan, and the one that hides least."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from operator import attrgetter

from django.utils.translation import gettext as _

from reports.dimensions.common import INITIATIVE
from reports.disclosure.plan import Method
from reports.disclosure.release import Protected, protect_system, round_and_attack
from reports.disclosure.requirements import Impossible
from reports.disclosure.rounding import base_for
from reports.protection.assembly import Assembled, Assembly
from reports.protection.design import WITHHELD, Joins, Parent, PublicSheet, Sheet, designed
from reports.protection.joins import one_more
from reports.protection.joins import small_initiatives as too_small
from reports.protection.known import Known
from reports.protection.outcome import ProtectedSet, RefusedError
from reports.protection.rounded import rounded_result
from reports.protection.rule import Rule
from reports.protection.spots import Place
from reports.result import Result, RowKind

JOINS_TRIED = 12


@dataclass(frozen=True)
class Attempt:
    """One way to join, and the plan for it."""

    tables: Sequence[Sheet]
    earlier: tuple[Known, ...]
    rule: Rule
    joins: Joins
    seconds: float

    @cached_property
    def publics(self) -> list[PublicSheet]:
        small = too_small(self.tables, self.rule)
        return [designed(sheet, self.joins, small, self.rule) for sheet in self.tables]

    @cached_property
    def assembled(self) -> Assembled:
        return Assembly(self.publics, self.earlier, self.rule).assembled()

    @cached_property
    def _outcome(self) -> Protected | Impossible:
        try:
            return protect_system(self.assembled.system, self.seconds)
        except Impossible as impossible:
            return impossible

    @property
    def protected(self) -> Protected | None:
        return self._outcome if isinstance(self._outcome, Protected) else None

    @cached_property
    def cost(self) -> float:
        """What the plan hides, weighted; without end where there is none."""
        if self.protected is None:
            return inf
        return sum(self.assembled.system.cells[key].weight for key in self.protected.published.hidden)

    def best(self) -> "Attempt":
        """The attempt that joins as much as helps."""
        best = self
        for _try in range(JOINS_TRIED):
            better = best.better()
            if better is None:
                break
            best = better
        return best

    def better(self) -> "Attempt | None":
        """The best of the attempts with one wider join, or all of them at once; None where none hides less. Where
        nothing is safe yet, all are taken."""
        wider = list(self.wider_joins()) if self.cost else []
        places = {place for joins in wider for place in joins}
        widest = {place: max((j[place] for j in wider if place in j), key=len) for place in sorted(places, key=str)}
        if wider and self.protected is None:
            return replace(self, joins=widest)
        attempts = (replace(self, joins=joins) for joins in ([*wider, widest] if len(wider) > 1 else wider))
        found = min(attempts, key=attrgetter("cost"), default=self)
        return found if found.cost < self.cost else None

    def wider_joins(self) -> Iterator[Joins]:
        """The joins with one more item in one place where something is hidden; anywhere, where nothing is safe."""
        for sheet, parent in self._parents():
            before = self.joins.get((sheet.key, parent), frozenset())
            wider = one_more(sheet, parent, before)
            if wider != before:
                yield {**self.joins, (sheet.key, parent): wider}

    def _parents(self) -> Iterator[tuple[Sheet, Parent]]:
        hidden = self.protected.published.hidden if self.protected else frozenset(self.assembled.system.cells)
        places = {place[:2] for place, keys in self.assembled.depends.items() if hidden & set(keys)}
        for public in self.publics:
            dimensions = public.sheet.table.rows
            if not dimensions or dimensions[-1].joined is None or dimensions[-1] is INITIATIVE:
                continue
            rows = [row for number, row in enumerate(public.result.rows) if (public.sheet.key, number) in places]
            for parent in sorted({row.key[:-1] for row in rows if row.kind is RowKind.BODY}):
                yield public.sheet, parent

    def as_set(self) -> ProtectedSet:
        """The outcome to publish; RefusedError where there is none."""
        if self.protected is None:
            raise self._refusal()
        found = ProtectedSet(
            (),
            self.protected.published,
            self.protected.method,
            self.protected.report,
            self.rule,
            tuple(self.publics),
            self.assembled.depends,
            self.assembled.below_base,
            self.joins,
        )
        hidden = set(found.hidden_places())
        return replace(found, results=tuple(_with_hidden(public, hidden) for public in self.publics))

    def as_rounded_set(self) -> ProtectedSet:
        """Everything rounded together, nothing hidden. Beside figures that were published otherwise it is refused: true
        and rounded numbers of one sum tell each other."""
        if self.earlier:
            raise RefusedError([_("Tidigare publicerade tal är inte avrundade")], [])
        try:
            rounded, published, report = round_and_attack(
                self.assembled.system, base_for(self.rule.sensitive, self.rule.rounding)
            )
        except Impossible as impossible:
            raise RefusedError(list(impossible.keys)[:MOST_NAMED], []) from impossible
        results = tuple(rounded_result(public, self.assembled, rounded) for public in self.publics)
        return ProtectedSet(
            results,
            published,
            Method.ROUNDED,
            report,
            self.rule,
            tuple(self.publics),
            {},
            self.assembled.below_base,
            {},
        )

    def _refusal(self) -> RefusedError:
        impossible = self._outcome
        keys = impossible.keys if isinstance(impossible, Impossible) else ()
        cells = self.assembled.system.cells
        named = [cells[key].label for key in keys if key in cells and cells[key].label]
        labels = list(dict.fromkeys(named)) or [words_for(key) for key in keys]
        joins = [
            _("slå ihop fler rader i ”%(title)s” under %(parent)s")
            % {"title": sheet.result.title, "parent": " · ".join(parent) or sheet.result.title}
            for sheet, parent in self._parents()
        ]
        return RefusedError(labels[:MOST_NAMED], joins[:MOST_NAMED])


MOST_NAMED = 5


def words_for(key: str) -> str:
    """A number that no table prints, in words: the population and codes that it counts."""
    return _("%(key)s (skrivs inte ut)") % {"key": key.replace("|", " ")}


def _with_hidden(public: PublicSheet, hidden: set[Place]) -> Result:
    """The table with the sign for hidden where it must stand; which of the hidden were small is not told."""
    rows = [
        replace(
            row,
            cells=tuple(
                WITHHELD if (public.sheet.key, number, index) in hidden else cell
                for index, cell in enumerate(row.cells)
            ),
        )
        for number, row in enumerate(public.result.rows)
    ]
    return replace(public.result, rows=tuple(rows))
