"""An edition as PDF/UA-1, set by typst: tagged, with alternative texts, and the same bytes for the same edition.

Everything goes in as data; the template ``edition.typ`` holds no text that a table or a person has written.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from reports.edition import Block, Drawing, Edition, Imprint, Paragraph, Shown
from reports.render.document.grid import grid_of
from reports.render.document.words import definitions, differences, footer, standing

TEMPLATE = Path(__file__).with_name("edition.typ")


def render(edition: Edition, imprint: Imprint) -> bytes:
    """The whole document. The time of publication is its time, so that it comes out the same each time."""
    written = typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"data": json.dumps(_data(edition, imprint), ensure_ascii=False)},
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        timestamp=int((edition.published or edition.known).timestamp()),
    )
    if not isinstance(written, bytes):
        raise TypeError("typst was asked for one file and gave several")
    return written


def _data(edition: Edition, imprint: Imprint) -> dict[str, Any]:
    return {
        "title": f"{edition.title} {edition.period_label}",
        "federation": edition.federation,
        "standing": standing(edition),
        "footer": footer(edition, imprint),
        "sections": [
            {"title": s.title, "blocks": [data for block in s.blocks if (data := _block(edition, block))]}
            for s in edition.sections
        ],
        "differences_title": _("Vad som är ändrat") if edition.reason else "",
        "differences": list(differences(edition)),
        "protection_title": _("Skydd av små tal"),
        "protection": list(edition.protection),
        "definitions_title": _("Så räknas tabellerna"),
        "definitions": [list(pair) for pair in definitions(edition)],
        "digest": _("Kontrollsumma (SHA-256): %s") % imprint.digest if imprint.digest else "",
        "page_word": _("Sida"),
        "colour": edition.look.colour,
        "logo": list(edition.look.image),
        "logo_text": edition.look.logo_text,
    }


def _block(edition: Edition, block: Block) -> dict[str, Any] | None:
    match block:
        case Paragraph():
            return {"kind": "text", "text": block.text}
        case Drawing():
            return {"kind": "chart", "title": block.title, "svg": block.svg, "alt": block.sentence}
        case Shown():
            return {"kind": "table", **asdict(grid_of(edition.result(block.table)))}
    return None
