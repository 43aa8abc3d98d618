"""The means of drawing: elements, texts that fit, and fills that differ without colour. Attributes only, no style."""

from collections.abc import Iterable
from html import escape
from typing import Any

INK = "#1b2733"
DARK = "#0b3b66"
MIDDLE = "#6f9cc6"
LIGHT = "#bcd3e8"
PAPER = "#ffffff"
FONT = "Arial, Helvetica, sans-serif"
SIZE = 14
LINE = 18

_NARROW = frozenset(" .,:;|!'()[]ijlftrI-\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}")
_WIDE = frozenset("mwMWQO%@\N{EM DASH}")
_EM_NARROW, _EM_WIDE, _EM_CAPITAL, _EM_OTHER = 0.34, 0.9, 0.7, 0.57


def number(value: float) -> str:
    """A coordinate, written in one way only."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def tag(name: str, content: str = "", /, **attributes: Any) -> str:
    """An element; a trailing underscore and inner ones are for names that Python cannot have (``stroke_width``)."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(number(value) if isinstance(value, float) else str(value))}"'
        for key, value in attributes.items()
        if value not in (None, "")
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def writing(x: float, y: float, text: str, size: int = SIZE, **attributes: Any) -> str:
    """A line of text. The family stands on every text, for programs that do not inherit it."""
    shape = {"font_family": FONT, "font_size": size, "fill": INK, **attributes}
    return tag("text", escape(clean(text), quote=False), x=float(x), y=float(y), **shape)


def clean(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)


def width_of(text: str, size: int = SIZE) -> float:
    """About how wide a text is; no font is asked, so that every machine draws the same."""
    return size * sum(map(_em, text))


def _em(character: str) -> float:
    if character in _NARROW:
        return _EM_NARROW
    if character in _WIDE:
        return _EM_WIDE
    return _EM_CAPITAL if character.isupper() else _EM_OTHER


def folded(text: str, width: float, size: int = SIZE) -> list[str]:
    """The text in lines of at most the width; a word that is wider alone is cut."""
    lines = [""]
    for part in (part for word in text.split() for part in _cut(word, width, size)):
        tried = f"{lines[-1]} {part}".strip()
        if lines[-1] and width_of(tried, size) > width:
            lines.append(part)
        else:
            lines[-1] = tried
    return lines


def _cut(word: str, width: float, size: int) -> Iterable[str]:
    while width_of(word, size) > width:
        fits = next(n for n in range(len(word), 0, -1) if n == 1 or width_of(word[:n], size) <= width)
        yield word[:fits]
        word = word[fits:]
    yield word


def fills(ident: str, number_of: int) -> str:
    """The patterns that so many series need, to be put among the drawing's definitions."""
    return tag("defs", "".join(_PATTERNS[n].format(id=f"{ident}-{n}") for n in range(number_of) if n in _PATTERNS))


def fill(ident: str, series: int, *, blank: bool = False) -> dict[str, Any]:
    """How a series is filled: dark, hatched, light, dotted, ...; what was not registered is empty and dashed."""
    edge: dict[str, Any] = {"stroke": INK, "stroke_width": 1}
    if blank:
        return {**edge, "fill": PAPER, "stroke_dasharray": "3 2"}
    return {**edge, "fill": f"url(#{ident}-{series})" if series in _PATTERNS else _SOLID[series]}


def _pattern(inside: str, turn: int = 0, ground: str = PAPER) -> str:
    return (
        f'<pattern id="{{id}}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate({turn})">'
        f'<rect width="6" height="6" fill="{ground}"/>{inside}</pattern>'
    )


_STRIPE = f'<rect width="2" height="6" fill="{DARK}"/>'
_SOLID = {0: DARK, 2: LIGHT, 6: MIDDLE}
_PATTERNS = {
    1: _pattern(_STRIPE, 45),
    3: _pattern(f'<circle cx="3" cy="3" r="1.4" fill="{DARK}"/>'),
    4: _pattern(_STRIPE, 90, LIGHT),
    5: _pattern(f'<path d="M0 3H6M3 0V6" stroke="{DARK}" stroke-width="1.2"/>', 45),
    7: _pattern(f'<rect width="1" height="6" fill="{DARK}"/>', 135),
}
