"""What an initiative and a list may look like, for the office's pages and the configuration file.

Each returns the problems it found, by field, as Swedish sentences that say what to do.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, Party
from finsam_tracker.core.services.acting import Problems, named_twice
from finsam_tracker.core.texts import code_problems, sek_problems, text_problems
from initiatives.common_lists import COMMON_LISTS, NO_SUPPORT
from initiatives.facts import InitiativeFacts, ReasonFacts, Validity, YearFacts
from initiatives.models import BandKind, CodeItem, CodeKind, CommonGroup, Initiative, ListItem, OutcomeGroup
from initiatives.usage import starts_outside

NEVER_CHANGE = ("orientation", "follow_up_method", "esf")
"""What Uppföljning Finsam does not let anybody change in an initiative once it is registered there."""
OLDEST_PARTICIPANT = 100
MOST_PLANNED = 100_000
SHORTEST_FOLLOW_UP, LONGEST_FOLLOW_UP = 1, 60
"""Months after the exit."""
LOWEST_CLASS = {BandKind.AGE: 15, BandKind.SUPPORT_MONTHS: 0, BandKind.INITIATIVE_MONTHS: 0}
"""The lowest number that a registration can have: classes that begin later leave some outside."""
MUST_HAVE_COMMON = (CodeKind.EDUCATION, CodeKind.REFERRER, CodeKind.SUPPORT)
"""The lists with a national counterpart, by which federations are compared."""
LONGEST_SET = 200
"""Characters that a set of all codes of the support list may fill, with a sign between each."""


def initiative_problems(federation: Federation, facts: InitiativeFacts, initiative: Initiative | None) -> Problems:
    """Whether an initiative can be so; ``initiative`` is the one that is changed."""
    others = Initiative.objects.filter(federation=federation).exclude(pk=initiative.pk if initiative else 0)
    problems: Problems = {
        "name": text_problems(facts.name, 100, _("Skriv insatsens namn.")) or named_twice(facts.name, others),
        "label": text_problems(facts.label, 40, _("Skriv ett kort namn, som det ska stå i tabellerna.")),
        "narrower_orientation": text_problems(facts.narrower_orientation, 100),
        "follow_up_method": text_problems(facts.follow_up_method, 100),
        "target_group": text_problems(facts.target_group, 200),
        "owner": _party_problems(federation, [facts.owner] if facts.owner else []),
        "parties": _party_problems(federation, facts.parties),
        "orientation": []
        if facts.orientation in Initiative.Orientation.values
        else [_("Välj om insatsen är individinriktad eller strukturövergripande.")],
        "uses_assignments": _assignment_problems(facts),
        **_age_problems(facts),
        **_period_problems(facts, initiative),
    }
    if initiative:
        problems |= {name: told for name, told in _fixed_problems(facts, initiative).items() if told}
    return problems


def _party_problems(federation: Federation, parties: Iterable[Party]) -> list[str]:
    if all(party.federation_id == federation.pk for party in parties):
        return []
    return [_("Välj en part som hör till förbundet.")]


def _assignment_problems(facts: InitiativeFacts) -> list[str]:
    if facts.uses_assignments and facts.orientation == Initiative.Orientation.STRUCTURAL:
        return [_("En strukturövergripande insats har inga deltagare och registrerar inga uppdrag.")]
    return []


def _age_problems(facts: InitiativeFacts) -> Problems:
    problems: Problems = {}
    for name in ("age_from", "age_to"):
        age = getattr(facts, name)
        if age is not None and not 0 <= age <= OLDEST_PARTICIPANT:
            problems[name] = [_("Skriv åldern i hela år, mellan 0 och %d.") % OLDEST_PARTICIPANT]
    if facts.age_from is not None and facts.age_to is not None and facts.age_to < facts.age_from:
        problems["age_to"] = [_("Högsta åldern är lägre än den lägsta. Ändra någon av dem.")]
    return problems


def _period_problems(facts: InitiativeFacts, initiative: Initiative | None) -> Problems:
    if facts.end_on and facts.end_on < facts.start_on:
        return {
            "end_on": [
                _("Slutet %(end)s ligger före starten %(start)s. Ändra någon av dagarna.")
                % {"end": facts.end_on, "start": facts.start_on}
            ]
        }
    if initiative is None or (initiative.start_on, initiative.end_on) == (facts.start_on, facts.end_on):
        return {}
    if outside := starts_outside(initiative, facts.start_on, facts.end_on):
        moved = "start_on" if facts.start_on != initiative.start_on else "end_on"
        return {
            moved: [
                _("%d registrerade deltaganden har startat utanför den perioden. Välj en dag som rymmer dem.") % outside
            ]
        }
    return {}


def _fixed_problems(facts: InitiativeFacts, initiative: Initiative) -> Problems:
    told = {
        "orientation": _("Inriktningen"),
        "follow_up_method": _("Uppföljningsmetoden"),
        "esf": _("ESF-finansieringen"),
    }
    return {
        name: [
            _(
                "%s kan inte ändras när insatsen har skapats, för Uppföljning Finsam tillåter det inte. "
                "Avsluta insatsen och skapa en ny om den har blivit en annan."
            )
            % told[name]
        ]
        for name in NEVER_CHANGE
        if getattr(facts, name) != getattr(initiative, name)
    }


def year_facts_problems(facts: YearFacts) -> Problems:
    """Whether an initiative's year can be so."""
    planned = facts.planned_participants
    return {
        "budget_sek": sek_problems(facts.budget_sek),
        "outcome_sek": sek_problems(facts.outcome_sek, may_be_negative=True),
        "planned_participants": []
        if planned is None or 0 <= planned <= MOST_PLANNED
        else [_("Skriv antalet som ett heltal mellan 0 och %d.") % MOST_PLANNED],
    }


