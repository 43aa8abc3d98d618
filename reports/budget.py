"""Yearly money as the statistics see it: a figure that is not known is missing, and so is every sum it is part of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from initiatives.models import Initiative
from reports.context import Context
from reports.definition import TOTAL, Count, Dimension, Measure, Member, Text, Within
from reports.dimensions.common import INITIATIVE_ID, table_of
from reports.result import MISSING, NOT_APPLICABLE, Cell, Number

if TYPE_CHECKING:
    from reports.compute import Place


def _members(context: Context, _within: Within) -> Sequence[Member]:
    has_year = context.initiative_years
    return [
        Member(i.slug, i.label, only_if_occurs=not i.runs_in(context.period) and i.slug not in has_year)
        for i in context.lists.all_initiatives
    ]


ANY_INITIATIVE = Dimension(
    "any_initiative",
    _("Insats"),
    (INITIATIVE_ID,),
    _members,
    lambda context: table_of({i.pk: i.slug for i in context.lists.all_initiatives}),
)


def _all_or_none(known: Iterable[Number | None]) -> Number | None:
    """The sum; None where a part is not known, or where there is none."""
    parts = list(known)
    numbers = [part for part in parts if part is not None]
    return sum(numbers, start=0) if numbers and len(numbers) == len(parts) else None


def _cell(context: Context, number: Number | None) -> Cell:
    if context.year is None:
        return NOT_APPLICABLE
    return MISSING if number is None else Cell(number)


@dataclass(frozen=True)
class OfInitiative(Measure):
    """A figure of an initiative's year (``InitiativeYear``), by the row; in a sum, of all initiatives of the year.

    ``enrolling``: only of initiatives that enrol participants. ``initiative``: of that one, whatever the row.
    """

    title: Text
    column: str
    enrolling: bool = False
    initiative: Initiative | None = None

    def at(self, place: "Place") -> Cell:
        context = place.context
        code = self.initiative.slug if self.initiative else place.rows[-1] if place.rows else TOTAL
        chosen = [i for i in context.lists.all_initiatives if code in (i.slug, TOTAL) and self._is_about(i)]
        if not chosen:
            return NOT_APPLICABLE
        if code == TOTAL:
            chosen = [i for i in chosen if i.runs_in(context.period) or i.slug in context.initiative_years]
        return _cell(context, _all_or_none(self._of(i, context) for i in chosen))

    def _is_about(self, initiative: Initiative) -> bool:
        return not self.enrolling or initiative.orientation == Initiative.Orientation.INDIVIDUAL

    def _of(self, initiative: Initiative, context: Context) -> int | Decimal | None:
        year = context.initiative_years.get(initiative.slug)
        number: int | Decimal | None = getattr(year, self.column, None)
        return number

    def words(self) -> str:
        return str(self.title)


@dataclass(frozen=True)
class OfAdministration(Measure):
    """A figure of the federation's own year (``FederationYear``)."""

    title: Text
    column: str

    def at(self, place: "Place") -> Cell:
        return _cell(place.context, getattr(place.context.federation_year, self.column, None))

    def words(self) -> str:
        return str(self.title)


@dataclass(frozen=True)
class EnrolledCount(Count):
    """A count of registrations; not applicable in the row of an initiative that enrols nobody."""

    def at(self, place: "Place") -> Cell:
        structural = {i.slug for i in place.context.lists.structural_initiatives}
        return NOT_APPLICABLE if structural.intersection(place.rows) else super().at(place)


BUDGET = OfInitiative(_("budget"), "budget_sek")
OUTCOME = OfInitiative(_("utfall"), "outcome_sek")
OUTCOME_OF_ENROLLING = OfInitiative(_("utfall i individinriktade insatser"), "outcome_sek", enrolling=True)
PLANNED = OfInitiative(_("planerat antal deltagare"), "planned_participants", enrolling=True)
ADMINISTRATION_BUDGET = OfAdministration(_("budget för administration"), "administration_budget_sek")
ADMINISTRATION_OUTCOME = OfAdministration(_("utfall för administration"), "administration_outcome_sek")
