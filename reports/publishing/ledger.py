"""What has happened to the registrations since a publication, and what a new edition says otherwise."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finsam_tracker.core.period import Period
from reports.changes import FLOWS, Change, changes, moved_figures, signed
from reports.context import Scope
from reports.edition import Edition, Moved
from reports.models import Publication
from reports.result import Result

CORRECTION_AT = 5
"""From so many changed participations, or from any change of a printed total, a correction is proposed."""


@dataclass(frozen=True)
class Ledger:
    """What has changed since the cut-off of a publication, for the whole federation."""

    by_cause: tuple[tuple[str, int], ...]
    effect: dict[str, str]
    number: int

    @property
    def proposes_correction(self) -> bool:
        return self.number >= CORRECTION_AT

    @property
    def words(self) -> str:
        """As a sentence needs it: "3 × avslut som har tillkommit, 1 × felregistrering"."""
        return ", ".join(f"{number} × {cause}" for cause, number in self.by_cause)


def since(publication: Publication, until: datetime) -> Ledger:
    """What is known of the publication's period at a moment, and was not when it was computed."""
    if publication.known_at is None or publication.known_at >= until:
        return Ledger((), {}, 0)
    scope, period = Scope(publication.federation), Period.parse(publication.period)
    return _ledger(changes(scope, period, publication.known_at, until))


def _ledger(found: list[Change]) -> Ledger:
    by_cause: Counter[str] = Counter()
    for change in found:
        by_cause[change.cause.label] += change.number
    effect = {flow: signed(sum(change.effect[flow] for change in found)) for flow in FLOWS}
    return Ledger(tuple(by_cause.items()), effect, sum(by_cause.values()))


def moved(before: Edition, after: Edition) -> Iterator[Moved]:
    """The printed cells that say something else, in the order they stand."""
    old = {result.table: result for result in before.results}
    for result in after.results:
        yield from _moved(old.get(result.table, result), result)


def _moved(before: Result, after: Result) -> Iterator[Moved]:
    for figure in moved_figures(before, after):
        yield Moved(after.title, figure.row, figure.column, figure.before, figure.after)


def summary(before: Publication, draft: Publication, cells: int) -> str:
    """The sentence that a later edition begins with."""
    told = _("Sedan utgåva %(number)d: %(changes)s.") % {
        "number": before.edition,
        "changes": since(before, draft.known_at).words or _("inga ändrade registreringar"),  # type: ignore[arg-type]
    }
    figures = ngettext("%d siffra är en annan.", "%d siffror är andra.", cells) % cells
    return f"{told} {figures}"
