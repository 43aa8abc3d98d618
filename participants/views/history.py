"""What has happened to a participation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from finsam_tracker.core.models import acting_user
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.places import tabs
from participants.history import History
from participants.lookup import find_participation


@never_cache
@require_safe
def history(request: HttpRequest, federation: str, initiative: str, code: str) -> HttpResponse:
    """Every act as a sentence, newest first; a felregistrering's too."""
    user = acting_user(request.user)
    found = find_participation(user, federation, initiative, code, Permission.SEE_ROWS)
    shown = {
        "participation": found,
        "initiative": found.initiative,
        "tabs": tabs(user, found.initiative),
        "entries": History(found, Lists(found.federation)).entries(),
    }
    return render(request, "participants/history.html", shown)
