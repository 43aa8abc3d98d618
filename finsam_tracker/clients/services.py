"""Making, rotating and revoking keys. Nobody gives a machine more than they may do themselves."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.clients.models import ApiKey
from finsam_tracker.clients.scopes import OF_FEDERATION, OF_INITIATIVE, permissions_of
from finsam_tracker.core import audit
from finsam_tracker.core.fields import CodeSetField
from finsam_tracker.core.models import MACHINE_DOMAIN, Federation, Membership, User
from finsam_tracker.core.permissions import Permission, Role
from finsam_tracker.core.tenancy import allow
from initiatives.models import Initiative, InitiativeStaff
from initiatives.staffing import require_staff, works_in

LONGEST = timedelta(days=2 * 366)
LONGEST_OVERLAP = 30
BEGINS = "finsam"
_PREFIX_BYTES = 5
_SECRET_BYTES = 32


@transaction.atomic
def make_key(
    *,
    by: User,
    federation: Federation,
    name: str,
    scopes: Collection[str],
    expires_on: date,
    now: datetime,
    initiative: Initiative | None = None,
) -> tuple[ApiKey, str]:
    """A key with its secret, which can be told now and never again.

    With ``initiative`` the key is for its registrations, otherwise for the federation's figures. Raises
    ValidationError by field, PermissionDenied for one who may not do what the scopes say.
    """
    _allow(by, federation, initiative, scopes)
    _check(federation, name, scopes, initiative)
    _check_expiry(expires_on, timezone.localdate(now))
    actor = _actor(name, federation, initiative, timezone.localdate(now))
    prefix, secret = _secret()
    key = ApiKey.objects.create(
        federation=federation,
        initiative=initiative,
        actor=actor,
        name=name,
        scopes=CodeSetField.join(scopes) or "",
        prefix=prefix,
        digest=_digest(secret),
        made_by=by,
        made_at=now,
        expires_on=expires_on,
    )
    audit.record(by=by, action="make_key", subject=key, federation=federation, now=now)
    return key, secret


@transaction.atomic
def rotate_key(*, by: User, key: ApiKey, overlap_days: int, expires_on: date, now: datetime) -> str:
    """A new secret; the old one is good for so many days more. Rotated again, only the last two are good."""
    key = _locked(by, key, to_end=False)
    today = timezone.localdate(now)
    _check_expiry(expires_on, today)
    if not 0 <= overlap_days <= LONGEST_OVERLAP:
        raise ValidationError({"overlap_days": overlap_sentence()})
    _same, secret = _secret(key.prefix)
    key.old_digest, key.old_until = key.digest, today + timedelta(days=overlap_days)
    if not overlap_days:
        key.old_digest, key.old_until = "", None
    key.digest, key.expires_on = _digest(secret), expires_on
    key.save()
    audit.record(by=by, action="rotate_key", subject=key, federation=key.federation, now=now)
    return secret


@transaction.atomic
def revoke_key(*, by: User, key: ApiKey, now: datetime) -> ApiKey:
    """End a key at once. What it has registered stays, under its name."""
    key = _locked(by, key, to_end=True)
    key.revoked_at = max(now, key.made_at)  # the clock may have been set back
    key.save()
    key.actor.memberships.filter(ended_on=None).update(ended_on=timezone.localdate(now))
    audit.record(by=by, action="revoke_key", subject=key, federation=key.federation, now=now)
    return key


def key_of(secret: str, *, today: date) -> ApiKey | None:
    """The key whose secret this is, if it is in force; its actor may do what its scopes say. Notes the day of use."""
    begins, _sign, rest = secret.partition("_")
    prefix = rest.partition("_")[0]
    if begins != BEGINS or not (secret.isascii() and prefix.isalnum()):
        return None
    key = ApiKey.objects.in_force_on(today).select_related("actor").filter(prefix=prefix).first()
    if key is None or not _is_secret_of(key, secret, today):
        return None
    if key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
    key.actor.limited_to = permissions_of(key.scopes or ())
    return key


def may_end(by: User, key: ApiKey) -> bool:
    """Whether a person may end a key: who may make keys there, and the office any in its federation."""
    if not by.may(Permission.MAKE_KEYS, key.federation):
        return False
    is_office = by.role_in(key.federation) == Role.OFFICE
    return is_office or (key.initiative is not None and works_in(by, key.initiative))


def overlap_sentence() -> str:
    """What to write about the days of two secrets."""
    return _("Skriv antalet dagar som ett heltal mellan 0 och %d.") % LONGEST_OVERLAP


def _allow(by: User, federation: Federation, initiative: Initiative | None, scopes: Collection[str]) -> None:
    """Raise PermissionDenied unless the person has themselves, in that place, what the key would have."""
    for permission in (Permission.MAKE_KEYS, *permissions_of(scopes)):
        if initiative is None:
            allow(by, permission, federation)
        else:
            require_staff(by, initiative, permission)


def _check(federation: Federation, name: str, scopes: Collection[str], initiative: Initiative | None) -> None:
    kind = OF_FEDERATION if initiative is None else OF_INITIATIVE
    if not scopes or not set(scopes) <= set(kind) or (initiative is not None and len(scopes) > 1):
        raise ValidationError({"scopes": _("Välj vad nyckeln ska få göra.")})
    if ApiKey.objects.filter(federation=federation, name=name, revoked_at=None).exists():
        raise ValidationError({"name": _("Det finns redan en nyckel som heter så. Välj ett annat namn.")})


def _check_expiry(expires_on: date, today: date) -> None:
    if not today <= expires_on <= today + LONGEST:
        sentence = _("Skriv en dag från och med i dag till och med %s.") % (today + LONGEST)
        raise ValidationError({"expires_on": sentence})


def _actor(name: str, federation: Federation, initiative: Initiative | None, today: date) -> User:
    """The machine as a user like any other, with one role, but one that nobody can log in as."""
    actor = User.objects.create_user(
        email=f"{secrets.token_hex(8)}{MACHINE_DOMAIN}",
        name=_("%s (API-nyckel)") % name,
        is_active=False,
        wants_reminders=False,
    )
    role = Role.OFFICE if initiative is None else Role.COORDINATOR
    membership = Membership.objects.create(user=actor, federation=federation, role=role, started_on=today)
    if initiative is not None:
        InitiativeStaff.objects.create(membership=membership, initiative=initiative)
    return actor


def _secret(prefix: str = "") -> tuple[str, str]:
    prefix = prefix or secrets.token_hex(_PREFIX_BYTES)
    return prefix, f"{BEGINS}_{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def _digest(secret: str) -> str:
    """A plain digest will do: the secret is random and far too long to be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_secret_of(key: ApiKey, secret: str, today: date) -> bool:
    digest = _digest(secret)
    is_old = key.old_until is not None and today <= key.old_until and hmac.compare_digest(digest, key.old_digest)
    return hmac.compare_digest(digest, key.digest) or is_old


def _locked(by: User, key: ApiKey, *, to_end: bool) -> ApiKey:
    """The key as it is now, if the person may do this with it. A new secret is for those who could make the key."""
    row = ApiKey.objects.select_for_update(of=("self",)).select_related("initiative__federation", "federation")
    found = row.get(pk=key.pk)
    if not to_end:
        _allow(by, found.federation, found.initiative, found.scopes or ())
    elif not may_end(by, found):
        raise PermissionDenied
    if found.revoked_at:
        raise ValidationError(_("Nyckeln är redan återkallad."))
    return found
