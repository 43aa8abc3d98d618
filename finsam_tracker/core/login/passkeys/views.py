"""Adding, naming and removing one's own passkeys. What a passkey does at log-in is in the views of log-in."""

import json
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import clear_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from finsam_tracker.core.doing import posted, tell_why_not
from finsam_tracker.core.login.passkeys import services
from finsam_tracker.core.login.passkeys.forms import AddForm, NameForm
from finsam_tracker.core.login.services import close_doors
from finsam_tracker.core.login.two_step import has_second_step, must_have_second_step, note_second_step
from finsam_tracker.core.login.views import codes_address, next_address
from finsam_tracker.core.models import User, acting_user


@never_cache
@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new passkey. One who must have a second step can choose this as the first, instead of an app."""
    user = acting_user(request.user)
    form = AddForm(posted(request), user=user)
    if form.is_valid():
        return _added(request, user, form.cleaned_data)
    shown = {
        "form": form,
        # Asked for last: the answer that was just judged is about the challenge before this one.
        "options": json.dumps(auth.begin_registration(user, passwordless=False)),
        "next": next_address(request),
        "must": must_have_second_step(user) and not has_second_step(user),
    }
    return render(request, "core/login/passkeys/add.html", shown)


def _added(request: HttpRequest, user: User, given: dict[str, Any]) -> HttpResponse:
    is_first = services.add_passkey(
        request, by=user, name=given["name"], credential=given["credential"], now=timezone.now()
    )
    if not is_first:
        messages.success(request, _("Passkeyn är tillagd. Du kan använda den nästa gång du loggar in."))
        return redirect("mfa_index")
    note_second_step(request, user)
    close_doors(user, except_session=request.session.session_key)
    messages.success(request, _("Tvåstegsinloggningen är på. Spara reservkoderna innan du går vidare."))
    return redirect(codes_address(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, number: int) -> HttpResponse:
    """Another name."""
    user = acting_user(request.user)
    passkey = _own(user, number)
    form = NameForm(posted(request), initial={"name": str(passkey)})
    if form.is_valid():
        services.rename_passkey(by=user, passkey=passkey, name=form.cleaned_data["name"], now=timezone.now())
        messages.success(request, _("Namnet är sparat."))
        return redirect("mfa_index")
    return render(request, "core/login/passkeys/rename.html", {"form": form})


@never_cache
@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Takes a passkey away, for one that is lost or not used."""
    user = acting_user(request.user)
    passkey = _own(user, number)
    if request.method == "POST":
        _remove(request, user, passkey)
        return redirect("mfa_index")
    shown = {"passkey": passkey, "is_last": services.is_last_needed(user, passkey)}
    return render(request, "core/login/passkeys/remove.html", shown)


def _remove(request: HttpRequest, user: User, passkey: Authenticator) -> None:
    try:
        services.remove_passkey(by=user, passkey=passkey, now=timezone.now())
    except ValidationError as refused:
        tell_why_not(request, refused)
        return
    if not has_second_step(user):
        clear_authentication_records(request)
    # A passkey that is lost may have been used by whoever found it.
    close_doors(user, except_session=request.session.session_key)
    messages.success(request, _("Passkeyn är borttagen. Ta bort den där den är sparad också."))


def _own(user: User, number: int) -> Authenticator:
    return get_object_or_404(services.passkeys_of(user), pk=number)
