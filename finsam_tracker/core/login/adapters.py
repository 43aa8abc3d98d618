"""Where django-allauth asks this program: how people log in, how secrets are kept, whom an organisation may send."""

import base64
import hashlib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.core.login import sessions
from finsam_tracker.core.login.browsers import browser_name
from finsam_tracker.core.login.lockout import client_address
from finsam_tracker.core.login.organisation import failed
from finsam_tracker.core.login.two_step import took_second_step
from finsam_tracker.core.models import User
from finsam_tracker.core.records import Session

RECENTLY = 5 * 60
"""Seconds after a log-in or a proof of who one is, within which one is not asked again."""
TOO_MANY_CODES = gettext_lazy("För många försök. Vänta fem minuter och skriv sedan en ny kod.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Log-in by invitation only, without messages of allauth's own."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": TOO_MANY_CODES,
        "rate_limited": TOO_MANY_CODES,
        "incorrect_password": gettext_lazy("Lösenordet är fel. Skriv det en gång till."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Our pages say what has happened."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def get_login_stages(self) -> list[str]:
        return [f"{SecondStep.__module__}.{SecondStep.__name__}"]

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, _("Det här kontot är avstängt. Kontakta ditt förbunds kansli."))
        return redirect("login")

    def login(self, request: HttpRequest, user: User) -> None:
        """Log in, note which browser it is, and end the oldest log-in where there are too many."""
        super().login(request, user)
        request.session[sessions.BROWSER] = browser_name(request.headers.get("User-Agent", ""))
        others = Session.objects.filter(user=user).exclude(pk=request.session.session_key)
        newest = others.order_by("-last_seen_at").values("pk")[: settings.SESSIONS_AT_ONCE - 1]
        others.exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()

    def reauthenticate(self, user: User, password: str) -> bool:
        return authenticate(context.request, username=user.email, password=password) == user

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """The password, which everybody has, or a code. A passkey is for logging in."""
        codes = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
        routes = ["account_reauthenticate", *(["mfa_reauthenticate"] if is_mfa_enabled(user, codes) else [])]
        return [{"id": route, "description": route, "url": reverse(route)} for route in routes]

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:
        """Whether the log-in is too old for what changes it."""
        records = get_authentication_records(context.request, context.request.user)
        return not records or time.time() - records[-1]["at"] > RECENTLY


class SecondStep(AuthenticateStage):  # type: ignore[misc]
    """Asks for a code, unless the organisation that sends the person has had two steps of its own."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not took_second_step(request, self.login.user) and super()._should_handle(request)


class TwoStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are stored encrypted, with keys that follow from the secret key and those before it."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("Koden är fel eller redan använd. Vänta på nästa kod i appen och skriv den."),
        "wrong_passkey": gettext_lazy(
            "Passkeyn gick inte att använda här. Försök igen, och välj en passkey som hör till Finsam Tracker."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 - allauth's name
        held: int = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %d") % (held + 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whose passkey it is, by host name, and what the browser's own window calls us."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}


def _cipher() -> MultiFernet:
    return MultiFernet([_key(str(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    digest = hashlib.pbkdf2_hmac("sha256", secret.encode(), b"finsam_tracker.core.login.two-step", 1)
    return Fernet(base64.urlsafe_b64encode(digest))


class OrganisationAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An organisation says who somebody is; who that is here, the invitation has said before."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the person by an address that the organisation has verified. Nothing is stored about its account."""
        verified = [a.email.strip().lower() for a in sociallogin.email_addresses if a.verified is True]
        person = User.objects.filter(email__in=verified, is_active=True).first()
        if person is None:
            messages.error(
                request,
                _(
                    "Inloggningen gick bra, men ingen här har din e-postadress. Be ditt förbunds kansli om en "
                    "inbjudan, eller öppna länken i den du har fått."
                ),
            )
            raise ImmediateHttpResponse(redirect("login"))
        sociallogin.user = person

    def on_authentication_error(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> None:
        """Cancelled, refused, or an answer that nobody asked for."""
        raise ImmediateHttpResponse(failed(request))
