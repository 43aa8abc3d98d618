"""By when a year's figures must be registered, and the mails to the office until they are: a link, no figures."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from finsam_tracker.core import audit
from finsam_tracker.core.language import language_of
from finsam_tracker.core.models import MACHINE_DOMAIN, Federation, Membership, User
from finsam_tracker.core.permissions import Permission, roles_with
from finsam_tracker.core.profile import reminders_token
from finsam_tracker.core.tenancy import allow
from reports.compute import COMPUTE_ERRORS
from reports.finsam.export import export_of, usual
from reports.finsam.marks import left_to_register
from reports.models import FinsamDeadline, FinsamReminder

BEFORE = timedelta(days=28)
"""How long before the last day the first mail is sent; then one a week."""
AFTER_THE_YEAR = timedelta(days=2 * 366)
SENDING_FAILED = (SMTPException, OSError)


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
    connection = get_connection()
    try:
        for deadline in near:
            if _is_done(deadline, now):
                fates["done"] += 1
                continue
            for person in _office(deadline.federation, today):
                fates[_remind(deadline, person, connection, now)] += 1
    finally:
        connection.close()
    return fates


def _is_done(deadline: FinsamDeadline, now: datetime) -> bool:
    try:
        return not left_to_register(export_of(deadline.federation, usual(deadline.year), now=now))
    except COMPUTE_ERRORS:
        return False  # there is something to see to


def _office(federation: Federation, today: date) -> list[User]:
    roles = [role.value for role in roles_with(Permission.REPORT_FINSAM)]
    held = Membership.objects.in_force_on(today).filter(federation=federation, role__in=roles)
    people = User.objects.filter(is_active=True, wants_reminders=True, memberships__in=held)
    return list(people.exclude(email__endswith=MACHINE_DOMAIN).order_by("pk"))


def _remind(deadline: FinsamDeadline, person: User, connection: Any, now: datetime) -> str:
    connection.open()  # a server that is away stops the run before anything is claimed
    week = timezone.localdate(now).isocalendar()
    # durable: inside a transaction that may roll back, the claim would be worth nothing.
    with transaction.atomic(durable=True):
        reminder, is_mine = FinsamReminder.objects.get_or_create(
            deadline=deadline, user=person, iso_year=week.year, iso_week=week.week, defaults={"claimed_at": now}
        )
    if not is_mine:
        return "done_before"
    letter = letter_to(person, deadline)
    letter.connection = connection
    try:
        letter.send()
    except SENDING_FAILED:
        connection.close()
        return "failed"
    FinsamReminder.objects.filter(pk=reminder.pk).update(sent_at=timezone.now())
    return "sent"


def letter_to(person: User, deadline: FinsamDeadline) -> EmailMessage:
    """The mail, in the person's language."""
    with translation.override(language_of(person)):
        off = settings.BASE_URL + reverse("reminders_off", args=[reminders_token(person)])
        told = {"year": deadline.year, "day": deadline.day.isoformat()}
        return EmailMessage(
            subject=_("Finsam Tracker: Uppföljning Finsam %(year)d, sista dag %(day)s") % told,
            body="\n".join(_lines(person, deadline, off)),
            to=[person.email],
            headers={
                "List-Unsubscribe": f"<{off}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )


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
