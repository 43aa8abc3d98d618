"""Sending the weekly mails, each at most once: about what waits, and, from above, of other kinds."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone

from finsam_tracker.core.models import Membership, User
from finsam_tracker.core.permissions import Permission, roles_with
from initiatives.models import Initiative, InitiativeStaff
from participants.models import Reminder
from participants.reminders import Waits, letter_to
from participants.todo import todos_for

SENDING_FAILED = (SMTPException, OSError)


def remind_all(*, now: datetime) -> Mapping[str, int]:
    """Send this week's mails to those for whom something waits; returns how many of each fate.

    A mail that was not handed over is not tried again: the mail server may have taken it before the connection broke,
    and a mail too few is better than one too many. A server that is away stops the run before anything is claimed.
    """
    fates: Counter[str] = Counter()
    today = timezone.localdate(now)
    own = initiatives_by_person(Permission.REGISTER, today)
    todos = todos_for(list({i.pk: i for initiatives in own.values() for i in initiatives}.values()), today)
    with open_post() as connection:
        for user, initiatives in own.items():
            waits = [Waits(i, todos[i.pk]) for i in initiatives if todos[i.pk].is_pressing]
            send = partial(letter_to, user, waits, today)
            fate = send_once(user, Reminder.Kind.TODO, send, connection, now) if waits else "nothing"
            fates[fate] += 1
    return fates


@contextmanager
def open_post() -> Iterator[Any]:
    """A connection to the mail server for a run of mails."""
    connection = get_connection()
    try:
        yield connection
    finally:
        connection.close()


def initiatives_by_person(permission: Permission, today: date) -> dict[User, list[Initiative]]:
    """Those who want mails and whose role has the permission, with the initiatives they work in, in one query."""
    works = InitiativeStaff.objects.filter(
        initiative__orientation=Initiative.Orientation.INDIVIDUAL,
        membership__in=Membership.objects.in_force_on(today).filter(role__in=list(roles_with(permission))),
        membership__user__in=User.objects.filter(is_active=True, is_operator=False, wants_reminders=True),
    )
    found: dict[User, list[Initiative]] = {}
    for work in works.select_related("membership__user", "initiative__federation").order_by(
        "membership__user", "initiative__federation__name", "initiative__position", "initiative"
    ):
        found.setdefault(work.membership.user, []).append(work.initiative)
    return found


def send_once(
    user: User, kind: Reminder.Kind, write: Callable[[], EmailMessage], connection: Any, now: datetime
) -> str:
    """Send the person the week's mail of a kind unless that has been done; its fate."""
    connection.open()
    reminder = _claim(user, kind, now)
    if reminder is None:
        return "done_before"
    letter = write()
    letter.connection = connection
    try:
        letter.send()
    except SENDING_FAILED:
        Reminder.objects.filter(pk=reminder.pk).update(state=Reminder.State.FAILED)
        # What comes next on a connection in an unknown state would fail too; the next mail opens a new one.
        connection.close()
        return "failed"
    Reminder.objects.filter(pk=reminder.pk).update(state=Reminder.State.SENT, sent_at=timezone.now())
    return "sent"


def _claim(user: User, kind: Reminder.Kind, now: datetime) -> Reminder | None:
    """The right to send the week's mail to the person, committed before anything is sent; None where it is taken."""
    week = timezone.localdate(now).isocalendar()
    # durable: inside a transaction that may roll back, the claim would be worth nothing.
    with transaction.atomic(durable=True):
        reminder, is_mine = Reminder.objects.get_or_create(
            user=user, kind=kind, year=week.year, week=week.week, defaults={"claimed_at": now}
        )
    return reminder if is_mine else None
