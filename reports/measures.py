"""Measures that several tables share."""

from decimal import Decimal
from functools import reduce

from django.utils.translation import gettext_lazy as _

from finsam_tracker.core import parameters
from participants.codes import WorkAfter
from reports.definition import Assumption, Constant, Count, Given, Measure, Named
from reports.dimensions.common import WORK_EXTENT
from reports.populations import EXTENT_SHARES, WORKING

WORK_COUNT = Count(WORKING, title=_("antal som arbetar efter insatsen"))


def _full_time_equivalents() -> Measure:
    counts = {code: Count(WORKING, WORK_EXTENT, frozenset({code})) for code in (*EXTENT_SHARES, WorkAfter.HOURLY)}
    weights: dict[str, Measure] = {code: Constant(Decimal(share)) for code, share in EXTENT_SHARES.items()}
    weights[WorkAfter.HOURLY] = Assumption(parameters.HOURLY_COUNTS_AS)
    return reduce(lambda left, right: left + right, (counts[code] * weights[code] for code in counts))


FULL_TIME = Named(
    _("heltider"),
    _full_time_equivalents(),
    _(
        "Var och en som arbetar räknas med sin omfattning: 100% som 1, 75% som 0,75, 50% som 0,5, 25% som 0,25 och "
        "timanställning enligt antagandet. Den vars omfattning saknas räknas som 0."
    ),
)
AVOIDED = Named(_("undviken försörjning"), FULL_TIME * Assumption(parameters.AVOIDED_SUPPORT))
_WAGES = FULL_TIME * Assumption(parameters.MONTHLY_WAGE) * Constant(12, _("12 månader"))
TAX = Named(_("skatt"), _WAGES * Assumption(parameters.TAX_RATE))
MUNICIPAL_TAX = Named(_("kommunalskatt"), _WAGES * Assumption(parameters.MUNICIPAL_TAX_RATE))
RESULT = Named(_("resultat"), AVOIDED + TAX)
SAVING = Named(_("besparing"), AVOIDED + MUNICIPAL_TAX)

INHABITANTS = Given(_("invånare 16-64 år"), lambda context: context.inhabitants)
CONTRIBUTION = Named(
    _("bidrag"),
    Given(_("kommunens bidrag"), lambda context: context.contributions),
    _(
        "Kommunens del av kommunernas sammanlagda bidrag, i hela kronor: det avtalade beloppet där det finns ett, "
        "annars efter antalet invånare 16-64 år."
    ),
)
