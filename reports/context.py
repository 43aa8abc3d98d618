"""What a table is computed for: whose, over which part, in which period, and what was known then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from finsam_tracker.core.contributions import split_to_the_krona
from finsam_tracker.core.models import Federation, Funding, Inhabitants
from finsam_tracker.core.parameters import ParameterValue
from finsam_tracker.core.period import Period
from initiatives.lists import Lists
from initiatives.models import Goal, Initiative
from participants.models import AdvisoryContacts, AdvisoryContactsVersion, Participation, ParticipationVersion
from participants.models.advisory import AdvisoryContactsFacts, AdvisorySets
from participants.models.participation import ParticipationFacts, ParticipationSets


@dataclass(frozen=True)
class Scope:
    """The part of a federation a table is about: all of it, or one initiative."""

    federation: Federation
    initiative: Initiative | None = None

    @property
    def key(self) -> str:
        """How the scope is written in addresses and in the database; empty for the whole federation."""
        return f"insats={self.initiative.slug}" if self.initiative else ""

    @property
    def label(self) -> str:
        return self.initiative.name if self.initiative else self.federation.name


class Context:
    """Everything the tables of one scope and period need to know, each read from the database at most once.

    ``known_at`` None is "as known now".
    """

    def __init__(self, scope: Scope, period: Period, known_at: datetime | None = None) -> None:
        self.scope = scope
        self.period = period
        self.known_at = known_at
        self.lists = Lists(scope.federation)

    def participations(self) -> "ParticipationSets[ParticipationFacts]":
        """The scope's registrations as they were known: current rows, or versions with the same columns."""
        rows: ParticipationSets[ParticipationFacts]
        if self.known_at is None:
            rows = Participation.objects.filter(federation=self.scope.federation)  # type: ignore[assignment]
        else:
            rows = ParticipationVersion.objects.known_at(self.known_at).filter(  # type: ignore[assignment]
                federation=self.scope.federation
            )
        return rows.filter(initiative=self.scope.initiative) if self.scope.initiative else rows

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

    @cached_property
    def parameters(self) -> dict[str, ParameterValue]:
        """The assumptions in force on the period's last day."""
        return self.scope.federation.parameters_on(self.period.end)

    @cached_property
    def year(self) -> int | None:
        """The period's year where it is a whole year: what is set per year applies only then."""
        return self.period.start.year if self.period.kind == "year" else None

    @cached_property
    def inhabitants(self) -> Mapping[str, int]:
        """Inhabitants 16-64 by municipality code; empty where the year has none registered."""
        rows = Inhabitants.objects.filter(municipality__federation=self.scope.federation, year=self.year or 0)
        return dict(rows.values_list("municipality__code", "count"))

    @cached_property
    def funding(self) -> Mapping[str, Decimal]:
        """Contributed kronor by source (state, region, municipalities)."""
        rows = Funding.objects.filter(federation=self.scope.federation, year=self.year or 0)
        return dict(rows.values_list("source", "amount_sek"))

    @cached_property
    def contributions(self) -> Mapping[str, Decimal]:
        """Each municipality's part of the municipal share, whole kronor by inhabitants; empty where it is not known."""
        share = self.funding.get(Funding.Source.MUNICIPALITIES)
        if share is None or not self.inhabitants:
            return {}
        in_order = {m.code: self.inhabitants[m.code] for m in self.lists.municipalities if m.code in self.inhabitants}
        return split_to_the_krona(share, in_order)

    @cached_property
    def goals(self) -> list[Goal]:
        return list(Goal.objects.filter(federation=self.scope.federation, year=self.period.end.year))

    @property
    def counts_label(self) -> str:
        """What every table counts, said on every table."""
        return _("Deltaganden räknas, inte personer: den som deltar två gånger räknas två gånger.")
