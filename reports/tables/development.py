"""Five years side by side, and where the line is broken."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models import CommonGroup
from reports.chart import Chart, ChartKind
from reports.context import Context
from reports.definition import Count, Figure, Line, Percent, Table, Text
from reports.dimensions.common import COMMON_GROUP
from reports.dimensions.time import YEAR, first_year
from reports.populations import EXITED_BY_YEAR, ONGOING_BY_YEAR, STARTED_BY_YEAR, TOOK_PART_BY_YEAR
from reports.result import Break
from reports.tables.background import SINCE

A_DAY = timedelta(days=1)


def _to(title: Text, *groups: CommonGroup) -> Count:
    return Count(EXITED_BY_YEAR, COMMON_GROUP, frozenset(groups), title)


EXITS = Count(EXITED_BY_YEAR)
TO_WORK = _to(gettext_lazy("avslutade till arbete under året"), CommonGroup.WORK)
TO_STUDIES = _to(gettext_lazy("avslutade till studier under året"), CommonGroup.STUDIES)
TO_EITHER = _to(gettext_lazy("avslutade till arbete eller studier under året"), CommonGroup.WORK, CommonGroup.STUDIES)


def _lines(_context: Context) -> Sequence[Line]:
    return [
        Line("total", _("Deltog under året"), {"year": Count(TOOK_PART_BY_YEAR)}),
        Line("new", _("Nya"), {"year": Count(STARTED_BY_YEAR)}),
        Line("exited", _("Avslutade"), {"year": EXITS}),
        Line("work", _("Avslutade till arbete"), {"year": TO_WORK}),
        Line("studies", _("Avslutade till studier"), {"year": TO_STUDIES}),
        Line("work_or_studies_percent", _("Till arbete eller studier (%)"), {"year": Percent(TO_EITHER, EXITS)}),
        Line("ongoing", _("Pågående vid årets slut"), {"year": Count(ONGOING_BY_YEAR)}),
    ]


def _redefined(context: Context) -> Iterator[tuple[date, str]]:
    """The days from which exits are told by other reasons than before."""
    for reason in context.lists.reasons:
        if reason.valid_from:
            yield reason.valid_from, _("avslutsorsaken ”%s” började gälla") % reason.label
        if reason.valid_to:
            yield reason.valid_to + A_DAY, _("avslutsorsaken ”%s” gällde inte längre") % reason.label


def _breaks(context: Context) -> Iterator[tuple[date, str]]:
    """The days when something began or ceased that makes the years before and after less alike."""
    yield from _redefined(context)
    for initiative in context.lists.initiatives:
        yield initiative.start_on, _("insatsen ”%s” började") % initiative.label
        if initiative.end_on:
            yield initiative.end_on, _("insatsen ”%s” slutade") % initiative.label


def _break_notes(context: Context) -> list[Text]:
    """The breaks within the years that are compared."""
    first, last = date(first_year(context), 1, 1), context.period.end
    told = sorted((day, what) for day, what in _breaks(context) if first < day < last)
    if not told:
        return []
    list_of_breaks = "; ".join(f"{day.isoformat()} {what}" for day, what in told)
    return [_("Jämför med försiktighet över dessa dagar: %s.") % list_of_breaks]


def _lines_between_years(context: Context) -> list[Break]:
    """The years that are told otherwise than those before them."""
    return [Break(str(day.year), what) for day, what in sorted(_redefined(context)) if day <= context.period.end]


DEVELOPMENT = Table(
    key="development",
    title=gettext_lazy("Utvecklingen år för år"),
    definition=gettext_lazy(
        "Periodens år och de fyra åren före: hur många som deltog, började och avslutades, och hur många av de "
        "avslutade som gick till arbete eller studier."
    ),
    source=gettext_lazy("Insatsernas registreringar av start, avslut och avslutsorsak."),
    valid_from=SINCE,
    heading=gettext_lazy("Under året"),
    figures=(Figure("year", gettext_lazy("År"), split=YEAR),),
    lines=_lines,
    notes=(
        gettext_lazy("Det sista året räknas till och med periodens sista dag."),
        gettext_lazy("Åren kan inte läggas ihop: den som deltar över ett årsskifte räknas i båda åren."),
    ),
    notes_on=_break_notes,
    breaks_on=_lines_between_years,
    chart=Chart(
        ChartKind.COLUMNS,
        lines=("exited", "work", "studies"),
        title=gettext_lazy("Avslutade år för år, och till arbete och studier"),
    ),
)
