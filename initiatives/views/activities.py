"""Structural activities: the office counts heads, corrects and takes away."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from finsam_tracker.core.doing import saved
from finsam_tracker.core.forms import attempt
from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import Federation, User, acting_user
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import federation_for
from initiatives.activities import entry_of
from initiatives.forms.activities import ActivityForm, CorrectActivityForm, ReasonForm, entry_as_typed
from initiatives.lists import Lists
from initiatives.models import Activity
from initiatives.services.activities import correct_activity, register_activity, state_of, void_activity
from initiatives.views.years import chosen_year, neighbours
from initiatives.year_of_activities import by_initiative


@require_safe
def activities(request: HttpRequest, federation: str) -> HttpResponse:
    """A year's activities by initiative, with sums."""
    user, found = _office(request, federation)
    lists = Lists(found)
    year, complaint = chosen_year(request, timezone.localdate().year)
    rows = Activity.objects.visible_to(user).filter(federation=found).held_in(Period.year(year))
    shown = {
        "federation": found,
        "year": year,
        "years": neighbours(_address(found), year),
        "complaint": complaint,
        "initiatives": by_initiative(rows, lists),
        "has_initiatives": bool(lists.structural_initiatives),
    }
    return render(request, "initiatives/activities.html", shown)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_activity(request: HttpRequest, federation: str) -> HttpResponse:
    """The form for a new activity, and what it does."""
    user, found = _office(request, federation)
    lists = Lists(found)
    form = ActivityForm(typed(request), lists=lists)

    def act() -> Activity:
        another = bool(form.cleaned_data.get("is_another"))
        return register_activity(by=user, entry=form.entry(), now=timezone.now(), is_another=another, lists=lists)

    if request.method == "POST" and form.is_valid() and (made := attempt(form, act)) is not None:
        messages.success(request, _("Aktiviteten är registrerad."))
        return redirect(_address(found, made.held_on))
    shown = {"federation": found, "form": form, "back": _address(found), "heading": _("Registrera en aktivitet")}
    return render(request, "initiatives/activity.html", shown)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, federation: str, activity: int) -> HttpResponse:
    """The form with everything registered, and what it does."""
    user, found, held = _find(request, federation, activity)
    lists = Lists(found)
    form = CorrectActivityForm(
        typed(request), lists=lists, state=state_of(held), initial=entry_as_typed(entry_of(held))
    )

    def act() -> Activity:
        return correct_activity(
            by=user,
            activity=held,
            entry=form.entry(),
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
            seen=form.state(),
        )

    if request.method == "POST" and form.is_valid() and (made := attempt(form, act)) is not None:
        messages.success(request, _("Aktiviteten är rättad."))
        return redirect(_address(found, made.held_on))
    shown = {"federation": found, "form": form, "heading": _("Rätta en aktivitet")}
    return render(request, "initiatives/activity_correct.html", shown | {"back": _address(found, held.held_on)})


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, federation: str, activity: int) -> HttpResponse:
    """Ends an activity that should not have been registered, with the reason."""
    user, found, held = _find(request, federation, activity)
    form = ReasonForm(typed(request), state=state_of(held))

    def act() -> Activity:
        reason = form.cleaned_data["reason"]
        return void_activity(by=user, activity=held, reason=reason, now=timezone.now(), seen=form.state())

    if saved(request, form, act, _("Aktiviteten är borttagen som felregistrering.")):
        return redirect(_address(found, held.held_on))
    (told,) = by_initiative([held], Lists(found))
    shown = {"federation": found, "form": form, "told": told, "heading": _("Felregistrera en aktivitet")}
    return render(request, "initiatives/activity_void.html", shown | {"back": _address(found, held.held_on)})


def _office(request: HttpRequest, slug: str) -> tuple[User, Federation]:
    """The person and the federation, if they may count heads there."""
    user = acting_user(request.user)
    return user, federation_for(user, slug, Permission.COUNT_HEADS)


def _find(request: HttpRequest, slug: str, number: int) -> tuple[User, Federation, Activity]:
    """The activity too; a felregistrering is no longer there to change."""
    user, found = _office(request, slug)
    rows = Activity.objects.visible_to(user).counted().filter(federation=found)
    return user, found, get_object_or_404(rows.select_related("federation", "initiative__federation"), pk=number)


def _address(federation: Federation, day: date | None = None) -> str:
    page = reverse("activities", args=[federation.slug])
    return f"{page}?ar={day.year}" if day else page
