"""From an opened file to a plan: every cell read, every fault named."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _

from participants.importing.cells import BLANK, Reader, Several, Wrong, nearest, reader_of
from participants.importing.columns import (
    FOLLOW_UPS,
    OURS_TO_SKIP,
    PARTICIPATIONS,
    STEPS,
    Column,
    Kind,
    SheetOf,
    sheets_of,
)
from participants.importing.faults import Faults, FileRefusedError, identity_in, text_of
from participants.importing.limits import MAX_COLUMNS, MAX_ROWS
from participants.importing.opening import Opened, Table, open_file
from participants.importing.plan import Plan, PlanRow
from participants.importing.words import Words, fold, settle
from participants.importing.workbook import Raw, Row, column_letter

Progress = Callable[[int], None]
EVERY = 1000
"""Rows between two notes of progress."""
_MERGED_NAMED = 20


@dataclass
class _Seat:
    """A column of the file: where it stands, which of ours it is, and what was read in it before."""

    index: int
    column: Column
    read: Reader
    known: dict[Raw, Any] = field(default_factory=dict)


@dataclass
class Read:
    """What was read: a plan, the faults, and how many rows had anything in them."""

    plan: Plan
    faults: Faults
    rows: int = 0


def read_file(file: IO[bytes], words: Words, progress: Progress = lambda _rows: None) -> Read:
    """Read an uploaded file; raises FileRefusedError where it cannot be read at all."""
    opened = open_file(file)
    reading = _Reading(opened, words, progress)
    for table in opened.tables:
        reading.take(table, alone=len(opened.tables) == 1)
    reading.guard_comments()
    if not reading.used:
        raise FileRefusedError(_("Filen har inget blad som heter %s. Utgå från mallen.") % PARTICIPATIONS)
    if not reading.read.rows and not reading.read.faults.total:
        raise FileRefusedError(_("Filen har inga rader under rubrikerna."))
    return reading.read


class _Reading:
    """The state of reading one file."""

    def __init__(self, opened: Opened, words: Words, progress: Progress) -> None:
        self.read = Read(Plan(), Faults())
        self.used: set[str] = set()
        self._opened = opened
        self._words = words
        self._progress = progress
        self._sheets = {fold(sheet.name): sheet for sheet in sheets_of(words)}

    def take(self, table: Table, *, alone: bool) -> None:
        """Read a sheet, guard it where it is only an explanation, or refuse it where it is neither."""
        if fold(table.name) in map(fold, OURS_TO_SKIP):
            self._guard(table)
            return
        rows = self._filled(table)
        header = next(rows, None)
        if header is None:
            self.used |= {table.name} & {PARTICIPATIONS}
            return
        sheet = self._sheets.get(fold(table.name)) or (self._by_headers(header[1]) if alone else None)
        if sheet is None:
            self._refuse_sheet(table)
        elif sheet.name in self.used:
            self._fault(table.name, 0, "", table.name, _("Bladet finns två gånger i filen. Ta bort det ena."))
        else:
            self.used.add(sheet.name)
            self._rows(table, sheet, header, rows)
        for place in table.merged[:_MERGED_NAMED]:
            sentence = _("Cellerna %s är sammanslagna. Dela cellerna (Start, Centrera över kolumner) och fyll i varje.")
            self._fault(table.name, _line_of(place), "", "", sentence % place)

    def guard_comments(self) -> None:
        """Notes on cells are not read into anything, but what identifies a person is told of all the same."""
        for text in self._opened.comments():
            if found := identity_in(text):
                self._fault(_("Kommentarer"), 0, "", "", found.sentence)

    def _fault(self, sheet: str, line: int, column: str, raw: object, sentence: str) -> None:
        safe = "" if identity_in(sheet) else sheet
        self.read.faults.add(safe, line, column, raw, sentence)

    def _by_headers(self, cells: list[Raw]) -> SheetOf | None:
        """The sheet that shares most headings with the only table of the file."""
        found = {fold(text_of(cell)) for cell in cells}
        return max(self._sheets.values(), key=lambda s: len(found & set(_headings(s))))

    def _refuse_sheet(self, table: Table) -> None:
        close = nearest(table.name, [PARTICIPATIONS, STEPS, FOLLOW_UPS])
        meant = _(" Menade du ”%s”?") % close if close else ""
        sentence = _("Bladet hör inte till mallen, så det läses inte. Ta bort det eller byt namn på det.") + meant
        self._fault(table.name, 0, "", table.name, sentence)
        self._guard(table)

    def _guard(self, table: Table) -> None:
        for line, cells in self._filled(table):
            for index, raw in enumerate(cells):
                if found := identity_in(raw):
                    self._fault(table.name, line, column_letter(index), "", found.sentence)

    def _filled(self, table: Table) -> Iterator[Row]:
        """The rows with anything in them; blank ones at the end, or anywhere, are nothing."""
        count = 0
        for line, cells in table.rows():
            if any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in cells):
                count += 1
                if count > MAX_ROWS + 1:
                    raise FileRefusedError(
                        _("Filen har fler än %d rader. Dela upp den i flera filer och läs in en i taget.") % MAX_ROWS
                    )
                yield line, cells

    def _rows(self, table: Table, sheet: SheetOf, header: Row, rows: Iterator[Row]) -> None:
        seats = self._seats(sheet, header)
        strays = set(range(MAX_COLUMNS)) - {seat.index for seat in seats}
        untitled = {i for i in strays if i >= len(header[1]) or not text_of(header[1][i])}
        last = max(seat.index for seat in seats)
        plan = self._plan_of(sheet)
        needed = [c for c in sheet.columns if c.is_required]
        for line, cells in rows:
            self.read.rows += 1
            if self.read.rows % EVERY == 0:
                self._progress(self.read.rows)
            row = self._row(sheet, line, cells, seats)
            if len(cells) > last + 1 or len(seats) <= last:
                self._guard_strays(sheet, line, cells, untitled, strays)
            if row is not None:
                plan.append(row)
                self._require(sheet, row, needed, {seat.column.field for seat in seats})

    def _plan_of(self, sheet: SheetOf) -> list[PlanRow]:
        plan = self.read.plan
        return {PARTICIPATIONS: plan.participations, STEPS: plan.steps, FOLLOW_UPS: plan.follow_ups}[sheet.name]

    def _seats(self, sheet: SheetOf, header: Row) -> list[_Seat]:
        line, cells = header
        headings, seats, seen = _headings(sheet), [], set()
        for index, raw in enumerate(cells):
            text = text_of(raw)
            if not text:
                continue
            column = headings.get(fold(text.rstrip(" *")))
            if column is None:
                self._fault(sheet.name, line, column_letter(index), raw, self._unknown_heading(text, sheet))
            elif column.title in seen:
                self._fault(sheet.name, line, column_letter(index), raw, _("Kolumnen finns två gånger. Ta bort en."))
            else:
                seen.add(column.title)
                read = reader_of(column, self._words, starts_1904=self._opened.starts_1904)
                seats.append(_Seat(index, column, read))
        if not seats:
            raise FileRefusedError(
                _("Bladet %s saknar rubriker. Den första raden ska ha mallens rubriker, till exempel Kod och Kön.")
                % sheet.name
            )
        return seats

    def _unknown_heading(self, text: str, sheet: SheetOf) -> str:
        if close := nearest(text, [column.title for column in sheet.columns]):
            return _("Rubriken känns inte igen. Menade du ”%s”?") % close
        return _("Rubriken känns inte igen. Ta bort kolumnen; bara mallens kolumner läses in.")

    def _row(self, sheet: SheetOf, line: int, cells: list[Raw], seats: list[_Seat]) -> PlanRow | None:
        """The values of a row, or None where a cell is wrong. The innermost loop: a look-up a cell."""
        values: dict[str, Any] = {}
        width, is_whole = len(cells), True
        for seat in seats:
            if seat.index >= width or (raw := cells[seat.index]) is None:
                continue
            known = seat.known
            value = known[raw] if raw in known else known.setdefault(raw, seat.read(raw))
            if value is BLANK:
                continue
            if type(value) is Wrong:
                is_whole = False
                self._fault(sheet.name, line, seat.column.title, raw, value.sentence)
            elif seat.column.kind is Kind.MEMBER and values.get(seat.column.field):
                values[seat.column.field] |= value or frozenset()
            elif seat.column.kind is not Kind.MEMBER or value or seat.column.field not in values:
                values[seat.column.field] = value
        if not is_whole:
            return None
        _settle(values)
        return PlanRow(line, values.pop("code", None), values)

    def _guard_strays(self, sheet: SheetOf, line: int, cells: list[Raw], untitled: set[int], strays: set[int]) -> None:
        """Cells under no heading of ours: a value there would be lost without a word, or should not be there at all."""
        for index, raw in enumerate(cells):
            if index not in strays or not text_of(raw):
                continue
            if found := identity_in(raw):
                self._fault(sheet.name, line, column_letter(index), "", found.sentence)
            elif index in untitled:
                untitled.discard(index)
                sentence = _("Kolumnen har ingen rubrik men innehåller värden. Ta bort den eller skriv mallens rubrik.")
                self._fault(sheet.name, line, column_letter(index), raw, sentence)

    def _require(self, sheet: SheetOf, row: PlanRow, needed: list[Column], present: set[str]) -> None:
        if sheet.name == PARTICIPATIONS and row.code is not None:
            return
        given = {*row.values, *(["code"] if row.code else [])}
        for column in needed:
            if column.field not in given:
                missing = (
                    _("Fyll i %s.") if column.field in present else _("Kolumnen %s saknas i filen, och behövs här.")
                )
                self._fault(sheet.name, row.line, column.title, "", missing % column.title)


def _headings(sheet: SheetOf) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in sheet.columns:
        spellings = (column.title, *column.others, *(() if column.kind is Kind.MEMBER else (column.field,)))
        for spelling in spellings:
            found.setdefault(fold(spelling), column)
    return found


def _settle(values: dict[str, Any]) -> None:
    """Decide which item is meant by a label that several share, by the row's own day."""
    for name, value in values.items():
        if type(value) is Several:
            day = values.get("exit_on" if name.startswith(("exit", "work", "studies")) else "start_on")
            day = day or values.get("on") or values.get("done_on")
            values[name] = settle(list(value.choices), day) if day else value.choices[-1].key


def _line_of(place: str) -> int:
    digits = "".join(c for c in place.partition(":")[0] if c.isdecimal())
    return int(digits) if digits else 0
