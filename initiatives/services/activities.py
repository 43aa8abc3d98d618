"""Registering structural activities, correcting them and ending those that should not have been registered."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.reasons import reason_problems
from finsam_tracker.core.services.acting import Act, refuse
from finsam_tracker.core.versions import ChangedMeanwhileError
from initiatives.activities import ActivityEntry, activity_problems, columns_of
from initiatives.lists import Lists
from initiatives.models import Activity, ActivityVersion


@transaction.atomic
def register_activity(
    *, by: User, entry: ActivityEntry, now: datetime, is_another: bool = False, lists: Lists | None = None
) -> Activity:
    """Register an activity. One just like it may only be registered with ``is_another``: most often it is the same.

    Raises ValidationError with Swedish sentences by field, PermissionDenied for one who may not count heads there.
    """
    federation = entry.initiative.federation
    _lock(by, federation)
    refuse(activity_problems(entry, lists or Lists(federation), timezone.localdate(now)))
    columns = columns_of(entry)
    if not is_another and Activity.objects.counted().filter(**columns).exists():
        raise ValidationError({"is_another": [another_sentence()]})
    return _save(Activity(**columns), by=by, action="register_activity", now=now, from_day=entry.held_on)


@transaction.atomic
def correct_activity(
    *, by: User, activity: Activity, entry: ActivityEntry, reason: str, now: datetime, seen: int | None = None
) -> Activity:
    """Replace what is registered, saying why; what stood before stays in the versions.

    ``seen`` is the state that was typed over (``state_of``): has somebody changed it since, nothing is saved.
    """
    row = _locked(by, activity, seen)
    federation = row.federation
    if entry.initiative.federation_id != federation.pk:
        raise PermissionDenied
    problems = activity_problems(entry, Lists(federation), timezone.localdate(now))
    refuse({**problems, **reason_problems(reason)})
    from_day = min(row.held_on, entry.held_on)
    for name, value in columns_of(entry).items():
        setattr(row, name, value)
    return _save(row, by=by, action="correct_activity", now=now, from_day=from_day, reason=reason)


@transaction.atomic
def void_activity(*, by: User, activity: Activity, reason: str, now: datetime, seen: int | None = None) -> Activity:
    """End as felregistrering: leaves every statistic, stays in the history."""
    row = _locked(by, activity, seen)
    refuse(reason_problems(reason))
    row.is_void = True
    return _save(row, by=by, action="void_activity", now=now, from_day=row.held_on, reason=reason)


def state_of(activity: Activity) -> int:
    """What changes with every change of the activity: its latest act."""
    return ActivityVersion.objects.get(registration=activity, known_until=None).act_id


def another_sentence() -> str:
    return _(
        "En likadan aktivitet är redan registrerad: samma insats, dag, slag, målgrupp och antal. "
        "Är det en till, kryssa för det och spara igen."
    )


def _lock(by: User, federation: Federation) -> None:
    """Let those who register wait for each other, so that a second click finds what the first one registered."""
    if not by.may(Permission.COUNT_HEADS, federation):
        raise PermissionDenied
    Federation.objects.select_for_update(no_key=True).get(pk=federation.pk)


def _locked(by: User, activity: Activity, seen: int | None) -> Activity:
    _lock(by, activity.federation)
    row = Activity.objects.select_related("federation", "initiative").get(pk=activity.pk)
    if row.is_void:
        raise ValidationError(_("Aktiviteten är en felregistrering och ändras inte."))
    if seen is not None and seen != state_of(row):
        raise ChangedMeanwhileError(
            _("Någon annan har ändrat aktiviteten sedan du öppnade sidan. Jämför med det som nu är sparat, spara igen.")
        )
    return row


def _save(row: Activity, *, by: User, action: str, now: datetime, from_day: date, reason: str = "") -> Activity:
    row.recorded_on = timezone.localdate(now)
    row.save()
    row.keep_version(Act(by, row.federation, action, now).did_to_figures(row, from_day=from_day, reason=reason))
    return row
