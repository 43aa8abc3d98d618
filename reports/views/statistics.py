"""The statistics pages: figures, never a row."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from finsam_tracker.broker import BROKER_AWAY
from finsam_tracker.core.jobs import CUT_OFF, is_cut_off
from finsam_tracker.core.models import Federation, JobRun, acting_user
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow, federation_for
from initiatives.models import Initiative
from initiatives.places import tabs
from reports import services, tasks
from reports.asking import ASKING_ERRORS, Wanted, default_period, wanted
from reports.compute import COMPUTE_ERRORS
from reports.context import Context, Scope
from reports.definition import Table
from reports.documentation import document
from reports.drawn import drawn_once
from reports.forms import PARTS, PeriodForm
from reports.narrowing import choices
from reports.reconcile import reconcile
from reports.render.chart import chart_sentence, chart_svg, has_something_to_show
from reports.render.frame import swedish
from reports.render.html import table_html
from reports.result import Result
from reports.services import Tables, tables_for
from reports.tables import TABLES, THEMES, declared
from reports.versions import VersionChange, compare_versions

LATEST_RUNS = 20
"""So many are looked through for the last that has ended."""


@dataclass(frozen=True)
class ShownTable:
    """A table on the page, and its chart where it has one with anything in it."""

    result: Result
    # What it counts, in a sentence: the version of the definition that the figures are by.
    definition: str
    html: str
    chart: str = ""
    sentence: str = ""

    @property
    def files(self) -> list[tuple[str, str]]:
        """What can be downloaded: extension and name."""
        charts = [("svg", _("Diagram (SVG)")), ("png", _("Diagram (PNG)"))] if self.chart else []
        return [("xlsx", "Excel"), ("csv", "CSV"), ("json", "JSON"), *charts]


@dataclass(frozen=True)
class ShownChange:
    """A changed definition on the page, the old and the new side by side."""

    change: VersionChange
    before: str
    after: str


@dataclass(frozen=True)
class ShownTheme:
    """Tables of one kind on the page."""

    key: str
    title: str
    tables: list[ShownTable]


@require_safe
def statistics(request: HttpRequest, federation: str) -> HttpResponse:
    """All tables of a federation for a period."""
    found = federation_with_figures(request, federation)
    return _statistics_page(request, Scope(found))


@require_safe
def initiative_statistics(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """The tables of one initiative, for those who lead it and for the office."""
    found = initiative_with_figures(request, federation, initiative)
    return _statistics_page(request, Scope(found.federation, found))


@require_safe
def definition(request: HttpRequest, federation: str, key: str) -> HttpResponse:
    """ "Så räknas tabellen": the declaration in words."""
    found = federation_with_figures(request, federation)
    table = table_of(key)
    try:
        asked = wanted(request.GET, timezone.now())
        defined = table.on(asked.period.end)
        documentation = document(defined, Context(asked.within(Scope(found)), asked.period), others=TABLES.values())
        changes = compare_versions(key, Scope(found), asked.period) if table.earlier else []
    except (*ASKING_ERRORS, *COMPUTE_ERRORS) as error:
        return cannot(request, Scope(found), error)
    context = {
        "federation": found,
        "period": asked.period,
        "asked": asked,
        "documentation": documentation,
        "assumptions": [(used, swedish(used.value)) for used in documentation.parameters],
        "key": key,
        "changes": [_shown_change(change, number) for number, change in enumerate(changes)],
    }
    return render(request, "reports/definition.html", context)


def _shown_change(change: VersionChange, number: int) -> ShownChange:
    before, after = (
        table_html(result, ident=f"{which}-{number}", titled=False)
        for which, result in (("before", change.before), ("after", change.after))
    )
    return ShownChange(change, before, after)


@require_POST
def refresh_tables(request: HttpRequest, federation: str) -> HttpResponse:
    """Ask for the refresh of what is stale now, rather than at the next run."""
    found = federation_with_figures(request, federation)
    allow(acting_user(request.user), Permission.REBUILD_TABLES, found)
    with suppress(*BROKER_AWAY):  # the beat asks too, while anything is stale
        tasks.refresh_federation.delay(found.pk)
    messages.info(request, _("Tabellerna räknas om. Ladda sidan igen om en stund."))
    return redirect(f"{reverse('statistics', args=[found.slug])}?{request.GET.urlencode()}")


def federation_with_figures(request: HttpRequest, slug: str) -> Federation:
    """The federation, for one who may see its tables: 404 where it is not theirs, 403 where their role may not."""
    return federation_for(acting_user(request.user), slug, Permission.SEE_FEDERATION_TABLES)


def initiative_with_figures(request: HttpRequest, federation: str, slug: str) -> Initiative:
    """The initiative, for one who may see its tables, in the same way."""
    user = acting_user(request.user)
    visible = Initiative.objects.visible_to(user).select_related("federation").with_participants()
    found = get_object_or_404(visible, federation__slug=federation, slug=slug)
    may = (Permission.SEE_FEDERATION_TABLES, Permission.SEE_INITIATIVE_TABLES)
    if not any(user.may(permission, found.federation) for permission in may):
        raise PermissionDenied
    return found


def _statistics_page(request: HttpRequest, whole: Scope) -> HttpResponse:
    now, scope = timezone.now(), whole
    problem, tables, asked = "", None, Wanted(default_period(now))
    try:
        asked = wanted(request.GET, now)
        scope = asked.within(whole)
        tables = tables_for(scope, asked.period, now=now, known_at=asked.known_at)
    except (*ASKING_ERRORS, *COMPUTE_ERRORS) as error:
        problem = str(error.args[0])
    own_pages = tabs(acting_user(request.user), whole.initiative) if whole.initiative else []
    context = {
        # The office sees an initiative's figures but has none of its other pages.
        "frame": "initiative.html" if own_pages else "base.html",
        "tabs": own_pages,
        "federation": scope.federation,
        "initiative": whole.initiative,
        "where": Context(scope, asked.period).scope_label,
        "period": asked.period,
        "asked": asked,
        "fields": _fields(request, whole, asked.period, now),
        "problem": problem,
        "tables": tables,
        "drawn": _drawn(tables, whole, scope, asked) if tables else "",
        "failure": failure_since(scope.federation, tables, now),
    }
    # htmx puts only good answers on the page, and the problem must be seen.
    is_bad = bool(problem) and not request.headers.get("HX-Request")
    return render(request, "reports/statistics.html", context, status=400 if is_bad else 200)


def _drawn(tables: Tables, whole: Scope, scope: Scope, asked: Wanted) -> SafeString:
    """All tables, as the page shows them; of stored ones drawn once for all who ask."""

    def draw() -> str:
        checks = reconcile(tables.results)
        context = {
            "federation": scope.federation,
            "initiative": whole.initiative,
            "asked": asked,
            "themes": _themes(tables.results),
            "checks": checks,
            "faults": [check for check in checks if not check.holds],
        }
        return render_to_string("reports/statistics_tables.html", context)

    # What the links of the page lead to, and the language, are no part of the tables.
    about = (scope.federation.pk, scope.federation.slug, whole.key, asked.query, get_language())
    return drawn_once((tables.digest, *about), draw) if tables.digest else mark_safe(draw())  # noqa: S308


def _shown(result: Result) -> ShownTable:
    table = TABLES[result.table]
    definition = str((declared(result.table, result.version) or table).definition)
    html, chart = table_html(result), table.chart
    if chart is None or not has_something_to_show(result, chart):
        return ShownTable(result, definition, html)
    # Every text in the drawing has been escaped.
    drawing = mark_safe(chart_svg(result, chart))  # noqa: S308
    return ShownTable(result, definition, html, drawing, chart_sentence(result, chart))


def _themes(results: dict[str, Result]) -> list[ShownTheme]:
    """The tables there are, by theme; a theme without any is left out."""
    shown = [
        ShownTheme(
            theme.key,
            str(theme.title),
            [_shown(results[table.key]) for table in theme.tables if table.key in results],
        )
        for theme in THEMES
    ]
    return [theme for theme in shown if theme.tables]


def _fields(request: HttpRequest, scope: Scope, period: Period, now: datetime) -> SafeString:
    """What is asked for above the tables. What was typed stays there, also when it was no period."""
    kept, parts = services.kept_periods(scope.federation, now), choices(scope)
    typed = {name: request.GET.get(name, "") for name in ("first", "last", "kant", *(p.name for p in PARTS.values()))}

    def draw() -> str:
        form = PeriodForm(initial={"period": period.key, **typed}, kept=kept, chosen=period, parts=parts)
        return render_to_string("forms/fields.html", {"form": form})

    if any(typed.values()):  # of what anybody may type there is no end
        return mark_safe(draw())  # noqa: S308
    return drawn_once(("fields", period.key, [one.key for one in kept], parts, get_language()), draw)


@dataclass(frozen=True)
class Failure:
    """A computation that came to nothing: when it began, why, in words, and what the job noted."""

    started_at: datetime
    error: str
    counts: dict[str, Any]


def failure_since(federation: Federation, tables: Tables | None, now: datetime) -> Failure | None:
    """The last computation of the federation's tables, where it failed and the shown figures are older."""
    # Imports are jobs of the federation too, but no tables wait for them.
    runs = federation.job_runs.filter(task__in=["refresh_federation", "rebuild_federation"])[:LATEST_RUNS]
    last = next((run for run in runs if run.outcome != JobRun.Outcome.RUNNING or is_cut_off(run, now)), None)
    if last is None or last.outcome == JobRun.Outcome.DONE:
        return None
    if tables is not None and tables.computed_at > last.started_at:
        return None
    return Failure(last.started_at, _cause(last), last.counts)


def _cause(run: JobRun) -> str:
    """Why a run failed; an error that is a sentence for the reader stands without its name."""
    name, _colon, sentence = run.error.partition(": ")
    if name in {error.__name__ for error in COMPUTE_ERRORS}:
        return sentence
    return run.error or str(CUT_OFF)


def cannot(request: HttpRequest, scope: Scope, error: Exception) -> HttpResponse:
    """The page that says why there are no figures."""
    context = {"federation": scope.federation, "sentence": str(error.args[0])}
    return render(request, "reports/cannot.html", context, status=400)


def table_of(key: str) -> Table:
    """The declared table; 404 where there is none."""
    if key not in TABLES:
        raise Http404
    return TABLES[key]
