"""What the pages about quality are asked about: a period, seen from a day, with a federation's parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation
from finsam_tracker.core.parameters import ParameterSpec, ParameterValue
from finsam_tracker.core.period import BEGINNING, Period, PeriodError

MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True)
class Moment:
    """A period and the day it is looked at. ``parameters`` are those in force on that day."""

    period: Period
    today: date
    parameters: Mapping[str, ParameterValue]

    def value(self, spec: ParameterSpec) -> int | None:
        """A parameter in whole units; None where the federation has not set it."""
        held = self.parameters.get(spec.key)
        return int(held.value) if held else None


def moment_of(federation: Federation, text: str, today: date) -> tuple[Moment, str]:
    """The period that an address asks for, the present year where it says nothing, and a sentence where it is none."""
    period, complaint = Period.year(today.year), ""
    if text.strip():
        try:
            period = Period.parse(text)
        except PeriodError as error:
            complaint = str(error)
    if period.start < BEGINNING:
        period, complaint = Period.year(today.year), _("Så tidigt fanns inga insatser. Här visas det här året.")
    elif period.start > today:
        period, complaint = Period.year(today.year), _("Perioden har inte börjat än. Här visas det här året.")
    return Moment(period, today, federation.parameters_on(today)), complaint


def offered_periods(period: Period, today: date) -> list[Period]:
    """The periods that the pages link to, the one on show among them."""
    offered = [Period.year(today.year), closed_quarter(today), Period.year(today.year - 1)]
    return offered if period in offered else [*offered, period]


def closed_quarter(today: date) -> Period:
    """The last quarter that has ended."""
    this = Period.quarter(today.year, (today.month - 1) // MONTHS_OF_A_QUARTER + 1)
    before = this.start - timedelta(days=1)
    return Period.quarter(before.year, before.month // MONTHS_OF_A_QUARTER)
