"""What has happened to the registrations since a publication, and what a new edition says otherwise."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finsam_tracker.core.models import Federation
from finsam_tracker.core.parameters import CORRECTION_AT
from finsam_tracker.core.period import Period
from reports.changes import FLOWS, Cause, Change, changes, moved_figures, signed
from reports.context import Scope
from reports.edition import Edition, Moved
from reports.models import Publication
from reports.protection.differences import Changed
from reports.result import Result

USUAL_CORRECTION_AT = 5
"""From so many changed participations a correction is proposed, where the federation has not decided otherwise."""


@dataclass(frozen=True)
class Ledger:
    """What has changed since the cut-off of a publication, for the whole federation. ``number``: participations;
    from ``correction_at`` of them on a new edition is proposed."""

    by_cause: tuple[tuple[Cause, int], ...]
    effect: dict[str, str]
    number: int
    correction_at: int

    @property
    def proposes_correction(self) -> bool:
        return self.number >= self.correction_at

    @property
    def words(self) -> str:
        """As a sentence needs it: "+3 sena avslut, −1 felregistrerat deltagande"."""
        return ", ".join(told(cause, number) for cause, number in self.by_cause)


def told(cause: Cause, number: int) -> str:
    """So many changes for a cause, with a sign where something has come to the figures or gone from them."""
    words = {
        Cause.ADDED: ngettext("+%d sen inskrivning", "+%d sena inskrivningar", number),
        Cause.EXITED: ngettext("+%d sent avslut", "+%d sena avslut", number),
        Cause.CORRECTED: ngettext("%d rättad eller kompletterad", "%d rättade eller kompletterade", number),
        Cause.REOPENED: ngettext("−%d avslut som har tagits tillbaka", "−%d avslut som har tagits tillbaka", number),
        Cause.VOIDED: ngettext("−%d felregistrering", "−%d felregistreringar", number),
        Cause.RESTORED: ngettext(
            "+%d felregistrering som har tagits tillbaka", "+%d felregistreringar som har tagits tillbaka", number
        ),
    }
    return words[cause] % number


def since(publication: Publication, until: datetime) -> Ledger:
    """What is known of the publication's period at a moment, and was not when it was computed."""
    limit = _correction_at(publication.federation, until)
    if publication.known_at is None or publication.known_at >= until:
        return Ledger((), {}, 0, limit)
    scope, period = Scope(publication.federation), Period.parse(publication.period)
    return _ledger(changes(scope, period, publication.known_at, until), limit)


def _correction_at(federation: Federation, now: datetime) -> int:
    decided = federation.parameters_on(timezone.localdate(now)).get(CORRECTION_AT.key)
    return int(decided.value) if decided else USUAL_CORRECTION_AT


def _ledger(found: list[Change], limit: int) -> Ledger:
    by_cause: Counter[Cause] = Counter()
    for change in found:
        by_cause[change.cause] += change.number
    effect = {flow: signed(sum(change.effect[flow] for change in found)) for flow in FLOWS}
    return Ledger(tuple(by_cause.most_common()), effect, sum(by_cause.values()), limit)


def told_to_readers(publication: Publication, until: datetime) -> Changed:
    """How many changes the next edition tells of, as its readers can use them against hidden numbers."""
    numbers = dict(since(publication, until).by_cause)
    added, taken = numbers.pop(Cause.ADDED, 0) + numbers.pop(Cause.RESTORED, 0), numbers.pop(Cause.VOIDED, 0)
    return Changed(Period.parse(publication.period), added, taken, sum(numbers.values()))


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
