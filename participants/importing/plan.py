"""What a file asks for: its rows as checked values, without any text that somebody typed, small enough to keep."""

import hashlib
import json
import zlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

DAYS = frozenset({"start_on", "exit_on", "on", "done_on"})
SETS = frozenset({"support_before", "support_after"})


class PlanRow(NamedTuple):
    """A row: the line it stands on, the code where it has one, and the values given. A value left out is not here."""

    line: int
    code: str | None
    values: dict[str, Any]


@dataclass
class Plan:
    """The rows of the three sheets."""

    participations: list[PlanRow] = field(default_factory=list)
    steps: list[PlanRow] = field(default_factory=list)
    follow_ups: list[PlanRow] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.participations) + len(self.steps) + len(self.follow_ups)

    def packed(self) -> bytes:
        """For the database."""
        return zlib.compress(self._text().encode(), 1)

    def digest(self) -> str:
        """The same for the same rows, however the file was saved."""
        return hashlib.sha256(self._text().encode()).hexdigest()

    def _text(self) -> str:
        sheets = [self.participations, self.steps, self.follow_ups]
        return json.dumps(sheets, default=_plain, sort_keys=True, separators=(",", ":"))

    @classmethod
    def unpacked(cls, content: bytes) -> "Plan":
        """As it was when it was packed."""
        sheets = json.loads(zlib.decompress(content))
        return cls(*([PlanRow(line, code, _restored(values)) for line, code, values in rows] for rows in sheets))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else sorted(value)


def _restored(values: dict[str, Any]) -> dict[str, Any]:
    for name in DAYS & values.keys():
        values[name] = values[name] and date.fromisoformat(values[name])
    for name in SETS & values.keys():
        values[name] = None if values[name] is None else frozenset(values[name])
    return values
