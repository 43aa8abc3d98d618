"""Files of a published edition: the whole of it, or one of its tables or charts."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.edition import Edition, Imprint
from reports.models import Publication
from reports.publishing.editions import edition_of, imprint_of, is_untouched
from reports.render import RENDERERS
from reports.render.chart import png
from reports.render.document import DOCUMENTS
from reports.render.document.tables import table_csv, table_json

logger = logging.getLogger(__name__)

WHOLE = "rapport"
"""What the file of a whole publication is called in its address; a table's is called by the table's key."""
OF_A_TABLE: Mapping[str, Callable[[Edition, Imprint, str], bytes]] = {
    "csv": table_csv,
    "json": table_json,
    "xlsx": lambda edition, _imprint, table: RENDERERS["xlsx"].render(edition.result(table)),
}
DRAWN = {"svg": "image/svg+xml", "png": "image/png"}


class AlteredError(RuntimeError):
    """Somebody has written in what is frozen: nothing is given out of it."""


@dataclass(frozen=True)
class File:
    """A file and what it is called."""

    name: str
    content_type: str
    content: bytes


def file_of(publication: Publication, stem: str, extension: str) -> File | None:
    """A file made of the frozen figures; None where there is no such file.

    Raises AlteredError where they are not as they were: the nightly check (``tasks.check_frozen``) tells the operator
    of it too.
    """
    if not is_untouched(publication):
        logger.error("Publication %s does not match its fingerprint; a file of it was refused.", publication.pk)
        raise AlteredError
    edition = edition_of(publication)
    made = _made(publication, edition, stem, extension)
    if made is None:
        return None
    name = f"{publication.federation.slug}-{publication.template}-{publication.period}-utgava-{edition.number}"
    named = name if stem == WHOLE else f"{name}-{stem}"
    return File(f"{named}.{extension}", *made)


def _made(publication: Publication, edition: Edition, stem: str, extension: str) -> tuple[str, bytes] | None:
    """The content type and the content."""
    if stem == WHOLE and extension in DOCUMENTS:
        form = DOCUMENTS[extension]
        return form.content_type, form.function(edition, imprint_of(publication))
    if extension in DRAWN:
        drawing = next((d.svg for d in edition.drawings() if d.table == stem), None)
        return (DRAWN[extension], png(drawing) if extension == "png" else drawing.encode()) if drawing else None
    if extension in OF_A_TABLE and stem in {result.table for result in edition.results}:
        return RENDERERS[extension].content_type, OF_A_TABLE[extension](edition, imprint_of(publication), stem)
    return None
