"""Reads an XLSX workbook as a stream of rows.

openpyxl's read-only mode was the first choice. It tells neither that cells are merged nor, in one reading, formulas
from values; it keeps all texts whatever their size and needs twice the time. What this file needs of the format is
little: sheets, rows, cells, texts. Styles are not needed, since the column says what a number means.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from django.utils.translation import gettext as _

from participants.importing.faults import FileRefusedError
from participants.importing.limits import MAX_COLUMNS, MAX_STRINGS, MAX_TEXT, MAX_UNPACKED

Raw = str | int | float | object | None
"""A cell: text, number, ``FORMULA``, or None for an empty one."""
Row = tuple[int, list[Raw]]
"""The line as the spreadsheet numbers it, and its cells."""

CHUNK = 1 << 16
_LETTERS = 26


class _Formula:
    """What stands for a formula, whatever it computes."""

    def __repr__(self) -> str:
        return "FORMULA"


FORMULA = _Formula()


@dataclass
class Sheet:
    """A sheet of a workbook. ``merged`` is known when its rows have been read."""

    name: str
    path: str
    merged: list[str] = field(default_factory=list)


class Workbook:
    """An open workbook. Raises FileRefusedError for what is too large, protected, or alive."""

    def __init__(self, file: IO[bytes]) -> None:
        self._archive = _opened(file)
        self._names = set(self._archive.namelist())
        _refuse_unwanted(self._archive)
        self.starts_1904 = False
        self.sheets = self._read_sheets()
        self._strings: list[str] | None = None

    def count_rows(self) -> int:
        """About how many rows there are, blank ones included; quick, for the progress bar."""
        pattern = re.compile(rb"<(?:\w+:)?row[ >]")
        return sum(len(pattern.findall(chunk)) for sheet in self.sheets for chunk in _chunks(self._archive, sheet.path))

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a sheet, in order, from the first that the file mentions."""
        parser = _SheetParser(self._all_strings())
        for chunk in _chunks(self._archive, sheet.path):
            parser.feed(chunk)
            yield from parser.take()
        sheet.merged.extend(parser.merged)

    def comments(self) -> Iterator[str]:
        """The texts of notes and comments on cells."""
        for name in sorted(self._names):
            if re.fullmatch(r"xl/(?:threadedComments/|comments/)?(?:comments?|threadedComment)\d*\.xml", name):
                yield from self._texts(name, MAX_STRINGS)

    def _all_strings(self) -> list[str]:
        if self._strings is None:
            self._strings = []
            name = next((n for n in self._names if n.lower() == "xl/sharedstrings.xml"), None)
            if name:
                self._strings = list(self._texts(name, MAX_STRINGS, "si"))
        return self._strings

    def _texts(self, name: str, largest: int, element: str = "") -> Iterator[str]:
        if self._archive.getinfo(name).file_size > largest:
            raise FileRefusedError(
                _("Filen innehåller för mycket text. Dela upp den i flera filer och läs in en i taget.")
            )
        parser = _TextParser(element)
        for chunk in _chunks(self._archive, name):
            parser.feed(chunk)
            yield from parser.take()

    def _read_sheets(self) -> list[Sheet]:
        targets: dict[str, str] = {}
        found: list[Sheet] = []

        def relation(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship":
                target = attributes.get("Target", "")
                targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

        def part(name: str, attributes: dict[str, str]) -> None:
            if name == "workbookPr":
                self.starts_1904 = attributes.get("date1904") in ("1", "true")
            if name == "sheet":
                ident = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                if targets.get(ident, "") in self._names and "chartsheets" not in targets[ident]:
                    found.append(Sheet(attributes.get("name", ""), targets[ident]))

        _walk(self._archive, "xl/_rels/workbook.xml.rels", relation)
        _walk(self._archive, "xl/workbook.xml", part)
        if not found:
            raise FileRefusedError(no_spreadsheet())
        return found


def no_spreadsheet() -> str:
    """What is said of a file of another kind."""
    return _("Filen är inget kalkylblad som går att läsa. Spara den som Excel-arbetsbok (.xlsx) eller som CSV.")


def column_letter(index: int) -> str:
    """The letters above a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def too_many_columns() -> str:
    return _("Filen har fler än %d kolumner. Använd mallen, eller ta bort kolumner som inte hör dit.") % MAX_COLUMNS


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise FileRefusedError(
            _("Filen är skadad och går inte att öppna. Spara den på nytt och försök igen.")
        ) from error
    # zipfile reads no more of a part than its declared size, so a part that lies about it cannot grow past this.
    if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
        raise FileRefusedError(
            _("Filen är för stor när den packas upp. Dela upp den i flera filer och läs in en i taget.")
        )
    return archive


def _refuse_unwanted(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise FileRefusedError(_("Filen är skyddad med lösenord. Ta bort lösenordet och försök igen."))
    if "mimetype" in names and "content.xml" in names:
        raise FileRefusedError(
            _("Filen är i OpenDocument-format. Spara den som Excel-arbetsbok (.xlsx) och försök igen.")
        )
    if "xl/workbook.bin" in names:
        raise FileRefusedError(_("Filen är en binär arbetsbok (.xlsb). Spara den som .xlsx och försök igen."))
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise FileRefusedError(no_spreadsheet())
    types = archive.getinfo("[Content_Types].xml")
    if types.file_size > CHUNK * 16:
        raise FileRefusedError(no_spreadsheet())
    if b"macroenabled" in archive.read(types).lower() or any(name.endswith("vbaProject.bin") for name in names):
        raise FileRefusedError(_("Filen innehåller makron (.xlsm). Spara den som .xlsx utan makron och försök igen."))
    if any(name.startswith(("xl/externalLinks/", "xl/connections", "xl/queryTables/")) for name in names):
        raise FileRefusedError(
            _("Filen är länkad till andra filer. Bryt länkarna (Data, Redigera länkar) och spara den igen.")
        )


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    try:
        with archive.open(name) as part:
            while chunk := part.read(CHUNK):
                yield chunk
    except (KeyError, zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
        raise FileRefusedError(
            _("Filen är skadad och går inte att läsa. Spara den på nytt och försök igen.")
        ) from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise FileRefusedError(
            _("Filen är skadad och går inte att läsa. Spara den på nytt och försök igen.")
        ) from error


def _refuse_doctype(*_declaration: object) -> None:
    raise FileRefusedError(no_spreadsheet())


class _Parser:
    """An XML parser fed in chunks, which collects what it finds. A document type, and so any entity, is refused."""

    def __init__(self) -> None:
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = _refuse_doctype

    def feed(self, chunk: bytes) -> None:
        try:
            self._expat.Parse(chunk, False)
        except expat.ExpatError as error:
            raise FileRefusedError(
                _("Filen är skadad och går inte att läsa. Spara den på nytt och försök igen.")
            ) from error


def _walk(archive: zipfile.ZipFile, name: str, found: Callable[[str, dict[str, str]], None]) -> None:
    """Call ``found`` for each element of a small part, by its name without prefix."""
    parser = _Parser()
    parser._expat.StartElementHandler = lambda tag, attributes: found(tag.rpartition(":")[2], attributes)  # noqa: SLF001
    for chunk in _chunks(archive, name):
        parser.feed(chunk)


class _TextParser(_Parser):
    """Collects texts: those within each ``element``, or each of its own where no element is named."""

    def __init__(self, element: str) -> None:
        super().__init__()
        self._element = element
        self._found: list[str] = []
        self._text: list[str] = []
        self._inside = self._phonetic = False
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._characters

    def take(self) -> list[str]:
        found, self._found = self._found, []
        return found

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._inside = name in ("t", "text")
        # How to read Japanese characters aloud: not part of the text.
        self._phonetic = self._phonetic or name == "rPh"

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "rPh":
            self._phonetic = False
        if name == self._element or (not self._element and name in ("t", "text")):
            self._found.append("".join(self._text))
            self._text = []
        self._inside = False

    def _characters(self, text: str) -> None:
        if self._inside and not self._phonetic:
            self._text.append(text)


class _SheetParser(_Parser):
    """Collects the rows of a sheet. One long if in the order of frequency: this runs a million times a file."""

    def __init__(self, strings: list[str]) -> None:
        super().__init__()
        self.merged: list[str] = []
        self._strings = strings
        self._rows: list[Row] = []
        self._cells: list[Raw] = []
        self._line = 0
        self._column = -1
        self._columns: dict[str, int] = {}
        self._type = "n"
        self._text: list[str] | None = None
        self._value = ""
        self._is_formula = self._has_value = False
        self._expat.StartElementHandler = self._first
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._characters

    def take(self) -> list[Row]:
        """The rows that are complete, each once."""
        rows, self._rows = self._rows, []
        return rows

    def _first(self, tag: str, _attributes: dict[str, str]) -> None:
        """The root: whatever prefix it has, its children have."""
        prefix = tag[: -len("worksheet")] if tag.endswith("worksheet") else ""
        names = ("c", "v", "row", "f", "t", "mergeCell")
        self._c, self._v, self._row, self._f, self._t, self._merge = (prefix + name for name in names)
        self._expat.StartElementHandler = self._start

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == self._c:
            reference = attributes.get("r")
            self._column = self._index(reference) if reference else self._column + 1
            self._type = attributes.get("t", "n")
            self._value, self._is_formula, self._has_value = "", False, False
        elif tag in (self._v, self._t):
            self._text = []
        elif tag == self._row:
            self._cells, self._column = [], -1
            number = attributes.get("r", "")
            self._line = int(number) if number.isdigit() else self._line + 1
        elif tag == self._f:
            self._is_formula = True
        elif tag == self._merge:
            self.merged.append(attributes.get("ref", "")[:30])

    def _end(self, tag: str) -> None:
        if tag == self._c:
            if self._is_formula or self._has_value:
                self._put()
        elif tag in (self._v, self._t):
            if self._text is not None:
                self._value += "".join(self._text)
                self._text, self._has_value = None, True
                if len(self._value) > MAX_TEXT:
                    raise FileRefusedError(_("En cell innehåller för mycket text. Ta bort den och försök igen."))
        elif tag == self._row:
            self._rows.append((self._line, self._cells))

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _index(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        known = self._columns.get(letters)
        if known is None:
            known = -1
            for letter in letters[:4].upper():
                known = (known + 1) * _LETTERS + ord(letter) - ord("A")
            self._columns[letters] = known
        return known

    def _put(self) -> None:
        value = FORMULA if self._is_formula else self._read()
        if value == "":
            return
        if not 0 <= self._column < MAX_COLUMNS:
            raise FileRefusedError(too_many_columns())
        missing = self._column - len(self._cells)
        if missing > 0:
            self._cells.extend([None] * missing)
        if missing >= 0:
            self._cells.append(value)
        else:
            self._cells[self._column] = value

    def _read(self) -> Raw:
        text = self._value
        if self._type == "s":
            return self._strings[int(text)] if text.isdigit() and int(text) < len(self._strings) else ""
        if self._type == "b":
            return "SANT" if text == "1" else "FALSKT"
        return _number(text) if self._type == "n" else text


def _number(text: str) -> Raw:
    if text.isdecimal() and text.isascii():
        return int(text)
    try:
        number = float(text)
    except ValueError:
        return text
    if number != number or abs(number) > 1e15:  # noqa: PLR0124, PLR2004 - not a number, or no exact integer
        return text
    return int(number) if number.is_integer() else number
