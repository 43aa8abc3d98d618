"""An edition for a page: its blocks as markup, from the frozen figures or, for the office, from the true ones."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.safestring import mark_safe

from reports.edition import Block, Box, Drawing, Edition, Paragraph, Shown
from reports.models import Publication
from reports.publishing.preparing import inside_results
from reports.render.html import table_html
from reports.result import Result


@dataclass(frozen=True)
class Hidden:
    """Why a figure is hidden, for those inside: its place, its number and the reason."""

    where: str
    value: str
    reason: str
    known: str


@dataclass(frozen=True)
class ShownBlock:
    """A block of the page. ``table`` is the key of the table that can be downloaded beside it."""

    kind: str
    text: str = ""
    title: str = ""
    html: str = ""
    table: str = ""
    hidden: tuple[Hidden, ...] = ()


@dataclass(frozen=True)
class ShownSection:
    """A heading and its blocks."""

    title: str
    blocks: tuple[ShownBlock, ...]


def public_sections(edition: Edition) -> list[ShownSection]:
    """The edition as its readers see it."""
    return _sections(edition, {result.table: result for result in edition.results}, {})


def inside_sections(publication: Publication, edition: Edition) -> list[ShownSection]:
    """The edition with the true figures, and beneath each table why some of them are hidden. For the office only."""
    results = {result.table: result for result in inside_results(publication)}
    reasons: defaultdict[str, list[Hidden]] = defaultdict(list)
    for figure in (publication.inside or {}).get("hidden", ()):
        where = " · ".join(figure["labels"])
        reasons[figure["table"]].append(Hidden(where, str(figure["value"]), figure["reason"], figure["known"]))
    return _sections(edition, results, reasons)


def _sections(
    edition: Edition, results: Mapping[str, Result], reasons: Mapping[str, list[Hidden]]
) -> list[ShownSection]:
    sections = (
        ShownSection(section.title, tuple(_blocks(section.blocks, results, reasons))) for section in edition.sections
    )
    return [section for section in sections if section.blocks]


def _blocks(
    blocks: tuple[Block, ...], results: Mapping[str, Result], reasons: Mapping[str, list[Hidden]]
) -> Iterator[ShownBlock]:
    for block in blocks:
        match block:
            case Paragraph():
                yield ShownBlock("text", block.text)
            case Box():
                yield ShownBlock("box", title=block.title)
            case Drawing():
                # Every text in the drawing was escaped when it was drawn.
                yield ShownBlock("chart", block.sentence, block.title, mark_safe(block.svg))  # noqa: S308
            case Shown():
                result = results[block.table]
                hidden = tuple(reasons.get(block.table, ()))
                yield ShownBlock("table", "", result.title, table_html(result), block.table, hidden)
