"""What a person decides about the own account."""

from datetime import datetime

from django.core import signing
from django.db import transaction
from knox.models import AuthToken

from finsam_tracker.core import audit
from finsam_tracker.core.models import User

REMINDERS_OFF = "reminders-off"
"""What the link in a mail is signed for: it is good for this, for ever, and for nothing else."""


@transaction.atomic
def choose_language(*, by: User, language: str, now: datetime) -> None:
    """The language of the person's pages and mails."""
    if language != by.language:
        by.language = language
        by.save(update_fields=["language"])
        audit.record(by=by, action="choose_language", subject=by, federation=None, now=now)


@transaction.atomic
def choose_reminders(*, by: User, wanted: bool, now: datetime) -> None:
    """Whether the person is sent the weekly mail. Choosing what is chosen already leaves no trace."""
    if wanted != by.wants_reminders:
        by.wants_reminders = wanted
        by.save(update_fields=["wants_reminders"])
        action = "reminders_on" if wanted else "reminders_off"
        audit.record(by=by, action=action, subject=by, federation=None, now=now)


@transaction.atomic
def change_password(*, by: User, password: str, now: datetime) -> None:
    """A new password ends every other log-in: the sessions, which hang on it, and the tokens of the REST interface."""
    by.set_password(password)
    by.save(update_fields=["password"])
    AuthToken.objects.filter(user=by).delete()
    audit.record(by=by, action="change_password", subject=by, federation=None, now=now)


def reminders_token(user: User) -> str:
    """What lets the holder of a mail switch the person's reminders off, and do nothing else."""
    return signing.dumps(user.pk, salt=REMINDERS_OFF)


def user_of_token(token: str) -> User | None:
    """Whose reminders a token is about; None where it was not made here."""
    try:
        number = signing.loads(token, salt=REMINDERS_OFF)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=number).first()
