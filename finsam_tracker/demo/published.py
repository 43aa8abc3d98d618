"""What a federation published for a year: the figures that the demo's registrations must give back."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Flow:
    total: int
    new: int
    exited: int
    ongoing: int

    @property
    def carried_over(self) -> int:
        """In the initiative already when the year began."""
        return self.total - self.new


@dataclass(frozen=True)
class Published:
    """Every figure of one year. Exits are [women, men] by initiative and reason; facts and goals are whole percent."""

    year: int
    flows: Mapping[str, Flow]
    exits: Mapping[str, Mapping[str, tuple[int, int]]]
    works_after: Mapping[str, int]
    works_after_another_reason: Mapping[str, str]
    participants: Mapping[str, int]
    full_time: Mapping[str, Decimal]
    facts: Mapping[str, int]
    goals: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(flow.total for flow in self.flows.values())

    @property
    def exited(self) -> int:
        return sum(flow.exited for flow in self.flows.values())


def read_published(path: Path) -> Published:
    data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    municipalities = data["municipalities"]
    return Published(
        year=data["year"],
        flows={slug: Flow(**row) for slug, row in data["flows"].items()},
        exits={slug: {reason: (w, m) for reason, (w, m) in rows.items()} for slug, rows in data["exits"].items()},
        works_after=data["works_after"],
        works_after_another_reason=data["works_after_another_reason"],
        participants={code: row["participants"] for code, row in municipalities.items()},
        full_time={code: row["full_time"] for code, row in municipalities.items()},
        facts=data["facts"],
        goals=data["goals"],
    )


def count_for(percent: int, of: int) -> int:
    """A whole number that is the percentage when rounded: the nearest one, a half upwards."""
    return (2 * percent * of + 100) // 200
