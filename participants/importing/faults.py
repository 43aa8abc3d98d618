"""What is wrong with a file, cell by cell, without ever repeating what identifies a person."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from finsam_tracker.core.days import LONGEST_ECHO
from finsam_tracker.core.identity_guard import Finding, find_identity

KEPT = 1000
"""So many faults are kept with their text; all are counted."""
_SHORTEST_NUMBER = 10
"""A spreadsheet drops the leading zeros of a number; with them back, a phone number is seen for what it is."""


class FileRefusedError(Exception):
    """The file cannot be read at all; the message is a Swedish sentence that says what to do."""


@dataclass(frozen=True)
class Fault:
    """One fault: where it is, what stands there, and what to do. ``value`` is empty where it must not be repeated."""

    sheet: str
    line: int
    column: str
    value: str
    sentence: str


class Faults:
    """The faults of a file: the first thousand with their text, all of them counted."""

    def __init__(self, faults: Iterable[Fault] = (), total: int = 0) -> None:
        self.kept = list(faults)
        self.total = max(total, len(self.kept))
        self._lines = {(fault.sheet, fault.line) for fault in self.kept}

    def add(self, sheet: str, line: int, column: str, raw: object, sentence: str) -> None:
        """Note a fault. Where the value identifies a person, that is the fault, and the value is forgotten."""
        value = text_of(raw)
        if found := identity_in(raw):
            value, sentence = "", found.sentence
        self.total += 1
        self._lines.add((sheet, line))
        if len(self.kept) < KEPT:
            self.kept.append(Fault(sheet, line, column, value[:LONGEST_ECHO], sentence))

    @property
    def lines(self) -> int:
        """How many lines have a fault."""
        return len(self._lines)

    def copy(self) -> "Faults":
        """The same faults, to be added to."""
        twin = Faults(self.kept, self.total)
        twin._lines = set(self._lines)
        return twin

    def as_json(self) -> list[dict[str, Any]]:
        """The kept faults, for the database."""
        return [asdict(fault) for fault in self.kept]

    @classmethod
    def from_json(cls, rows: Iterable[dict[str, Any]], total: int) -> Self:
        """The faults as they were put into the database."""
        return cls((Fault(**row) for row in rows), total)


def text_of(raw: object) -> str:
    """A cell's value as a person reads it."""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw).strip() if isinstance(raw, str | int | float) else ""


def identity_in(raw: object) -> Finding | None:
    """Whether a cell's value identifies a person."""
    text = text_of(raw)
    if not text:
        return None
    if isinstance(raw, str):
        return find_identity(text)
    return find_identity(text) or find_identity(text.zfill(_SHORTEST_NUMBER))