def follow_up_problems(months: Iterable[int]) -> Problems:
    """Whether participants can be followed up so many months after their exit."""
    if all(SHORTEST_FOLLOW_UP <= number <= LONGEST_FOLLOW_UP for number in months):
        return {}
    told = _("Skriv månader efter avslut som heltal mellan %(first)d och %(last)d, till exempel 6, 12.")
    return {"months": [told % {"first": SHORTEST_FOLLOW_UP, "last": LONGEST_FOLLOW_UP}]}


def new_code_problems(code: str, others: QuerySet[Any]) -> Problems:
    """Whether a new item can have the code."""
    if others.filter(code=code).exists():
        return {"code": [_("Koden ”%s” finns redan i listan. Välj en annan.") % code]}
    return {"code": code_problems(code)}


def item_problems(label: str, validity: Validity, others: QuerySet[Any], longest: int = 100) -> Problems:
    """Whether an item of a dated list can have the label for those days."""
    problems: Problems = {
        "label": text_problems(label, longest, _("Skriv en benämning, som den ska stå i listan."))
        or _label_taken(label, validity, others)
    }
    if validity.valid_from and validity.valid_to and validity.valid_to < validity.valid_from:
        problems["valid_to"] = [
            _("Den sista dagen %(end)s ligger före den första %(start)s. Skriv en senare dag.")
            % {"end": validity.valid_to, "start": validity.valid_from}
        ]
    return problems


def _label_taken(label: str, validity: Validity, others: QuerySet[Any]) -> list[str]:
    """Two items with one label on one day could not be told apart, neither by a person nor by an import."""
    for other in others:
        same = other.label.casefold() == label.strip().casefold()
        if same and _meet(validity, Validity(other.valid_from, other.valid_to)):
            return [_("”%s” finns redan i listan. Välj en annan benämning, eller avsluta den gamla.") % other.label]
    return []


def _meet(one: Validity, other: Validity) -> bool:
    """Whether there is a day on which both hold."""
    first, last = (date.min, date.max)
    return max(one.valid_from or first, other.valid_from or first) <= min(one.valid_to or last, other.valid_to or last)


def common_problems(kind: str, common: str) -> list[str]:
    """Whether an item of a plain list says rightly what it counts as nationally."""
    known = [item.code for item in COMMON_LISTS[CodeKind(kind)]]
    if not common:
        return [_("Välj vad den räknas som nationellt.")] if kind in MUST_HAVE_COMMON else []
    return [] if common in known else [_("Välj en nationell motsvarighet ur listan.")]


def support_code_problems(code: str, others: QuerySet[CodeItem]) -> list[str]:
    """Sets of support codes are kept as text: they must fit, and "none" must stand for itself alone."""
    if NO_SUPPORT in code and code != NO_SUPPORT:
        return [_("Koden kan inte innehålla ”%s”. Välj en annan.") % NO_SUPPORT]
    if len("+".join([code, *others.values_list("code", flat=True)])) > LONGEST_SET:
        return [_("Listan rymmer inte fler så långa koder. Skriv en kortare kod.")]
    return []


def reason_problems(facts: ReasonFacts, federation: Federation) -> Problems:
    """Whether the reason's group is the federation's own."""
    if facts.group.federation_id == federation.pk:
        return {}
    return {"group": [_("Välj en utfallsgrupp som hör till förbundet.")]}


def needed_problems(item: ListItem) -> list[str]:
    """Whether the program needs the item: that there is no public support can always be said."""
    if isinstance(item, CodeItem) and item.kind == CodeKind.SUPPORT and item.code == NO_SUPPORT:
        return [_("”%s” behövs alltid. Den kan varken avslutas eller tas bort.") % item.label]
    return []


def validity_problems(item: ListItem, validity: Validity) -> Problems:
    """Whether the item can be for these days only."""
    return {"valid_to": needed_problems(item)} if validity != Validity() else {}


def group_label_problems(label: str, others: QuerySet[OutcomeGroup]) -> list[str]:
    """Whether an outcome group can have the name."""
    return text_problems(label, 60, _("Skriv utfallsgruppens namn.")) or named_twice(label, others, "label")


def new_group_problems(code: str, label: str, common: str, others: QuerySet[OutcomeGroup]) -> Problems:
    """Whether there can be such a new outcome group."""
    taken = others.filter(code=code).exists()
    return {
        "code": [_("Koden ”%s” finns redan i listan. Välj en annan.") % code] if taken else code_problems(code),
        "label": group_label_problems(label, others),
        "common": [] if common in CommonGroup.values else [_("Välj vad gruppen betyder.")],
    }
