"""The figures of a lägesrapport: flows, plan, exits, steps, follow-ups and goals of one initiative."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.period import Period
from initiatives.models import Initiative, InitiativeYear
from reports.compute import compute, snapshot
from reports.context import Context, Scope
from reports.definition import TOTAL, Table
from reports.edition import Block, Defined, Paragraph, Section, Shown
from reports.models import StatusReport
from reports.result import Result, RowKind
from reports.tables.exits import EXITS_BY_GROUP
from reports.tables.flows import FLOWS
from reports.tables.follow_ups import FOLLOW_UPS
from reports.tables.goals import INITIATIVE_GOALS
from reports.tables.results import STEPS_BY_INITIATIVE

OF_THE_PERIOD = (FLOWS, EXITS_BY_GROUP, STEPS_BY_INITIATIVE, FOLLOW_UPS)


@dataclass(frozen=True)
class Figures:
    """The figures as counted at ``known_at``: sections to read, their tables, and how those are counted."""

    known_at: datetime
    sections: tuple[Section, ...]
    results: tuple[Result, ...]
    definitions: tuple[Defined, ...]


def figures_of(report: StatusReport, *, now: datetime) -> Figures:
    """The true figures of the initiative, from one snapshot. Raises one of COMPUTE_ERRORS."""
    scope, period = Scope(report.initiative.federation, report.initiative), Period.parse(report.period)
    today, so_far = timezone.localdate(now), _year_until(period.end)
    tables = [table.on(period.end) for table in OF_THE_PERIOD]
    with snapshot():
        found = compute(tables, Context(scope, period, today=today))
        flows, goals = compute([FLOWS, INITIATIVE_GOALS], Context(scope, so_far, today=today))
        planned = _planned(report.initiative, period.end.year)
    results = {result.table: _as_one(result) for result in (*found, goals)}
    taken_part = int(flows.cell("total", TOTAL).number)
    sections = tuple(_sections(results, _plan(planned, taken_part, period.end)))
    shown = {block.table for section in sections for block in section.blocks if isinstance(block, Shown)}
    return Figures(
        now,
        sections,
        tuple(result for key, result in results.items() if key in shown),
        tuple(_defined(table) for table in (*tables, INITIATIVE_GOALS) if table.key in shown),
    )


def _year_until(day: date) -> Period:
    """The year so far; a whole one as such, since some goals are judged for whole years only."""
    whole = Period.year(day.year)
    return whole if whole.end == day else Period.free(whole.start, day)


def _as_one(result: Result) -> Result:
    """The table without the sums over initiatives, since there is only one."""
    rows = tuple(row for row in result.rows if row.kind not in (RowKind.TOTAL, RowKind.SUBTOTAL))
    return replace(result, rows=rows) if rows else result


def _sections(results: Mapping[str, Result], plan: str) -> Iterator[Section]:
    told = {
        FLOWS.key: (_("Deltagare"), Paragraph(plan)),
        EXITS_BY_GROUP.key: (_("Avslut"), Paragraph(_("Ingen avslutades i perioden."))),
        STEPS_BY_INITIATIVE.key: (_("Stegförflyttning"), Paragraph(_("Ingen avslutades i perioden."))),
        FOLLOW_UPS.key: (_("Uppföljning efter avslut"), Paragraph(_("Ingen uppföljning skulle göras i perioden."))),
        INITIATIVE_GOALS.key: (_("Mål"), Paragraph(_("Året har inga mål som kan mätas i insatsen."))),
    }
    for key, (title, said) in told.items():
        has_numbers = _has_numbers(results[key])
        blocks: Iterable[Block] = (said, Shown(key)) if key == FLOWS.key else (Shown(key),) if has_numbers else (said,)
        yield Section(title, tuple(blocks))


def _has_numbers(result: Result) -> bool:
    return any(cell.value for row in result.rows for cell in row.cells)


def _planned(initiative: Initiative, year: int) -> int | None:
    row = InitiativeYear.objects.filter(initiative=initiative, year=year).first()
    return row.planned_participants if row else None


def _plan(planned: int | None, taken_part: int, until: date) -> str:
    told = {"year": until.year, "planned": planned, "number": taken_part, "until": until}
    said = _("Från årets början till och med %(until)s deltog %(number)d.")
    plan = _("Planerat antal för hela %(year)d är %(planned)d.")
    unknown = _("Planerat antal för %(year)d är inte angivet.")
    return f"{said} {unknown if planned is None else plan}" % told


def _defined(table: Table) -> Defined:
    return Defined(
        table.key,
        table.version,
        str(table.title),
        str(table.definition),
        str(table.source),
        table.valid_from.isoformat(),
    )
