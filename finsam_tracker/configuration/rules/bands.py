"""Classes of a number: no number falls in two, and none between two."""

from collections.abc import Sequence
from itertools import pairwise

from finsam_tracker.configuration.entries import BandEntry, FederationFile
from finsam_tracker.configuration.faults import Faults
from initiatives.models import BandKind
from initiatives.policies import LOWEST_CLASS


def bands_leave_no_gap(file: FederationFile, faults: Faults) -> None:
    if not file.is_sound("bands") or not all(band.is_sound("kind", "low", "high", "label") for band in file.bands):
        return
    for band in file.bands:
        if band.high is not None and band.high < band.low:
            faults.add((*band.at, "high"), f"high {band.high} är lägre än low {band.low}. Byt plats på dem.")
    for kind in BandKind:
        bands = sorted((band for band in file.bands if band.kind == kind), key=lambda band: band.low)
        if bands:
            _check_row(kind, bands, faults)


def _check_row(kind: BandKind, bands: Sequence[BandEntry], faults: Faults) -> None:
    lowest = LOWEST_CLASS[kind]
    if bands[0].low > lowest:
        faults.warn(
            (*bands[0].at, "low"),
            f"Klasserna för {kind} börjar vid {bands[0].low}. Den som har mindre får raden "
            f"”Utanför förbundets klasser”. Ska ingen hamna där, låt den första börja vid {lowest}.",
        )
    for lower, upper in pairwise(bands):
        if lower.high is None or lower.high >= upper.low:
            faults.add(
                (*upper.at, "low"),
                f"Klassen ”{upper.label}” överlappar ”{lower.label}”. Låt ”{lower.label}” sluta vid {upper.low - 1}.",
            )
        elif lower.high + 1 < upper.low:
            faults.add(
                (*upper.at, "low"),
                f"Mellan ”{lower.label}” och ”{upper.label}” saknas {lower.high + 1}-{upper.low - 1}. "
                f"Låt ”{upper.label}” börja vid {lower.high + 1}.",
            )
    if bands[-1].high is not None:
        faults.warn(
            (*bands[-1].at, "high"),
            f"Klasserna för {kind} slutar vid {bands[-1].high}. Den som har mer får raden "
            "”Utanför förbundets klasser”. Ska ingen hamna där, ta bort high.",
        )
