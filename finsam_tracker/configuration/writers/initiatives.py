"""Initiatives and goals."""

from decimal import Decimal

from finsam_tracker.configuration.changes import Change
from finsam_tracker.configuration.writers.writing import Writing, kronor
from initiatives.facts import InitiativeFacts, YearFacts
from initiatives.goals import GoalFacts
from initiatives.models import Initiative
from initiatives.services import goals
from initiatives.services import initiatives as services

REASON = "Inläst ur förbundets konfigurationsfil"
"""Why a goal of a year that has ended is changed."""


def _initiative(writing: Writing, change: Change) -> Initiative:
    return writing.federation.initiatives.get(slug=change.wanted.key[0])


def write_initiative(writing: Writing, change: Change) -> None:
    (slug,) = change.wanted.key
    parties = {party.name: party for party in writing.federation.parties.order_by("pk")}
    owner, names = change.values["owner"], change.values["parties"]
    told = {
        **change.values,
        "owner": parties[owner] if owner else None,
        "parties": tuple(party for name, party in parties.items() if name in names),
    }
    facts = InitiativeFacts(**told)
    if change.current is None:
        services.create_initiative(**writing.actor, federation=writing.federation, slug=slug, facts=facts)
    else:
        services.change_initiative(**writing.actor, initiative=_initiative(writing, change), facts=facts)


def write_reasons(writing: Writing, change: Change) -> None:
    reasons = list(writing.federation.exit_reasons.filter(code__in=change.values["codes"]))
    services.set_exit_reasons(**writing.actor, initiative=_initiative(writing, change), reasons=reasons)


def write_follow_up(writing: Writing, change: Change) -> None:
    months = change.values["months"]
    services.set_follow_up_months(**writing.actor, initiative=_initiative(writing, change), months=months)


def write_year(writing: Writing, change: Change) -> None:
    _slug, year = change.wanted.key
    facts = YearFacts(
        budget_sek=kronor(change.values["budget_sek"]),
        outcome_sek=kronor(change.values["outcome_sek"]),
        planned_participants=change.values["planned_participants"],
    )
    services.set_initiative_year(**writing.actor, initiative=_initiative(writing, change), year=year, facts=facts)


def write_goal(writing: Writing, change: Change) -> None:
    year, code = change.wanted.key
    slug = change.values["initiative"]
    initiative = writing.federation.initiatives.get(slug=slug) if slug else None
    told = {**change.values, "target": Decimal(change.values["target"]), "initiative": initiative}
    facts, federation = GoalFacts(**told), writing.federation
    if change.current is None:
        goals.add_goal(**writing.actor, federation=federation, year=year, code=code, facts=facts, reason=REASON)
    else:
        goal = federation.goals.get(year=year, code=code)
        goals.change_goal(**writing.actor, goal=goal, facts=facts, reason=REASON)
