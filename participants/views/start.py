"""The page after log-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from finsam_tracker.core.models import acting_user
from initiatives.places import places


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Sends a person with one place to work straight there; the others choose."""
    user = acting_user(request.user)
    choices = places(user)
    work = [place for place in choices if place.is_work]
    if len(work) == 1:
        return redirect(work[0].url)
    return render(request, "participants/start.html", {"choices": choices, "memberships": user.current_memberships})
