"""Finding an initiative by its address, for one who works there."""

from django.shortcuts import get_object_or_404

from finsam_tracker.core.models import User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow, find_federation
from initiatives.models import Initiative


def find_staffed(user: User, federation: str, initiative: str, permission: Permission) -> Initiative:
    """The initiative whose rows the person may see, by the address names of both, for one who may do this there.

    Raises Http404 or PermissionDenied. To the office, the rows' pages do not exist, and an initiative without
    participants has none.
    """
    place = find_federation(user, federation)
    rows = Initiative.objects.staffed_by(user).with_participants()
    found = get_object_or_404(rows, federation=place, slug=initiative)
    found.federation = place
    allow(user, permission, place)
    return found
