"""What a table is computed for: whose, over which part, in which period, and what was known then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from django.db.models import BigIntegerField, DateField, IntegerField, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.contributions import municipal_contributions
from finsam_tracker.core.models import Federation, FederationYear, Funding, Inhabitants, Parameter
from finsam_tracker.core.parameters import ParameterValue
from finsam_tracker.core.period import Period
from finsam_tracker.core.together import Blank, Together
from initiatives.lists import LISTS, Lists
from initiatives.models import Activity, ActivityVersion, CodeKind, Goal, Initiative, InitiativeYear
from initiatives.models.activity import ActivityFacts, ActivitySets
from participants.models import (
    AdvisoryContacts,
    AdvisoryContactsVersion,
    FollowUp,
    FollowUpVersion,
    Participation,
    ParticipationVersion,
)
from participants.models.advisory import AdvisoryContactsFacts, AdvisorySets
from participants.models.followup import FollowUpFacts, FollowUpSets
from participants.models.participation import ParticipationFacts, ParticipationSets

CONDITIONS: Mapping[str, Callable[[Any, Any, Any], QuerySet[Any]]] = {
    "_parameters": lambda federation, last_day, _year: Parameter.objects.filter(federation=federation).begun_by(
        last_day
    ),
    "_goals": lambda federation, _last_day, year: Goal.objects.filter(federation=federation, year=year),
    "_inhabitants": lambda federation, _last_day, year: Inhabitants.objects.filter(
        municipality__federation=federation, year=year
    ),
    "_initiative_years": lambda federation, _last_day, year: InitiativeYear.objects.filter(
        initiative__federation=federation, year=year
    ),
    "_federation_years": lambda federation, _last_day, year: FederationYear.objects.filter(
        federation=federation, year=year
    ),
    "_funding": lambda federation, _last_day, year: Funding.objects.filter(federation=federation, year=year),
}
"""What a federation has registered about a day and its year, by the attribute that holds it."""


@cache
def _together() -> Together:
    federation = Blank("federation", BigIntegerField())
    last_day, year = Blank("last_day", DateField()), Blank("year", IntegerField())
    lists = {name: rows(federation) for name, rows in LISTS.items()}
    return Together(lists | {name: rows(federation, last_day, year) for name, rows in CONDITIONS.items()})


@dataclass(frozen=True)
class Scope:
    """The part of a federation a table is about: all of it or one initiative, and there all or those with a
    municipality or an assignment, by code. Tables are stored for what is not narrowed by such a code."""

    federation: Federation
    initiative: Initiative | None = None
    municipality: str = ""
    assignment: str = ""

    @property
    def key(self) -> str:
        """How the scope is written in addresses and in the database; empty for the whole federation."""
        slug = self.initiative.slug if self.initiative else ""
        parts = (("insats", slug), ("kommun", self.municipality), ("uppdrag", self.assignment))
        return "&".join(f"{name}={code}" for name, code in parts if code)

    @property
    def is_narrowed(self) -> bool:
        """Whether only the participations with a municipality or an assignment are in it."""
        return bool(self.municipality or self.assignment)

    @property
    def label(self) -> str:
        return self.initiative.name if self.initiative else self.federation.name


class Context:
    """Everything the tables of one scope and period need to know, each read from the database at most once.

    ``known_at`` None is "as known now". ``as_of`` is the day that "so far" means: the period's last day, or ``today``
    (where nothing is said, the day of ``known_at``) while the period is still going on.
    """

    def __init__(
        self, scope: Scope, period: Period, known_at: datetime | None = None, today: date | None = None
    ) -> None:
        self.scope = scope
        self.period = period
        self.known_at = known_at
        self.lists = Lists(scope.federation)
        if today is None and known_at is not None:
            today = timezone.localdate(known_at)
        self.as_of = min(today or period.end, period.end)
        self._days_gone = min(today - timedelta(days=1), period.end) if today else period.end

    @property
    def lived_period(self) -> Period:
        """The part of the period whose days have passed; nothing of it where it has not begun."""
        return replace(self.period, end=self._days_gone)

    @cached_property
    def scope_label(self) -> str:
        """The scope as tables print it; a code that is in no list is printed as it is."""
        places = {m.code: m.name for m in self.lists.municipalities} if self.scope.municipality else {}
        kinds = {i.code: i.label for i in self.lists.codes(CodeKind.ASSIGNMENT)} if self.scope.assignment else {}
        narrowed = (places.get(self.scope.municipality), kinds.get(self.scope.assignment))
        return ", ".join(filter(None, (self.scope.label, *narrowed)))

    def participations(self) -> "ParticipationSets[ParticipationFacts]":
        """The scope's registrations as they were known: current rows, or versions with the same columns."""
        rows: ParticipationSets[ParticipationFacts]
        if self.known_at is None:
            rows = Participation.objects.filter(federation=self.scope.federation)  # type: ignore[assignment]
        else:
            rows = ParticipationVersion.objects.known_at(self.known_at).filter(  # type: ignore[assignment]
                federation=self.scope.federation
            )
        return rows.filter(**self._narrowed())

    def _narrowed(self) -> dict[str, Any]:
        """The scope, as a filter on participations."""
        asked = {
            "initiative": self.scope.initiative,
            "municipality__code": self.scope.municipality,
            "assignment": self.scope.assignment,
        }
        return {name: value for name, value in asked.items() if value}

    def follow_ups(self) -> "FollowUpSets[FollowUpFacts]":
        """The follow-ups of the scope's participations as they were known, in the same way."""
        rows: FollowUpSets[FollowUpFacts]
        key = "pk"
        if self.known_at is None:
            rows = FollowUp.objects.filter(federation=self.scope.federation)  # type: ignore[assignment]
        else:
            key = "registration"
            rows = FollowUpVersion.objects.known_at(self.known_at).filter(  # type: ignore[assignment]
                federation=self.scope.federation
            )
        # Every follow-up falls away with its participation, so that a whole federation needs no second look at these.
        if not self._narrowed():
            return rows
        return rows.filter(participation__in=self.participations().counted().values(key))

    def advisory_contacts(self) -> "AdvisorySets[AdvisoryContactsFacts]":
        """The scope's counted contacts as they were known, in the same way."""
        rows: AdvisorySets[AdvisoryContactsFacts]
        if self.known_at is None:
            rows = AdvisoryContacts.objects.filter(federation=self.scope.federation)  # type: ignore[assignment]
        else:
            rows = AdvisoryContactsVersion.objects.known_at(self.known_at).filter(  # type: ignore[assignment]
                federation=self.scope.federation
            )
        return rows.filter(initiative=self.scope.initiative) if self.scope.initiative else rows

    def activities(self) -> "ActivitySets[ActivityFacts]":
        """The scope's structural activities as they were known, in the same way."""
        rows: ActivitySets[ActivityFacts]
        if self.known_at is None:
            rows = Activity.objects.filter(federation=self.scope.federation)  # type: ignore[assignment]
        else:
            rows = ActivityVersion.objects.known_at(self.known_at).filter(  # type: ignore[assignment]
                federation=self.scope.federation
            )
        return rows.filter(initiative=self.scope.initiative) if self.scope.initiative else rows

    def read_all(self) -> None:
        """Read lists and conditions in one query, rather than each when it is needed."""
        end = self.period.end
        rows = _together().read(federation=self.scope.federation.pk, last_day=end, year=end.year)
        vars(self).update({name: rows.pop(name) for name in CONDITIONS})
        self.lists.take(rows)

    def _read(self, name: str) -> list[Any]:
        end = self.period.end
        return list(CONDITIONS[name](self.scope.federation, end, end.year))

    @cached_property
    def _parameters(self) -> list[Parameter]:
        return self._read("_parameters")

    @cached_property
    def parameters(self) -> dict[str, ParameterValue]:
        """The assumptions in force on the period's last day."""
        return {row.key: row.declared for row in self._parameters}

    @cached_property
    def year(self) -> int | None:
        """The period's year where it is a whole year: what is set per year applies only then."""
        return self.period.start.year if self.period.kind == "year" else None

    @cached_property
    def _inhabitants(self) -> list[Inhabitants]:
        return self._read("_inhabitants")

    @cached_property
    def inhabitants(self) -> Mapping[str, int]:
        """Inhabitants 16-64 by municipality code; empty where the year has none registered."""
        codes = {municipality.pk: municipality.code for municipality in self.lists.municipalities}
        return {codes[row.municipality_id]: row.count for row in self._inhabitants if self.year}

    @cached_property
    def _funding(self) -> list[Funding]:
        return self._read("_funding")

    @cached_property
    def funding(self) -> Mapping[str, Decimal]:
        """Contributed kronor by source (state, region, municipalities)."""
        return {row.source: row.amount_sek for row in self._funding if self.year}

    @cached_property
    def contributions(self) -> Mapping[str, Decimal]:
        """What each municipality pays in whole kronor, as agreed or by inhabitants; empty where it is not known."""
        share = self.funding.get(Funding.Source.MUNICIPALITIES)
        in_order = {m.code: self.inhabitants[m.code] for m in self.lists.municipalities if m.code in self.inhabitants}
        codes = {municipality.pk: municipality.code for municipality in self.lists.municipalities}
        agreed = {codes[row.municipality_id]: row.contribution_sek for row in self._inhabitants}
        return municipal_contributions(share, in_order, agreed)

    @cached_property
    def _initiative_years(self) -> list[InitiativeYear]:
        return self._read("_initiative_years")

    @cached_property
    def initiative_years(self) -> Mapping[str, InitiativeYear]:
        """The year's money and planned participants by initiative; empty where the period is no whole year."""
        slugs = {initiative.pk: initiative.slug for initiative in self.lists.all_initiatives}
        return {slugs[row.initiative_id]: row for row in self._initiative_years if self.year}

    @cached_property
    def _federation_years(self) -> list[FederationYear]:
        return self._read("_federation_years")

    @cached_property
    def federation_year(self) -> FederationYear | None:
        """What the federation itself had and used in the year; None where that is not known."""
        return next((row for row in self._federation_years if self.year), None)

    @cached_property
    def _goals(self) -> list[Goal]:
        return self._read("_goals")

    @cached_property
    def goals(self) -> list[Goal]:
        """The goals of the year that the period ends in, each with the initiative that it is about."""
        initiatives = {initiative.pk: initiative for initiative in self.lists.all_initiatives}
        for goal in self._goals:
            goal.initiative = initiatives.get(goal.initiative_id or 0)
        return self._goals

    @property
    def counts_label(self) -> str:
        """What every table counts, said on every table."""
        return _("Deltaganden räknas, inte personer: den som deltar två gånger räknas två gånger.")
