"""The addresses of participations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.models import Initiative
from participants.models import Participation


def address_of_list(initiative: Initiative) -> str:
    """The page with the initiative's participations."""
    return reverse("participations", args=[initiative.federation.slug, initiative.slug])


def address_of(participation: Participation) -> str:
    """The participation's own page."""
    initiative = participation.initiative
    return reverse("participation", args=[initiative.federation.slug, initiative.slug, participation.code])


def leave_void_alone(request: HttpRequest, participation: Participation) -> HttpResponse | None:
    """Away from a form about a felregistrering, with a sentence; None for any other participation."""
    if not participation.is_void:
        return None
    messages.info(request, _("Deltagandet är en felregistrering och ändras inte. Så här var det registrerat."))
    return redirect(address_of(participation))
