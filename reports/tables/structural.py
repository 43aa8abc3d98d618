"""Structural activities: how many came, and what they thought, by initiative, by kind and by audience."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from reports.chart import Chart, ChartKind
from reports.definition import Count, Dimension, Figure, Table, Text
from reports.result import Format
from reports.structural import (
    ACTIVITY_KIND,
    ANSWERS,
    ASKED_ABOUT_USE,
    AUDIENCE,
    EVENTS,
    HEADS,
    MEN,
    OTHERS,
    RATING,
    SCALE,
    SHARE_OF_MEN,
    SHARE_OF_WOMEN,
    SHARE_WITH_USE,
    STRUCTURAL_INITIATIVE,
    SUM_OF_DAYS,
    WOMEN,
)


def _table(key: str, title: Text, definition: Text, dimension: Dimension, chart_title: Text) -> Table:
    return Table(
        key=key,
        title=title,
        definition=definition,
        source=_("Kansliets registreringar av aktiviteter."),
        valid_from=date(2023, 1, 1),
        rows=(dimension,),
        row_total=_("Totalt"),
        figures=(
            Figure("events", _("Aktiviteter"), Count(EVENTS)),
            Figure("days", _("Dagar"), SUM_OF_DAYS, Format.DECIMAL),
            Figure("participants", _("Deltagare"), HEADS),
            Figure("women", _("Kvinnor"), Count(WOMEN)),
            Figure("men", _("Män"), Count(MEN)),
            Figure("others", _("Annat eller okänt kön"), Count(OTHERS)),
            Figure("women_percent", _("Andel kvinnor (%)"), SHARE_OF_WOMEN, Format.PERCENT),
            Figure("men_percent", _("Andel män (%)"), SHARE_OF_MEN, Format.PERCENT),
            Figure("rating", _("Medelbetyg"), RATING, Format.DECIMAL),
            Figure("answers", _("Svar"), Count(ANSWERS)),
            Figure("scale", _("Skala"), SCALE, Format.TEXT),
            Figure("asked_about_use", _("Svar om nyttan"), Count(ASKED_ABOUT_USE)),
            Figure("useful_percent", _("Hade nytta (%)"), SHARE_WITH_USE, Format.PERCENT),
        ),
        notes=(
            _("Andelarna kvinnor och män tas av dem vars kön är känt som kvinna eller man."),
            _("Dagar är de kända omfattningarna tillsammans; en aktivitet vars omfattning saknas är inte med."),
            _("Andelen som hade nytta tas av dem som svarade där det frågades."),
            _("Medelbetyget vägs med antalet svar. Betyg på olika skalor slås inte ihop."),
        ),
        counts=_("Besök räknas, inte personer: den som deltar i två aktiviteter räknas två gånger."),
        whole_federation_only=True,
        chart=Chart(ChartKind.STACKED, ("women", "men", "others"), title=chart_title),
    )


STRUCTURAL_ACTIVITIES = _table(
    "structural_activities",
    _("Aktiviteter i strukturövergripande insatser"),
    _("Hur många aktiviteter varje strukturövergripande insats har hållit, hur många som deltog och vad de tyckte."),
    STRUCTURAL_INITIATIVE,
    _("Deltagare i aktiviteter per insats, efter kön"),
)
ACTIVITIES_BY_KIND = _table(
    "activities_by_kind",
    _("Aktiviteter efter slag"),
    _("Samma aktiviteter efter vad det var: utbildning, konferens, nätverksträff och så vidare."),
    ACTIVITY_KIND,
    _("Deltagare i aktiviteter efter slag och kön"),
)
ACTIVITIES_BY_AUDIENCE = _table(
    "activities_by_audience",
    _("Aktiviteter efter målgrupp"),
    _("Samma aktiviteter efter vilka de vände sig till."),
    AUDIENCE,
    _("Deltagare i aktiviteter efter målgrupp och kön"),
)
