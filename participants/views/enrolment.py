"""Enrolling a participant."""

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from finsam_tracker.core.forms import attempt
from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import User, acting_user
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.lookup import find_staffed
from initiatives.models import Initiative
from initiatives.places import tabs
from participants.facts import Enrolment
from participants.forms.enrolment import EnrolmentForm
from participants.models import Participation
from participants.rarity import is_rare
from participants.services.enrolment import enrol, fields_of
from participants.views.changing import undo_link
from participants.views.lookup import address_of


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_participant(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """The form, and what it does."""
    user = acting_user(request.user)
    place = find_staffed(user, federation, initiative, Permission.REGISTER)
    now, lists = timezone.now(), Lists(place.federation)
    form = EnrolmentForm(typed(request), initiative=place, lists=lists, by=user, today=timezone.localdate(now))
    if (
        request.method == "POST"
        and form.is_valid()
        and (enrolled := attempt(form, lambda: _enrol_once(user, place, form, lists, now)))
    ):
        _tell(request, enrolled, place)
        _warn_if_rare(request, enrolled, lists)
        return redirect(address_of(enrolled))
    return render(request, "participants/enrol.html", {"initiative": place, "tabs": tabs(user, place), "form": form})


def _enrol_once(user: User, place: Initiative, form: EnrolmentForm, lists: Lists, now: datetime) -> Participation:
    """Enrol, or return what the same form has made already, by a first click or one in this very moment."""
    code, facts = form.code(), form.enrolment_facts()
    enrolled = partial(enrol, by=user, initiative=place, facts=facts, now=now, lists=lists)
    try:
        return enrolled(code=code)
    except (IntegrityError, ValidationError):
        made = _made_with(code, user, place)
        if made is None:
            raise
        # Not the same: somebody else, typed over an earlier form by way of the Back button.
        return made if _is_same(made, facts) else enrolled(code=None)


def _made_with(code: str | None, user: User, place: Initiative) -> Participation | None:
    mine = Participation.objects.visible_to(user).filter(initiative=place, code=code)
    return mine.select_related("initiative__federation", "municipality").first()


def _is_same(made: Participation, facts: Enrolment) -> bool:
    return all(getattr(made, name) == value for name, value in fields_of(facts).items())


def _tell(request: HttpRequest, enrolled: Participation, place: Initiative) -> None:
    again = reverse("enrol", args=[place.federation.slug, place.slug])
    sentence = _("Deltagaren är inskriven med koden {}. Skriv upp koden där ni för era egna anteckningar.")
    text = format_html(sentence, format_html("<strong>{}</strong>", enrolled.code))
    link = format_html('<a class="alert-link" href="{}">{}</a>', again, _("Skriv in en till"))
    messages.success(request, format_html("{} {} {}", text, link, undo_link(enrolled)))


def _warn_if_rare(request: HttpRequest, enrolled: Participation, lists: Lists) -> None:
    if is_rare(enrolled, lists):
        messages.warning(
            request,
            _(
                "Färre än tre i insatsen har samma kön, åldersgrupp, kommun och utbildning. Den som känner insatsen "
                "kan gissa vem det är. Inget behöver ändras, men tänk efter vem som får se raden eller en fil med den."
            ),
        )
