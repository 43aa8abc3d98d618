"""The federation itself, its parties and its municipalities."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, Municipality, Party, User
from finsam_tracker.core.services.acting import (
    Act,
    Problems,
    changed,
    is_system,
    lock_set_up,
    named_twice,
    refuse,
    remove,
)
from finsam_tracker.core.texts import code_problems, text_problems

MOST_DAYS = 180
"""How long after a period its lägesrapport may be due; then the next half-year is over."""


@dataclass(frozen=True)
class FederationFacts:
    """What a federation decides about itself."""

    name: str
    rhythm: str = Federation.Rhythm.YEAR
    positive_step: str = Federation.PositiveStep.EITHER
    status_report_rhythm: str = Federation.StatusReportRhythm.HALF
    status_report_days: int = 30

    @classmethod
    def of(cls, federation: Federation) -> "FederationFacts":
        """What it has decided until now."""
        return cls(**{field.name: getattr(federation, field.name) for field in fields(cls)})


@transaction.atomic
def create_federation(*, by: User, slug: str, facts: FederationFacts, now: datetime) -> Federation:
    """A new federation, with nothing in it. For an operator, and for the system that loads a configuration file."""
    if not (is_system(by) or by.is_operator):
        raise PermissionDenied
    problems = _federation_problems(facts, None)
    problems["slug"] = code_problems(slug, longest=50)
    if Federation.objects.filter(slug=slug).exists():
        problems["slug"] = [_("Ett förbund med adressnamnet ”%s” finns redan. Välj ett annat.") % slug]
    refuse(problems)
    federation = Federation.objects.create(slug=slug, **(vars(facts) | {"name": facts.name.strip()}))
    Act(by, federation, "create_federation", now).did(federation)
    return federation


@transaction.atomic
def change_federation(*, by: User, federation: Federation, facts: FederationFacts, now: datetime) -> bool:
    """Name, rhythms and the rule for a positive step; returns whether anything changed."""
    lock_set_up(by, federation)
    refuse(_federation_problems(facts, federation))
    counted_otherwise = facts.positive_step != federation.positive_step
    if not changed(federation, vars(facts) | {"name": facts.name.strip()}):
        return False
    federation.save()
    act = Act(by, federation, "change_federation", now)
    (act.did_to_figures if counted_otherwise else act.did)(federation)
    return True


def _federation_problems(facts: FederationFacts, federation: Federation | None) -> Problems:
    others = Federation.objects.exclude(pk=federation.pk) if federation else Federation.objects.all()
    return {
        "name": text_problems(facts.name, 100, _("Skriv förbundets namn.")) or named_twice(facts.name, others),
        "rhythm": [] if facts.rhythm in Federation.Rhythm.values else [_("Välj hur ofta förbundet rapporterar.")],
        "positive_step": []
        if facts.positive_step in Federation.PositiveStep.values
        else [_("Välj vad som gör en stegförflyttning positiv.")],
        "status_report_rhythm": []
        if facts.status_report_rhythm in Federation.StatusReportRhythm.values
        else [_("Välj hur ofta insatserna skriver lägesrapporter.")],
        "status_report_days": []
        if 1 <= facts.status_report_days <= MOST_DAYS
        else [_("Skriv ett antal dagar mellan 1 och %d.") % MOST_DAYS],
    }


@transaction.atomic
def add_party(*, by: User, federation: Federation, name: str, kind: str, now: datetime) -> Party:
    """A new party."""
    lock_set_up(by, federation)
    refuse(_party_problems(name, kind, federation.parties.all()))
    party = Party.objects.create(federation=federation, name=name.strip(), kind=kind)
    Act(by, federation, "add_party", now).did(party)
    return party


@transaction.atomic
def change_party(*, by: User, party: Party, name: str, kind: str, now: datetime) -> bool:
    """Another name or kind; returns whether anything changed."""
    lock_set_up(by, party.federation)
    refuse(_party_problems(name, kind, party.federation.parties.exclude(pk=party.pk)))
    if not changed(party, {"name": name.strip(), "kind": kind}):
        return False
    party.save()
    Act(by, party.federation, "change_party", now).did(party)
    return True


@transaction.atomic
def remove_party(*, by: User, party: Party, now: datetime) -> None:
    """Take a party away that owns no initiative; it leaves the initiatives that it takes part in."""
    lock_set_up(by, party.federation)
    act = Act(by, party.federation, "remove_party", now)
    remove(
        party,
        _("”%s” äger en insats och kan inte tas bort. Ge insatsen en annan ägare först.") % party.name,
        before=lambda: act.did(party),
    )


def _party_problems(name: str, kind: str, others: QuerySet[Party]) -> Problems:
    return {
        "name": text_problems(name, 100, _("Skriv partens namn.")) or named_twice(name, others),
        "kind": [] if kind in Party.Kind.values else [_("Välj vilket slag av part det är.")],
    }


@transaction.atomic
def add_municipality(*, by: User, federation: Federation, code: str, name: str, now: datetime) -> Municipality:
    """A new municipality, last in the tables' order."""
    lock_set_up(by, federation)
    others = federation.municipalities.all()
    problems: Problems = {"name": _name_problems(name, others), "code": code_problems(code, longest=50)}
    if others.filter(code=code).exists():
        problems["code"] = [_("Koden ”%s” finns redan. Välj en annan.") % code]
    refuse(problems)
    last = others.aggregate(last=Max("position"))["last"] or 0
    municipality = Municipality.objects.create(federation=federation, code=code, name=name.strip(), position=last + 1)
    Act(by, federation, "add_municipality", now).did_to_figures(municipality)
    return municipality


@transaction.atomic
def change_municipality(*, by: User, municipality: Municipality, name: str, now: datetime) -> bool:
    """Another name; returns whether anything changed. The code never changes."""
    lock_set_up(by, municipality.federation)
    refuse({"name": _name_problems(name, municipality.federation.municipalities.exclude(pk=municipality.pk))})
    if not changed(municipality, {"name": name.strip()}):
        return False
    municipality.save()
    Act(by, municipality.federation, "change_municipality", now).did_to_figures(municipality)
    return True


@transaction.atomic
def remove_municipality(*, by: User, municipality: Municipality, now: datetime) -> None:
    """Take a municipality away that no registration names; its inhabitants go with it."""
    lock_set_up(by, municipality.federation)
    act = Act(by, municipality.federation, "remove_municipality", now)
    remove(
        municipality,
        _("”%s” används av registreringar och kan inte tas bort.") % municipality.name,
        before=lambda: act.did_to_figures(municipality),
    )


def _name_problems(name: str, others: QuerySet[Municipality]) -> list[str]:
    return text_problems(name, 60, _("Skriv kommunens namn.")) or named_twice(name, others)
