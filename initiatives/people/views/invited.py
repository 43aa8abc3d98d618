"""Where the link of an invitation leads."""

from functools import partial

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from finsam_tracker.core.doing import posted, saved
from finsam_tracker.core.forms import PageForm, attempt
from finsam_tracker.core.models import acting_user
from initiatives.models import Invitation
from initiatives.people import invitations
from initiatives.people.forms import AcceptForm


@sensitive_post_parameters("password", "again")
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody new chooses name and password; one who has a log-in logs in and says yes."""
    asked = invitations.invitation_of(token)
    if asked is None:
        return render(request, "initiatives/people/old_link.html", status=404)
    return _known(request, asked) if invitations.has_account(asked) else _new(request, asked)


def _new(request: HttpRequest, asked: Invitation) -> HttpResponse:
    form = AcceptForm(posted(request), email=asked.email)
    if request.user.is_authenticated:
        return _page(request, asked, "other")
    if form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password"]
        person = attempt(
            form,
            lambda: invitations.create_and_accept(invitation=asked, name=name, password=password, now=timezone.now()),
        )
        if person:
            login = Login(user=person, redirect_url=reverse("start"), email=person.email)
            answer: HttpResponse = perform_password_login(request, {"username": person.email}, login)
            return answer
    return _page(request, asked, "new", form)


def _known(request: HttpRequest, asked: Invitation) -> HttpResponse:
    if not request.user.is_authenticated:
        return _page(request, asked, "log_in")
    user = acting_user(request.user)
    if user.email != asked.email:
        return _page(request, asked, "other")
    form = PageForm({} if request.method == "POST" else None)
    act = partial(invitations.accept, by=user, invitation=asked, now=timezone.now())
    if saved(request, form, act, _("Välkommen! Du har nu rollen.")):
        return redirect("start")
    return _page(request, asked, "yes", form)


def _page(request: HttpRequest, asked: Invitation, way: str, form: PageForm | None = None) -> HttpResponse:
    shown = {"invitation": asked, "way": way, "form": form or PageForm()}
    return render(request, "initiatives/people/invitation.html", shown)
