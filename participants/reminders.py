"""What the weekly mail says: numbers and a link, no code and nothing registered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finsam_tracker.core.language import language_of
from finsam_tracker.core.letters import address_that_ends_mails, reminder
from finsam_tracker.core.models import User
from initiatives.models import Initiative
from participants.todo import MONTHS_WITHOUT_STEP, Todo


@dataclass(frozen=True)
class Waits:
    """An initiative and what waits in it."""

    initiative: Initiative
    todo: Todo


def letter_to(user: User, waits: Sequence[Waits], today: date) -> EmailMessage:
    """The mail, in the person's language."""
    with translation.override(language_of(user)):
        off = address_that_ends_mails(user)
        return reminder(
            user,
            _("Finsam Tracker: det här väntar, vecka %d") % today.isocalendar().week,
            _lines(user, waits, off),
            off,
        )


def _lines(user: User, waits: Sequence[Waits], off: str) -> Iterator[str]:
    yield _("Hej %s!") % user.name
    yield ""
    yield _("Det här väntar i dina insatser.")
    for wait in waits:
        yield ""
        yield f"{wait.initiative.name} ({wait.initiative.federation.name})"
        yield from (f"- {line}" for line in _numbers(wait.todo))
    yield ""
    yield _("Öppna dina insatser: %s") % (settings.BASE_URL + reverse("start"))
    yield ""
    yield _("Brevet kommer på måndagar när något väntar. Stäng av det här: %s") % off


def _numbers(todo: Todo) -> Iterator[str]:
    if n := todo.overdue:
        yield ngettext("%d uppföljning är försenad", "%d uppföljningar är försenade", n) % n
    if n := todo.due_this_month:
        yield ngettext("%d uppföljning ska göras den här månaden", "%d uppföljningar ska göras den här månaden", n) % n
    if n := todo.without_step:
        told = ngettext(
            "%(n)d deltagande har ingen stegbedömning på %(months)d månader",
            "%(n)d deltaganden har ingen stegbedömning på %(months)d månader",
            n,
        )
        yield told % {"n": n, "months": MONTHS_WITHOUT_STEP}
    if n := todo.blanks:
        yield ngettext("%d deltagande saknar uppgifter", "%d deltaganden saknar uppgifter", n) % n
