"""A page without tags: a table is lines whose words stand in columns, with numbers in them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pdfplumber.page import Page

from reports.document_check.collecting import Collector
from reports.document_check.numbers import Kind, parse

_SAME_CELL = 0.7
"""Of the height of a line: words nearer than that are in one cell."""
_NEXT_LINE = 2.4
"""Of the height of a line: lines nearer than that, from top to top, belong together."""
_LEAST_ROWS = 2
_MOST_HEADINGS = 4
_MOST_WORDS = 4
_CAPTION = re.compile(r"(tabell|diagram|figur|bild)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """Words that stand together, and how far from the left they begin and end, in points."""

    text: str
    left: float
    right: float

    @property
    def is_value(self) -> bool:
        return parse(self.text).kind in (Kind.NUMBER, Kind.SIGN)


@dataclass(frozen=True)
class Line:
    """A line of the page, from the left."""

    top: float
    height: float
    pieces: tuple[Piece, ...]

    @property
    def has_values(self) -> bool:
        return any(piece.is_value for piece in self.pieces[1:])

    @property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)


def read(page: Page, found: Collector) -> None:
    """Give the tables and the other lines of the page to the collector."""
    lines = list(_lines(page))
    at = 0
    while at < len(lines):
        end = _end_of_table(lines, at)
        if sum(line.has_values for line in lines[at:end]) < _LEAST_ROWS:
            found.text(lines[at].text, page.page_number)
            at += 1
            continue
        start = next(n for n in range(at, end) if lines[n].has_values)
        found.table(_table(lines[at:start], lines[start:end]), page=page.page_number)
        at = end


def _lines(page: Page) -> Iterator[Line]:
    words = sorted(page.extract_words(x_tolerance=2), key=lambda word: (word["top"] + word["bottom"]) / 2)
    row: list[dict[str, float]] = []
    for word in words:
        if row and _middle(word) - _middle(row[0]) > (row[0]["bottom"] - row[0]["top"]) / 2:
            yield _line(row)
            row = []
        row.append(word)
    if row:
        yield _line(row)


def _middle(word: dict[str, float]) -> float:
    return (word["top"] + word["bottom"]) / 2


def _line(words: list[dict[str, float]]) -> Line:
    top = min(word["top"] for word in words)
    height = max(word["bottom"] - word["top"] for word in words)
    return Line(top, height, tuple(_pieces(sorted(words, key=lambda word: word["x0"]), height)))


def _pieces(words: Sequence[dict[str, float]], height: float) -> Iterator[Piece]:
    texts, left, right = [str(words[0]["text"])], words[0]["x0"], words[0]["x1"]
    for before, word in pairwise(words):
        if word["x0"] - before["x1"] > _SAME_CELL * height:
            yield Piece(" ".join(texts), left, right)
            texts, left = [], word["x0"]
        texts.append(str(word["text"]))
        right = word["x1"]
    yield Piece(" ".join(texts), left, right)


def _end_of_table(lines: Sequence[Line], at: int) -> int:
    """Where a table that begins with the line ends, headings first; ``at`` where none begins there."""
    start = at
    while start < len(lines) and start - at < _MOST_HEADINGS and not lines[start].has_values:
        if not _may_be_heading(lines, start):
            return at
        start += 1
    end = last = start
    while end < len(lines) and (end == start or _follows(lines[end - 1], lines[end])):
        if lines[end].has_values:
            last = end + 1
        elif end - last >= _LEAST_ROWS:
            break
        end += 1
    return last


def _may_be_heading(lines: Sequence[Line], at: int) -> bool:
    """Several pieces, or a few words that stand over some of them; a caption is neither."""
    if at + 1 >= len(lines) or not _follows(lines[at], lines[at + 1]):
        return False
    pieces, below = lines[at].pieces, lines[at + 1].pieces
    if len(pieces) > 1:
        return True
    is_short = len(pieces[0].text.split()) <= _MOST_WORDS and not _CAPTION.match(pieces[0].text)
    return is_short and len(below) > 1 and pieces[0].left > below[0].right


def _follows(above: Line, below: Line) -> bool:
    return below.top - above.top < _NEXT_LINE * max(above.height, below.height)


def _table(headings: Sequence[Line], body: Sequence[Line]) -> list[list[str]]:
    columns = _columns(line for line in body if line.has_values)
    heading = ["" for _column in columns]
    for line in headings:
        for piece in line.pieces:
            for column in _over(piece, columns):
                heading[column] = f"{heading[column]} {piece.text}".strip()
    return [heading, *(_row(line, columns) for line in body)] if headings else [_row(line, columns) for line in body]


def _columns(lines: Iterator[Line]) -> list[tuple[float, float]]:
    """What is left of the page's width when every piece has thrown its shadow."""
    spans = sorted((piece.left, piece.right) for line in lines for piece in line.pieces)
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _over(piece: Piece, columns: Sequence[tuple[float, float]]) -> list[int]:
    """The columns that the piece stands over; the nearest where it stands over none."""
    over = [n for n, (left, right) in enumerate(columns) if piece.left < right and piece.right > left]
    middle = (piece.left + piece.right) / 2
    return over or [min(range(len(columns)), key=lambda n: abs(sum(columns[n]) / 2 - middle))]


def _row(line: Line, columns: Sequence[tuple[float, float]]) -> list[str]:
    row = ["" for _column in columns]
    for piece in line.pieces:
        at = _over(piece, columns)[0]
        row[at] = f"{row[at]} {piece.text}".strip()
    return row
