"""Flows: total, new, exited, ongoing."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from reports.chart import Chart, ChartKind
from reports.definition import Count, Figure, Table
from reports.dimensions.common import INITIATIVE
from reports.populations import EXITED, ONGOING, STARTED, TOOK_PART

FLOWS = Table(
    key="flows",
    title=_("Deltagare under perioden"),
    definition=_(
        "Hur många deltaganden som pågick i varje insats, hur många som började och avslutades, och hur många som är "
        "kvar. Den som både börjar och slutar i perioden räknas som både ny och avslutad."
    ),
    source=_("Insatsernas registreringar av start och avslut."),
    valid_from=date(2023, 1, 1),
    rows=(INITIATIVE,),
    row_total=_("Totalt"),
    figures=(
        Figure("total", _("Totalt"), Count(TOOK_PART)),
        Figure("new", _("Nya"), Count(STARTED)),
        Figure("exited", _("Avslutade"), Count(EXITED)),
        Figure("ongoing", _("Pågående"), Count(ONGOING)),
    ),
    notes=(_("Totalt = avslutade + pågående."),),
    chart=Chart(
        ChartKind.STACKED,
        ("exited", "ongoing"),
        title=_("Avslutade och pågående deltaganden per insats"),
        sentence=_("Av %(total)s deltaganden hade %(highest)s flest, %(highest_value)s."),
    ),
)
