"""Declaring a table of the file as a dataclass, and reading one: every key with its shape, and none beside them."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, TypeVar

from finsam_tracker.configuration.faults import Faults
from finsam_tracker.configuration.locator import Path
from finsam_tracker.configuration.shapes import BAD, Shape
from finsam_tracker.configuration.words import did_you_mean, listed, quoted

E = TypeVar("E", bound="Entry")


def keyed(shape: Shape, default: Any = MISSING) -> Any:
    """A key of a table. Without a default the file must have it."""
    return field(default=default, metadata={"shape": shape})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A table as it was read. ``at`` is where it stands.

    ``bad`` names the keys whose value could not be read: they hold nothing of use, and what is wrong is noted already.
    """

    unique: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Each is a set of keys that no two tables of a list have the same values of."""
    identity: ClassVar[tuple[str, ...]] = ()
    """The keys by which the table is found again in the database."""
    what: ClassVar[str] = ""
    """What it is, in Swedish."""

    at: Path = field(default=(), compare=False)
    bad: frozenset[str] = field(default=frozenset(), compare=False)

    def is_sound(self, *names: str) -> bool:
        """Whether all of these keys could be read."""
        return not self.bad & set(names)


def keys_of(entry_class: type[Entry]) -> dict[str, Shape]:
    """The keys that the file may have in such a table, with the shape of each."""
    return {f.name: f.metadata["shape"] for f in fields(entry_class) if "shape" in f.metadata}


def default_of(entry_class: type[Entry], name: str) -> Any:
    """What a key that is left out stands for; MISSING where it may not be."""
    return next(f.default for f in fields(entry_class) if f.name == name)


def read_entry(entry_class: type[E], raw: Mapping[str, Any], at: Path, faults: Faults) -> E:
    """The table; what is wrong with it is noted, and the keys concerned are in its ``bad``."""
    shapes = keys_of(entry_class)
    for name in raw.keys() - shapes.keys():
        _note_unknown(name, at, shapes, faults)
    values = {name: shape(raw[name], (*at, name), faults) for name, shape in shapes.items() if name in raw}
    missing = {name for name in shapes if name not in raw and default_of(entry_class, name) is MISSING}
    for name in sorted(missing):
        faults.add(at, f"{_table(at)} saknar ”{name}”. Lägg till raden {name} = ...")
    bad = missing | {name for name, value in values.items() if value is BAD}
    return entry_class(at=at, bad=frozenset(bad), **(dict.fromkeys(missing) | values))


def _note_unknown(name: str, at: Path, shapes: Mapping[str, Shape], faults: Faults) -> None:
    place = _table(at)
    faults.add(
        (*at, name), f"{quoted(name)} är okänt i {place}. {did_you_mean(name, shapes)}Nycklarna är {listed(shapes)}."
    )


def _table(at: Path) -> str:
    names = [str(part) for part in at if isinstance(part, str)]
    return f"[[{'.'.join(names)}]]" if names else "filens början"


def table_list(entry_class: type[E]) -> Shape:
    """Several tables of a kind."""

    def read(value: Any, at: Path, faults: Faults) -> Any:
        if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
            faults.add(
                at, f"”{at[-1]}” ska vara en lista av tabeller. Skriv {_table(at)} med dubbla hakparenteser före varje."
            )
            return BAD
        entries = [read_entry(entry_class, row, (*at, n), faults) for n, row in enumerate(value)]
        _note_repeated(entries, faults)
        return tuple(entries)

    return read


def _note_repeated(entries: list[E], faults: Faults) -> None:
    for names in entries[0].unique if entries else ():
        seen: dict[tuple[Any, ...], E] = {}
        for entry in entries:
            if not entry.is_sound(*names):
                continue
            values = tuple(_folded(getattr(entry, name)) for name in names)
            if values in seen:
                told = " och ".join(f"{name} {quoted(getattr(entry, name))}" for name in names)
                faults.add(
                    (*entry.at, names[-1]),
                    f"{told} finns redan längre upp i {_table(entry.at)}. Ändra eller ta bort den ena.",
                )
            seen.setdefault(values, entry)


def _folded(value: Any) -> Any:
    """Two names that differ in their capitals only are one name."""
    return value.casefold() if isinstance(value, str) else value
