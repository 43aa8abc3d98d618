"""What every page that changes a participation does the same way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from finsam_tracker.core.forms import attempt
from finsam_tracker.core.models import User, acting_user
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.places import tabs
from participants.forms.changing import ChangeForm
from participants.history import Entry, History
from participants.lookup import find_participation
from participants.models import Participation
from participants.services.saving import ChangedMeanwhileError
from participants.views.lookup import address_of

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Deed:
    """What a form does when it is sent.

    ``actions`` are the names that the act may get, and ``is_done`` whether the registration is already as the form
    says: with the two, a second click is known from somebody else's change.
    """

    do: Callable[[], object]
    actions: Sequence[str]
    is_done: Callable[[], bool]
    told: str


def find_to_change(request: HttpRequest, federation: str, initiative: str, code: str) -> tuple[User, Participation]:
    """The person and the participation, if they may register there."""
    user = acting_user(request.user)
    found = find_participation(user, federation, initiative, code, Permission.REGISTER)
    return user, found


def carry_out(request: HttpRequest, form: ChangeForm, deed: Deed) -> HttpResponse | None:
    """Do what a valid form says and go to the participation; None where the form is to be shown, again or at first."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        if attempt(form, deed.do) is None:
            return None
    except ChangedMeanwhileError:
        happened = _happened_since(form)
        if not _is_second_click(request, happened, deed):
            form.tell_what_happened(happened)
            return None
    _tell(request, form.participation, deed.told)
    return redirect(address_of(form.participation))


def show_form(request: HttpRequest, template: str, form: ChangeForm, **more: Any) -> HttpResponse:
    """A page with the form."""
    found = form.participation
    user = acting_user(request.user)
    shown = {"participation": found, "initiative": found.initiative, "tabs": tabs(user, found.initiative), "form": form}
    return render(request, template, {**shown, **more})


def fresh(row: Row) -> Row:
    """The row as it is now."""
    row.refresh_from_db()
    return row


def _happened_since(form: ChangeForm) -> list[Entry]:
    seen = form.seen()
    return History(form.participation, Lists(form.participation.federation)).since(seen) if seen else []


def _is_second_click(request: HttpRequest, happened: Sequence[Entry], deed: Deed) -> bool:
    """Whether all that has happened is what this very form does."""
    if len(happened) != 1:
        return False
    act = happened[0].act
    return act.actor_id == request.user.pk and act.action in deed.actions and deed.is_done()


def _tell(request: HttpRequest, participation: Participation, told: str) -> None:
    messages.success(request, format_html("{} {}", told, undo_link(participation)))


def undo_link(participation: Participation) -> str:
    """A way back from what was just done."""
    initiative = participation.initiative
    address = reverse("undo", args=[initiative.federation.slug, initiative.slug, participation.code])
    return format_html('<a class="alert-link" href="{}">{}</a>', address, _("Ångra"))
