"""What one person may do, as sentences from the declarations."""

from collections.abc import Sequence
from dataclasses import dataclass

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission, Role, RoleDeclaration


@dataclass(frozen=True)
class Rights:
    """A role somewhere and its sentences; no federation for an operator."""

    federation: Federation | None
    role: RoleDeclaration
    sentences: Sequence[str]


def rights_of(user: User) -> list[Rights]:
    """The person's roles in force, federation by federation."""
    if user.is_operator:
        return [_rights(None, Role.OPERATOR)]
    return [_rights(m.federation, Role(m.role)) for m in user.current_memberships]


def _rights(federation: Federation | None, role: Role) -> Rights:
    held = role.declaration.permissions
    return Rights(federation, role.declaration, [p.sentence for p in Permission if p in held])
