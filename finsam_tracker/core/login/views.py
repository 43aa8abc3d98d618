"""Logging in, in two steps; a forgotten password; and where one is logged in. allauth's views, in our frame."""

import json
from typing import Any
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import clear_authentication_records, perform_password_login
from allauth.account.models import Login
from allauth.account.views import ReauthenticateView
from allauth.core.internal.ratelimit import consume
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeReauthenticateView
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.broker import BROKER_AWAY
from finsam_tracker.core import audit
from finsam_tracker.core import profile as account
from finsam_tracker.core.doing import posted
from finsam_tracker.core.forms import LoginForm
from finsam_tracker.core.login import services
from finsam_tracker.core.login.browsers import shown_name
from finsam_tracker.core.login.forms import ForgottenForm, NewPasswordForm
from finsam_tracker.core.login.passkeys.services import passkeys_of
from finsam_tracker.core.login.two_step import (
    has_app,
    has_second_step,
    must_have_second_step,
    note_second_step,
    unused_recovery_codes,
)
from finsam_tracker.core.models import acting_user
from finsam_tracker.core.tasks import send_new_password_link

RESET_LIMITS = {"reset_password": "20/h/ip,5/h/key"}
"""So many mails with a link may be asked for: from one address of the network, and for one person."""


class LogInView(auth.LoginView):
    """The password. Whoever has an app for codes or a passkey is asked for it next."""

    template_name = "core/login/password.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        person = form.get_user()
        login = Login(user=person, redirect_url=self.get_success_url(), email=person.email)
        answer: HttpResponse = perform_password_login(self.request, {"username": person.email}, login)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"organisation": settings.OIDC_NAME if settings.OIDC_SERVER_URL else ""}
        return super().get_context_data(**shown, **kwargs)


class SecondStepView(AuthenticateView):  # type: ignore[misc]
    """A code, or a passkey, after the password."""

    template_name = "core/login/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.stage.login.user
        return shown | {
            "has_app": has_app(user),
            "has_passkey": passkeys_of(user).exists(),
            "options": json.dumps(shown["js_data"]["request_options"]),
        }


log_in = LogInView.as_view()
log_out = auth.LogoutView.as_view()
second_step = SecondStepView.as_view()
password_again = ReauthenticateView.as_view(template_name="core/login/again.html")
code_again = CodeReauthenticateView.as_view(template_name="core/login/again.html")


def next_address(request: HttpRequest) -> str:
    """The page of ours that one was on the way to; empty for none and for any other's."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else ""


def codes_address(request: HttpRequest) -> str:
    """The page of recovery codes, which leads on to the page that one was on the way to."""
    wanted = next_address(request)
    return reverse("mfa_view_recovery_codes") + (f"?{urlencode({'next': wanted})}" if wanted else "")


class SetUpView(ActivateTOTPView):  # type: ignore[misc]
    """Sets up an app for codes. One who must have it comes here first, and then on to the page asked for."""

    template_name = "core/login/set_up.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().get_context_data(next=next_address(self.request), **kwargs)
        secret = shown["form"].secret
        key = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        return shown | {"key": key, "must": must_have_second_step(acting_user(self.request.user))}

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        user = acting_user(self.request.user)
        audit.record(by=user, action="set_up_app", subject=user, federation=None, now=timezone.now())
        note_second_step(self.request, user)
        services.close_doors(user, except_session=self.request.session.session_key)
        messages.success(self.request, _("Tvåstegsinloggningen är på. Spara reservkoderna innan du går vidare."))
        return answer

    def get_success_url(self) -> str:
        return codes_address(self.request)


class RemoveView(DeactivateTOTPView):  # type: ignore[misc]
    """Takes the app away, to set up another phone's, or for good where two steps are not required."""

    template_name = "core/login/remove.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_passkey = passkeys_of(acting_user(self.request.user)).exists()
        shown: dict[str, Any] = super().get_context_data(has_passkey=has_passkey, **kwargs)
        return shown

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        user = acting_user(self.request.user)
        audit.record(by=user, action="remove_app", subject=user, federation=None, now=timezone.now())
        if not has_second_step(user):
            clear_authentication_records(self.request)
        messages.success(self.request, _("Appen är borttagen. Ta bort kontot ur appen i telefonen också."))
        return answer


set_up = never_cache(SetUpView.as_view())
remove = never_cache(RemoveView.as_view())


@never_cache
@require_safe
def two_step(request: HttpRequest) -> HttpResponse:
    """What the own second step is, and what can be done about it."""
    user = acting_user(request.user)
    has, passkeys = has_app(user), passkeys_of(user)
    shown = {
        "has_app": has,
        "passkeys": passkeys,
        "is_on": has or bool(passkeys),
        "left": len(unused_recovery_codes(user)),
    }
    return render(request, "core/login/two_step.html", shown)


@never_cache
@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes to keep for the day the phone is gone; posting makes new ones in their place."""
    user = acting_user(request.user)
    if not has_second_step(user):
        return redirect("mfa_index")
    if request.method == "POST":
        generate_recovery_codes(request)
        messages.success(request, _("Här är nya reservkoder. De gamla gäller inte längre."))
        return redirect("mfa_view_recovery_codes")
    shown = {"codes": unused_recovery_codes(user), "next": next_address(request) or reverse("start")}
    return render(request, "core/login/recovery_codes.html", shown)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Asks for a link to a new password. The answer is the same whoever's address it is, or nobody's."""
    form = ForgottenForm(posted(request))
    if form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        try:
            if consume(request, app="core", action="reset_password", config=RESET_LIMITS, key=email):
                send_new_password_link.delay(email)
            return redirect("forgotten_sent")
        except BROKER_AWAY:
            form.add_error("email", _("Just nu går det inte att skicka brev. Vänta en minut och försök igen."))
    return render(request, "core/login/forgotten.html", {"form": form})


@login_not_required
@require_safe
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "core/login/forgotten_sent.html")


# The address of the page is the secret. By the policy of every page no other site is told where one came from; a
# stricter one would make browsers hide the origin of the form too, and it would be refused.
@sensitive_post_parameters()
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, number: str, token: str) -> HttpResponseBase:
    """Where the link of the mail leads."""
    person = services.user_of_link(number, token)
    if person is None:
        return render(request, "core/login/old_link.html", status=404)
    form = NewPasswordForm(person, posted(request))
    if form.is_valid():
        account.change_password(by=person, password=form.cleaned_data["new_password1"], now=timezone.now())
        messages.success(request, _("Lösenordet är bytt. Logga in med det nya."))
        return redirect("login")
    return render(request, "core/login/new_password.html", {"form": form, "person": person})


@never_cache
@require_safe
def log_ins(request: HttpRequest) -> HttpResponse:
    """Where one is logged in."""
    user = acting_user(request.user)
    here = request.session.session_key
    rows = [
        {"name": shown_name(row.browser), "row": row, "is_here": row.pk == here}
        for row in services.log_ins_of(user, timezone.now())
    ]
    shown = {"rows": rows, "idle": settings.SESSION_IDLE_SECONDS // 60, "hours": settings.SESSION_COOKIE_AGE // 3600}
    return render(request, "core/login/log_ins.html", shown)


@require_POST
def log_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """Ends every log-in but this one."""
    user = acting_user(request.user)
    services.log_out_elsewhere(by=user, except_session=request.session.session_key, now=timezone.now())
    messages.success(request, _("Du är utloggad överallt utom här."))
    return redirect("log_ins")
