"""Collects what a reader finds, within the limits."""

from collections.abc import Iterable, Sequence
from typing import Any

from reports.document_check.found import FoundDocument, FoundTable, Passage, Refusal, RefusedError
from reports.document_check.limits import (
    MAX_CAPTION,
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_PARAGRAPH,
    MAX_ROWS,
    MAX_TABLES,
    MAX_TEXT,
)
from reports.document_check.numbers import parse

Cells = tuple[tuple[str, ...], ...]
LEAST_ROWS = LEAST_COLUMNS = 2


class Collector:
    """The document as it grows. The text right above a table is its caption, the texts beneath are its notes."""

    def __init__(self) -> None:
        self._tables: list[dict[str, Any]] = []
        self._passages: list[Passage] = []
        self._cells = self._characters = 0

    def text(self, words: str, page: int = 0) -> None:
        """A paragraph."""
        words = " ".join(words.split())[:MAX_PARAGRAPH]
        if words and self._characters < MAX_TEXT:
            self._characters += len(words)
            self._passages.append(Passage(words, page))
            if self._tables and len(self._tables[-1]["notes"]) < MAX_PARAGRAPH:
                self._tables[-1]["notes"] += f"{words}\n"

    def heading(self) -> None:
        """What comes now belongs to no table before it."""
        if self._tables:
            self._tables[-1]["closed"] = self._tables[-1].setdefault("closed", self._tables[-1]["notes"])

    def table(self, rows: Iterable[Sequence[str]], caption: str = "", **where: Any) -> None:
        """A table; what is no table because it has one row or one column is text."""
        cells, page = _squared(rows), where.get("page", 0)
        if len(cells) < LEAST_ROWS or len(cells[0]) < LEAST_COLUMNS:
            for row in cells:
                self.text(" ".join(row), page)
            return
        self._count(cells)
        above = self._words_above(page)
        if not caption and self._continues(cells, page, above):
            self._tables[-1]["cells"] += cells[1:] if cells[0] == self._tables[-1]["cells"][0] else cells
            self._tables[-1]["last_page"], self._tables[-1]["notes"] = page, ""
            return
        caption = " ".join(caption.split()) or above
        self._tables.append({"caption": caption[:MAX_CAPTION], "cells": cells, "notes": "", "last_page": page, **where})

    def _continues(self, cells: Cells, page: int, above: str) -> bool:
        """Whether it goes on from the page before: nothing stands above it but what stands on top of every page."""
        last = self._tables[-1] if self._tables else None
        if not page or not last or last["last_page"] != page - 1 or len(last["cells"][0]) != len(cells[0]):
            return False
        tops = {next((p.text for p in self._passages if p.page == n), "") for n in (page - 1, page)}
        if above and len(tops) > 1:
            return False
        return cells[0] == last["cells"][0] or any(parse(cell).is_number for cell in cells[0][1:])

    def whole(self) -> FoundDocument:
        tables = tuple(_made(n, dict(table)) for n, table in enumerate(self._tables, start=1))
        return FoundDocument(tables, tuple(self._passages))

    def _count(self, cells: Cells) -> None:
        self._cells += len(cells) * len(cells[0])
        if len(self._tables) >= MAX_TABLES or len(cells) > MAX_ROWS or self._cells > MAX_CELLS:
            raise RefusedError(Refusal.TOO_MANY_TABLES)

    def _words_above(self, page: int) -> str:
        last = self._passages[-1] if self._passages else None
        return last.text if last and last.page == page else ""


def _made(number: int, table: dict[str, Any]) -> FoundTable:
    table.pop("last_page")
    table["notes"] = table.pop("closed", table["notes"]).strip()
    return FoundTable(number=number, **table)


def _squared(rows: Iterable[Sequence[str]]) -> Cells:
    """The rows equally long, without those and the columns that are empty at the end."""
    texts = [tuple(" ".join(cell.split())[:MAX_CELL] for cell in row) for row in rows]
    width = max((max((at for at, cell in enumerate(row, 1) if cell), default=0) for row in texts), default=0)
    if width > MAX_COLUMNS:
        raise RefusedError(Refusal.TOO_MANY_TABLES)
    while texts and not any(texts[-1]):
        texts.pop()
    return tuple((row + ("",) * width)[:width] for row in texts)
