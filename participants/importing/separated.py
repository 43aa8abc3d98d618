"""Reads CSV: semicolon, comma or tab; UTF-8 with or without a mark, or Windows-1252."""

import csv
import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from participants.importing.faults import FileRefusedError
from participants.importing.limits import MAX_COLUMNS
from participants.importing.workbook import Row, too_many_columns

_DELIMITERS = ";\t,"
# In Windows-1252 these bytes are signs that never stand between letters; in older code pages they are å, ä and ö.
_OTHER_CODE_PAGE = re.compile(rb"[A-Za-z][\x80-\x91\x93-\x9f][A-Za-z]")
_OPENS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def decoded(content: bytes) -> str:
    """The text of a CSV file; raises FileRefusedError where its encoding cannot be told."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        raise FileRefusedError(_wrong_encoding())
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if _OTHER_CODE_PAGE.search(content):
        raise FileRefusedError(_wrong_encoding())
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise FileRefusedError(_wrong_encoding()) from error


def rows(text: str) -> Iterator[Row]:
    """The rows, with the line on which each ends."""
    lines = io.StringIO(text, newline="")
    hint = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    skipped = 1 if hint else 0
    if hint:
        lines.readline()
    delimiter = hint[1] if hint else _delimiter(text)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in reader:
            plain = [unguarded(cell) for cell in cells]
            if len(plain) > MAX_COLUMNS and any(cell.strip() for cell in plain[MAX_COLUMNS:]):
                raise FileRefusedError(too_many_columns())
            yield reader.line_num + skipped, [cell or None for cell in plain]
    except csv.Error as error:
        raise FileRefusedError(
            _("Filen går inte att läsa som CSV vid rad %d. Kontrollera citattecknen där.") % reader.line_num
        ) from error


def guarded(text: str) -> str:
    """The text, so that a spreadsheet that opens it computes nothing."""
    return f"'{text}" if text.startswith(_OPENS_A_FORMULA) else text


def unguarded(text: str) -> str:
    """What stood there before ``guarded``."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_OPENS_A_FORMULA) else text


def _delimiter(text: str) -> str:
    """The one that the first line with anything in it has most of."""
    first = next((line for line in text.splitlines() if line.strip(" ;,\t")), "")
    return max(_DELIMITERS, key=first.count)


def _wrong_encoding() -> str:
    return _("Filens teckenkodning går inte att läsa. Spara den som CSV UTF-8 (kommaavgränsad), eller som .xlsx.")
