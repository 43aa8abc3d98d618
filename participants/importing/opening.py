"""What kind of file it is, told by its first bytes and never by its name, and its sheets of rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import IO

from django.utils.translation import gettext as _

from participants.importing import separated
from participants.importing.faults import FileRefusedError
from participants.importing.limits import MAX_BYTES, MEGABYTE
from participants.importing.workbook import Row, Workbook, no_spreadsheet

_ARCHIVE = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"{\\rtf",
    b"PK\x05",
)


@dataclass
class Table:
    """A sheet, or the one table of a CSV file. ``merged`` is complete when the rows have been read."""

    name: str
    rows: Callable[[], Iterator[Row]]
    merged: list[str] = field(default_factory=list)


@dataclass
class Opened:
    """A file that can be read."""

    tables: list[Table]
    comments: Callable[[], Iterator[str]]
    row_count: int
    starts_1904: bool = False


def open_file(file: IO[bytes]) -> Opened:
    """The tables of an uploaded file; raises FileRefusedError with a sentence for everything else."""
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise FileRefusedError(_("Filen är tom."))
    if size > MAX_BYTES:
        raise FileRefusedError(
            _("Filen är på %(size)d MB. Den får vara högst %(most)d MB. Dela upp den och läs in en i taget.")
            % {"size": size // MEGABYTE, "most": MAX_BYTES // MEGABYTE}
        )
    head = file.read(16)
    file.seek(0)
    if head.startswith(_ARCHIVE):
        return _workbook(file)
    if head.startswith(_OLD_OFFICE):
        raise FileRefusedError(_old_office(file.read()))
    if head.startswith(_OTHER_KINDS) or head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise FileRefusedError(no_spreadsheet())
    return _separated(file.read())


def _workbook(file: IO[bytes]) -> Opened:
    book = Workbook(file)
    tables = [Table(sheet.name, partial(book.rows, sheet), sheet.merged) for sheet in book.sheets]
    return Opened(tables, book.comments, book.count_rows(), book.starts_1904)


def _separated(content: bytes) -> Opened:
    if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefusedError(no_spreadsheet())
    text = separated.decoded(content)
    table = Table("", lambda: separated.rows(text))
    return Opened([table], lambda: iter(()), text.count("\n"))


def _old_office(content: bytes) -> str:
    """Excel wraps a workbook with a password in the old format."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _("Filen är skyddad med lösenord. Ta bort lösenordet och försök igen.")
    return _("Filen är i det gamla formatet .xls. Öppna den i Excel, spara den som .xlsx och försök igen.")
