"""The way to an organisation's own log-in and back, by allauth; and the page to come to when it does not answer."""

from collections.abc import Callable
from typing import Any

from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from requests import RequestException


def failed(request: HttpRequest) -> HttpResponse:
    """Whatever went wrong over there, one can try again or log in with a password."""
    messages.error(
        request,
        _("Inloggningen hos %s gick inte igenom. Försök igen, eller logga in med lösenord.") % settings.OIDC_NAME,
    )
    return redirect("login")


def _patient(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A server that is away, or says what nobody can read, is no fault of ours."""

    @never_cache
    @login_not_required
    def answering(request: HttpRequest, **where: Any) -> HttpResponseBase:
        try:
            return view(request, **where)
        except (RequestException, ValueError, KeyError):
            return failed(request)

    return answering


log_in = _patient(views.login)
back = _patient(views.callback)
