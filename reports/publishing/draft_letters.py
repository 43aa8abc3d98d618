"""The letters about a new draft: that it waits, and a link. No figure stands in them."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from finsam_tracker.core.language import language_of
from finsam_tracker.core.login.services import SENDING_FAILED
from finsam_tracker.core.models import MACHINE_DOMAIN, Membership, User
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission, roles_with
from reports.models import DraftLetter, ScheduledRun
from reports.publications import TEMPLATES


def send_letters(run: ScheduledRun, now: datetime) -> int:
    """Tell those who write the federation's reports, each at most once, but for who asked; how many took one.

    A mail server that is away stops it before anything is claimed, with one of SENDING_FAILED.
    """
    connection = get_connection()
    try:
        return sum(_send(run, user, connection, now) for user in _readers(run, now))
    finally:
        connection.close()


def _readers(run: ScheduledRun, now: datetime) -> list[User]:
    holders = Membership.objects.in_force_on(timezone.localdate(now)).filter(
        federation=run.schedule.federation, role__in=list(roles_with(Permission.PUBLISH))
    )
    people = User.objects.filter(pk__in=holders.values("user"), is_active=True)
    people = people.exclude(email__endswith=MACHINE_DOMAIN).order_by("pk")
    return [person for person in people if person.pk != run.asked_by_id]


def _send(run: ScheduledRun, user: User, connection: Any, now: datetime) -> int:
    connection.open()
    letter = _claim(run, user, now)
    if letter is None:
        return 0
    message = _written(run, user)
    message.connection = connection
    try:
        message.send()
    except SENDING_FAILED:
        connection.close()  # in an unknown state; the next letter opens a new one
        return 0
    DraftLetter.objects.filter(pk=letter.pk).update(sent_at=timezone.now())
    return 1


def _claim(run: ScheduledRun, user: User, now: datetime) -> DraftLetter | None:
    """The right to send the letter, committed before anything is sent; None where it is taken."""
    # durable: inside a transaction that may roll back, the claim would be worth nothing.
    with transaction.atomic(durable=True):
        letter, is_mine = DraftLetter.objects.get_or_create(run=run, user=user, defaults={"claimed_at": now})
    return letter if is_mine else None


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
