"""Letters that are sent at most once each (decision 9), and how a reminder is ended by its reader."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from smtplib import SMTPException
from typing import Any, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from finsam_tracker.core.models import User
from finsam_tracker.core.profile import reminders_token

SENDING_FAILED = (SMTPException, OSError)


class Claim(models.Model):
    """The right to send a letter. The row is there before the letter is sent: who has it sends, nobody else."""

    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def outcome(self, sent_at: datetime | None) -> dict[str, Any]:
        """What is written down of a letter that was handed over at a time, or, with None, was not."""
        return {"sent_at": sent_at}


C = TypeVar("C", bound=Claim)


@contextmanager
def open_post() -> Iterator[Any]:
    """A connection to the mail server for a run of letters."""
    post = get_connection()
    try:
        yield post
    finally:
        post.close()


def send_once(post: Any, claims: models.Manager[C], write: Callable[[], EmailMessage], now: datetime, **of: Any) -> str:
    """Send the letter that the fields ``of`` its claim tell of, unless somebody has claimed it; its fate.

    One that was not handed over is not tried again: the mail server may have taken it before the connection broke, and
    a letter too few is better than one too many. A server that is away stops the run before anything is claimed, with
    one of SENDING_FAILED.
    """
    post.open()
    # durable: inside a transaction that may roll back, the claim would be worth nothing.
    with transaction.atomic(durable=True):
        claim, is_mine = claims.get_or_create(**of, defaults={"claimed_at": now})
    if not is_mine:
        return "done_before"
    letter = write()
    letter.connection = post
    try:
        letter.send()
    except SENDING_FAILED:
        claims.filter(pk=claim.pk).update(**claim.outcome(None))
        # What comes next on a connection in an unknown state would fail too; the next letter opens a new one.
        post.close()
        return "failed"
    claims.filter(pk=claim.pk).update(**claim.outcome(timezone.now()))
    return "sent"


def address_that_ends_mails(user: User) -> str:
    """The link that every reminder ends with."""
    return settings.BASE_URL + reverse("reminders_off", args=[reminders_token(user)])


def reminder(user: User, subject: str, lines: Iterable[str], off: str) -> EmailMessage:
    """A mail that the person may end by the address ``off``."""
    return EmailMessage(
        subject=subject,
        body="\n".join(lines),
        to=[user.email],
        headers={
            # RFC 8058: the mail program's own button for stopping these mails.
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            # RFC 3834: no out-of-office reply, please.
            "Auto-Submitted": "auto-generated",
        },
    )
