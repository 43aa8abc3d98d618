"""What has changed since it was registered or sent: the value then, the value now, and why in counts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from reports.changes import Change, changes
from reports.context import Scope
from reports.finsam.export import Export, Place, Plain, path_of
from reports.finsam.fields import Counted, Field
from reports.finsam.marks import Standing, State

FLOW = {Counted.TOTAL: "total", Counted.NEW: "new", Counted.ONGOING: "ongoing", Counted.EXITED: "exited"}


@dataclass(frozen=True)
class Moved:
    """A value that is another than it was."""

    place: Place
    field: Field
    then: Plain
    now: Plain
    standing: Standing | None = None


@dataclass(frozen=True)
class Why:
    """What has happened among an initiative's participations since one of its numbers was registered."""

    name: str
    since: datetime
    causes: tuple[tuple[str, int, str], ...]
    """What, how many participations, and what that did to the number."""


def moved_since_marked(standing: Iterable[Standing]) -> list[Moved]:
    """The values that are registered otherwise than they are now."""
    return [
        Moved(one.place, one.item.field, one.mark.value, one.item.value, one)
        for one in standing
        if one.mark is not None and one.state is State.CHANGED
    ]


def why(export: Export, moved: Iterable[Moved]) -> list[Why]:
    """For each initiative whose participants have changed, the causes since the first of them was registered."""
    first: dict[str, datetime] = {}
    for one in moved:
        mark = one.standing.mark if one.standing else None
        if mark is not None and one.field.is_counted:
            first[one.place.slug] = min(mark.at, first.get(one.place.slug, mark.at))
    return [told for slug, since in first.items() if (told := _why(export, slug, since)).causes]


def _why(export: Export, slug: str, since: datetime) -> Why:
    found = changes(Scope(export.federation), export.asked.period, since, export.known_at)
    return Why(export.place(slug).name, since, tuple(_causes(export, slug, found)))


def _causes(export: Export, slug: str, found: Iterable[Change]) -> Iterator[tuple[str, int, str]]:
    for change in found:
        if change.slug == slug:
            yield change.cause.label, change.number, change.signed[FLOW[export.asked.counted]]


def moved_since_sent(export: Export, sent: Mapping[str, Plain]) -> list[Moved]:
    """The values that were sent otherwise than they are now; one that was not there was None."""
    pairs = [(place, item, sent.get(path_of(place.slug, item.field))) for place, item in export.each()]
    return [Moved(place, item.field, then, item.value) for place, item, then in pairs if then != item.value]
