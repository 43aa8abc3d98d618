"""What has changed in what is known of a period: counts, never a row."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from finsam_tracker.core.days import DayError
from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period
from reports import services
from reports.asking import Wanted, default_period, end_of, past_day, wanted
from reports.changes import FLOWS, Change, MovedFigure, changes, moved_figures, signed
from reports.compute import COMPUTE_ERRORS, compute, snapshot
from reports.context import Context, Scope
from reports.forms import PERIOD_ERRORS, ChangesForm
from reports.services import applicable
from reports.views.statistics import federation_with_figures

BACK = timedelta(days=30)


@dataclass(frozen=True)
class ChangedTable:
    """A table in which something moved."""

    key: str
    title: str
    figures: list[MovedFigure]


@require_safe
def what_changed(request: HttpRequest, federation: str) -> HttpResponse:
    """The difference between what was known on two days, by cause and initiative, and table by table."""
    found, now = federation_with_figures(request, federation), timezone.now()
    period, problem, shown = default_period(now), "", {}
    try:
        period = wanted(request.GET, now).period
        first, last = _days(request, now)
        shown = _shown(found, Wanted(period), first, last)
    except (*PERIOD_ERRORS, *COMPUTE_ERRORS) as error:
        problem = str(error.args[0])
    context = {"federation": found, "period": period, "problem": problem, "form": _form(request, found, period, now)}
    return render(request, "reports/changes.html", {**context, **shown}, status=400 if problem else 200)


def _days(request: HttpRequest, now: datetime) -> tuple[date, date]:
    """The two days; the last month where none are named. Raises DayError."""
    last = past_day(request.GET["till"], now) if request.GET.get("till", "").strip() else timezone.localdate(now)
    first = past_day(request.GET["fran"], now) if request.GET.get("fran", "").strip() else _before(last)
    if first >= last:
        raise DayError(_("Den första dagen måste ligga före den andra. Byt plats på dem."))
    return first, last


def _before(day: date) -> date:
    return day - BACK if day > date.min + BACK else date.min


def _shown(federation: Federation, asked: Wanted, first: date, last: date) -> dict[str, Any]:
    scope = Scope(federation)
    period = asked.period
    before, after = (Context(scope, period, end_of(day), today=last) for day in (first, last))
    tables = applicable(scope, period)
    with snapshot():
        found = changes(scope, period, end_of(first), end_of(last))
        pairs = list(zip(compute(tables, before), compute(tables, after), strict=True))
    moved = [ChangedTable(new.table, new.title, moved_figures(old, new)) for old, new in pairs]
    return {
        "asked": asked,
        "first": first,
        "last": last,
        "changes": found,
        "number": sum(change.number for change in found),
        "sums": _sums(found),
        "tables": [table for table in moved if table.figures],
    }


def _sums(found: list[Change]) -> dict[str, str]:
    """All changes together: what the totals of the table of flows moved by."""
    return {flow: signed(sum(change.effect[flow] for change in found)) for flow in FLOWS}


def _form(request: HttpRequest, federation: Federation, period: Period, now: datetime) -> ChangesForm:
    today = timezone.localdate(now)
    typed = {
        "period": period.key,
        "fran": request.GET.get("fran") or (today - BACK).isoformat(),
        "till": request.GET.get("till") or today.isoformat(),
    }
    return ChangesForm(initial=typed, kept=services.kept_periods(federation, now), chosen=period)
