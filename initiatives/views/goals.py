"""The goals of a year: the office sets them in its own words, bound to a measure."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.doing import saved
from finsam_tracker.core.forms import attempt
from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import Federation, User, acting_user
from finsam_tracker.core.number_fields import as_typed
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import federation_for
from initiatives.forms.goals import GoalForm, GoalReasonForm
from initiatives.goal_measures import GOAL_MEASURES
from initiatives.lists import Lists
from initiatives.models import Goal
from initiatives.services.goals import add_goal, change_goal, copy_goals, move_goal, needs_reason, remove_goal
from initiatives.views.years import FIRST, LAST, chosen_year, neighbours


@require_safe
def goals(request: HttpRequest, federation: str) -> HttpResponse:
    """A year's goals in their order."""
    _user, found = _find(request, federation)
    today = timezone.localdate()
    year, complaint = chosen_year(request, today.year)
    rows = found.goals.filter(year=year).select_related("initiative")
    held = {goal.code for goal in rows}
    shown = {
        "federation": found,
        "year": year,
        "years": neighbours(reverse("settings_goals", args=[found.slug]), year),
        "complaint": complaint,
        "goals": [_told(goal) for goal in rows],
        "before": year - 1,
        "to_copy": found.goals.filter(year=year - 1).exclude(code__in=held).count(),
        "has_ended": needs_reason(year, today),
    }
    return render(request, "initiatives/goals.html", shown)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, federation: str, year: int) -> HttpResponse:
    """The form for a new goal, and what it does."""
    user, found = _find(request, federation, year)
    form = GoalForm(typed(request), lists=Lists(found), has_ended=_has_ended(year))

    def act() -> Goal:
        return add_goal(by=user, federation=found, year=year, facts=form.facts(), now=timezone.now(), reason=form.why())

    if saved(request, form, act, _("Målet är tillagt.")):
        return redirect(_address(found, year))
    return _form(request, found, year, form, heading=_("Lägg till ett mål för %d") % year, button=_("Lägg till"))


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, federation: str, year: int, code: str) -> HttpResponse:
    """The form with the goal as it is, and what it does."""
    user, found, goal = _find_goal(request, federation, year, code)
    form = GoalForm(typed(request), lists=Lists(found), goal=goal, has_ended=_has_ended(year))

    def act() -> None:
        change_goal(by=user, goal=goal, facts=form.facts(), now=timezone.now(), reason=form.why())

    if saved(request, form, act, _("Målet är sparat.")):
        return redirect(_address(found, year))
    return _form(request, found, year, form, heading=_("Ändra ett mål för %d") % year, button=_("Spara"))


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, federation: str, year: int, code: str) -> HttpResponse:
    """Says which goal would be taken away, and does it."""
    user, found, goal = _find_goal(request, federation, year, code)
    form = GoalReasonForm(typed(request), has_ended=_has_ended(year))

    def act() -> None:
        remove_goal(by=user, goal=goal, now=timezone.now(), reason=form.why())

    if saved(request, form, act, _("Målet är borttaget.")):
        return redirect(_address(found, year))
    return _form(
        request,
        found,
        year,
        form,
        heading=_("Ta bort ett mål för %d") % year,
        button=_("Ta bort"),
        lead=_("”%s” försvinner ur tabellen Mål och utfall.") % goal.text,
    )


@require_POST
def move(request: HttpRequest, federation: str, year: int, code: str) -> HttpResponse:
    """Lets a goal change places with its neighbour."""
    user, found, goal = _find_goal(request, federation, year, code)
    move_goal(by=user, goal=goal, up=request.POST.get("at") == "upp", now=timezone.now())
    return redirect(_address(found, year))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, federation: str, year: int) -> HttpResponse:
    """Takes the goals of the year before over, those that the year does not have."""
    user, found = _find(request, federation, year)
    form = GoalReasonForm(typed(request), has_ended=_has_ended(year))

    def act() -> int:
        return copy_goals(by=user, federation=found, year=year, now=timezone.now(), reason=form.why())

    if request.method == "POST" and form.is_valid() and (number := attempt(form, act)) is not None:
        messages.success(request, ngettext("%d mål är kopierat.", "%d mål är kopierade.", number) % number)
        return redirect(_address(found, year))
    return _form(
        request,
        found,
        year,
        form,
        heading=_("Kopiera målen från %(before)d till %(year)d") % {"before": year - 1, "year": year},
        button=_("Kopiera"),
        lead=_("Mål som redan finns står kvar. Målvärdena följer med och kan ändras efteråt."),
    )


def _told(goal: Goal) -> tuple[Goal, str, str]:
    """A goal, the title of its measure, and its target in words. A measure that is gone is named by its key."""
    measure = GOAL_MEASURES.get(goal.measure)
    unit = str(measure.unit) if measure and measure.is_share else ""
    target = f"{goal.get_direction_display()} {as_typed(goal.target)} {unit}"
    return goal, str(measure.title) if measure else goal.measure, target


def _find(request: HttpRequest, slug: str, year: int = FIRST) -> tuple[User, Federation]:
    """The person and the federation, if they may set it up; a year that cannot be has no page."""
    user = acting_user(request.user)
    found = federation_for(user, slug, Permission.SET_UP)
    if not FIRST <= year <= LAST:
        raise Http404
    return user, found


def _find_goal(request: HttpRequest, slug: str, year: int, code: str) -> tuple[User, Federation, Goal]:
    user, found = _find(request, slug, year)
    return user, found, get_object_or_404(found.goals.select_related("federation", "initiative"), year=year, code=code)


def _has_ended(year: int) -> bool:
    return needs_reason(year, timezone.localdate())


def _form(request: HttpRequest, found: Federation, year: int, form: GoalReasonForm, **words: str) -> HttpResponse:
    shown = {"federation": found, "form": form, "back": _address(found, year), "lead": "", **words}
    return render(request, "initiatives/goal.html", shown)


def _address(federation: Federation, year: int) -> str:
    return f"{reverse('settings_goals', args=[federation.slug])}?ar={year}"
