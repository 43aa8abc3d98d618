"""The grid of advisory contacts: a month's numbers by kind and by where people were referred, and what it may hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from finsam_tracker.core.period import Period, PeriodError
from initiatives.lists import Lists
from initiatives.models import CodeItem, CodeKind, Initiative
from participants.models import AdvisoryContacts
from participants.models.advisory import MOST_CONTACTS

Place = tuple[str, str]
"""A square of the grid: the codes of the kind and of where people were referred."""
Counts = Mapping[Place, int]


@dataclass(frozen=True)
class MonthOfContacts:
    """What is registered for a month. ``state`` changes with every save, so that two who save at once can be told."""

    month: Period
    counts: Counts
    state: int


def contacts_of(initiative: Initiative, month: Period) -> MonthOfContacts:
    """The month as it is registered now."""
    rows = AdvisoryContacts.objects.contacts_in(month).filter(initiative=initiative, versions__known_until=None)
    found = list(rows.values_list("kind", "referred_to", "count", "versions__act"))
    counts = {(kind, referred_to): count for kind, referred_to, count, _act in found}
    return MonthOfContacts(month, counts, max((act for *_rest, act in found), default=0))


def read_month(text: str) -> Period:
    """The month of an address; raises PeriodError with a Swedish sentence."""
    month: Period | None
    try:
        month = Period.parse(text)
    except PeriodError:
        month = None
    if month is None or month.kind != "month":
        raise PeriodError(_("”%s” är ingen månad. Skriv den som åååå-mm, till exempel 2025-03.") % text.strip()[:40])
    return month


def month_of(day: date) -> Period:
    return Period.month(day.year, day.month)


def neighbour(month: Period, step: int, initiative: Initiative, today: date) -> Period | None:
    """The month before or after, where contacts could have been had then."""
    there = month_of(month.start + relativedelta(months=step))
    return None if month_problem(initiative, there, today) else there


def month_problem(initiative: Initiative, month: Period, today: date) -> str | None:
    """Why no contacts can be counted for the month, or None."""
    name = month.label
    if month.start > today:
        return _("Månaden %s har inte börjat än. Välj en tidigare månad.") % name
    if month.end < initiative.start_on:
        return _("Insatsen började %(day)s, efter %(month)s. Välj en senare månad.") % {
            "day": initiative.start_on,
            "month": name,
        }
    if initiative.end_on and month.start > initiative.end_on:
        return _("Insatsen slutade %(day)s, före %(month)s. Välj en tidigare månad.") % {
            "day": initiative.end_on,
            "month": name,
        }
    return None


def kinds_in(lists: Lists, held: MonthOfContacts) -> list[CodeItem]:
    """The kinds of contact in force in the month, and those that it has numbers of already."""
    return _offered(lists.codes(CodeKind.CONTACT_KIND), held.month, {kind for kind, _to in held.counts})


def referrals_in(lists: Lists, held: MonthOfContacts) -> list[CodeItem]:
    """Where people could be referred in the month, in the same way."""
    return _offered(lists.codes(CodeKind.CONTACT_OUTCOME), held.month, {to for _kind, to in held.counts})


def _offered(items: Iterable[CodeItem], month: Period, used: set[str]) -> list[CodeItem]:
    return [item for item in items if item.code in used or item.holds_in(month)]


def contact_problems(
    initiative: Initiative, held: MonthOfContacts, counts: Counts, lists: Lists, today: date
) -> dict[str, list[str]]:
    """Whether the month can have these numbers, by the name of the square's field."""
    problems: dict[str, list[str]] = {}
    if problem := month_problem(initiative, held.month, today):
        problems["__all__"] = [problem]
    kinds = {item.code for item in kinds_in(lists, held)}
    referrals = {item.code for item in referrals_in(lists, held)}
    for place, count in counts.items():
        if place[0] not in kinds or place[1] not in referrals:
            problems[field_of(place)] = [_("Samtalets slag eller hänvisning fanns inte i listan den månaden.")]
        elif not 0 <= count <= MOST_CONTACTS:
            problems[field_of(place)] = [number_sentence()]
    return problems


def conflict_sentence(held: MonthOfContacts, counts: Counts) -> str:
    """What to tell somebody whose month was changed by another while they typed."""
    return _(
        "Någon annan har sparat %(month)s sedan du öppnade sidan. Det du skrev står kvar. "
        "Nu finns %(stored)d samtal sparade och du har skrivit %(typed)d. "
        "Jämför rutorna som är märkta och spara igen."
    ) % {"month": held.month.label, "stored": sum(held.counts.values()), "typed": sum(counts.values())}


def number_sentence() -> str:
    return _("Skriv ett heltal mellan 0 och %d.") % MOST_CONTACTS


def field_of(place: Place) -> str:
    """The name of a square's field. Codes are slugs, so the point is in neither."""
    return ".".join(place)
