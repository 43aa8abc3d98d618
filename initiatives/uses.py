"""How many structural activities use a list item or an initiative."""

from datetime import date

from django.db.models import Q

from initiatives.models import Activity, ActivityVersion, CodeItem, CodeKind, Initiative
from initiatives.usage import Uses, counts_starts_outside, counts_uses_of, uses_among

COLUMNS = {CodeKind.ACTIVITY_KIND: "kind", CodeKind.AUDIENCE: "audience"}


@counts_uses_of(CodeItem)
def activities_with(item: CodeItem) -> Uses:
    """Activities of that kind, or for that audience."""
    if item.kind not in COLUMNS:
        return Uses()
    has_it = Q(federation=item.federation_id) & Q(**{COLUMNS[CodeKind(item.kind)]: item.code})
    return uses_among(Activity.objects.all(), ActivityVersion.objects.all(), has_it)


@counts_uses_of(Initiative)
def activities_of(initiative: Initiative) -> Uses:
    """Activities of that initiative."""
    return uses_among(Activity.objects.all(), ActivityVersion.objects.all(), Q(initiative=initiative))


@counts_starts_outside
def activities_outside(initiative: Initiative, first: date, last: date | None) -> int:
    """Activities of the initiative before its first or after its last day."""
    outside = Q(held_on__lt=first) | Q(held_on__gt=last) if last else Q(held_on__lt=first)
    return Activity.objects.counted().filter(outside, initiative=initiative).count()
