"""Sending the weekly mails, each at most once: about what waits, and, from above, of other kinds."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.mail import EmailMessage
from django.utils import timezone

from finsam_tracker.core import letters
from finsam_tracker.core.models import Membership, User
from finsam_tracker.core.permissions import Permission
from initiatives.models import Initiative, InitiativeStaff
from participants.models import Reminder
from participants.reminders import Waits, letter_to
from participants.todo import todos_for


def remind_all(*, now: datetime) -> Mapping[str, int]:
    """Send this week's mails to those for whom something waits; returns how many of each fate."""
    fates: Counter[str] = Counter()
    today = timezone.localdate(now)
    own = initiatives_by_person(Permission.REGISTER, today)
    todos = todos_for(list({i.pk: i for initiatives in own.values() for i in initiatives}.values()), today)
    with letters.open_post() as post:
        for user, initiatives in own.items():
            waits = [Waits(i, todos[i.pk]) for i in initiatives if todos[i.pk].is_pressing]
            send = partial(letter_to, user, waits, today)
            fate = send_once(user, Reminder.Kind.TODO, send, post, now) if waits else "nothing"
            fates[fate] += 1
    return fates


def initiatives_by_person(permission: Permission, today: date) -> dict[User, list[Initiative]]:
    """Those who want mails and whose role has the permission, with the initiatives they work in, in one query."""
    works = InitiativeStaff.objects.filter(
        initiative__orientation=Initiative.Orientation.INDIVIDUAL,
        membership__in=Membership.objects.in_force_on(today).with_permission(permission),
        membership__user__in=User.objects.filter(is_active=True, is_operator=False, wants_reminders=True),
    )
    found: dict[User, list[Initiative]] = {}
    for work in works.select_related("membership__user", "initiative__federation").order_by(
        "membership__user", "initiative__federation__name", "initiative__position", "initiative"
    ):
        found.setdefault(work.membership.user, []).append(work.initiative)
    return found


def send_once(user: User, kind: Reminder.Kind, write: Callable[[], EmailMessage], post: Any, now: datetime) -> str:
    """Send the person the week's mail of a kind unless that has been done; its fate."""
    week = timezone.localdate(now).isocalendar()
    return letters.send_once(post, Reminder.objects, write, now, user=user, kind=kind, year=week.year, week=week.week)
