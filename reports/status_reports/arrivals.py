"""The letters to the office about reports that have arrived: which, and a link. No figure and no text of it."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from finsam_tracker.core.language import language_of
from finsam_tracker.core.letters import address_that_ends_mails, open_post, reminder, send_once
from finsam_tracker.core.models import User
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from reports.models import ArrivalLetter, Sending

NEWS = timedelta(days=7)
"""What has waited longer is no news: the office's page shows it, and a server that was off sends no old mails."""


def tell_offices(*, now: datetime) -> Mapping[str, int]:
    """Tell each office of the reports that wait for its answer; returns how many letters of each fate.

    Safe to run every few minutes: of each sending a person gets one letter at most.
    """
    fates: Counter[str] = Counter()
    new = Sending.objects.filter(answer="", sent_at__gt=now - NEWS).defer("content")
    waiting = list(new.select_related("report__initiative__federation").order_by("sent_at"))
    if not waiting:
        return fates
    with open_post() as post:
        for sending in waiting:
            for user in _readers(sending, now):
                write = partial(letter_to, user, sending)
                fates[send_once(post, ArrivalLetter.objects, write, now, sending=sending, user=user)] += 1
    return fates


def _readers(sending: Sending, now: datetime) -> list[User]:
    """Those who answer reports, want mails and have not had this one."""
    federation = sending.report.initiative.federation
    people = User.objects.people_with(Permission.ANSWER_STATUS_REPORTS, federation, timezone.localdate(now))
    return list(people.filter(wants_reminders=True).exclude(pk__in=sending.letters.values("user")))


def letter_to(user: User, sending: Sending) -> EmailMessage:
    """The mail, in the person's language."""
    report = sending.report
    initiative, federation = report.initiative, report.initiative.federation
    with translation.override(language_of(user)):
        off = address_that_ends_mails(user)
        where = reverse("status_report", args=[federation.slug, report.period, initiative.slug])
        lines = [
            _("Hej %s!") % user.name,
            "",
            _("Lägesrapporten för %(name)s, %(period)s, har kommit. Läs den och svara:")
            % {"name": initiative.name, "period": Period.parse(report.period).label},
            settings.BASE_URL + where,
            "",
            _("Stäng av breven här: %s") % off,
        ]
        return reminder(user, _("Finsam Tracker: en lägesrapport har kommit"), lines, off)
