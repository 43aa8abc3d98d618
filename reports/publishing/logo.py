"""A logo that somebody sends in: judged by its content, and written anew, so that nothing but pixels is kept."""

import io
import struct
import zlib
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image

LARGEST_FILE = 500_000
MOST_PIXELS = 4_000_000
"""Before anything is unpacked: a file of a few kB can claim gigabytes of pixels."""
LEAST_SIDE = 16
BOX = (600, 200)
"""Pixels that the kept logo fits into: five centimetres in print."""
LARGEST_KEPT = 200_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = struct.Struct(">I4sII")
"""The first chunk after the signature: length, name, width, height."""
BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)


class LogoError(ValueError):
    """The file cannot be the logo; the message is a Swedish sentence that says what to do."""


def read_logo(file: IO[bytes]) -> bytes:
    """The logo as a PNG of our own writing. The same pixels give the same bytes. LogoError."""
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise LogoError(_("Filen är för stor. Logotypen får vara högst 500 kB; spara den mindre."))
    _check_head(content)
    try:
        kept = _written(content)
    except BROKEN as error:
        raise LogoError(_("Bilden går inte att läsa. Spara den på nytt som PNG och försök igen.")) from error
    if len(kept) > LARGEST_KEPT:
        raise LogoError(_("Bilden har för många detaljer för en logotyp. Välj en enklare, med jämna färger."))
    return kept


def _check_head(content: bytes) -> None:
    """Signature and size, as the file itself says, with nothing unpacked."""
    head = content[len(_SIGNATURE) : len(_SIGNATURE) + _HEAD.size]
    if not content.startswith(_SIGNATURE) or len(head) < _HEAD.size:
        raise LogoError(_("Filen är ingen PNG-bild. Spara logotypen som PNG och försök igen."))
    _length, name, width, height = _HEAD.unpack(head)
    if name != b"IHDR":
        raise LogoError(_("Filen är ingen PNG-bild. Spara logotypen som PNG och försök igen."))
    if width * height > MOST_PIXELS:
        raise LogoError(_("Bilden är för stor: högst fyra miljoner bildpunkter, till exempel 2000 gånger 2000."))
    if min(width, height) < LEAST_SIDE:
        raise LogoError(_("Bilden är för liten: varje sida ska vara minst %d bildpunkter.") % LEAST_SIDE)


def _written(content: bytes) -> bytes:
    """The pixels alone, small enough for a page: no texts, no profiles, nothing after the end."""
    with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
        image.load()
        plain = image.convert("RGBA")
    plain.thumbnail(BOX)
    plain.info.clear()
    written = io.BytesIO()
    plain.save(written, "PNG", optimize=True)
    return written.getvalue()
