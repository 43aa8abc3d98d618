"""Finding a participation by its address, for one who works there."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from finsam_tracker.core.models import User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow
from participants.codes import read_code
from participants.models import Participation


def find_participation(
    user: User, federation: str, initiative: str, code: str, permission: Permission
) -> Participation:
    """The participation at this address, felregistreringar included, for one who may do this there.

    Raises Http404 where it does not exist for the person, PermissionDenied where it does.
    """
    stored = read_code(code)
    if stored is None:
        raise Http404
    rows = Participation.objects.visible_to(user).select_related(
        "federation", "initiative__federation", "municipality", "exit_reason__group", "first_step", "last_step"
    )
    found = get_object_or_404(rows, federation__slug=federation, initiative__slug=initiative, code=stored)
    allow(user, permission, found.federation)
    return found
