"""By when a year's figures must be registered, and the mails to the office until they are: a link, no figures."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from finsam_tracker.core import audit
from finsam_tracker.core.language import language_of
from finsam_tracker.core.letters import address_that_ends_mails, open_post, reminder, send_once
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow
from reports.compute import COMPUTE_ERRORS
from reports.finsam.export import export_of, usual
from reports.finsam.marks import left_to_register
from reports.models import FinsamDeadline, FinsamReminder

BEFORE = timedelta(days=28)
"""How long before the last day the first mail is sent; then one a week."""
AFTER_THE_YEAR = timedelta(days=2 * 366)


def deadline_of(federation: Federation, year: int) -> date | None:
    """The last day for the year's figures, where the office has set one."""
    return FinsamDeadline.objects.filter(federation=federation, year=year).values_list("day", flat=True).first()


@transaction.atomic
def set_deadline(*, by: User, federation: Federation, year: int, day: date | None, now: datetime) -> bool:
    """Set the last day, or take it away; returns whether it is another than before. Raises ValidationError."""
    allow(by, Permission.REPORT_FINSAM, federation)
    Federation.objects.select_for_update(no_key=True).get(pk=federation.pk)
    first = date(year, 1, 1)
    if day is not None and not first <= day <= date(year, 12, 31) + AFTER_THE_YEAR:
        raise ValidationError({"day": [_("Skriv en dag från och med %s, högst två år efter året.") % first]})
    if day == deadline_of(federation, year):
        return False
    rows = FinsamDeadline.objects.filter(federation=federation, year=year)
    if day is None:
        rows.delete()
    else:
        FinsamDeadline.objects.update_or_create(federation=federation, year=year, defaults={"day": day})
    told = f"{year}: {day.isoformat() if day else '-'}"
    audit.record(by=by, action="set_finsam_deadline", subject=federation, federation=federation, now=now, reason=told)
    return True


def remind_all(*, now: datetime) -> Mapping[str, int]:
    """Write to the offices that have something left to register before a day that is near; how many of each fate.

    Nobody gets two mails in a week about the same year. One that was not handed over is not tried again that week.
    """
    fates: Counter[str] = Counter()
    today = timezone.localdate(now)
    near = FinsamDeadline.objects.filter(day__gte=today, day__lte=today + BEFORE).select_related("federation")
    with open_post() as post:
        for deadline in near:
            if _is_done(deadline, now):
                fates["done"] += 1
                continue
            office = User.objects.people_with(Permission.REPORT_FINSAM, deadline.federation, today)
            for person in office.filter(wants_reminders=True):
                fates[_remind(deadline, person, post, now)] += 1
    return fates


def _is_done(deadline: FinsamDeadline, now: datetime) -> bool:
    try:
        return not left_to_register(export_of(deadline.federation, usual(deadline.year), now=now))
    except COMPUTE_ERRORS:
        return False  # there is something to see to


def _remind(deadline: FinsamDeadline, person: User, post: Any, now: datetime) -> str:
    week, write = timezone.localdate(now).isocalendar(), partial(letter_to, person, deadline)
    whose = {"deadline": deadline, "user": person, "iso_year": week.year, "iso_week": week.week}
    return send_once(post, FinsamReminder.objects, write, now, **whose)


def letter_to(person: User, deadline: FinsamDeadline) -> EmailMessage:
    """The mail, in the person's language."""
    with translation.override(language_of(person)):
        off = address_that_ends_mails(person)
        told = {"year": deadline.year, "day": deadline.day.isoformat()}
        subject = _("Finsam Tracker: Uppföljning Finsam %(year)d, sista dag %(day)s") % told
        return reminder(person, subject, _lines(person, deadline, off), off)


def _lines(person: User, deadline: FinsamDeadline, off: str) -> Iterator[str]:
    page = reverse("finsam_year", args=[deadline.federation.slug, deadline.year])
    yield _("Hej %s!") % person.name
    yield ""
    yield _(
        "Uppgifterna för %(year)d ska vara registrerade i Uppföljning Finsam senast %(day)s. Allt är inte markerat som "
        "registrerat för %(name)s."
    ) % {"year": deadline.year, "day": deadline.day.isoformat(), "name": deadline.federation.name}
    yield ""
    yield _("Öppna underlaget: %s") % (settings.BASE_URL + page)
    yield ""
    yield _("Brevet kommer högst en gång i veckan, tills allt är markerat. Stäng av det här: %s") % off
