"""Counting a month's advisory contacts."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core import audit
from finsam_tracker.core.models import AuditEvent, User
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.staleness import mark_stale
from finsam_tracker.core.versions import ChangedMeanwhileError
from initiatives.lists import Lists
from initiatives.models import Initiative
from initiatives.staffing import require_staff
from participants import policies
from participants.advisory import (
    Counts,
    MonthOfContacts,
    Place,
    conflict_sentence,
    contact_problems,
    contacts_of,
    field_of,
)
from participants.models import AdvisoryContacts


@transaction.atomic
def count_contacts(
    *,
    by: User,
    initiative: Initiative,
    month: Period,
    counts: Counts,
    now: datetime,
    seen: int | None = None,
    lists: Lists | None = None,
) -> int:
    """Register a month's numbers; returns how many of them changed. A place that is left out is left as it is.

    ``seen`` is the state that the numbers were typed over: has somebody saved since, nothing is saved. Raises
    ValidationError with Swedish sentences by field, PermissionDenied for one who does not work there.
    """
    require_staff(by, initiative, Permission.REGISTER)
    # The month may have no row to lock yet, so those who save wait for each other at the initiative
    # (no_key: and not for those who enrol in it).
    Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)
    held = contacts_of(initiative, month)
    lists = lists or Lists(initiative.federation)
    policies.refuse(contact_problems(initiative, held, counts, lists, timezone.localdate(now)))
    changed = {place: count for place, count in counts.items() if count != held.counts.get(place, 0)}
    if not changed:
        return 0
    if seen is not None and seen != held.state:
        raise _conflict(held, counts, changed)
    mark_stale(initiative.federation, now=now, from_day=month.start)
    act = audit.record(by=by, action="count_contacts", subject=initiative, federation=initiative.federation, now=now)
    for place, count in changed.items():
        _save(initiative, month, place, count, act)
    return len(changed)


def _save(initiative: Initiative, month: Period, place: Place, count: int, act: AuditEvent) -> None:
    kind, referred_to = place
    row, _made = AdvisoryContacts.objects.update_or_create(
        initiative=initiative,
        month=month.start,
        kind=kind,
        referred_to=referred_to,
        defaults={
            "federation": initiative.federation,
            "count": count,
            "recorded_on": timezone.localdate(act.at),
        },
    )
    row.keep_version(act)


def _conflict(held: MonthOfContacts, counts: Counts, changed: Counts) -> ChangedMeanwhileError:
    told = {field_of(place): [_("Nu sparat: %d.") % held.counts.get(place, 0)] for place in changed}
    return ChangedMeanwhileError({"__all__": [conflict_sentence(held, counts)], **told})
