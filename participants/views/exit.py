"""Ending a participation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from finsam_tracker.core.forms import attempt
from finsam_tracker.core.models import acting_user
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow
from initiatives.lists import Lists
from initiatives.places import tabs
from participants.forms.exit import ExitForm
from participants.services.exit import end
from participants.views.lookup import address_of, find_participation


@require_http_methods(["GET", "HEAD", "POST"])
def end_participation(request: HttpRequest, federation: str, initiative: str, code: str) -> HttpResponse:
    """The form, and what it does. What has ended already is shown instead."""
    user = acting_user(request.user)
    found = find_participation(user, federation, initiative, code)
    allow(user, Permission.REGISTER, found.federation)
    if not found.is_ongoing:
        messages.info(request, _("Deltagandet pågår inte längre. Så här är det registrerat."))
        return redirect(address_of(found))
    now, lists = timezone.now(), Lists(found.federation)
    posted = request.POST if request.method == "POST" else None
    form = ExitForm(posted, participation=found, lists=lists, today=timezone.localdate(now))
    if form.is_valid():
        ended = attempt(form, lambda: end(by=user, participation=found, facts=form.facts(), now=now, lists=lists))
        if ended:
            messages.success(request, _("Deltagandet %s är avslutat.") % found.code)
            return redirect(address_of(found))
    shown = {"participation": found, "initiative": found.initiative, "tabs": tabs(user, found.initiative), "form": form}
    return render(request, "participants/exit.html", shown)
