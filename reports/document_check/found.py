"""What was read in a document: plain values without Django, since they come from a process of its own."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self


class Refusal(StrEnum):
    """Why a document cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_TABLES = "too_many_tables"
    TOO_HEAVY = "too_heavy"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    ENCRYPTED = "encrypted"
    OLD_FORMAT = "old_format"
    MACROS = "macros"
    OTHER_KIND = "other_kind"
    BROKEN = "broken"
    SCANNED = "scanned"


class RefusedError(Exception):
    """A document that cannot be read, and why."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class FoundTable:
    """A table as texts, every row equally long.

    A heading over several columns stands in each of them. ``number`` counts the document's tables from 1, ``page``
    is 0 where the format has none. A sheet's table begins ``rows_above`` rows down and ``columns_before`` columns in.
    ``notes`` is what stands beneath it.
    """

    number: int
    caption: str
    cells: tuple[tuple[str, ...], ...]
    notes: str = ""
    page: int = 0
    sheet: str = ""
    rows_above: int = 0
    columns_before: int = 0


@dataclass(frozen=True)
class Passage:
    """A paragraph of running text, and its page where there are pages."""

    text: str
    page: int = 0


@dataclass(frozen=True)
class FoundDocument:
    """The tables and the running text of a document, in their order."""

    tables: tuple[FoundTable, ...]
    passages: tuple[Passage, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            tuple(FoundTable(**{**t, "cells": tuple(map(tuple, t["cells"]))}) for t in data["tables"]),
            tuple(Passage(**p) for p in data["passages"]),
        )
