"""What comes out of protecting: tables that may leave the house, or why there are none."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from reports.disclosure.attack import AttackReport
from reports.disclosure.plan import Method
from reports.disclosure.system import Published
from reports.protection.design import Joins, PublicSheet
from reports.protection.known import Known
from reports.protection.rule import Rule
from reports.protection.spots import Place
from reports.result import Result


@dataclass(frozen=True)
class ProtectedSet:
    """Tables that may leave the house, and how it is known that they may."""

    results: tuple[Result, ...]
    published: Published
    method: Method
    report: AttackReport
    rule: Rule
    sheets: tuple[PublicSheet, ...]
    depends: dict[Place, tuple[str, ...]] = field(repr=False)
    below_base: frozenset[Place] = frozenset()
    joins: Joins = field(default_factory=dict)

    @property
    def known(self) -> Known:
        """What the next publication must remember of this one."""
        return Known.of(self.published, self.joins)

    def hidden_places(self) -> list[Place]:
        """Where the sign for hidden stands."""
        hidden = self.published.hidden
        return sorted({place for place, keys in self.depends.items() if hidden & set(keys)} | self.below_base)


class RefusedError(ValueError):
    """No plan is safe. ``cells`` names what would be given away, in words; ``joins`` the rows to show as one."""

    def __init__(self, cells: Sequence[str], joins: Sequence[str]) -> None:
        named = "; ".join(cells)
        proposal = ", ".join(joins) or _("ta bort tabellen ur publiceringen")
        super().__init__(
            _("Det går inte att publicera utan att röja små tal: %(cells)s. Förslag: %(joins)s.")
            % {"cells": named, "joins": proposal}
        )
        self.cells = tuple(cells)
        self.joins = tuple(joins)
