"""The start page of an office, and how it goes for one initiative."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from finsam_tracker.core.models import acting_user
from initiatives.places import tabs
from reports.compute import COMPUTE_ERRORS
from reports.context import Scope
from reports.glance import EXITS_PER_MONTH, Glance, glance_at
from reports.render.chart import chart_sentence, chart_svg, has_something_to_show
from reports.render.html import table_html
from reports.views.statistics import failure_since, federation_with_figures, initiative_with_figures


@require_safe
def glance(request: HttpRequest, federation: str) -> HttpResponse:
    """The federation's numbers at a glance."""
    return _glance_page(request, Scope(federation_with_figures(request, federation)))


@require_safe
def initiative_glance(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """One initiative's numbers at a glance."""
    found = initiative_with_figures(request, federation, initiative)
    return _glance_page(request, Scope(found.federation, found))


def _glance_page(request: HttpRequest, scope: Scope) -> HttpResponse:
    own_pages = tabs(acting_user(request.user), scope.initiative) if scope.initiative else []
    context: dict[str, Any] = {
        "frame": "initiative.html" if own_pages else "base.html",
        "tabs": own_pages,
        "federation": scope.federation,
        "initiative": scope.initiative,
        "where": scope.label,
        "failure": failure_since(scope.federation, None, timezone.now()),
        "is_stale": scope.federation.stale_marks.exists(),
    }
    try:
        context |= _shown(glance_at(scope, timezone.localdate()))
    except COMPUTE_ERRORS as error:
        context["problem"] = str(error.args[0])
    return render(request, "reports/glance.html", context)


def _shown(found: Glance) -> dict[str, Any]:
    shown: dict[str, Any] = {"glance": found, "exits": table_html(found.exits)}
    chart = EXITS_PER_MONTH.chart
    if chart and has_something_to_show(found.exits, chart):
        # Every text in the drawing has been escaped.
        shown["chart"] = mark_safe(chart_svg(found.exits, chart))  # noqa: S308
        shown["sentence"] = chart_sentence(found.exits, chart)
    if found.goals:
        shown["goals"] = table_html(found.goals)
    return shown
