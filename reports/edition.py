"""An edition of a publication as it is frozen: plain values that renderers see, and the JSON that they are stored as.

Nothing here holds a hidden number: what stands here may leave the house.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from reports.result import Result

INTERNAL = "internal"
"""The kind of an edition whose figures are true and unprotected: it is read inside the house only."""


@dataclass(frozen=True)
class Paragraph:
    """Words: a sentence of the template with its figures filled in, or what the office has written."""

    text: str


@dataclass(frozen=True)
class Box:
    """A place where the office writes. It is gone when the edition is published: its words stand there instead."""

    key: str
    title: str
    hint: str


@dataclass(frozen=True)
class Shown:
    """A table of the edition, by its key."""

    table: str


@dataclass(frozen=True)
class Drawing:
    """A chart as it was drawn, and what it says in words for those who do not see it."""

    table: str
    title: str
    svg: str
    sentence: str


Block = Paragraph | Box | Shown | Drawing
_KINDS: Mapping[str, type[Block]] = {"text": Paragraph, "box": Box, "table": Shown, "chart": Drawing}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Defined:
    """What a table counted when it was frozen."""

    table: str
    version: int
    title: str
    definition: str
    source: str
    valid_from: str


@dataclass(frozen=True)
class Moved:
    """A printed figure that says something else than in the edition before."""

    table: str
    row: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Look:
    """How the house wants it to look: a main colour (``#rrggbb``), and a logo (PNG in base64) with its words. Each may
    be empty."""

    colour: str = ""
    logo: str = ""
    logo_text: str = ""

    @property
    def image(self) -> bytes:
        """The logo as a file."""
        return base64.b64decode(self.logo)

    @property
    def address(self) -> str:
        """The logo as an address that holds it, for a page where it has no other."""
        return f"data:image/png;base64,{self.logo}"


@dataclass(frozen=True)
class Edition:
    """``number`` counts from 1. ``kind`` is preliminary, final or internal. Times are ISO 8601. ``protection`` says in
    sentences how small numbers are protected. ``reason``, ``summary``: why and how it differs from the one before."""

    federation: str
    template: str
    title: str
    period: str
    period_label: str
    number: int
    kind: str
    known_at: str
    published_at: str
    code: str
    sections: tuple[Section, ...]
    results: tuple[Result, ...]
    definitions: tuple[Defined, ...]
    protection: tuple[str, ...]
    made_by: str
    reason: str = ""
    summary: str = ""
    moved: tuple[Moved, ...] = ()
    look: Look = Look()

    def result(self, table: str) -> Result:
        """A table by its key; KeyError names those there are."""
        for result in self.results:
            if result.table == table:
                return result
        raise KeyError(f"The edition has no table {table!r}; it has {[r.table for r in self.results]}")

    def drawings(self) -> Iterator[Drawing]:
        return (block for section in self.sections for block in section.blocks if isinstance(block, Drawing))

    @property
    def published(self) -> datetime | None:
        """When it was published; None of a draft."""
        return datetime.fromisoformat(self.published_at) if self.published_at else None

    @property
    def known(self) -> datetime:
        """The cut-off: what was registered then is in it."""
        return datetime.fromisoformat(self.known_at)

    def to_json(self) -> dict[str, Any]:
        """A value that JSON can hold and ``from_json`` gives back equal."""
        sections = [{"title": s.title, "blocks": list(map(_block_to_json, s.blocks))} for s in self.sections]
        return {
            **asdict(self),
            "sections": sections,
            "results": [result.to_json() for result in self.results],
            "definitions": [asdict(defined) for defined in self.definitions],
            "protection": list(self.protection),
            "moved": [asdict(moved) for moved in self.moved],
            "look": asdict(self.look),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            **{
                **data,
                "sections": tuple(
                    Section(s["title"], tuple(map(_block_from_json, s["blocks"]))) for s in data["sections"]
                ),
                "results": tuple(map(Result.from_json, data["results"])),
                "definitions": tuple(Defined(**defined) for defined in data["definitions"]),
                "protection": tuple(data["protection"]),
                "moved": tuple(Moved(**moved) for moved in data["moved"]),
                # What was frozen before there were logos and colours has none.
                "look": Look(**data.get("look", {})),
            }
        )


def _block_to_json(block: Block) -> dict[str, str]:
    return {"kind": _NAMES[type(block)], **asdict(block)}


def _block_from_json(data: Mapping[str, str]) -> Block:
    make: Callable[..., Block] = _KINDS[data["kind"]]
    return make(**{key: value for key, value in data.items() if key != "kind"})


def written(content: Mapping[str, Any]) -> bytes:
    """Frozen content in the one way that it is written, whatever the database does to the order of its keys."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def digest(content: Mapping[str, Any]) -> str:
    """The fingerprint of frozen content: SHA-256 in hexadecimal."""
    return hashlib.sha256(written(content)).hexdigest()


@dataclass(frozen=True)
class Imprint:
    """What stands at the foot of each page: the fingerprint, and the address where the edition can be checked.
    ``federation`` is its name in addresses."""

    digest: str
    address: str
    federation: str = ""
