"""How many registrations use a list item or an initiative: counts, which the pages of the office may show."""

from datetime import date
from typing import Any

from django.db.models import Q

from finsam_tracker.core.fields import SEPARATOR
from initiatives.models import CodeItem, CodeKind, ExitReason, Initiative, Step
from initiatives.usage import Uses, counts_starts_outside, counts_uses_of, uses_among
from participants.models import (
    AdvisoryContacts,
    AdvisoryContactsVersion,
    FollowUp,
    FollowUpVersion,
    Participation,
    ParticipationVersion,
    StepAssessment,
    StepAssessmentVersion,
)


@counts_uses_of(ExitReason)
def exits_with(reason: ExitReason) -> Uses:
    """Exits of that reason."""
    return uses_among(Participation.objects.all(), ParticipationVersion.objects.all(), Q(exit_reason=reason))


@counts_uses_of(Step)
def assessments_of(step: Step) -> Uses:
    """Assessments of that step."""
    return uses_among(StepAssessment.objects.all(), StepAssessmentVersion.objects.all(), Q(step=step))


@counts_uses_of(CodeItem)
def registrations_with(item: CodeItem) -> Uses:
    """Registrations that hold the code; a participation counts once, and each of its follow-ups for itself."""
    mine = {"federation": item.federation_id}
    match item.kind:
        case CodeKind.SUPPORT:
            before, after = (_holds(name, item.code) for name in ("support_before", "support_after"))
            return uses_among(
                Participation.objects.filter(**mine), ParticipationVersion.objects.filter(**mine), before | after
            ) + uses_among(FollowUp.objects.filter(**mine), FollowUpVersion.objects.filter(**mine), after)
        case CodeKind.CONTACT_KIND | CodeKind.CONTACT_OUTCOME:
            name = "kind" if item.kind == CodeKind.CONTACT_KIND else "referred_to"
            return uses_among(
                AdvisoryContacts.objects.filter(**mine),
                AdvisoryContactsVersion.objects.filter(**mine),
                Q(**{name: item.code}),
            )
        case CodeKind.ACTIVITY_KIND | CodeKind.AUDIENCE:
            return Uses()
    has_it = Q(**{item.kind: item.code})
    return uses_among(Participation.objects.filter(**mine), ParticipationVersion.objects.filter(**mine), has_it)


@counts_uses_of(Initiative)
def registrations_in(initiative: Initiative) -> Uses:
    """Participations in that initiative."""
    return uses_among(Participation.objects.all(), ParticipationVersion.objects.all(), Q(initiative=initiative))


@counts_starts_outside
def starts_outside(initiative: Initiative, first: date, last: date | None) -> int:
    """Participations of the initiative that start before its first or after its last day."""
    outside = Q(start_on__lt=first) | Q(start_on__gt=last) if last else Q(start_on__lt=first)
    return Participation.objects.counted().filter(outside, initiative=initiative).count()


def _holds(name: str, code: str) -> Q:
    """A set of codes is sorted text, "af+fk"."""
    forms: dict[str, Any] = {
        "": code,
        "__startswith": f"{code}{SEPARATOR}",
        "__endswith": f"{SEPARATOR}{code}",
        "__contains": f"{SEPARATOR}{code}{SEPARATOR}",
    }
    found = Q()
    for lookup, text in forms.items():
        found |= Q(**{f"{name}{lookup}": text})
    return found
