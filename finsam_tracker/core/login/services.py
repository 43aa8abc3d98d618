"""What is done to log-ins: ending them, and sending the link to a new password."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from knox.models import AuthToken

from finsam_tracker.core import audit
from finsam_tracker.core.language import language_of
from finsam_tracker.core.models import User
from finsam_tracker.core.records import Session


def log_ins_of(user: User, now: datetime) -> QuerySet[Session]:
    """The log-ins of a person that still hold, the latest used first."""
    awake_since = now - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    return Session.objects.filter(user=user, expire_date__gt=now, last_seen_at__gt=awake_since)


def close_doors(user: User, *, except_session: str | None = None) -> None:
    """End a person's log-ins, at once and everywhere: the browsers' and the REST interface's."""
    Session.objects.filter(user=user).exclude(pk=except_session or "").delete()
    AuthToken.objects.filter(user=user).delete()


@transaction.atomic
def log_out_elsewhere(*, by: User, except_session: str | None, now: datetime) -> None:
    """End every log-in but the one that asks for it."""
    close_doors(by, except_session=except_session)
    audit.record(by=by, action="log_out_elsewhere", subject=by, federation=None, now=now)


def send_link_to_new_password(email: str) -> bool:
    """Send it where there is somebody with the address; whether it was sent is for the job's record only."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return False
    with translation.override(language_of(user)):
        return bool(_letter(user).send())


def _letter(user: User) -> EmailMessage:
    number = urlsafe_base64_encode(force_bytes(user.pk))
    where = settings.BASE_URL + reverse("new_password", args=[number, default_token_generator.make_token(user)])
    lines = [
        _("Hej %s!") % user.name,
        "",
        _("Någon, förmodligen du, har bett om ett nytt lösenord till Finsam Tracker. Välj det här:"),
        where,
        "",
        _("Länken gäller i en timme och en gång. Var det inte du kan du kasta brevet: inget har ändrats."),
    ]
    return EmailMessage(_("Finsam Tracker: nytt lösenord"), "\n".join(lines), to=[user.email])


def user_of_link(number: str, token: str) -> User | None:
    """Whose new password a link is for; None where it is old, used or of somebody's own making."""
    try:
        user = User.objects.get(pk=int(urlsafe_base64_decode(number)), is_active=True)
    except (User.DoesNotExist, ValueError, OverflowError):
        return None
    return user if default_token_generator.check_token(user, token) else None
