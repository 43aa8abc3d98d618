"""The classes that numbers are cut into."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.services.acting import Act, lock_set_up, refuse
from initiatives.band_policies import band_problems
from initiatives.facts import BandFacts
from initiatives.models import Band, BandKind


@transaction.atomic
def set_bands(*, by: User, federation: Federation, kind: str, bands: Sequence[BandFacts], now: datetime) -> bool:
    """All classes of a kind (``BandKind``) at once, lowest first; returns whether anything changed.

    No registration holds a class, so every table is cut anew, of past periods too; what is published stays.
    """
    lock_set_up(by, federation)
    if kind not in BandKind.values:
        refuse({"kind": [_("Klasserna ”%s” finns inte.") % kind[:40]]})
    refuse(band_problems(bands))
    rows = Band.objects.filter(federation=federation, kind=kind)
    if [BandFacts(row.label, row.low, row.high) for row in rows] == list(bands):
        return False
    rows.delete()
    for band in bands:
        Band.objects.create(
            federation=federation, kind=kind, code=band.code, label=band.label.strip(), low=band.low, high=band.high
        )
    Act(by, federation, "set_bands", now).did_to_figures(federation, reason=kind)
    return True
