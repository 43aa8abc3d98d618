"""Taking away old registrations, once their figures are kept."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from finsam_tracker.core.audit import record
from finsam_tracker.core.models import Federation, User
from participants.models import (
    FollowUp,
    FollowUpVersion,
    Participation,
    ParticipationVersion,
    StepAssessment,
    StepAssessmentVersion,
)
from participants.models.participation import ParticipationQuerySet

Counts = Mapping[str, Mapping[str, int]]
"""How many counted participations were taken away: initiative's slug -> year of exit -> number."""


def thinnable(federation: Federation, exited_until: date) -> ParticipationQuerySet:
    """What ended on the day or before, and felregistreringar that concern that time. Nothing ongoing."""
    old = Q(exit_on__lte=exited_until) | Q(is_void=True, exit_on=None, start_on__lte=exited_until)
    return Participation.objects.filter(old, federation=federation)


def count_thinnable(federation: Federation, exited_until: date) -> Counts:
    """What a thinning until the day would turn into counts."""
    rows = thinnable(federation, exited_until).counted().values_list("initiative__slug", "exit_on__year")
    counts: dict[str, dict[str, int]] = {}
    for (slug, year), number in sorted(Counter(rows).items()):
        counts.setdefault(slug, {})[str(year)] = number
    return counts


@transaction.atomic
def thin(*, by: User, federation: Federation, exited_until: date, now: datetime) -> Counts:
    """Delete the registrations with their history, and say so on the federation. The caller has kept the figures."""
    counts = count_thinnable(federation, exited_until)
    old = thinnable(federation, exited_until)
    for version, current in ((FollowUpVersion, FollowUp), (StepAssessmentVersion, StepAssessment)):
        version.objects.filter(registration__participation__in=old).delete()
        current.objects.filter(participation__in=old).delete()
    ParticipationVersion.objects.filter(registration__in=old).delete()
    old.delete()
    federation.thinned_until = exited_until
    federation.save(update_fields=["thinned_until"])
    record(by=by, action="thin", subject=federation, federation=federation, now=now)
    return counts
