"""How the latest delivery of a year stands, and the archive of all that was ever registered, for their pages."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation
from reports.finsam import delivery, words
from reports.finsam.export import Export, values_in
from reports.finsam.fields import Counted
from reports.finsam.moved import moved_since_sent
from reports.finsam.page import MovedRow, moved_rows
from reports.finsam.transport import Problem, has_address
from reports.models import FinsamDelivery, FinsamMark, FinsamUndo


@dataclass(frozen=True)
class ShownDelivery:
    """Whether figures can be sent, the latest that were, and what has changed since.

    ``moved`` is None where participants were counted in another way than the page does.
    """

    has_address: bool
    is_on: bool
    last: FinsamDelivery | None = None
    problem: str = ""
    moved: list[MovedRow] | None = None

    @property
    def is_ready(self) -> bool:
        return self.has_address and self.is_on

    @property
    def may_send(self) -> bool:
        """Whether there is something to send that is not on its way or there."""
        if not self.is_ready:
            return False
        return self.last is None or (self.last.state != FinsamDelivery.State.WAITING and self.moved != [])

    @property
    def may_try_again(self) -> bool:
        return self.is_ready and self.last is not None and self.last.state == FinsamDelivery.State.FAILED


def delivery_of(export: Export) -> ShownDelivery:
    """Of the export's year."""
    federation = export.federation
    last = (
        FinsamDelivery.objects.filter(federation=federation, year=export.asked.year).select_related("asked_by").first()
    )
    is_on = delivery.is_on(federation)
    if last is None:
        return ShownDelivery(has_address(), is_on)
    problem = Problem(last.problem).sentence if last.problem else ""
    return ShownDelivery(has_address(), is_on, last, problem, _moved(export, last))


def _moved(export: Export, last: FinsamDelivery) -> list[MovedRow] | None:
    sent = json.loads(last.body)
    counted = sent["participants"]
    if (counted["counted"], counted["period"]) != (export.asked.counted, export.asked.period.key):
        return None
    return moved_rows(moved_since_sent(export, values_in(sent)))


@dataclass(frozen=True)
class ArchivedMark:
    """A mark as the archive tells it."""

    mark: FinsamMark
    title: str
    value: str
    counted: str
    undo: FinsamUndo | None


def archived(federation: Federation, year: int | None = None) -> list[ArchivedMark]:
    """Every mark, the latest first; of one year where one is named."""
    rows = FinsamMark.objects.filter(federation=federation).select_related("by", "undo__by").order_by("-at", "pk")
    return [_told(mark) for mark in (rows.filter(year=year) if year else rows)]


def _told(mark: FinsamMark) -> ArchivedMark:
    counted = f"{Counted(mark.counted).label}, {mark.period}" if mark.counted else ""
    value, undo = words.shown_at(mark.field, mark.value), getattr(mark, "undo", None)
    return ArchivedMark(mark, words.title_at(mark.field), value, counted, undo)


def archive_file(federation: Federation) -> bytes:
    """The same as CSV, every year."""
    header = (
        _("Registrerat"),
        _("Av"),
        _("År"),
        _("Förbund eller insats"),
        _("Fält"),
        _("Uppgift"),
        _("Period"),
        _("Deltagare som räknas"),
        _("Värde"),
        _("Ångrat"),
        _("Ångrat av"),
    )
    return words.file_of([header, *_lines(federation)])


def _lines(federation: Federation) -> Iterator[Sequence[object]]:
    for one in archived(federation):
        mark, undo = one.mark, one.undo
        yield [
            timezone.localtime(mark.at).isoformat(timespec="seconds"),
            mark.by.name,
            mark.year,
            mark.name,
            mark.field,
            one.title,
            mark.period if mark.counted else "",
            mark.counted,
            mark.value,
            timezone.localtime(undo.at).isoformat(timespec="seconds") if undo else "",
            undo.by.name if undo else "",
        ]
