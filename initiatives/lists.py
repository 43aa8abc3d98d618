"""A federation's lists, read once and handed around: what may be chosen, and what tables are made of."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, cached_property
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, Municipality
from finsam_tracker.core.together import Blank, Together
from initiatives.models import (
    Band,
    BandKind,
    CodeItem,
    CodeKind,
    ExitReason,
    FollowUpRule,
    Initiative,
    OutcomeGroup,
    Step,
)

LISTS: Mapping[str, Callable[[Blank], QuerySet[Any]]] = {
    "_code_items": lambda federation: CodeItem.objects.filter(federation=federation),
    "municipalities": lambda federation: Municipality.objects.filter(federation=federation),
    "all_initiatives": lambda federation: Initiative.objects.filter(federation=federation),
    "groups": lambda federation: OutcomeGroup.objects.filter(federation=federation),
    "_reasons": lambda federation: ExitReason.objects.filter(federation=federation),
    "_bands": lambda federation: Band.objects.filter(federation=federation),
    "steps": lambda federation: Step.objects.filter(federation=federation),
    "_follow_up_rules": lambda federation: FollowUpRule.objects.filter(initiative__federation=federation),
    "_links": lambda federation: Initiative.exit_reasons.through.objects.filter(initiative__federation=federation),
}
"""The lists that tables are made of, by the attribute that holds them."""


@cache
def _one(name: str) -> Together:
    """One list by itself; its statement is written once."""
    return Together({name: LISTS[name](Blank("federation", BigIntegerField()))})


class Lists:
    """The lists of one federation. Each is read when first asked for and then kept; make a new one per unit of work."""

    def __init__(self, federation: Federation) -> None:
        self.federation = federation

    def take(self, rows: Mapping[str, list[Any]]) -> None:
        """Keep lists that were read elsewhere, named as in LISTS."""
        vars(self).update(rows)

    def _read(self, name: str) -> list[Any]:
        return _one(name).read(federation=self.federation.pk)[name]

    @cached_property
    def _code_items(self) -> list[CodeItem]:
        return self._read("_code_items")

    @cached_property
    def _bands(self) -> list[Band]:
        return self._read("_bands")

    def codes(self, kind: CodeKind) -> list[CodeItem]:
        """The items of a plain list, ended ones included, in order."""
        return [item for item in self._code_items if item.kind == kind]

    def why_not(self, kind: CodeKind, code: str, day: date) -> str:
        """Why a code of a plain list cannot stand for something of a day; empty where it can."""
        item = next((item for item in self.codes(kind) if item.code == code), None)
        if item is None:
            return _("”%s” finns inte i listan. Välj ett värde ur listan.") % code[:40]
        if not item.holds_on(day):
            return _("”%s” gällde inte den dagen. Välj ett annat värde.") % item.label
        return ""

    def bands(self, kind: BandKind) -> list[Band]:
        """The classes that a number falls in, lowest first."""
        return [band for band in self._bands if band.kind == kind]

    @cached_property
    def municipalities(self) -> list[Municipality]:
        return self._read("municipalities")

    @cached_property
    def all_initiatives(self) -> list[Initiative]:
        """The initiatives, whether they enrol participants or count heads."""
        return self._read("all_initiatives")

    @cached_property
    def initiatives(self) -> list[Initiative]:
        """The initiatives that enrol participants."""
        return [i for i in self.all_initiatives if i.orientation == Initiative.Orientation.INDIVIDUAL]

    @cached_property
    def structural_initiatives(self) -> list[Initiative]:
        """The initiatives that enrol nobody and count heads at their activities."""
        return [i for i in self.all_initiatives if i.orientation == Initiative.Orientation.STRUCTURAL]

    @cached_property
    def groups(self) -> list[OutcomeGroup]:
        return self._read("groups")

    @cached_property
    def _reasons(self) -> list[ExitReason]:
        return self._read("_reasons")

    @cached_property
    def reasons(self) -> list[ExitReason]:
        """All exit reasons, ended ones included, in order, each with its group."""
        groups = {group.pk: group for group in self.groups}
        for reason in self._reasons:
            reason.group = groups[reason.group_id]
        return self._reasons

    @cached_property
    def _links(self) -> list[Any]:
        return self._read("_links")

    @cached_property
    def reasons_of_initiative(self) -> dict[int, set[int]]:
        """Which reasons each initiative uses: initiative id -> reason ids."""
        used: dict[int, set[int]] = {}
        for link in self._links:
            used.setdefault(link.initiative_id, set()).add(link.exitreason_id)
        return used

    @cached_property
    def _follow_up_rules(self) -> list[FollowUpRule]:
        return self._read("_follow_up_rules")

    @cached_property
    def follow_up_months(self) -> dict[int, set[int]]:
        """How many months after the exit each initiative follows up: initiative id -> months."""
        found: dict[int, set[int]] = {}
        for rule in self._follow_up_rules:
            found.setdefault(rule.initiative_id, set()).add(rule.months)
        return found

    @cached_property
    def steps(self) -> list[Step]:
        return self._read("steps")
