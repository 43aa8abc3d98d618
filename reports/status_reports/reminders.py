"""Mails to leads about reports that wait for them: a link and a day, no figures."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from finsam_tracker.core.language import language_of
from finsam_tracker.core.letters import address_that_ends_mails, open_post, reminder
from finsam_tracker.core.models import User
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from participants.models import Reminder
from participants.services.reminders import initiatives_by_person, send_once
from reports.models import StatusReport

DAYS_BEFORE = 14
"""From so long before the due day; what the office has returned, at once."""


def remind_leads(*, now: datetime) -> Mapping[str, int]:
    """Send this week's mail to each lead for whom a report waits; returns how many of each fate.

    Claimed before it is sent and never tried again, as the weekly mail about registrations (decision 9).
    """
    fates: Counter[str] = Counter()
    today = timezone.localdate(now)
    waiting = _waiting(today)
    with open_post() as post:
        for user, initiatives in initiatives_by_person(Permission.WRITE_STATUS_REPORTS, today).items():
            own = [report for initiative in initiatives for report in waiting.get(initiative.pk, ())]
            write = partial(letter_to, user, own, today)
            fates[send_once(user, Reminder.Kind.STATUS_REPORTS, write, post, now) if own else "nothing"] += 1
    return fates


def _waiting(today: date) -> dict[int, list[StatusReport]]:
    """What there is to remind of, by the initiative's id."""
    soon = Q(due_on__lte=today + timedelta(days=DAYS_BEFORE)) | Q(state=StatusReport.State.RETURNED)
    found: dict[int, list[StatusReport]] = {}
    for report in StatusReport.objects.with_lead().filter(soon).select_related("initiative__federation"):
        found.setdefault(report.initiative_id, []).append(report)
    return found


def letter_to(user: User, reports: Sequence[StatusReport], today: date) -> EmailMessage:
    """The mail, in the person's language."""
    with translation.override(language_of(user)):
        off = address_that_ends_mails(user)
        return reminder(user, _("Finsam Tracker: lägesrapport att skriva"), _lines(user, reports, today, off), off)


def _lines(user: User, reports: Sequence[StatusReport], today: date, off: str) -> Iterator[str]:
    yield _("Hej %s!") % user.name
    for report in reports:
        yield ""
        yield told_of(report, today)
        yield settings.BASE_URL + address_of(report)
    yield ""
    yield _("Brevet kommer högst en gång i veckan, tills rapporten är skickad. Stäng av påminnelserna här: %s") % off


def told_of(report: StatusReport, today: date) -> str:
    """The report and its day, in a sentence."""
    told = {"name": report.initiative.name, "period": Period.parse(report.period).label, "day": report.due_on}
    if report.state == StatusReport.State.RETURNED:
        return (
            _("Kansliet har lämnat tillbaka lägesrapporten för %(name)s, %(period)s. Läs varför och skicka den igen.")
            % told
        )
    if report.is_late_on(today):
        return _("Lägesrapporten för %(name)s, %(period)s, är försenad. Den skulle ha skickats senast %(day)s.") % told
    return _("Lägesrapporten för %(name)s, %(period)s, ska skickas till kansliet senast %(day)s.") % told


def address_of(report: StatusReport) -> str:
    """The report's page for those who work in the initiative."""
    initiative = report.initiative
    return reverse("initiative_status_report", args=[initiative.federation.slug, initiative.slug, report.period])
