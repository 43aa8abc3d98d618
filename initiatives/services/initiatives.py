"""An initiative: made, changed, and what it uses."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.services.acting import Act, changed, lock_set_up, refuse
from finsam_tracker.core.texts import code_problems, year_problems
from initiatives import policies
from initiatives.facts import InitiativeFacts, YearFacts
from initiatives.models import ExitReason, FollowUpRule, Initiative, InitiativeYear


@transaction.atomic
def create_initiative(
    *, by: User, federation: Federation, slug: str, facts: InitiativeFacts, now: datetime
) -> Initiative:
    """A new initiative, last in the tables' order. ``slug`` stands in its addresses and never changes."""
    lock_set_up(by, federation)
    facts = _stripped(facts)
    problems = policies.initiative_problems(federation, facts, None)
    problems["slug"] = code_problems(slug, longest=50)
    others = Initiative.objects.filter(federation=federation)
    if others.filter(slug=slug).exists():
        problems["slug"] = [_("En insats med adressnamnet ”%s” finns redan. Välj ett annat.") % slug]
    refuse(problems)
    last = others.aggregate(last=Max("position"))["last"] or 0
    initiative = Initiative.objects.create(federation=federation, slug=slug, position=last + 1, **_columns(facts))
    initiative.parties.set(facts.parties)
    Act(by, federation, "create_initiative", now).did_to_figures(initiative)
    return initiative


@transaction.atomic
def change_initiative(*, by: User, initiative: Initiative, facts: InitiativeFacts, now: datetime) -> bool:
    """Change what may be changed, or refuse it all; returns whether anything changed.

    Orientation, follow-up method and ESF are refused another value: the national system allows none.
    """
    federation = initiative.federation
    lock_set_up(by, federation)
    facts = _stripped(facts)
    refuse(policies.initiative_problems(federation, facts, initiative))
    is_new = changed(initiative, _columns(facts))
    if set(initiative.parties.all()) == set(facts.parties) and not is_new:
        return False
    initiative.save()
    initiative.parties.set(facts.parties)
    Act(by, federation, "change_initiative", now).did_to_figures(initiative)
    return True


@transaction.atomic
def set_exit_reasons(*, by: User, initiative: Initiative, reasons: Collection[ExitReason], now: datetime) -> bool:
    """Which reasons the initiative's exits may have from now on; old exits keep theirs. Returns whether any changed."""
    lock_set_up(by, initiative.federation)
    if any(reason.federation_id != initiative.federation_id for reason in reasons):
        refuse({"exit_reasons": [_("Välj avslutsorsaker som hör till förbundet.")]})
    if set(initiative.exit_reasons.all()) == set(reasons):
        return False
    initiative.exit_reasons.set(reasons)
    Act(by, initiative.federation, "set_exit_reasons", now).did_to_figures(initiative)
    return True


@transaction.atomic
def set_follow_up_months(*, by: User, initiative: Initiative, months: Iterable[int], now: datetime) -> bool:
    """How many months after their exit participants are followed up; returns whether anything changed.

    Follow-ups that are planned stay: each was planned by the rules of its exit's day.
    """
    lock_set_up(by, initiative.federation)
    wanted = set(months)
    refuse(policies.follow_up_problems(wanted))
    held = set(initiative.follow_up_rules.values_list("months", flat=True))
    if held == wanted:
        return False
    initiative.follow_up_rules.exclude(months__in=wanted).delete()
    for number in sorted(wanted - held):
        FollowUpRule.objects.create(initiative=initiative, months=number)
    told = ", ".join(map(str, sorted(wanted)))
    Act(by, initiative.federation, "set_follow_up_months", now).did(initiative, reason=told)
    return True


@transaction.atomic
def set_initiative_year(*, by: User, initiative: Initiative, year: int, facts: YearFacts, now: datetime) -> bool:
    """Budget, outcome and planned participants of a year; returns whether anything changed. Nothing known is no row."""
    lock_set_up(by, initiative.federation)
    refuse({**policies.year_facts_problems(facts), "year": year_problems(year)})
    row = InitiativeYear.objects.filter(initiative=initiative, year=year).first()
    row = row or InitiativeYear(initiative=initiative, year=year)
    if not changed(row, asdict(facts)):
        return False
    act = Act(by, initiative.federation, "set_initiative_year", now)
    act.did_to_figures(initiative, from_day=date(year, 1, 1), reason=str(year))
    if facts == YearFacts():
        row.delete()
    else:
        row.save()
    return True


def _columns(facts: InitiativeFacts) -> dict[str, object]:
    """The facts that are columns of the row itself."""
    return {name: value for name, value in vars(facts).items() if name != "parties"}


def _stripped(facts: InitiativeFacts) -> InitiativeFacts:
    texts = ("name", "label", "narrower_orientation", "follow_up_method", "target_group")
    return replace(facts, **{name: getattr(facts, name).strip() for name in texts})
