"""Who may decide about a federation's reports, one at a time."""

from django.core.exceptions import PermissionDenied

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.services.acting import is_system


def lock_publishing(by: User, federation: Federation) -> None:
    """Raise PermissionDenied unless the person writes the federation's reports; let those who do wait for each other.

    Two publications at once would not know of each other.
    """
    if not (is_system(by) or by.may(Permission.PUBLISH, federation)):
        raise PermissionDenied
    lock(federation)


def lock(federation: Federation) -> None:
    """Under this lock, what was asked of the database before a row is written still holds when it is."""
    Federation.objects.select_for_update().get(pk=federation.pk)
