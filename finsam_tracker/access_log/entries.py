"""The lines of the log: what was looked at and what was done, in one order of time. Neither subject nor reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.access_log.words import DEEDS, PAGES
from finsam_tracker.core.models import AuditEvent, Federation, User
from finsam_tracker.core.records import AccessEvent

Raw = tuple[datetime, int, str, str]
SEEN, DONE = "seen", "done"


@dataclass(frozen=True)
class Wanted:
    """What to show; what is empty does not narrow. ``kind`` is "seen", "done", or one of them, a colon and a name."""

    person: int | None = None
    kind: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Entry:
    """A line."""

    at: datetime
    person: str
    what: str


def entries(federation: Federation, wanted: Wanted) -> QuerySet[Any, Raw]:
    """The lines' raw values, latest first: time, person, name of page or act, and which of the two."""
    seen = AccessEvent.objects.filter(federation=federation).order_by()
    done = AuditEvent.objects.filter(federation=federation).order_by()
    if wanted.person:
        seen, done = seen.filter(user=wanted.person), done.filter(actor=wanted.person)
    if wanted.first:
        seen, done = seen.filter(first_at__gte=_midnight(wanted.first)), done.filter(at__gte=_midnight(wanted.first))
    if wanted.last:
        end = _midnight(wanted.last + timedelta(days=1))
        seen, done = seen.filter(first_at__lt=end), done.filter(at__lt=end)
    which, _colon, name = wanted.kind.partition(":")
    if name:
        seen, done = seen.filter(kind=name), done.filter(action=name)
    looked = seen.annotate(when=F("first_at"), who=F("user_id"), what=F("kind"), which=Value(SEEN))
    acted = done.annotate(when=F("at"), who=F("actor_id"), what=F("action"), which=Value(DONE))
    values = ("when", "who", "what", "which")
    if which:
        return (looked if which == SEEN else acted).values_list(*values).order_by("-when")
    return looked.values_list(*values).union(acted.values_list(*values), all=True).order_by("-when")


def told(rows: Iterable[Raw]) -> list[Entry]:
    """The lines in words; the people of a page in one question."""
    page = list(rows)
    people = {p.pk: str(p) for p in User.objects.filter(pk__in={row[1] for row in page})}
    return [Entry(timezone.localtime(at), people[user], _what(name, which)) for at, user, name, which in page]


def _what(name: str, which: str) -> str:
    if which == DONE:
        return str(DEEDS.get(name, name))
    return _("tittade på %s") % PAGES.get(name, name)


def people_in(federation: Federation) -> QuerySet[User]:
    """Who can stand in the log: everybody who has or has had a role there, or has done something there."""
    return User.objects.filter(
        pk__in=User.objects.filter(memberships__federation=federation)
        .values("pk")
        .union(AuditEvent.objects.filter(federation=federation).order_by().values("actor"))
    ).order_by("name", "email")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
