"""Noting who looked at what kind of page. Which registration it was about is in no part of it.

A row a day, person and kind: whether somebody has looked is the question that an audit asks, and a counter would write
on every page.
"""

from collections.abc import Callable
from datetime import datetime

from django.core.cache import caches
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from finsam_tracker.core.models import User
from finsam_tracker.core.records import AccessEvent

Responder = Callable[[HttpRequest], HttpResponseBase]


def note_access(get_response: Responder) -> Responder:
    """Middleware: a page of a federation that was shown to somebody is noted, the first time of the day."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        if request.method in ("GET", "HEAD") and answer.status_code == 200:  # noqa: PLR2004 - shown
            _note(request, timezone.now())
        return answer

    return middleware


def _note(request: HttpRequest, now: datetime) -> None:
    match, user = request.resolver_match, getattr(request, "user", None)
    slug = match.kwargs.get("federation") if match else None
    if not (match and slug and isinstance(user, User)):
        return
    federation = next((m.federation_id for m in user.current_memberships if m.federation.slug == slug), None)
    if federation is None:
        return
    seen = {"user_id": user.pk, "federation_id": federation, "day": timezone.localdate(now), "kind": match.view_name}
    # What this process has noted need not be asked for again: nothing takes the rows of a day away on that day.
    noted, name = caches["noted"], ":".join(map(str, seen.values()))
    if name in noted:
        return
    if not AccessEvent.objects.filter(**seen).exists():
        # Two pages at once may both come here; the second adds nothing.
        AccessEvent.objects.bulk_create([AccessEvent(**seen, first_at=now)], ignore_conflicts=True)
    noted.set(name, True)
