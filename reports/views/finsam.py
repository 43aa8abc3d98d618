"""The page to type from into Uppföljning Finsam: the values, what is registered of them, and marking it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.doing import posted, saved
from finsam_tracker.core.models import Federation, acting_user
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import federation_for
from finsam_tracker.core.texts import year_problems
from reports.asking import default_period
from reports.compute import COMPUTE_ERRORS
from reports.finsam import deadlines, marks
from reports.finsam.export import Asked, AskedError, Export, asked_of, export_of, usual
from reports.finsam.forms import CountedForm, DeadlineForm
from reports.finsam.page import confirmed_rows, page_of
from reports.finsam.showing import delivery_of
from reports.models import FinsamMark


@require_safe
def finsam(request: HttpRequest, federation: str) -> HttpResponse:
    """To the last year that has closed."""
    found = federation_that_reports(request, federation)
    return redirect("finsam_year", found.slug, default_period(timezone.now()).start.year)


@require_safe
def finsam_year(request: HttpRequest, federation: str, year: int) -> HttpResponse:
    """Every value of a year in the order of the web form, with what is registered of it."""
    found, now = federation_that_reports(request, federation, year), timezone.now()
    context: dict[str, Any] = {"federation": found, "year": year, "problem": ""}
    asked = usual(year)
    try:
        asked = asked_of(year, request.GET)
        export = export_of(found, asked, now=now)
        context |= {"page": page_of(export), "delivery": delivery_of(export)}
    except (AskedError, *COMPUTE_ERRORS) as error:
        context["problem"] = str(error.args[0])
    context |= {
        "asked": asked,
        "form": CountedForm(asked=asked),
        "deadline": deadlines.deadline_of(found, year),
        "years": years_of(found, year, "finsam_year"),
        "today": timezone.localdate(now),
    }
    return render(request, "reports/finsam.html", context)


@require_POST
def mark_finsam(request: HttpRequest, federation: str, year: int) -> HttpResponse:
    """Mark a value, or all of a place; what cannot be changed afterwards is asked about first."""
    found, now, told = federation_that_reports(request, federation, year), timezone.now(), request.POST
    try:
        asked = asked_of(year, told)
        export = export_of(found, asked, now=now)
        about = marks.to_mark(export, told.get("place", ""), told.get("field", ""))
        asked_about = confirmed_rows(about)
        if asked_about and "sure" not in told:
            return _ask_first(request, export, asked_about)
        _mark(request, export, told)
    except (AskedError, ValidationError, *COMPUTE_ERRORS) as error:
        messages.warning(request, sentence_of(error))
        return redirect("finsam_year", found.slug, year)
    return redirect(address_of(found, asked, told.get("place", "")))


def _mark(request: HttpRequest, export: Export, told: QueryDict) -> None:
    made = marks.mark(
        by=acting_user(request.user),
        export=export,
        place=told.get("place", ""),
        field=told.get("field", ""),
        shown=told.get("seen", ""),
        is_sure="sure" in told,
        now=export.known_at,
    )
    sentence = _("Markerat som registrerat: %d.") % len(made) if made else _("Det var redan markerat.")
    messages.success(request, sentence)


def _ask_first(request: HttpRequest, export: Export, rows: list[Any]) -> HttpResponse:
    place = export.place(request.POST.get("place", ""))
    context = {
        "federation": export.federation,
        "year": export.asked.year,
        "place": place,
        "rows": rows,
        "told": {name: request.POST.get(name, "") for name in ("place", "field", "seen", "participants", "period")},
        "back": address_of(export.federation, export.asked, place.slug),
    }
    return render(request, "reports/finsam_confirm.html", context)


@require_POST
def undo_finsam_mark(request: HttpRequest, federation: str, year: int, mark: int) -> HttpResponse:
    """Say that a mark was a mistake."""
    found, user = federation_that_reports(request, federation, year), acting_user(request.user)
    about = get_object_or_404(FinsamMark.objects.visible_to(user), federation=found, year=year, pk=mark)
    marks.undo(by=user, mark=about, now=timezone.now())
    messages.success(request, _("Markeringen är ångrad. Den står kvar i arkivet."))
    try:
        asked = asked_of(year, request.POST)
    except AskedError:
        asked = usual(year)
    return redirect(address_of(found, asked, about.place))


@require_http_methods(["GET", "HEAD", "POST"])
def finsam_deadline(request: HttpRequest, federation: str, year: int) -> HttpResponse:
    """The last day for the year's figures."""
    found = federation_that_reports(request, federation, year)
    initial = {"day": deadlines.deadline_of(found, year)}
    form = DeadlineForm(posted(request), initial=initial)

    def act() -> None:
        by, day = acting_user(request.user), form.cleaned_data["day"]
        deadlines.set_deadline(by=by, federation=found, year=year, day=day, now=timezone.now())

    if saved(request, form, act, _("Sista dagen är sparad.")):
        return redirect("finsam_year", found.slug, year)
    return render(request, "reports/finsam_deadline.html", {"federation": found, "year": year, "form": form})


def federation_that_reports(request: HttpRequest, slug: str, year: int | None = None) -> Federation:
    """The federation, for one who reports its figures; Http404 where there is no such year."""
    found = federation_for(acting_user(request.user), slug, Permission.REPORT_FINSAM)
    if year is not None and year_problems(year):
        raise Http404
    return found


def address_of(federation: Federation, asked: Asked, place: str) -> str:
    """The page as it was, at one of its places."""
    address = reverse("finsam_year", args=[federation.slug, asked.year])
    query = urlencode({"participants": asked.counted.value, "period": asked.period.key})
    return f"{address}{'' if asked.is_usual else f'?{query}'}#{place or 'forbundet'}"


def years_of(federation: Federation, year: int, route: str) -> list[tuple[int, str]]:
    """The years beside a year, with their addresses."""
    near = [near for near in (year - 1, year + 1) if not year_problems(near)]
    return [(near, reverse(route, args=[federation.slug, near])) for near in near]


def sentence_of(error: Exception) -> str:
    """What to tell the person of a fault that is theirs to see to."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error.args[0])
