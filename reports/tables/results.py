"""What came of it: step movements, those who went on, and support before and after."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.chart import Chart, ChartKind
from reports.context import Context
from reports.definition import UNKNOWN, Count, Dimension, Figure, Percent, Table, Text
from reports.dimensions.common import INITIATIVE, NO, POSITIVE_STEP, YES
from reports.dimensions.people import ASSIGNMENT, HAD_SUPPORT, HAS_SUPPORT, SUPPORT_AFTER, SUPPORT_BEFORE
from reports.dimensions.steps import FIRST_STEP, LAST_STEP, PURPOSE_REACHED, WENT_ON
from reports.populations import EXITED
from reports.result import Format
from reports.tables.background import SINCE

LEFT = Count(EXITED)


def _with(dimension: Dimension, title: Text, *codes: str) -> Count:
    return Count(EXITED, dimension, frozenset(codes), title)


POSITIVE = _with(POSITIVE_STEP, _("avslutade med positiv stegförflyttning"), YES)
NOT_POSITIVE = _with(POSITIVE_STEP, _("avslutade utan positiv stegförflyttning"), NO)
NOT_JUDGED = _with(POSITIVE_STEP, _("avslutade vars stegförflyttning inte kan bedömas"), UNKNOWN)
JUDGED = _with(POSITIVE_STEP, _("avslutade vars stegförflyttning kan bedömas"), YES, NO)


def _rule_in_force(context: Context) -> list[Text]:
    """The federation's own rule, which the table leans on."""
    rule = context.scope.federation.get_positive_step_display()
    return [gettext("Förbundets regel för en positiv stegförflyttning: %s.") % rule.lower()]


def _unsaid(context: Context) -> list[Text]:
    if any(reason.went_on for reason in context.lists.reasons):
        return []
    return [_("Förbundet har inte angett vilka avslutsorsaker som räknas som att ha gått vidare.")]


def _without_ladder(context: Context) -> list[Text]:
    return [] if context.lists.steps else [gettext("Förbundet har ingen stegmodell, så inga steg bedöms.")]


def _step_movements(key: str, title: Text, dimension: Dimension, definition: Text) -> Table:
    return Table(
        key=key,
        title=title,
        definition=definition,
        source=_("Insatsernas bedömningar av steg och registreringar av avslutsorsak."),
        valid_from=SINCE,
        rows=(dimension,),
        row_total=_("Totalt"),
        figures=(
            Figure("positive", _("Positiv"), POSITIVE),
            Figure("not_positive", _("Ej positiv"), NOT_POSITIVE),
            Figure("not_judged", _("Kan inte bedömas"), NOT_JUDGED),
            Figure("exited", _("Avslutade"), LEFT),
            Figure("share", _("Positiv, andel av avslutade (%)"), Percent(POSITIVE, LEFT), Format.PERCENT),
            Figure("share_judged", _("Positiv, andel av bedömda (%)"), Percent(POSITIVE, JUDGED), Format.PERCENT),
        ),
        notes=(_("Den som inte har någon bedömning och vars avslutsorsak inte avgör saken kan inte bedömas."),),
        notes_on=_rule_in_force,
        chart=Chart(ChartKind.STACKED, ("positive", "not_positive", "not_judged")),
    )


STEPS_BY_INITIATIVE = _step_movements(
    "steps_by_initiative",
    _("Stegförflyttning per insats"),
    INITIATIVE,
    _("Hur många av de avslutade i varje insats som hade gjort en positiv stegförflyttning enligt förbundets regel."),
)
STEPS_BY_ASSIGNMENT = _step_movements(
    "steps_by_assignment",
    _("Stegförflyttning per uppdrag"),
    ASSIGNMENT,
    _("Hur många av de avslutade med varje uppdrag som hade gjort en positiv stegförflyttning enligt regeln."),
)
STEP_MATRIX = Table(
    key="step_matrix",
    title=_("Första och sista steget"),
    definition=_("Alla som avslutades i perioden, efter steget vid den första bedömningen och steget vid den sista."),
    source=_("Insatsernas bedömningar av steg."),
    valid_from=SINCE,
    rows=(FIRST_STEP,),
    row_total=_("Totalt"),
    figures=(Figure("exits", _("Sista steget"), LEFT, split=LAST_STEP, sum_title=_("Totalt")),),
    notes=(
        _("Läs raden först: från vilket steg, och sedan kolumnen: till vilket."),
        _("Den som bara har bedömts en gång står på samma steg som första och sista."),
    ),
    notes_on=_without_ladder,
)
_ON, _REACHED = (
    _with(WENT_ON, _("avslutade som gick vidare"), YES),
    _with(PURPOSE_REACHED, _("avslutade där syftet uppnåddes"), YES),
)
WENT_ON_BY_INITIATIVE = Table(
    key="went_on",
    title=_("Gick vidare, och syftet uppnått"),
    definition=_(
        "Hur många av de avslutade i varje insats som gick vidare, och för hur många syftet med insatsen uppnåddes, "
        "enligt de avslutsorsaker som förbundet har bestämt."
    ),
    source=_("Insatsernas registreringar av avslutsorsak; förbundet har sagt om var och en vad den räknas som."),
    valid_from=SINCE,
    rows=(INITIATIVE,),
    row_total=_("Totalt"),
    figures=(
        Figure("exited", _("Avslutade"), LEFT),
        Figure("went_on", _("Gick vidare"), _ON),
        Figure("went_on_share", _("Gick vidare (%)"), Percent(_ON, LEFT), Format.PERCENT),
        Figure("purpose", _("Syftet uppnått"), _REACHED),
        Figure("purpose_share", _("Syftet uppnått (%)"), Percent(_REACHED, LEFT), Format.PERCENT),
    ),
    notes_on=_unsaid,
    chart=Chart(ChartKind.GROUPED, ("exited", "went_on", "purpose")),
)
SUPPORT_CHANGE = Table(
    key="support_change",
    title=_("Försörjning före och efter insatsen"),
    definition=_(
        "Alla som avslutades i perioden, efter den offentliga försörjning de hade före insatsen och den de har efteråt."
    ),
    source=_("Insatsernas registreringar av offentlig försörjning före start och vid avslut."),
    valid_from=SINCE,
    rows=(SUPPORT_BEFORE,),
    row_total=_("Totalt"),
    figures=(Figure("exits", _("Försörjning efter"), LEFT, split=SUPPORT_AFTER, sum_title=_("Totalt")),),
    notes=(
        _(
            "Den som har flera slags försörjning räknas i varje ruta där det ena slaget före möter ett slag efter. "
            "Totalerna räknar varje deltagande en gång, och är därför mindre än summan av sina rutor."
        ),
    ),
)
SUPPORT_OR_NOT = Table(
    key="support_or_not",
    title=_("Med och utan offentlig försörjning, före och efter"),
    definition=_("Alla som avslutades i perioden, efter om de hade offentlig försörjning före insatsen och efteråt."),
    source=_("Insatsernas registreringar av offentlig försörjning före start och vid avslut."),
    valid_from=SINCE,
    rows=(HAD_SUPPORT,),
    row_total=_("Totalt"),
    figures=(Figure("exits", _("Efter insatsen"), LEFT, split=HAS_SUPPORT, sum_title=_("Totalt")),),
    notes=(_("Läs raden först: före insatsen, och sedan kolumnen: efter. Varje deltagande står i en enda ruta."),),
)
