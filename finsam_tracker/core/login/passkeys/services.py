"""A person's passkeys: which there are, and adding, naming and removing them."""

from datetime import datetime
from typing import Any

from allauth.mfa.base.internal.flows import delete_dangling_recovery_codes
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import flows
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from finsam_tracker.core import audit
from finsam_tracker.core.login.two_step import SECOND_STEPS, must_have_second_step
from finsam_tracker.core.models import User

LONGEST_NAME = 60


def passkeys_of(user: User) -> QuerySet[Authenticator]:
    """The oldest first. Its name is its text."""
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return rows.order_by("pk")


@transaction.atomic
def add_passkey(request: HttpRequest, *, by: User, name: str, credential: dict[str, Any], now: datetime) -> bool:
    """Keep a passkey that the form has checked; whether it came with recovery codes, being the first second step."""
    _passkey, codes = flows.add_authenticator(request, name=name, credential=credential)
    audit.record(by=by, action="add_passkey", subject=by, federation=None, now=now)
    return codes is not None


@transaction.atomic
def rename_passkey(*, by: User, passkey: Authenticator, name: str, now: datetime) -> None:
    """Call it something else."""
    passkey.data["name"] = name
    passkey.save(update_fields=["data"])
    audit.record(by=by, action="rename_passkey", subject=by, federation=None, now=now)


@transaction.atomic
def remove_passkey(*, by: User, passkey: Authenticator, now: datetime) -> None:
    """Forget it, and the recovery codes with the last second step.

    Raises ValidationError for the last one of somebody whose role needs two steps.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two passkeys taken away at once leave none
    if is_last_needed(by, passkey):
        raise ValidationError(
            _("Din roll kräver två steg, och det här är det enda andra steg du har. Lägg till ett annat först.")
        )
    passkey.delete()
    delete_dangling_recovery_codes(by)
    audit.record(by=by, action="remove_passkey", subject=by, federation=None, now=now)


def is_last_needed(user: User, passkey: Authenticator) -> bool:
    """Whether it is the only second step of somebody who must have one."""
    others = Authenticator.objects.filter(user=user, type__in=SECOND_STEPS).exclude(pk=passkey.pk)
    return must_have_second_step(user) and not others.exists()
