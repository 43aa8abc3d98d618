"""Who works in an initiative."""

from django.core.exceptions import PermissionDenied

from finsam_tracker.core.models import User
from finsam_tracker.core.permissions import Permission
from initiatives.models import Initiative


def works_in(user: User, initiative: Initiative) -> bool:
    """Whether a person sees the rows of the initiative."""
    return Initiative.objects.staffed_by(user).filter(pk=initiative.pk).exists()


def require_staff(user: User, initiative: Initiative, permission: Permission) -> None:
    """Raise PermissionDenied unless the person works in the initiative and their role there carries the permission."""
    if not (user.may(permission, initiative.federation) and works_in(user, initiative)):
        raise PermissionDenied
