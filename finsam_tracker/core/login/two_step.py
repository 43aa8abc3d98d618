"""Who must log in in two steps, who has, and the gate in front of those who have not."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from finsam_tracker.core import audit
from finsam_tracker.core.login.forms import CodeForm
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.problems import problem_response

OPEN = frozenset(
    {
        "mfa_activate_totp",
        "add_passkey",
        "mfa_reauthenticate",
        "account_reauthenticate",
        "login",
        "account_login",
        "logout",
        "roles",
    }
)
"""What one reaches before the second step is set up."""
FIRST_STEP, SECOND_STEP, ORGANISATION = "password", "mfa", "socialaccount"
SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What a second step is done with; recovery codes only stand in for one."""


def has_second_step(user: User) -> bool:
    """Whether an app for codes, or a passkey, is set up."""
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_STEPS).exists())


def has_app(user: User) -> bool:
    """Whether an app for codes is set up."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def with_second_step(people: Iterable[User]) -> set[int]:
    """Who of these has a second step, by number: one question for a whole list."""
    kept = Authenticator.objects.filter(type__in=SECOND_STEPS, user__in=[p.pk for p in people])
    return set(kept.values_list("user_id", flat=True))


def must_have_second_step(user: User) -> bool:
    """Whether one of the person's roles takes two steps, where this is asked for at all."""
    return bool(settings.REQUIRE_TWO_STEP) and user.needs_two_step


def took_second_step(request: HttpRequest, user: User) -> bool:
    """Whether this log-in had two steps: ours, or those of an organisation that is trusted to have them."""
    methods = {record.get("method") for record in get_authentication_records(request, user)}
    return SECOND_STEP in methods or (settings.OIDC_TWO_STEP and ORGANISATION in methods)


def must_set_up(request: HttpRequest, user: User) -> bool:
    """Whether the person is to be led to the page that sets the second step up."""
    return not took_second_step(request, user) and must_have_second_step(user)


def note_second_step(request: HttpRequest, user: User) -> None:
    """This log-in has proved its second step: by setting it up just now."""
    record_authentication(request, user, SECOND_STEP)


def unused_recovery_codes(user: User) -> list[str]:
    """The codes that are left, in order; empty where there are none."""
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return list(kept.wrap().get_unused_codes()) if kept else []


def is_right_code(user: User, code: str) -> bool:
    """Whether a code of the app, or a recovery code, is right; it is used up, and the tries are counted."""
    return bool(CodeForm(user=user, data={"code": code}).is_valid())


@transaction.atomic
def remove_second_step(
    *, by: User, person: User, federation: Federation | None, now: datetime, reason: str = ""
) -> None:
    """Forget a person's app, passkeys and codes, for one who has lost them; the next log-in sets them up anew."""
    Authenticator.objects.filter(user=person).delete()
    audit.record(by=by, action="remove_second_step", subject=person, federation=federation, now=now, reason=reason)


class TwoStepMiddleware:
    """Nobody whose role needs two steps reaches anything with one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        user = request.user
        if not isinstance(user, User) or not user.is_authenticated:
            return None
        if _name(request) in OPEN or not must_set_up(request, user):
            return None
        if hasattr(view, "cls"):
            return problem_response(403, _("Logga in på webben och slå på tvåstegsinloggning först."))
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        return redirect(f"{reverse('mfa_activate_totp')}?{urlencode({'next': request.get_full_path()})}")


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name or "") if match else ""
