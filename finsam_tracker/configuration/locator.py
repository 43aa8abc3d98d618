"""On which line each key of a TOML file stands. ``tomllib`` reads the values but keeps no lines.

The text has been read by ``tomllib`` already, so that it is valid is taken for granted here.
"""

import re

Path = tuple[str | int, ...]
"""Where something stands: ``("initiatives", 0, "years", 1, "budget_sek")``. The file itself is ``()``."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_NAME = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r"""
    \"{3}(?:[^\\]|\\.)*?\"{3,5}
    | '{3}.*?'{3,5}
    | "(?:[^"\\\n]|\\.)*"
    | '[^'\n]*'
    """,
    re.DOTALL | re.VERBOSE,
)
_BARE = re.compile(r"[^,\[\]{}#\n]+")


def locate(text: str) -> dict[Path, int]:
    """The line, from 1, of every table, key and list element."""
    return _Locator(text).run()


class _Locator:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[Path, int] = {(): 1}
        self._last: dict[Path, int] = {}
        """The number of the last element so far of each ``[[list of tables]]``."""

    def run(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._looking_at("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._lines

    def _header(self) -> Path:
        is_element = self._looking_at("[[")
        line = self._line()
        self._at += 2 if is_element else 1
        *above, name = self._key()
        self._at += 2 if is_element else 1
        path = (*self._resolved(above), name)
        if is_element:
            self._last[path] = self._last.get(path, -1) + 1
            self._lines.setdefault(path, line)
            path = (*path, self._last[path])
        self._lines[path] = line
        return path

    def _resolved(self, names: list[str]) -> Path:
        """The table that a header names; of a list of tables it is the last element so far."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if path in self._last:
                path = (*path, self._last[path])
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for name in self._key():
            path = (*path, name)
            self._lines.setdefault(path, line)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _key(self) -> list[str]:
        names = []
        while True:
            self._skip(_SPACE)
            names.append(self._skip(_NAME).strip("\"'"))
            self._skip(_SPACE)
            if not self._looking_at("."):
                return names
            self._at += 1

    def _value(self, path: Path) -> None:
        if self._looking_at("["):
            self._list(path)
        elif self._looking_at("{"):
            self._inline_table(path)
        elif not self._skip(_STRING):
            self._skip(_BARE)

    def _list(self, path: Path) -> None:
        self._next()
        number = 0
        while not self._looking_at("]"):
            self._lines[(*path, number)] = self._line()
            self._value((*path, number))
            number += 1
            self._skip(_BLANK)
            if self._looking_at(","):
                self._next()
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._next()
        while not self._looking_at("}"):
            self._pair(path)
            self._skip(_BLANK)
            if self._looking_at(","):
                self._next()
        self._at += 1

    def _next(self) -> None:
        self._at += 1
        self._skip(_BLANK)

    def _looking_at(self, sign: str) -> bool:
        return self._text.startswith(sign, self._at)

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found.group()
