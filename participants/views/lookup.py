"""Finding a participation by its address, and the addresses themselves."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from finsam_tracker.core.models import User
from initiatives.models import Initiative
from participants.codes import read_code
from participants.models import Participation


def find_participation(user: User, federation: str, initiative: str, code: str) -> Participation:
    """The participation at this address, felregistreringar included, if it exists for the person; otherwise Http404."""
    stored = read_code(code)
    if stored is None:
        raise Http404
    rows = Participation.objects.visible_to(user).select_related(
        "federation", "initiative__federation", "municipality", "exit_reason__group", "first_step", "last_step"
    )
    return get_object_or_404(rows, federation__slug=federation, initiative__slug=initiative, code=stored)


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
