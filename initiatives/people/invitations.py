"""Inviting, sending anew, withdrawing and accepting."""

from collections.abc import Collection
from datetime import datetime

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core import audit
from finsam_tracker.core.models import Federation, Membership, User
from finsam_tracker.core.permissions import Role
from initiatives.models import Initiative, InitiativeStaff, Invitation
from initiatives.models.invitation import GOOD_FOR, new_mark
from initiatives.people import policies

_SALT = "initiatives.people.invitation"


def invite(
    *,
    by: User,
    email: str,
    role: Role,
    federation: Federation | None,
    initiatives: Collection[Initiative] = (),
    now: datetime,
) -> Invitation:
    """An open invitation; the letter is sent by the caller, once this is committed."""
    address = email.strip().lower()
    policies.require_may_give(by, role, federation)
    policies.check_not_oneself(by, address)
    policies.check_initiatives(role, federation, initiatives)
    policies.check_free(_person(address), role, federation, timezone.localdate(now))
    made = Invitation(email=address, federation=federation, role=role, invited_by=by, created_at=now, sent_at=now)
    try:
        with transaction.atomic():
            made.save()
            made.initiatives.set(initiatives)
            audit.record(by=by, action="invite", subject=made, federation=federation, now=now)
    except IntegrityError as error:
        raise ValidationError(
            {"email": _("Det finns redan en öppen inbjudan till den adressen. Skicka den igen eller dra tillbaka den.")}
        ) from error
    return made


@transaction.atomic
def renew(*, by: User, invitation: Invitation, now: datetime) -> Invitation:
    """A new link, good for seven days more; the one sent before is dead."""
    fresh = _open(invitation)
    policies.require_may_give(by, Role(fresh.role), fresh.federation)
    fresh.sent_at, fresh.mark = now, new_mark()
    fresh.save(update_fields=["sent_at", "mark"])
    audit.record(by=by, action="renew_invitation", subject=fresh, federation=fresh.federation, now=now)
    return fresh


@transaction.atomic
def withdraw(*, by: User, invitation: Invitation, now: datetime) -> None:
    """The link is dead and the invitation answered for."""
    fresh = _open(invitation)
    policies.require_may_give(by, Role(fresh.role), fresh.federation)
    fresh.withdrawn_at = now
    fresh.save(update_fields=["withdrawn_at"])
    audit.record(by=by, action="withdraw_invitation", subject=fresh, federation=fresh.federation, now=now)


def token_of(invitation: Invitation) -> str:
    """What the link in the letter holds."""
    return signing.dumps([invitation.pk, invitation.mark], salt=_SALT)


def invitation_of(token: str) -> Invitation | None:
    """The invitation that a link is about, while the link works; None afterwards, and for one of somebody's own."""
    try:
        number, mark = signing.loads(token, salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    found = Invitation.objects.open().filter(pk=number, mark=mark)
    return found.select_related("federation", "invited_by").first()


@transaction.atomic
def create_and_accept(*, invitation: Invitation, name: str, password: str, now: datetime) -> User:
    """A log-in for somebody who had none, and the role with it."""
    try:
        with transaction.atomic():
            person = User.objects.create_user(invitation.email, password, name=name)
    except IntegrityError as error:
        raise ValidationError(_("Adressen har fått ett konto. Logga in och öppna länken igen.")) from error
    accept(by=person, invitation=invitation, now=now)
    return person


@transaction.atomic
def accept(*, by: User, invitation: Invitation, now: datetime) -> None:
    """The role is the person's from today. What was checked at the invitation is checked again."""
    fresh, today = _open(invitation), timezone.localdate(now)
    if fresh.email != by.email:
        raise ValidationError(_("Inbjudan gäller en annan adress än den du är inloggad med."))
    role, initiatives = Role(fresh.role), list(fresh.initiatives.all())
    policies.check_free(User.objects.select_for_update(no_key=True).get(pk=by.pk), role, fresh.federation, today)
    policies.check_initiatives(role, fresh.federation, initiatives)
    if fresh.federation is None:
        by.is_operator = True
        by.save(update_fields=["is_operator"])
    else:
        give_role(by, fresh.federation, role, initiatives, now)
    fresh.accepted_at = now
    fresh.save(update_fields=["accepted_at"])
    audit.record(by=by, action="accept_invitation", subject=fresh, federation=fresh.federation, now=now)


def give_role(
    person: User, federation: Federation, role: Role, initiatives: Collection[Initiative], now: datetime
) -> Membership:
    """The rows of a role from today on. Whether it may be given has been asked before, in the same transaction."""
    made = Membership.objects.create(user=person, federation=federation, role=role, started_on=timezone.localdate(now))
    InitiativeStaff.objects.bulk_create(InitiativeStaff(membership=made, initiative=i) for i in initiatives)
    return made


def _person(email: str) -> User | None:
    return User.objects.filter(email=email).first()


def _open(invitation: Invitation) -> Invitation:
    """The row under lock, as it is now; two clicks in the same moment meet here."""
    fresh = Invitation.objects.select_for_update(of=("self",)).select_related("federation").get(pk=invitation.pk)
    if not fresh.is_open or fresh.mark != invitation.mark:
        raise ValidationError(_("Inbjudan gäller inte längre. Ladda om sidan och se hur det är nu."))
    return fresh


def has_account(invitation: Invitation) -> bool:
    """Whether the invited address has a log-in already."""
    return _person(invitation.email) is not None
