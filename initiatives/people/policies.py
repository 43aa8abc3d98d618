"""What may happen to roles. Each rule raises ValidationError with a sentence that says why and what to do."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, Membership, User
from finsam_tracker.core.permissions import Permission, Role
from finsam_tracker.core.services.acting import is_system
from initiatives.models import Initiative

INVITED_BY_OFFICE = (Role.COORDINATOR, Role.LEAD, Role.OFFICE, Role.READER)


def require_may_give(by: User, role: Role, federation: Federation | None) -> None:
    """Raise PermissionDenied unless the person may give the role there: an office any, an operator that of an office.

    The first people of an empty installation are invited from its own terminal, by the system itself.
    """
    by_operator = by.may(Permission.INVITE_OFFICES) and role == Role.OFFICE
    by_office = federation is not None and by.may(Permission.INVITE, federation) and role in INVITED_BY_OFFICE
    if not (is_system(by) or by_operator or by_office):
        raise PermissionDenied


def check_not_oneself(by: User, email: str) -> None:
    if email == by.email:
        raise ValidationError({"email": _("Du kan inte bjuda in dig själv. En person har en roll i ett förbund.")})


def check_initiatives(role: Role, federation: Federation | None, initiatives: Collection[Initiative]) -> None:
    """A coordinator and a lead work in initiatives with participants, of the federation; the others in none."""
    if not role.works_in_initiatives:
        if initiatives:
            raise ValidationError({"initiatives": _("Bara deltagaansvariga och insatsledare arbetar i insatser.")})
        return
    if not initiatives:
        raise ValidationError({"initiatives": _("Välj minst en insats.")})
    if any(i.federation != federation or i.orientation != i.Orientation.INDIVIDUAL for i in initiatives):
        raise ValidationError({"initiatives": _("Välj bland förbundets egna insatser med deltagare.")})


def check_free(person: User | None, role: Role, federation: Federation | None, today: date) -> None:
    """The person can be given the role: no other there, and a log-in that works."""
    if person is None:
        return
    if not person.is_active:
        raise ValidationError({"email": _("Kontot med den adressen är avstängt. Kontakta driften.")})
    if person.is_operator:
        raise ValidationError(
            {"email": _("Adressen hör till en driftansvarig, som inte kan ha en roll i ett förbund.")}
        )
    held = person.memberships.not_ended_on(today)
    if role == Role.OPERATOR and held.exists():
        raise ValidationError({"email": _("Personen har en roll i ett förbund och kan inte vara driftansvarig.")})
    if there := held.filter(federation=federation).first():
        raise ValidationError({"email": why_not_both(there, role)})


def why_not_both(held: Membership, wanted: Role) -> str:
    """Why a second role is refused, and what to do instead."""
    said = {"name": held.user.name, "held": held.get_role_display().lower()}
    if (held.role == Role.OFFICE) != (wanted == Role.OFFICE) and (
        Role(held.role).works_in_initiatives or wanted.works_in_initiatives
    ):
        return (
            _(
                "%(name)s är %(held)s i förbundet. Den som arbetar på kansliet får aldrig se enskilda registreringar, "
                "så samma person kan inte också registrera. Avsluta den ena rollen först."
            )
            % said
        )
    return (
        _("%(name)s är redan %(held)s i förbundet, och en person har en roll. Byt roll under Personer i stället.")
        % said
    )


def check_end(membership: Membership, on: date, today: date) -> None:
    """The day is to come, and the federation keeps an office."""
    if on < max(today, membership.started_on):
        raise ValidationError({"on": _("Välj i dag eller en dag framåt. Det som har varit ändras inte.")})
    check_office_remains(membership, on)


def check_office_remains(membership: Membership, on: date) -> None:
    """Somebody else is at the office on that day, without an end in sight. The caller holds the federation's lock."""
    if membership.role != Role.OFFICE:
        return
    offices = Membership.objects.filter(federation=membership.federation, role=Role.OFFICE)
    if not any(m.ended_on is None and m.started_on <= on for m in offices if m.pk != membership.pk):
        raise ValidationError(
            _(
                "Förbundet måste ha någon på kansliet, och det finns ingen annan förbundsadministratör utan slutdatum. "
                "Bjud in en till först."
            )
        )


def check_not_own(by: User, membership: Membership) -> None:
    if membership.user_id == by.pk:
        raise ValidationError(_("Du kan inte ändra din egen roll. Be en annan förbundsadministratör."))
