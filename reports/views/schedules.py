"""The office's schedules: which reports are drafted by the clock, what comes, and how it went."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.doing import posted, saved, tell_why_not
from finsam_tracker.core.forms import PageForm
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.period import Period
from reports.models import Schedule, ScheduledRun
from reports.publishing import schedules as services
from reports.publishing.forms import ChangeScheduleForm, ScheduleForm
from reports.publishing.timing import Coming, coming
from reports.views.publications import federation_to_publish, report_title

USUAL_DAYS = 20
LATEST_RUNS = 50


@dataclass(frozen=True)
class ListedRun:
    """A run in the list. ``took`` is in whole seconds; None while it goes on."""

    run: ScheduledRun
    title: str
    period: str
    took: int | None

    @classmethod
    def of(cls, run: ScheduledRun) -> "ListedRun":
        took = run.took
        seconds = max(1, round(took / timedelta(seconds=1))) if took is not None else None
        return cls(run, report_title(run.schedule.template), Period.parse(run.period).label, seconds)


@dataclass(frozen=True)
class ListedSchedule:
    """A schedule with what it makes next, where it is on, and made last."""

    schedule: Schedule
    title: str
    following: Coming | None
    last: ListedRun | None


@require_safe
def schedules(request: HttpRequest, federation: str) -> HttpResponse:
    """All schedules, what is coming, and the latest runs."""
    user, found = federation_to_publish(request, federation)
    rows = list(found.schedules.all())
    comes = coming(rows, timezone.localdate())
    runs = [ListedRun.of(run) for run in _runs(user, found)]
    listed = [
        ListedSchedule(
            row,
            report_title(row.template),
            next((one for one in comes if one.number == row.pk), None),
            next((one for one in runs if one.run.schedule_id == row.pk), None),
        )
        for row in rows
    ]
    context = {
        "federation": found,
        "schedules": listed,
        "coming": [(one, report_title(one.template)) for one in comes],
        "runs": runs,
        "goes_on": any(one.run.is_under_way for one in runs),
    }
    return render(request, "reports/schedules.html", context)


def _runs(user: User, federation: Federation) -> list[ScheduledRun]:
    own = ScheduledRun.objects.visible_to(user).filter(schedule__federation=federation)
    runs = own.select_related("schedule", "asked_by")
    return list(runs.annotate(sent=Count("letters", filter=Q(letters__sent_at__isnull=False)))[:LATEST_RUNS])


@require_http_methods(["GET", "HEAD", "POST"])
def new_schedule(request: HttpRequest, federation: str) -> HttpResponse:
    """Add a schedule."""
    user, found = federation_to_publish(request, federation)
    form = ScheduleForm(posted(request), initial={"rhythm": "", "days": USUAL_DAYS, "is_on": "ja"})

    def act() -> None:
        services.add_schedule(by=user, federation=found, now=timezone.now(), **form.cleaned_data)

    if saved(request, form, act, _("Schemat är sparat.")):
        return redirect("schedules", found.slug)
    return _form_page(request, found, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change_schedule(request: HttpRequest, federation: str, schedule: int) -> HttpResponse:
    """Another day, or on or off."""
    user, found = _schedule(request, federation, schedule)
    initial = {"days": found.days, "is_on": "ja" if found.is_on else "nej"}
    form = ChangeScheduleForm(posted(request), initial=initial)

    def act() -> None:
        services.change_schedule(by=user, schedule=found, now=timezone.now(), **form.cleaned_data)

    if saved(request, form, act, _("Schemat är sparat.")):
        return redirect("schedules", found.federation.slug)
    return _form_page(request, found.federation, form, found)


def _form_page(request: HttpRequest, federation: Federation, form: PageForm, schedule: Schedule | None) -> HttpResponse:
    title = report_title(schedule.template) if schedule else ""
    context = {"federation": federation, "form": form, "schedule": schedule, "title": title}
    return render(request, "reports/schedule.html", context)


@require_POST
def remove_schedule(request: HttpRequest, federation: str, schedule: int) -> HttpResponse:
    """Take a schedule away; its drafts stay."""
    user, found = _schedule(request, federation, schedule)
    services.remove_schedule(by=user, schedule=found, now=timezone.now())
    messages.success(request, _("Schemat är borttaget. Utkasten som det har gjort finns kvar."))
    return redirect("schedules", found.federation.slug)


@require_POST
def run_schedule(request: HttpRequest, federation: str, schedule: int) -> HttpResponse:
    """Make the draft of the last closed period now."""
    user, found = _schedule(request, federation, schedule)
    try:
        run = services.run_now(by=user, schedule=found, now=timezone.now())
    except ValidationError as refused:
        tell_why_not(request, refused)
    else:
        told = _("%(title)s för %(period)s är på gång. Följ den under Körningar.")
        said = {"title": report_title(found.template), "period": Period.parse(run.period).label}
        messages.success(request, told % said)
    return redirect("schedules", found.federation.slug)


def _schedule(request: HttpRequest, slug: str, number: int) -> tuple[User, Schedule]:
    user, found = federation_to_publish(request, slug)
    return user, get_object_or_404(found.schedules.select_related("federation"), pk=number)
