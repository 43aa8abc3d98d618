"""What loading a file would change: what it says, compared with what is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from finsam_tracker.configuration.entries import CODE_LISTS, FederationFile
from finsam_tracker.configuration.items import Item, Key, Kind, items_of
from finsam_tracker.configuration.words import listed, quoted
from initiatives.common_lists import COMMON_LISTS
from initiatives.models import BandKind

LAST_DAYS = ("valid_to", "end_on")
NOTHING = "inget"


class What(StrEnum):
    """What happens to a thing."""

    NEW = "Tillkommer"
    CHANGED = "Ändras"
    ENDED = "Avslutas"


@dataclass(frozen=True)
class Change:
    """One thing to write: as it shall be, and as it was (None where it is new)."""

    what: What
    wanted: Item
    current: Item | None = None

    @property
    def values(self) -> Mapping[str, Any]:
        """As it shall be; what the file does not say stays as it was."""
        return {**(self.current.values if self.current else {}), **self.wanted.values}

    @property
    def text(self) -> str:
        """In a Swedish line."""
        thing = f"{self.what}: {self.wanted.kind} {self.wanted.title}"
        told = ", ".join(_differences(self.wanted, self.current)) if self.current else ""
        return f"{thing}: {told}" if told else thing


def _differences(wanted: Item, current: Item) -> Iterator[str]:
    for name, value in wanted.values.items():
        before = current.values.get(name)
        if value != before:
            yield f"{name} {_shown(before)} → {_shown(value)}"


def _shown(value: Any) -> str:
    if value is None or value in ("", (), frozenset()):
        return NOTHING
    if isinstance(value, frozenset):
        return listed(map(str, sorted(value)))
    if isinstance(value, tuple):
        return ", ".join(_shown(part) for part in value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return quoted(value) if isinstance(value, str) else quoted(value).strip("”")


@dataclass
class Changes:
    """All of it. ``left`` is what the federation has and the file does not say: it stays."""

    to_write: list[Change] = field(default_factory=list)
    unchanged: int = 0
    left: list[Item] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """What a person is shown before saying yes."""
        yield from (change.text for change in self.to_write)
        for item in self.left:
            yield f"Lämnas: {item.kind} {item.title} finns i förbundet men inte i filen."
        yield f"Oförändrat: {self.unchanged}."


def compare(wanted: FederationFile, current: FederationFile | None) -> Changes:
    """What must be written for the federation to be as the file says. ``current`` None: it does not exist yet."""
    everyone = frozenset(p.name for file in (wanted, current) if file for p in file.parties)
    there = {(item.kind, item.key): item for item in items_of(current, everyone)} if current else {}
    changes = Changes()
    for item in sorted(items_of(wanted, everyone), key=lambda item: list(Kind).index(item.kind)):
        told, before = _told(item, there.get((Kind.ORDER, item.key))), there.pop((item.kind, item.key), None)
        if change := _change(told, before):
            changes.to_write.append(change)
        elif before:
            changes.unchanged += 1
    _adopt(changes, wanted, current)
    changes.left = [item for item in there.values() if _is_left(item, wanted)]
    return changes


def _told(item: Item, order: Item | None) -> Item:
    """The item with only what the file says. An order also has, in their places, those that only the federation has."""
    values = {name: value for name, value in item.values.items() if item.kind != Kind.FUNDING or value is not None}
    if item.kind == Kind.ORDER and order:
        values = {"codes": _merged(item.values["codes"], order.values["codes"])}
    return Item(item.kind, item.key, values, item.title, item.at)


def _merged(wanted: tuple[str, ...], current: tuple[str, ...]) -> tuple[str, ...]:
    """The wanted order; what is not in it keeps its place from the beginning."""
    merged = list(wanted)
    for place, code in enumerate(current):
        if code not in wanted:
            merged.insert(place, code)
    return tuple(merged)


def _change(wanted: Item, current: Item | None) -> Change | None:
    if wanted.kind == Kind.ORDER:
        return _order_change(wanted, current)
    if current is None:
        is_nothing = wanted.kind in (Kind.REASONS_OF, Kind.FOLLOW_UP_OF) and not any(wanted.values.values())
        return None if is_nothing else Change(What.NEW, wanted)
    differing = {name for name, value in wanted.values.items() if current.values.get(name) != value}
    if not differing:
        return None
    is_end = differing <= set(LAST_DAYS) and all(current.values[n] is None for n in differing)
    return Change(What.ENDED if is_end else What.CHANGED, wanted, current)


def _order_change(wanted: Item, current: Item | None) -> Change | None:
    """New ones come last by themselves, so often nothing is left to move."""
    before = current.values["codes"] if current else ()
    codes = wanted.values["codes"]
    by_itself = (*before, *(code for code in codes if code not in before))
    return None if by_itself == codes else Change(What.CHANGED, wanted, current)


def _adopt(changes: Changes, wanted: FederationFile, current: FederationFile | None) -> None:
    """A federation has the common lists and classes where neither it nor its file says otherwise."""
    files = [file for file in (wanted, current) if file]
    lists = [kind for kind in CODE_LISTS if COMMON_LISTS[kind] and not any(file.items(kind) for file in files)]
    bands = [kind for kind in BandKind if not any(b.kind == kind for file in files for b in file.bands)]
    if names := [str(kind.label) for kind in (*lists, *bands)]:
        changes.to_write.append(Change(What.NEW, Item(Kind.ADOPTED, (), {}, listed(names))))
        changes.to_write.sort(key=lambda change: list(Kind).index(change.wanted.kind))


def _is_left(item: Item, wanted: FederationFile) -> bool:
    """Whether to say that the file lacks it. A list that the file says nothing at all about is left without a word."""
    if item.kind == Kind.LIST_ITEM:
        return bool(wanted.items(item.key[0]))
    if item.kind in (Kind.ORDER, Kind.BANDS):
        return False
    slugs: set[Key] = {(i.slug,) for i in wanted.initiatives}
    return item.kind not in (Kind.REASONS_OF, Kind.FOLLOW_UP_OF, Kind.YEAR_OF) or item.key[:1] in slugs
