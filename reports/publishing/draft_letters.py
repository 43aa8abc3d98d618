"""The letters about a new draft: that it waits, and a link. No figure stands in them."""

from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from finsam_tracker.core.language import language_of
from finsam_tracker.core.letters import open_post, send_once
from finsam_tracker.core.models import User
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from reports.models import DraftLetter, ScheduledRun
from reports.publications import TEMPLATES


def send_letters(run: ScheduledRun, now: datetime) -> int:
    """Tell those who write the federation's reports, each at most once, but for who asked; how many took one.

    A mail server that is away stops it before anything is claimed, with one of SENDING_FAILED.
    """
    writers = User.objects.people_with(Permission.PUBLISH, run.schedule.federation, timezone.localdate(now))
    with open_post() as post:
        return sum(_send(run, user, post, now) == "sent" for user in writers if user.pk != run.asked_by_id)


def _send(run: ScheduledRun, user: User, post: Any, now: datetime) -> str:
    return send_once(post, DraftLetter.objects, partial(_written, run, user), now, run=run, user=user)


def _written(run: ScheduledRun, user: User) -> EmailMessage:
    federation = run.schedule.federation
    with translation.override(language_of(user)):
        said = {"title": TEMPLATES[run.schedule.template].title, "period": Period.parse(run.period).label}
        where = reverse("draft", args=[federation.slug, run.publication_id])
        lines = [
            _("Hej %s!") % user.name,
            "",
            _("Ett utkast till %(title)s för %(period)s är räknat.") % said + f" ({federation.name})",
            _("Se vad som saknas, skriv era texter och publicera:"),
            settings.BASE_URL + where,
            "",
            _("Inget publiceras förrän någon på kansliet gör det. Tiderna står under Publikationer, Schema."),
        ]
        return EmailMessage(
            _("Finsam Tracker: utkast att granska, %(title)s %(period)s") % said,
            "\n".join(lines),
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
