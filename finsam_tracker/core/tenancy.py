"""The first two things a view does: find what exists for the person, and ask whether they may.

What is not theirs does not exist (404); what they see but may not do is refused (403).
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission


def find_federation(user: User, slug: str) -> Federation:
    """The federation with this address name, if the person belongs to it; otherwise Http404."""
    for membership in user.current_memberships:
        if membership.federation.slug == slug:
            return membership.federation
    raise Http404


def federation_for(user: User, slug: str, permission: Permission) -> Federation:
    """The federation with this address name, for one who belongs to it and may do this there."""
    federation = find_federation(user, slug)
    allow(user, permission, federation)
    return federation


def allow(user: User, permission: Permission, federation: Federation | None = None) -> None:
    """Raise PermissionDenied unless the person's role there carries it. What has no federation is an operator's."""
    if not user.may(permission, federation):
        raise PermissionDenied
