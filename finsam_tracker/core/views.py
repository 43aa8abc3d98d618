"""The pages that belong to no federation: the own profile and help."""

import sys

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django.views.defaults import server_error

from finsam_tracker.core import profile as account
from finsam_tracker.core.away import is_away
from finsam_tracker.core.doing import posted
from finsam_tracker.core.forms import PasswordForm, ProfileForm
from finsam_tracker.core.login.two_step import has_second_step
from finsam_tracker.core.models import acting_user
from finsam_tracker.core.permissions import ROLES, Permission
from finsam_tracker.core.problems import TRY_AGAIN_AFTER, database_away
from finsam_tracker.core.rights import rights_of
from finsam_tracker.core.typed_again import typed_again

API = "/api/"
"""Where the REST interface answers, whose errors are problem details."""


@login_not_required
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Who may do what, from the declarations that also decide it."""
    return render(request, "core/roles.html", {"roles": ROLES.values(), "permissions": list(Permission)})


def fault(request: HttpRequest) -> HttpResponse:
    """The answer to what nothing has caught, asked by Django where it is: the database is away, or a fault of ours."""
    away = is_away(sys.exception())
    if request.path.startswith(API):
        return database_away() if away else server_error(request)
    # Without the request, whose person would have to be read from the database.
    content = render_to_string("503.html" if away else "500.html", {"typed": typed_again(request)})
    answer = HttpResponse(content, status=503 if away else 500)
    add_never_cache_headers(answer)
    if away:
        answer["Retry-After"] = str(TRY_AGAIN_AFTER)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Who one is here, and what one may choose."""
    user = acting_user(request.user)
    form = ProfileForm(posted(request), user=user)
    if form.is_valid():
        now, chosen = timezone.now(), form.cleaned_data
        if "wants_reminders" in chosen:
            account.choose_reminders(by=user, wanted=chosen["wants_reminders"] == "yes", now=now)
        if "language" in chosen:
            account.choose_language(by=user, language=chosen["language"], now=now)
        messages.success(request, _("Dina val är sparade."))
        return redirect("profile")
    shown = {
        "form": form,
        "memberships": user.current_memberships,
        "rights": rights_of(user),
        "has_second_step": has_second_step(user),
    }
    return render(request, "core/profile.html", shown)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password; one stays logged in here, and nowhere else."""
    user = acting_user(request.user)
    form = PasswordForm(user, posted(request))
    if form.is_valid():
        account.change_password(by=user, password=form.cleaned_data["new_password1"], now=timezone.now())
        update_session_auth_hash(request, user)
        messages.success(request, _("Lösenordet är bytt. Du är utloggad överallt utom här."))
        return redirect("profile")
    return render(request, "core/password.html", {"form": form})


# The token says whose reminders and that they go off, so no cookie is leant on and none need be proved: mail programs
# post here on their own (RFC 8058). Opening the address does nothing, since programs that look for harm open links.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminders_off(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in a mail leads: one click more, without log-in, and the mails end."""
    person = account.user_of_token(token)
    if person is None:
        return render(request, "core/reminders_off.html", {"person": None}, status=404)
    if request.method == "POST":
        account.choose_reminders(by=person, wanted=False, now=timezone.now())
    return render(request, "core/reminders_off.html", {"person": person})
