"""What the classes of a number may look like: they follow on each other without gap or overlap.

Where they begin and end is the federation's to say. Numbers outside them have a row of their own in the tables.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from finsam_tracker.core.services.acting import Problems
from finsam_tracker.core.texts import text_problems
from initiatives.facts import BandFacts

HIGHEST_BOUND = 9_999


def band_problems(bands: Sequence[BandFacts]) -> Problems:
    """Whether the classes, lowest first, follow on each other. Errors are by "label_1", "low_1" ..."""
    if not bands:
        return {"__all__": [_("Skriv minst en klass.")]}
    problems: Problems = {}
    for number, band in enumerate(bands, 1):
        told = text_problems(band.label, 60, _("Skriv klassens benämning."))
        if band.label.casefold() in [other.label.casefold() for other in bands[: number - 1]]:
            told = [_("Benämningen ”%s” finns redan. Välj en annan.") % band.label]
        problems |= {f"label_{number}": told, f"high_{number}": _high_problems(band, is_last=number == len(bands))}
        before = bands[number - 2] if number > 1 else None
        problems[f"low_{number}"] = _low_problems(band, before)
    return problems


def _high_problems(band: BandFacts, *, is_last: bool) -> list[str]:
    if max(band.low, band.high or 0) > HIGHEST_BOUND:
        return [_("Skriv gränserna som heltal, högst %d.") % HIGHEST_BOUND]
    if band.high is None:
        return [] if is_last else [_("Bara den sista klassen kan vara utan övre gräns. Skriv var den här slutar.")]
    if band.high < band.low:
        return [_("Klassen slutar före den börjar. Ändra någon av gränserna.")]
    return []


def _low_problems(band: BandFacts, before: BandFacts | None) -> list[str]:
    if before is None or before.high is None:
        return []
    if band.low <= before.high:
        return [_("%d finns redan i klassen före. Klasserna får inte överlappa.") % band.low]
    if band.low > before.high + 1:
        return [
            _("Mellan klasserna fattas %(first)d till %(last)d. Börja på %(first)d.")
            % {"first": before.high + 1, "last": band.low - 1}
        ]
    return []
