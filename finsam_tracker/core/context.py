"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest

from finsam_tracker.core.models import User


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The person's federations, for the menu; empty before log-in and on error pages without a user."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"memberships": []}
    return {"memberships": user.current_memberships}
