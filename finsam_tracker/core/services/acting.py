"""What every act that sets a federation up has in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from finsam_tracker.core import audit
from finsam_tracker.core.models import SYSTEM_EMAIL, AuditEvent, Federation, User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.staleness import mark_stale

M = TypeVar("M", bound=models.Model)
Problems = dict[str, list[str]]


def is_system(user: User) -> bool:
    """The actor of what no person did; a configuration file is loaded as it. Nobody can log in as it."""
    return user.email == SYSTEM_EMAIL


def lock_set_up(by: User, federation: Federation) -> None:
    """Raise PermissionDenied unless the person may set the federation up; let those who do wait for each other.

    Under this lock, what was asked of the database before a row is written still holds when it is.
    """
    if not (is_system(by) or by.may(Permission.SET_UP, federation)):
        raise PermissionDenied
    Federation.objects.select_for_update(no_key=True).get(pk=federation.pk)


@dataclass(frozen=True)
class Act:
    """One act on a federation's set-up, to be written down where it changes something."""

    by: User
    federation: Federation
    action: str
    now: datetime

    def did(self, subject: models.Model, *, reason: str = "") -> AuditEvent:
        """Write the act down. For what no table is made of."""
        return audit.record(
            by=self.by, action=self.action, subject=subject, federation=self.federation, now=self.now, reason=reason
        )

    def did_to_figures(self, subject: models.Model, *, from_day: date | None = None, reason: str = "") -> AuditEvent:
        """Write the act down, and that stored tables from a day on (None: all) no longer hold."""
        mark_stale(self.federation, now=self.now, from_day=from_day)
        return self.did(subject, reason=reason)


def refuse(problems: Mapping[str, list[str]]) -> None:
    """Raise a ValidationError when there are problems."""
    found = {field: sentences for field, sentences in problems.items() if sentences}
    if found:
        raise ValidationError(found)


def changed(row: M, values: Mapping[str, object]) -> bool:
    """Give a row these values; whether any is new."""
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    return before != dict(values)


def remove(row: models.Model, sentence: str, before: Callable[[], object] = lambda: None) -> None:
    """Delete a row that nothing refers to; ``before`` runs while its key is known. Raises ValidationError otherwise."""
    try:
        before()
        row.delete()
    except ProtectedError as error:
        raise ValidationError(sentence) from error


def named_twice(name: str, others: models.QuerySet[M], field: str = "name") -> list[str]:
    """Whether another row has the name already, whatever its capitals (which a database compares in its own way)."""
    wanted = name.strip().casefold()
    for other in others.values_list(field, flat=True):
        if str(other).casefold() == wanted:
            return [_("”%s” finns redan. Välj ett annat namn.") % other]
    return []
