"""How long participants are in their initiative: those who left, and those who are in."""

from django.utils.translation import gettext_lazy as _

from reports.averages import Mean, Median, Numbered
from reports.chart import Chart
from reports.definition import Count, Figure, Table
from reports.dimensions.common import INITIATIVE
from reports.dimensions.time import DAYS_A_MONTH, DAYS_SO_FAR, DAYS_TO_EXIT, TIME_SO_FAR, TIME_TO_EXIT
from reports.populations import EXITED, ONGOING
from reports.result import Format
from reports.tables.background import SHARE_NOTE, SINCE, by_gender

WHOLE_MONTHS_NOTE = _(
    "Hela månader räknas: den som börjar den 15 mars har varit med en månad den 15 april, och dessförinnan ingen."
)
SO_FAR_NOTE = _("Tiden räknas till periodens sista dag, eller till i dag om perioden inte är slut.")

TIME_OF_EXITED = Table(
    key="time_exited",
    title=_("Tid i insatsen, avslutade"),
    definition=_("Alla som avslutades i perioden, efter hur länge de var i insatsen, i förbundets klasser, och kön."),
    source=_("Insatsernas registreringar av start och avslut."),
    valid_from=SINCE,
    rows=(TIME_TO_EXIT,),
    row_total=_("Totalt"),
    figures=by_gender(_("Avslutade"), Count(EXITED)),
    chart=Chart(),
    notes=(WHOLE_MONTHS_NOTE, SHARE_NOTE),
)
TIME_OF_ONGOING = Table(
    key="time_ongoing",
    title=_("Tid i insatsen hittills, pågående"),
    definition=_(
        "Alla som är kvar när perioden slutar, efter hur länge de har varit i insatsen, i förbundets klasser, och kön."
    ),
    source=_("Insatsernas registreringar av start och avslut."),
    valid_from=SINCE,
    rows=(TIME_SO_FAR,),
    row_total=_("Totalt"),
    figures=by_gender(_("Pågående"), Count(ONGOING)),
    chart=Chart(),
    notes=(WHOLE_MONTHS_NOTE, SO_FAR_NOTE, SHARE_NOTE),
)

_TO_EXIT, _SO_FAR = Numbered(EXITED, DAYS_TO_EXIT), Numbered(ONGOING, DAYS_SO_FAR)
_MONTHS = _("månader i insatsen")
MONTHS = Table(
    key="months",
    title=_("Månader i insatsen: medelvärde och median"),
    definition=_(
        "Hur många månader de som avslutades hade varit i varje insats, och hur många månader de som är kvar har varit "
        "där hittills."
    ),
    source=_("Insatsernas registreringar av start och avslut."),
    valid_from=SINCE,
    rows=(INITIATIVE,),
    row_total=_("Alla"),
    figures=(
        Figure("exited", _("Avslutade"), Count(EXITED)),
        Figure("exited_mean", _("Avslutade, medel (mån)"), Mean(_TO_EXIT, DAYS_A_MONTH, _MONTHS), Format.MONTHS),
        Figure("exited_median", _("Avslutade, median (mån)"), Median(_TO_EXIT, DAYS_A_MONTH, _MONTHS), Format.MONTHS),
        Figure("ongoing", _("Pågående"), Count(ONGOING)),
        Figure("ongoing_mean", _("Pågående, medel (mån)"), Mean(_SO_FAR, DAYS_A_MONTH, _MONTHS), Format.MONTHS),
        Figure("ongoing_median", _("Pågående, median (mån)"), Median(_SO_FAR, DAYS_A_MONTH, _MONTHS), Format.MONTHS),
    ),
    notes=(
        _("En månad är här 30,4375 dagar: ett år på 365,25 dagar delat i tolv. Dagarna räknas från start till avslut."),
        SO_FAR_NOTE,
        _("Raden ”Alla” räknas av alla deltaganden, inte av insatsernas medelvärden."),
    ),
)
