"""Budget and outcome of the year, and what a participant cost."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from reports.budget import (
    ADMINISTRATION_BUDGET,
    ADMINISTRATION_OUTCOME,
    ANY_INITIATIVE,
    BUDGET,
    OUTCOME,
    OUTCOME_OF_ENROLLING,
    PLANNED,
    EnrolledCount,
)
from reports.chart import Chart, ChartKind
from reports.context import Context
from reports.definition import Figure, Line, Measure, Named, Percent, Ratio, Table
from reports.populations import TOOK_PART
from reports.result import Format


def _money(budget: Measure, outcome: Measure) -> dict[str, Measure]:
    """The columns of an amount that was planned and one that was used."""
    deviation = Named(
        _("avvikelse"),
        outcome - budget,
        _("Utfall minus budget: ett minus betyder att mindre användes än budgeterat."),
    )
    percent = Percent(deviation, budget, 1)
    return {"budget": budget, "outcome": outcome, "deviation": deviation, "deviation_percent": percent}


def _lines(_context: Context) -> Sequence[Line]:
    administration = _money(ADMINISTRATION_BUDGET, ADMINISTRATION_OUTCOME)
    everything = _money(BUDGET + ADMINISTRATION_BUDGET, OUTCOME + ADMINISTRATION_OUTCOME)
    return [
        Line("administration", _("Administration"), administration),
        Line("everything", _("Totalt"), everything),
    ]


INITIATIVES = _money(BUDGET, OUTCOME)
PARTICIPANTS = EnrolledCount(TOOK_PART)
BUDGET_TABLE = Table(
    key="budget",
    title=_("Budget och utfall"),
    definition=_(
        "Vad varje insats och administrationen fick och använde under året, hur många deltagare som var planerade och "
        "hur många det blev, och vad en deltagare kostade."
    ),
    source=_("Budget, utfall och planerat antal som förbundet har angett för året, och insatsernas registreringar."),
    valid_from=date(2023, 1, 1),
    rows=(ANY_INITIATIVE,),
    row_total=_("Summa insatser"),
    figures=(
        Figure("budget", _("Budget (kr)"), INITIATIVES["budget"], Format.SEK),
        Figure("outcome", _("Utfall (kr)"), INITIATIVES["outcome"], Format.SEK),
        Figure("deviation", _("Avvikelse (kr)"), INITIATIVES["deviation"], Format.SEK),
        Figure("deviation_percent", _("Avvikelse (%)"), INITIATIVES["deviation_percent"], Format.PERCENT),
        Figure("planned", _("Planerade deltagare"), PLANNED),
        Figure("participants", _("Deltagare"), PARTICIPANTS),
        Figure("cost", _("Kostnad per deltagare (kr)"), Ratio(OUTCOME_OF_ENROLLING, PARTICIPANTS, 0), Format.SEK),
    ),
    lines=_lines,
    notes=(
        _("Avvikelse = utfall − budget."),
        _("En summa visas bara när alla dess delar är kända; det som saknas räknas aldrig som noll."),
        _("Kostnaden per deltagare är utfallet delat med alla som deltog, bara i individinriktade insatser."),
        _("Budget, utfall och planerat antal visas bara för hela år."),
    ),
    whole_federation_only=True,
    chart=Chart(ChartKind.GROUPED, ("budget", "outcome"), title=_("Budget och utfall per insats, kronor")),
)
