"""Behind a figure: counts one level down for all who see it, registrations only for those who work there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from finsam_tracker.core.models import User, acting_user
from finsam_tracker.core.permissions import Permission
from initiatives.places import tabs
from participants.models import Participation
from reports.asking import ASKING_ERRORS, Wanted, wanted
from reports.breakdown import Behind, Breakdown, Part, breakdowns, people_behind, taken_apart
from reports.compute import COMPUTE_ERRORS, compute, snapshot
from reports.context import Context, Scope
from reports.definition import Table
from reports.figure import FigureAddress, is_open, open_figure
from reports.render.frame import full_title
from reports.render.html import table_html
from reports.render.numbers import stored_decimals, sv_decimal, sv_number
from reports.result import Result, ResultColumn, ResultRow
from reports.services import fits
from reports.tables import TABLES
from reports.views.statistics import cannot, federation_with_figures, initiative_with_figures

MOST_PEOPLE = 500


@dataclass(frozen=True)
class Seen:
    """A table as asked for, and who looks."""

    user: User
    scope: Scope
    table: Table
    asked: Wanted
    context: Context
    result: Result

    @property
    def address(self) -> str:
        place = [self.scope.federation.slug]
        if self.scope.initiative:
            return reverse("initiative_figure", args=[*place, self.scope.initiative.slug, self.table.key])
        return reverse("figure", args=[*place, self.table.key])

    @property
    def back(self) -> str:
        place = [self.scope.federation.slug]
        if self.scope.initiative:
            where = reverse("initiative_statistics", args=[*place, self.scope.initiative.slug])
        else:
            where = reverse("statistics", args=place)
        return f"{where}?{self.asked.query}#{self.table.key}"


@dataclass(frozen=True)
class ShownPart:
    """A count behind a figure, and the value of the button that opens it alone."""

    words: str
    number: str
    opens: str


# Rows are not left in the cache of a shared computer.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def figure(request: HttpRequest, federation: str, key: str) -> HttpResponse:
    """A figure of the federation's table."""
    return _figure_page(request, Scope(federation_with_figures(request, federation)), key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def initiative_figure(request: HttpRequest, federation: str, initiative: str, key: str) -> HttpResponse:
    """A figure of one initiative's table."""
    found = initiative_with_figures(request, federation, initiative)
    return _figure_page(request, Scope(found.federation, found), key)


def _figure_page(request: HttpRequest, scope: Scope, key: str) -> HttpResponse:
    if key not in TABLES:
        raise Http404
    now = timezone.now()
    try:
        seen = _seen(request, scope, TABLES[key], now)
    except (*ASKING_ERRORS, *COMPUTE_ERRORS) as error:
        return cannot(request, scope, error)
    try:
        if request.method == "POST":
            return _open(request, seen, now)
        return _show(request, seen, now)
    except KeyError:
        missing = ValueError(_("Siffran finns inte i tabellen. Gå till statistiken och välj den där."))
        return cannot(request, scope, missing)


def _seen(request: HttpRequest, whole: Scope, table: Table, now: datetime) -> Seen:
    asked = wanted(request.GET, now)
    scope = asked.within(whole)
    if not fits(table, scope):
        raise Http404
    context = Context(scope, asked.period, asked.known_at)
    # Computed now, so that the figure and what is behind it are of one moment.
    with snapshot():
        (result,) = compute([table], context)
    return Seen(acting_user(request.user), scope, table, asked, context, result)


def _open(request: HttpRequest, seen: Seen, now: datetime) -> HttpResponse:
    address = FigureAddress.read(QueryDict(request.POST.get("cell", "")))
    if address is None:
        raise KeyError("cell")
    address.cell_of(seen.result)
    open_figure(by=seen.user, scope=seen.scope, table=seen.table.key, asked=seen.asked, address=address, now=now)
    return redirect(f"{seen.address}?{seen.asked.query}&{address.query}")


def _show(request: HttpRequest, seen: Seen, now: datetime) -> HttpResponse:
    address = FigureAddress.read(request.GET)
    if address is None:
        html = table_html(seen.result, opens=_opens)
        return render(request, "reports/figures.html", {**_frame(seen), "html": html})
    row, column, cell = address.cell_of(seen.result)
    behind = taken_apart(seen.table, seen.context, row, column.key)
    opened = is_open(seen.user, seen.scope, seen.table.key, seen.asked, address, now)
    shown = {
        **_frame(seen),
        "cell_query": address.query,
        "row_title": ", ".join(filter(None, row.labels)),
        "column_title": full_title(column.group, column.title),
        "value": sv_number(cell, column.format),
        "behind": behind,
        "opened": opened,
        **(_opened(seen, address, behind) if opened else {}),
    }
    return render(request, "reports/figure.html", shown)


def _opens(row: ResultRow, column: ResultColumn) -> str:
    return FigureAddress.of(row, column).query


def _frame(seen: Seen) -> dict[str, Any]:
    initiative = seen.scope.initiative
    own_pages = tabs(seen.user, initiative) if initiative else []
    return {
        "frame": "initiative.html" if own_pages else "base.html",
        "tabs": own_pages,
        "initiative": initiative,
        "federation": seen.scope.federation,
        "where": seen.context.scope_label,
        "asked": seen.asked,
        "result": seen.result,
        "definition": seen.table.definition,
        "address": seen.address,
        "back": seen.back,
    }


def _opened(seen: Seen, address: FigureAddress, behind: Behind) -> dict[str, Any]:
    """What only who opened the figure sees: the counts, and one of them broken down."""
    part = _chosen(behind, address)
    # As many counts as the formula has: a number each, and no more.
    parts = [] if behind.is_count else list(map(_shown_part(address), range(len(behind.parts)), behind.parts))
    values = seen.context.parameters
    assumed = [
        (a.spec.title, sv_decimal(v.value, stored_decimals(v.value.normalize())), a.spec.unit, v.source)
        for a in behind.assumptions
        if (v := values.get(a.spec.key))
    ]
    found: list[Breakdown] = breakdowns(seen.table, part, seen.context) if part else []
    return {"parts": parts, "assumed": assumed, "part": part, "breakdowns": found, **_people(seen, part)}


def _shown_part(address: FigureAddress) -> Callable[[int, Part], ShownPart]:
    def shown(index: int, part: Part) -> ShownPart:
        one = FigureAddress(address.row, address.column, str(index + 1))
        return ShownPart(part.words, sv_decimal(part.number, 0), one.query)

    return shown


def _chosen(behind: Behind, address: FigureAddress) -> Part | None:
    """The count that is broken down: the only one, or the one that was asked for. KeyError where there is none such."""
    if not address.part:
        return behind.parts[0] if behind.is_count else None
    wanted_parts = {str(number): part for number, part in enumerate(behind.parts, 1)}
    return wanted_parts[address.part]


def _people(seen: Seen, part: Part | None) -> dict[str, Any]:
    """The registrations, for those who work in the initiative. To the office there are none to show."""
    initiative = seen.scope.initiative
    if part is None or initiative is None or not seen.user.may(Permission.SEE_ROWS, seen.scope.federation):
        return {"people": None}
    found = people_behind(part, seen.user)
    if found is None:
        return {"people": None}
    people: list[Participation] = list(
        found.filter(initiative=initiative).order_by("-start_on", "pk")[: MOST_PEOPLE + 1]
    )
    return {"people": people[:MOST_PEOPLE], "more_people": len(people) > MOST_PEOPLE}
