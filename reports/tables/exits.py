"""Exits: by outcome group, by reason and gender, and who works by reason."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from reports.chart import Chart
from reports.definition import Count, Figure, Table
from reports.dimensions.common import COMMON_GROUP, EXIT_REASON, GENDER, INITIATIVE, OUTCOME_GROUP, WORK_EXTENT
from reports.measures import WORK_COUNT
from reports.populations import EXITED

EXITS_BY_GROUP = Table(
    key="exit_groups",
    title=_("Avslut efter utfallsgrupp"),
    definition=_(
        "Hur många som avslutades i varje insats, fördelade på de grupper som förbundet samlar sina avslutsorsaker i."
    ),
    source=_("Insatsernas registreringar av avslutsorsak; gruppen följer av orsaken."),
    valid_from=date(2023, 1, 1),
    rows=(INITIATIVE,),
    row_total=_("Totalt"),
    figures=(Figure("exits", _("Avslut"), Count(EXITED), split=OUTCOME_GROUP, sum_title=_("Totalt")),),
    chart=Chart(
        title=_("Avslut per insats, efter utfallsgrupp"),
        sentence=_("%(highest)s hade flest avslut, %(highest_value)s av %(total)s."),
    ),
)
TABLE_1 = Table(
    key="table_1",
    title=_("Tabell 1. Avslut per insats, orsak och kön"),
    definition=_("Hur många som avslutades i varje insats, efter avslutsorsak och kön."),
    source=_("Insatsernas registreringar av avslutsorsak och kön."),
    valid_from=date(2023, 1, 1),
    rows=(INITIATIVE, EXIT_REASON),
    row_total=_("Summa"),
    figures=(Figure("exits", _("Avslut"), Count(EXITED), split=GENDER, sum_title=_("Summa")),),
    zero="",
    notes=(_("En tom ruta är en nolla: orsaken används i insatsen, men ingen avslutades så."),),
)
WORK_BY_REASON = Table(
    key="work_by_reason",
    title=_("Arbetar efter insatsen, efter avslutsorsak"),
    definition=_(
        "Hur många som avslutades med varje orsak och hur många av dem som arbetar efter insatsen. Visar varför "
        "antalet som arbetar kan skilja sig från antalet med avslutsorsaken arbete."
    ),
    source=_("Insatsernas registreringar av avslutsorsak och arbete efter insatsen."),
    valid_from=date(2023, 1, 1),
    rows=(COMMON_GROUP, EXIT_REASON),
    row_total=_("Summa"),
    figures=(
        Figure("exits", _("Avslut"), Count(EXITED)),
        Figure("working", _("Arbetar"), WORK_COUNT, split=WORK_EXTENT, sum_title=_("Summa")),
    ),
    zero="",
    notes=(_("En tom ruta är en nolla."),),
)
