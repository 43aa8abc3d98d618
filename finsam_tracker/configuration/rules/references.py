"""Names in one part of a file that another part must have."""

from collections.abc import Collection, Iterable
from typing import Any

from finsam_tracker.configuration.entry import Entry
from finsam_tracker.configuration.faults import Faults
from finsam_tracker.configuration.locator import Path
from finsam_tracker.configuration.words import did_you_mean, quoted


def names_in(entries: Iterable[Entry], key: str) -> set[Any]:
    """The values of a key that could be read."""
    return {getattr(entry, key) for entry in entries if entry.is_sound(key)}


def must_exist(name: str, known: Collection[str], table: str, at: Path, faults: Faults) -> None:
    """Note a name that its table lacks."""
    if name not in known:
        guess = did_you_mean(name, known)
        faults.add(
            at, f"{quoted(name)} finns inte under [[{table}]]. {guess}Lägg till det där, eller rätta stavningen."
        )
