"""Retention as the office sees it: what will be thinned, how much and when, and how to stop it."""

from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.doing import posted, press, saved
from finsam_tracker.core.models import Federation, acting_user
from finsam_tracker.core.parameters import RETENTION_YEARS
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import federation_for
from participants.services.thinning import Counts, count_thinnable
from reports import thinning as plans
from reports.forms import StopForm, YearsForm
from reports.models import Thinning


@dataclass(frozen=True)
class CountTable:
    """Counts by initiative and year of exit, with their sums."""

    years: list[str]
    rows: list[tuple[str, list[int]]]
    sums: list[int]


@require_safe
def retention(request: HttpRequest, federation: str) -> HttpResponse:
    """The rule, the plans, and what another rule would take away."""
    found = _federation(request, federation)
    today = timezone.localdate()
    form = YearsForm(request.GET if "years" in request.GET else None)
    preview, until = None, None
    if form.is_valid():
        until = plans.last_day_after(form.cleaned_data["years"], today)
        preview = _table(found, count_thinnable(found, until))
    not_done = [plan.exited_until for plan in found.thinnings.all() if plan.state != Thinning.State.DONE]
    last_days = [*not_done, *([until] if until and preview and preview.rows else [])]
    context = {
        "federation": found,
        "lacking": plans.lacking_until(found, max(last_days), timezone.now()) if last_days else [],
        "rule": found.parameters_on(today).get(RETENTION_YEARS.key),
        "plans": [(plan, _table(found, plan.counts)) for plan in found.thinnings.select_related("stopped_by")],
        "form": form,
        "preview": preview,
        "until": until,
        "grace_days": plans.GRACE.days,
    }
    return render(request, "reports/retention.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def stop_thinning(request: HttpRequest, federation: str, thinning: int) -> HttpResponse:
    """Stop a plan, and say why."""
    found, plan = _plan(request, federation, thinning)
    form = StopForm(posted(request))

    def act() -> None:
        by, reason = acting_user(request.user), form.cleaned_data["reason"]
        plans.stop(by=by, thinning=plan, reason=reason, now=timezone.now())

    if saved(request, form, act, _("Gallringen är stoppad. Inget tas bort förrän någon planerar den igen.")):
        return redirect("retention", found.slug)
    return render(request, "reports/stop_thinning.html", {"federation": found, "plan": plan, "form": form})


@require_POST
def resume_thinning(request: HttpRequest, federation: str, thinning: int) -> HttpResponse:
    """Plan a stopped one again, with a new month to stop it in."""
    found, plan = _plan(request, federation, thinning)
    act = partial(plans.resume, by=acting_user(request.user), thinning=plan, now=timezone.now())
    return press(request, act, _("Gallringen är planerad igen."), "retention", found.slug)


def _federation(request: HttpRequest, slug: str) -> Federation:
    return federation_for(acting_user(request.user), slug, Permission.DECIDE_RETENTION)


def _plan(request: HttpRequest, slug: str, number: int) -> tuple[Federation, Thinning]:
    found = _federation(request, slug)
    return found, get_object_or_404(found.thinnings, pk=number)


def _table(federation: Federation, counts: Counts) -> CountTable:
    years = sorted({year for by_year in counts.values() for year in by_year})
    labels = dict(federation.initiatives.values_list("slug", "label"))
    rows = [(labels.get(slug, slug), [by_year.get(y, 0) for y in years]) for slug, by_year in counts.items()]
    return CountTable(years, rows, [sum(numbers) for numbers in zip(*(n for _l, n in rows), strict=True)])
