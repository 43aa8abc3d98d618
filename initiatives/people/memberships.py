"""Changing and ending the roles that people have."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core import audit
from finsam_tracker.core.login.services import close_doors
from finsam_tracker.core.login.two_step import remove_second_step
from finsam_tracker.core.models import Federation, Membership, User
from finsam_tracker.core.permissions import Permission, Role
from initiatives.models import Initiative, InitiativeStaff
from initiatives.people import policies
from initiatives.people.invitations import give_role


@transaction.atomic
def end_membership(*, by: User, membership: Membership, on: date, now: datetime) -> None:
    """``on`` is the first day without the role. Today closes the person's log-ins at once."""
    fresh, today = _held(by, membership, now), timezone.localdate(now)
    policies.check_end(fresh, on, today)
    _end(fresh, on)
    audit.record(by=by, action="end_membership", subject=fresh, federation=fresh.federation, now=now)
    if on <= today:
        close_doors(fresh.user)


@transaction.atomic
def keep_membership(*, by: User, membership: Membership, now: datetime) -> None:
    """Take back an end that is still to come."""
    fresh = _held(by, membership, now)
    fresh.ended_on = None
    fresh.save(update_fields=["ended_on"])
    audit.record(by=by, action="keep_membership", subject=fresh, federation=fresh.federation, now=now)


@transaction.atomic
def change_membership(
    *, by: User, membership: Membership, role: Role, initiatives: Collection[Initiative], now: datetime
) -> Membership:
    """Another role from today, as a membership of its own; or, with the same role, other initiatives."""
    fresh = _held(by, membership, now)
    policies.check_not_own(by, fresh)
    policies.require_may_give(by, role, fresh.federation)
    policies.check_initiatives(role, fresh.federation, initiatives)
    if role == fresh.role:
        return _move(by, fresh, initiatives, now)
    policies.check_office_remains(fresh, timezone.localdate(now))
    _end(fresh, timezone.localdate(now))
    made = give_role(fresh.user, fresh.federation, role, initiatives, now)
    audit.record(by=by, action="change_role", subject=made, federation=made.federation, now=now)
    close_doors(fresh.user)
    return made


@transaction.atomic
def forget_second_step(*, by: User, membership: Membership, now: datetime) -> None:
    """Forget the second step of somebody who has lost it and the codes. Log-ins end; the password stays.

    Only where the person has no role elsewhere: one federation's office does not decide over another's people.
    """
    fresh, today = _held(by, membership, now), timezone.localdate(now)
    policies.check_not_own(by, fresh)
    if fresh.user.memberships.not_ended_on(today).exclude(federation=fresh.federation).exists():
        raise ValidationError(_("Personen arbetar också i ett annat förbund. Be driften om hjälp."))
    remove_second_step(by=by, person=fresh.user, federation=fresh.federation, now=now)
    close_doors(fresh.user)


def _held(by: User, membership: Membership, now: datetime) -> Membership:
    """The row while it holds and is the office's to change. One change at a time in a federation: the lock is its."""
    Federation.objects.select_for_update(no_key=True).get(pk=membership.federation_id)
    fresh = Membership.objects.select_related("user", "federation").get(pk=membership.pk)
    if not by.may(Permission.INVITE, fresh.federation):
        raise PermissionDenied
    if fresh.ended_on is not None and fresh.ended_on <= timezone.localdate(now):
        raise ValidationError(_("Rollen är redan avslutad."))
    return fresh


def _end(membership: Membership, on: date) -> None:
    membership.ended_on = on
    membership.save(update_fields=["ended_on"])


def _move(by: User, membership: Membership, initiatives: Collection[Initiative], now: datetime) -> Membership:
    wanted = {i.pk for i in initiatives}
    InitiativeStaff.objects.filter(membership=membership).exclude(initiative__in=wanted).delete()
    there = set(InitiativeStaff.objects.filter(membership=membership).values_list("initiative", flat=True))
    InitiativeStaff.objects.bulk_create(
        InitiativeStaff(membership=membership, initiative=i) for i in initiatives if i.pk not in there
    )
    audit.record(by=by, action="change_initiatives", subject=membership, federation=membership.federation, now=now)
    return membership
