"""Assumptions and thresholds: declared here by name and unit, kept per federation with a date and a source.

A number of law or an assumption is never written in code; code names the parameter.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ParameterSpec:
    """What a parameter means. ``unit`` is part of the meaning; ``low`` to ``high`` is what is plausible.

    An optional one changes how something is done; without a value it is done in the plain way. Without one
    that is not, what is made of it is missing in the tables.
    """

    key: str
    title: str | Promise
    unit: str | Promise
    low: Decimal
    high: Decimal
    is_optional: bool = False


@dataclass(frozen=True)
class ParameterValue:
    """A value in force: since when, and who says so."""

    spec: ParameterSpec
    value: Decimal
    valid_from: date
    source: str


PARAMETERS: dict[str, ParameterSpec] = {}


def _declare(
    key: str, title: str | Promise, unit: str | Promise, low: str, high: str, *, optional: bool = False
) -> ParameterSpec:
    spec = ParameterSpec(key, title, unit, Decimal(low), Decimal(high), optional)
    PARAMETERS[key] = spec
    return spec


AVOIDED_SUPPORT = _declare(
    "avoided_support_sek_per_year",
    _("Undviken offentlig försörjning"),
    _("kr per heltid och år"),
    "0",
    "1000000",
)
MONTHLY_WAGE = _declare("monthly_wage_sek", _("Månadslön"), _("kr per månad vid heltid"), "0", "200000")
TAX_RATE = _declare("tax_rate", _("Skattesats, hela skatten"), _("andel av lönen"), "0", "1")
MUNICIPAL_TAX_RATE = _declare("municipal_tax_rate", _("Kommunal skattesats"), _("andel av lönen"), "0", "1")
HOURLY_COUNTS_AS = _declare("hourly_counts_as", _("Timanställning räknas som"), _("andel av heltid"), "0", "1")
YOUNG_AT_MOST = _declare("young_at_most", _("Ung: högsta ålder"), _("år vid start"), "16", "65")
LONG_SUPPORT_MONTHS = _declare(
    "long_support_months", _("Lång tid i offentlig försörjning: minst"), _("månader före start"), "1", "600"
)
DISCLOSURE_THRESHOLD = _declare(
    "disclosure_threshold",
    _("Skydd av små tal: minsta antal som visas utanför kansliet"),
    _("deltaganden"),
    "0",
    "20",
    optional=True,
)
GOAL_MIN_BASE = _declare(
    "goal_min_base",
    _("Mål: minsta antal som en andel eller ett medelvärde tas av för att målet ska bedömas"),
    _("antal"),
    "1",
    "1000",
    optional=True,
)
SPLIT_AT_LEAST = _declare(
    "disclosure_split_at_least",
    _("Skydd av små tal: minsta antal som delas på kön"),
    _("deltaganden"),
    "5",
    "100",
    optional=True,
)
INITIATIVE_AT_LEAST = _declare(
    "disclosure_initiative_at_least",
    _("Skydd av små tal: minsta antal för en insats på egen rad"),
    _("deltaganden"),
    "5",
    "100",
    optional=True,
)
PERCENT_AT_LEAST = _declare(
    "disclosure_percent_at_least",
    _("Skydd av små tal: minsta antal som en andel tas av"),
    _("deltaganden"),
    "5",
    "100",
    optional=True,
)
SURVEY_AT_LEAST = _declare(
    "disclosure_survey_at_least",
    _("Skydd av små tal: minsta antal svar som redovisas"),
    _("svar"),
    "5",
    "100",
    optional=True,
)
ROUNDING_BASE = _declare(
    "disclosure_rounding_base",
    _("Skydd av små tal: avrunda till närmaste (0 = dölj i stället)"),
    _("deltaganden"),
    "0",
    "20",
    optional=True,
)
CORRECTION_AT = _declare(
    "correction_at",
    _("Publikationer: en ny utgåva föreslås när så många deltaganden har ändrats"),
    _("deltaganden"),
    "1",
    "1000",
    optional=True,
)
RETENTION_YEARS = _declare(
    "retention_years",
    _("Gallring: registreringar görs om till antal efter"),
    _("år efter avslut"),
    "1",
    "100",
    optional=True,
)
LONG_ONGOING_MONTHS = _declare(
    "long_ongoing_months",
    _("Kvalitet: ett deltagande har pågått ovanligt länge efter"),
    _("månader"),
    "1",
    "600",
    optional=True,
)
SILENT_WEEKS = _declare(
    "silent_weeks",
    _("Kvalitet: en insats är tyst när inget har registrerats på"),
    _("veckor"),
    "1",
    "104",
    optional=True,
)
