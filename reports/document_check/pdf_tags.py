"""A tagged PDF, as a PDF/UA or what Word saves: its tags say what is a table, a row and a heading."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from pdfplumber.pdf import PDF

from reports.document_check.collecting import Collector
from reports.document_check.numbers import parse

Tag = dict[str, Any]
Marked = dict[tuple[int, int], list[str]]
_CELLS = frozenset({"TH", "TD"})
_GAP = 0.25
"""Of a letter's height: so far apart two letters have a space between them."""
_DEEPEST = 60
_MOST_SPANNED = 100


def tables_tagged(pdf: PDF) -> list[Tag]:
    """The tags of the document, where some of them is a table; else none."""
    try:
        tags: list[Tag] = pdf.structure_tree
    except (AttributeError, KeyError, TypeError, ValueError):
        return []  # tags that are broken: the words are there all the same
    return tags if any(tag.get("type") == "Table" for tag in _walk(tags)) else []


class MisplacedError(Exception):
    """A row has fewer cells than its table, and the tags do not tell which are missing."""


def read(pdf: PDF, tags: Sequence[Tag], found: Collector) -> None:
    """Give every table and paragraph to the collector; raises MisplacedError where the tags are not enough."""
    marked = _marked(pdf)
    for tag in _tops(tags):
        kind, page = tag.get("type") or "", _page(tag)
        if kind == "Table":
            caption = next((_words(t, marked) for t in tag.get("children", ()) if t.get("type") == "Caption"), "")
            found.table(_rows(tag, marked), caption, page=page)
        elif kind != "Figure":
            if kind.startswith("H"):
                found.heading()
            found.text(_words(tag, marked), page)


def _tops(tags: Sequence[Tag], depth: int = 0) -> Iterator[Tag]:
    """The tags that are tables or hold words, from the top."""
    for tag in tags:
        inner = tag.get("children", ())
        if tag.get("type") == "Table" or tag.get("mcids") or not inner or depth > _DEEPEST:
            yield tag
        elif tag.get("type") != "Figure":
            yield from _tops(inner, depth + 1)


def _walk(tags: Sequence[Tag], depth: int = 0) -> Iterator[Tag]:
    for tag in tags:
        yield tag
        if depth < _DEEPEST:
            yield from _walk(tag.get("children", ()), depth + 1)


def _page(tag: Tag) -> int:
    return next((t["page_number"] for t in _walk([tag]) if t.get("page_number")), 0)


def _marked(pdf: PDF) -> Marked:
    """The words by page and mark."""
    texts: Marked = defaultdict(list)
    before: dict[tuple[int, int], Any] = {}
    for page in pdf.pages:
        for char in page.chars:
            if char.get("mcid") is None:
                continue
            key = (page.page_number, char["mcid"])
            if key in before and _apart(before[key], char):
                texts[key].append(" ")
            texts[key].append(char["text"])
            before[key] = char
        page.close()
    return texts


def _apart(before: Any, char: Any) -> bool:
    far = _GAP * char["size"]
    return bool(char["x0"] - before["x1"] > far or abs(char["top"] - before["top"]) > 2 * far)


def _words(tag: Tag, marked: Marked, page: int = 0, depth: int = 0) -> str:
    here = tag.get("page_number") or page
    own = ("".join(marked.get((here, mark), ())) for mark in tag.get("mcids", ()))
    inner = (_words(t, marked, here, depth + 1) for t in tag.get("children", ()) if depth < _DEEPEST)
    return " ".join(filter(None, (*own, *inner)))


def _rows(table: Tag, marked: Marked) -> list[list[str]]:
    """The rows, with the words of a cell that spans several in each of its places.

    typst leaves empty cells out, and says of each other cell which headings it stands under.
    """
    grid: dict[tuple[int, int], str] = {}
    headings: dict[bytes, int] = {}
    rows = [tag for tag in _walk([table]) if tag.get("type") == "TR"]
    for number, row in enumerate(rows):
        column = 0
        for cell in row.get("children", ()):
            if cell.get("type") in _CELLS:
                column = _under(cell, headings, column)
                while (number, column) in grid:
                    column += 1
                headings[_name(cell)] = column
                column += _place(grid, number, column, cell, _words(cell, marked))
    return _whole_rows(grid, len(rows), has_names=len(headings) > 1)


def _whole_rows(grid: dict[tuple[int, int], str], height: int, *, has_names: bool) -> list[list[str]]:
    width = max((column for _row, column in grid), default=-1) + 1
    if not has_names and any((row, width - 1) not in grid for row in range(height)):
        raise MisplacedError
    return [[grid.get((row, column), "") for column in range(width)] for row in range(height)]


def _name(cell: Tag) -> bytes:
    name = cell.get("id") or b""
    return name if isinstance(name, bytes) else str(name).encode()


def _under(cell: Tag, headings: dict[bytes, int], column: int) -> int:
    """The column that the cell's headings say, where they say one."""
    said = (cell.get("attributes") or {}).get("Headers") or ()
    return max((headings[name] for name in said if name in headings), default=column)


def _place(grid: dict[tuple[int, int], str], row: int, column: int, cell: Tag, text: str) -> int:
    """Put the cell in its places; how many columns it has."""
    high, wide = _span(cell, "RowSpan"), _span(cell, "ColSpan")
    rest = "" if parse(text).is_number else text
    for down in range(high):
        for right in range(wide):
            grid[row + down, column + right] = rest if down or right else text
    return wide


def _span(cell: Tag, name: str) -> int:
    number = (cell.get("attributes") or {}).get(name, 1)
    return min(number, _MOST_SPANNED) if isinstance(number, int) and number > 0 else 1
