"""The page of one participation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from finsam_tracker.core.models import acting_user
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.places import tabs
from participants.describe import Describer
from participants.lookup import find_participation
from participants.services.undo import undoable_act


# Rows are not left in the cache of a shared computer.
@never_cache
@require_safe
def participation(request: HttpRequest, federation: str, initiative: str, code: str) -> HttpResponse:
    """Everything registered about one participation."""
    user = acting_user(request.user)
    found = find_participation(user, federation, initiative, code, Permission.SEE_ROWS)
    now, lists = timezone.now(), Lists(found.federation)
    describer, today = Describer(lists), timezone.localdate(now)
    shown = {
        "participation": found,
        "initiative": found.initiative,
        "tabs": tabs(user, found.initiative),
        "sections": describer.sections(found),
        "assessments": found.assessments.counted().select_related("step"),
        "follow_ups": [describer.follow_up(f, today) for f in found.follow_ups.counted()],
        "has_ladder": bool(lists.steps),
        "can_undo": undoable_act(user, found, now) is not None,
        "may_register": user.may(Permission.REGISTER, found.federation),
    }
    return render(request, "participants/detail.html", shown)
