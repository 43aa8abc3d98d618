"""Money: what work after the initiative is worth, per extent and per municipality, and who pays for the federation."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Funding
from reports.chart import Chart, ChartKind
from reports.context import Context
from reports.definition import Count, Figure, Given, Line, Named, OfAll, Percent, Table, Text
from reports.dimensions.common import MUNICIPALITY, WORK_EXTENT
from reports.measures import (
    AVOIDED,
    CONTRIBUTION,
    FULL_TIME,
    INHABITANTS,
    MUNICIPAL_TAX,
    RESULT,
    SAVING,
    TAX,
    WORK_COUNT,
)
from reports.populations import TOOK_PART
from reports.result import Format

ASSUMPTIONS_NOTE = _(
    "Beräkningen visar vad arbetet är värt under ett år med förbundets antaganden; den säger inte vad som hade hänt "
    "utan insatsen."
)
YEARLY_NOTE = _("Bidrag och netto visas bara för hela år.")
CONTRIBUTION_NOTE = _("Bidrag visas bara för hela år.")


def _full_time_line(_context: Context) -> Sequence[Line]:
    cells = {"count": FULL_TIME, "avoided": AVOIDED, "tax": TAX, "result": RESULT}
    return [Line("full_time", _("Medeltal 100%"), cells)]


TABLE_2 = Table(
    key="table_2",
    title=_("Tabell 2. Arbetar efter insatsen, efter omfattning"),
    definition=_(
        "Hur många av de avslutade som arbetar efter insatsen och hur mycket, och vad det är värt på ett år. Tabellen "
        "räknar dem som arbetar, inte dem som har avslutsorsaken arbete."
    ),
    source=_("Insatsernas registreringar av arbete efter insatsen, och förbundets antaganden."),
    valid_from=date(2023, 1, 1),
    rows=(WORK_EXTENT,),
    row_total=_("Summering"),
    figures=(
        Figure("count", _("Antal"), WORK_COUNT),
        Figure("avoided", _("Undviken försörjning (kr)"), AVOIDED, Format.SEK),
        Figure("tax", _("Skatt (kr)"), TAX, Format.SEK),
        Figure("result", _("Resultat (kr)"), RESULT, Format.SEK),
    ),
    lines=_full_time_line,
    notes=(_("”Medeltal 100%” är samma arbete uttryckt i heltider."), ASSUMPTIONS_NOTE),
    chart=Chart(
        figures=("count",),
        title=_("Arbetar efter insatsen, efter omfattning"),
        sentence=_("Av %(total)s som arbetar är den vanligaste omfattningen %(highest)s, %(highest_value)s."),
    ),
)
TABLE_3 = Table(
    key="table_3",
    title=_("Tabell 3. Deltagare och ekonomi per kommun"),
    definition=_(
        "Hur många som deltog från varje kommun, hur mycket de avslutade arbetar efter insatsen i heltider, vad det är "
        "värt för kommunen på ett år, och vad kommunen bidrar med till förbundet."
    ),
    source=_("Insatsernas registreringar, förbundets antaganden och medlemmarnas bidrag."),
    valid_from=date(2023, 1, 1),
    rows=(MUNICIPALITY,),
    row_total=_("Summering"),
    figures=(
        Figure("participants", _("Deltagare"), Count(TOOK_PART)),
        Figure("fte", _("Heltider"), FULL_TIME, Format.DECIMAL),
        Figure("avoided", _("Undviken försörjning (kr)"), AVOIDED, Format.SEK),
        Figure("tax", _("Kommunalskatt (kr)"), MUNICIPAL_TAX, Format.SEK),
        Figure("saving", _("Besparing (kr)"), SAVING, Format.SEK),
        Figure("contribution", _("Bidrag (kr)"), CONTRIBUTION, Format.SEK),
        Figure("net", _("Netto (kr)"), Named(_("netto"), SAVING - CONTRIBUTION), Format.SEK),
    ),
    notes=(
        _("Deltagare är alla som deltog i perioden; heltiderna gäller dem som avslutades i den."),
        ASSUMPTIONS_NOTE,
        YEARLY_NOTE,
    ),
    whole_federation_only=True,
    chart=Chart(
        figures=("net",),
        title=_("Netto per kommun, kronor"),
        sentence=_("%(highest)s har störst netto, %(highest_value)s, och %(lowest)s minst, %(lowest_value)s."),
    ),
)
FINANCING = Table(
    key="financing",
    title=_("Finansiering: kommunernas andelar"),
    definition=_(
        "Hur kommunernas sammanlagda bidrag till förbundet delas mellan dem: efter antalet invånare i åldern 16-64 år, "
        "om de inte har avtalat om belopp."
    ),
    source=_("Invånarantal och bidrag som förbundet har angett för året."),
    valid_from=date(2023, 1, 1),
    rows=(MUNICIPALITY,),
    row_total=_("Summa kommuner"),
    figures=(
        Figure("inhabitants", _("Invånare 16-64 år"), INHABITANTS),
        Figure("share", _("Andel (%)"), Percent(INHABITANTS, OfAll(INHABITANTS), 2), Format.PERCENT),
        Figure("contribution", _("Bidrag (kr)"), CONTRIBUTION, Format.SEK),
    ),
    notes=(
        _("Hela kronor fördelas så att summan stämmer: den krona som blir över går till den största resten."),
        CONTRIBUTION_NOTE,
    ),
    counts_registrations=False,
    whole_federation_only=True,
)


def _funding_lines(_context: Context) -> Sequence[Line]:
    def of(title: Text, *sources: str) -> Given:
        def figures(context: Context) -> dict[str, int | Decimal]:
            return {source: amount for source, amount in context.funding.items() if source in sources}

        return Given(title, figures)

    everyone = of(_("alla bidrag tillsammans"), *Funding.Source.values)
    lines = [(source.value, source.label, of(_("bidraget"), source.value)) for source in Funding.Source]
    return [
        Line(key, title, {"amount": amount, "share": Percent(amount, everyone)})
        for key, title, amount in [*lines, ("total", _("Summa"), everyone)]
    ]


FUNDING = Table(
    key="funding",
    title=_("Finansiering: vem som bidrar"),
    definition=_("Vad staten, regionen och kommunerna bidrar med till förbundet under året."),
    source=_("Bidrag som förbundet har angett för året."),
    valid_from=date(2023, 1, 1),
    heading=_("Bidragsgivare"),
    figures=(
        Figure("amount", _("Bidrag (kr)"), format=Format.SEK),
        Figure("share", _("Andel (%)"), format=Format.PERCENT),
    ),
    lines=_funding_lines,
    notes=(CONTRIBUTION_NOTE,),
    chart=Chart(ChartKind.BARS, ("amount",), title=_("Vem som bidrar, kronor")),
    counts_registrations=False,
    whole_federation_only=True,
)
