"""Every table's cells in plain Python: loops over registrations, written from the definitions and not from the engine.

A cell is asked for by the table's key, the row's key and the column's key. ``None`` is a cell without a number.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.facts import Facts, Row

TOTAL = "total"
Codes = Callable[[Row], set[str]]
Value = int | Fraction | str | None
FULL_TIME = {"100": Fraction(1), "75": Fraction(3, 4), "50": Fraction(1, 2), "25": Fraction(1, 4)}
OF_EXITS = frozenset(
    [
        "exit_groups",
        "table_1",
        "work_by_reason",
        "occupation_after",
        "support_after",
        "time_exited",
        "steps_by_initiative",
        "steps_by_assignment",
        "step_matrix",
        "went_on",
        "support_change",
        "support_or_not",
    ]
)
BY_GENDER = frozenset(
    [
        "ages",
        "education",
        "support_before",
        "support_time",
        "referrers",
        "municipalities",
        "assignments",
        "occupation_after",
        "support_after",
        "time_exited",
        "time_ongoing",
    ]
)


@dataclass
class Span:
    """The days of a period; ``so_far`` is its last day or today, ``gone`` its last day that has passed."""

    first: date
    last: date
    so_far: date
    gone: date

    @property
    def is_year(self) -> bool:
        return (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31) and (
            self.first.year == self.last.year
        )


def percent(part: int | Fraction | None, whole: int | Fraction | None, decimals: int = 0) -> Fraction | None:
    """A share, rounded half up."""
    if part is None or not whole:
        return None
    return half_up(Fraction(100) * part / whole, decimals)


def half_up(number: Fraction, decimals: int) -> Fraction:
    scale = 10**decimals
    return Fraction(math.floor(number * scale + Fraction(1, 2)), scale)


def whole_months(first: date, last: date) -> int:
    """How many times the start's day of the month has come again."""
    months = 0
    year, month = first.year, first.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        if (last.year, last.month, last.day) < (year, month, first.day):
            return months
        months += 1


class Reference:
    """The figures of one federation and period."""

    def __init__(self, facts: Facts, span: Span) -> None:
        self.facts, self.span = facts, span
        # Where each registration stands in a table, worked out once: the populations live as long as this does.
        self._placed: dict[tuple[str, int], list[tuple[Row, list[set[str]]]]] = {}
        first, last = span.first, span.last
        counted = [p for p in facts.participations if not p["is_void"]]
        self.counted = counted
        self.took_part = took_part(counted, first, last)
        self.new = [p for p in counted if first <= p["start_on"] <= last]
        self.exited = [p for p in counted if p["exit_on"] and first <= p["exit_on"] <= last]
        self.ongoing = [p for p in counted if p["start_on"] <= last and (not p["exit_on"] or p["exit_on"] > last)]
        self.working = [p for p in self.exited if p["work_after"] not in (None, "none")]
        follow_ups = [f for f in facts.follow_ups if not f["is_void"]]
        self.due = [f for f in follow_ups if first <= f["due_on"] <= span.gone]
        self.reached = [f for f in self.due if f["outcome"] == "reached"]
        self.later = [f for f in follow_ups if f["due_on"] > span.gone and f["exit_on"] <= span.gone]
        self.followed_up = self.due + self.later
        self.contacts = [c for c in facts.contacts if not c["is_void"] and first <= c["month"] <= last]

    # What a registration is counted under

    def initiative(self, row: Row) -> set[str]:
        return {self.facts.initiatives[row["initiative_id"]]["slug"]}

    def municipality(self, row: Row) -> set[str]:
        found = self.facts.municipalities.get(row["municipality_id"])
        return {found["code"] if found else "unknown"}

    def reason(self, row: Row) -> set[str]:
        return {self.facts.reasons[row["exit_reason_id"]]["code"]}

    def group(self, row: Row) -> set[str]:
        return {self._group(row)["code"]}

    def common(self, row: Row) -> set[str]:
        return {self._group(row)["common"]}

    def _group(self, row: Row) -> Row:
        return self.facts.groups[self.facts.reasons[row["exit_reason_id"]]["group_id"]]

    def band(self, kind: str, number: int | None) -> set[str]:
        if number is None:
            return {"unknown"}
        for band in self.facts.bands.get(kind, []):
            if band["low"] <= number and (band["high"] is None or number <= band["high"]):
                return {band["code"]}
        return {"outside"}

    def age(self, row: Row) -> int | None:
        return None if row["birth_year"] is None else row["start_on"].year - row["birth_year"]

    def assignment(self, row: Row) -> set[str]:
        if row["assignment"] is not None:
            return {row["assignment"]}
        uses = self.facts.initiatives[row["initiative_id"]]["uses_assignments"]
        return {"unknown" if uses else "not-used"}

    def step(self, key: int | None) -> set[str]:
        return {"unknown" if key is None else self.facts.steps[key]["code"]}

    def positive(self, row: Row) -> str:
        rule = self.facts.positive_step
        by_reason = self.facts.reasons[row["exit_reason_id"]]["counts_as_positive_step"]
        if rule == "reason":
            return "yes" if by_reason else "no"
        if rule == "either" and by_reason:
            return "yes"
        if row["first_step_id"] is None:
            return "unknown"
        steps = self.facts.steps
        return "yes" if steps[row["last_step_id"]]["position"] > steps[row["first_step_id"]]["position"] else "no"

    # The tables

    def dimensions(self, table: str) -> list[Codes]:
        """What the table's rows are, outermost first."""
        plain: dict[str, list[Codes]] = {
            "flows": [self.initiative],
            "exit_groups": [self.initiative],
            "table_1": [self.initiative, self.reason],
            "table_2": [lambda r: {r["work_after"]}],
            "work_by_reason": [self.common, self.reason],
            "table_3": [self.municipality],
            "ages": [lambda r: self.band("age", self.age(r))],
            "education": [lambda r: {r["education"] or "unknown"}],
            "support_before": [lambda r: set(r["support_before"] or {"unknown"})],
            "support_after": [lambda r: set(r["support_after"] or {"unknown"})],
            "support_time": [lambda r: self.band("support_months", r["support_months"])],
            "referrers": [lambda r: {r["referrer"] or "unknown"}],
            "municipalities": [self.municipality],
            "assignments": [self.assignment],
            "time_exited": [lambda r: self.band("initiative_months", whole_months(r["start_on"], r["exit_on"]))],
            "time_ongoing": [lambda r: self.band("initiative_months", whole_months(r["start_on"], self.span.so_far))],
            "months": [self.initiative],
            "steps_by_initiative": [self.initiative],
            "steps_by_assignment": [self.assignment],
            "step_matrix": [lambda r: self.step(r["first_step_id"])],
            "went_on": [self.initiative],
            "support_change": [lambda r: set(r["support_before"] or {"unknown"})],
            "support_or_not": [lambda r: with_or_without(r["support_before"])],
            "follow_ups": [lambda r: {str(r["months"])}, self.initiative],
            "follow_up_work": [lambda r: {str(r["months"])}],
            "advisory_contacts": [self.initiative, lambda r: {r["kind"]}],
            "advisory_referrals": [lambda r: {r["referred_to"]}],
            "occupation_after": [occupation],
        }
        return plain.get(table, [])

    def population(self, table: str) -> list[Row]:
        """The registrations that must all have a row in the table."""
        special = {
            "table_2": self.working,
            "time_ongoing": self.ongoing,
            "follow_ups": self.followed_up,
            "follow_up_work": self.due,
            "advisory_contacts": self.contacts,
            "advisory_referrals": self.contacts,
        }
        return self.exited if table in OF_EXITS else special.get(table, self.took_part)

    def cell(self, table: str, key: tuple[str, ...], column: str) -> Value:
        """The value of a cell, by the table's own method."""
        method: Callable[..., Value] = getattr(self, f"_{method_of(table)}")
        return method(table, key, column)

    def rows(self, table: str, key: tuple[str, ...], rows: Iterable[Row]) -> list[Row]:
        """Those of the registrations that stand in a row."""
        known = self._placed.setdefault((table, id(rows)), [])
        if not known:
            dimensions = self.dimensions(table)
            known += [(row, [{TOTAL, *codes(row)} for codes in dimensions]) for row in rows]
        return [row for row, codes in known if all(code in some for code, some in zip(key, codes, strict=True))]

    def _flows(self, table: str, key: tuple[str, ...], column: str) -> Value:
        return len(self.rows(table, key, getattr(self, {"total": "took_part"}.get(column, column))))

    def _exit_groups(self, table: str, key: tuple[str, ...], column: str) -> Value:
        return _split(self.rows(table, key, self.exited), column, self.group)

    def _table_1(self, table: str, key: tuple[str, ...], column: str) -> Value:
        return _split(self.rows(table, key, self.exited), column, gender)

    def _full_time(self, rows: Iterable[Row]) -> Fraction | None:
        hourly = self.facts.parameters.get("hourly_counts_as")
        if hourly is None:
            return None
        weights = {**FULL_TIME, "hourly": hourly}
        return sum((weights.get(row["work_after"], Fraction(0)) for row in rows), Fraction(0))

    def _times(self, number: Fraction | None, *assumptions: str) -> Fraction | None:
        """The number times some assumptions; nothing where one of them has no value."""
        for key in assumptions:
            value = self.facts.parameters.get(key)
            number = None if number is None or value is None else number * value
        return number

    def _table_2(self, table: str, key: tuple[str, ...], column: str) -> Value:
        rows = self.working if key == ("full_time",) else self.rows(table, key, self.working)
        if column == "count":
            return self._full_time(rows) if key == ("full_time",) else len(rows)
        full_time = self._full_time(rows)
        avoided = self._times(full_time, "avoided_support_sek_per_year")
        tax = self._times(full_time, "monthly_wage_sek", "tax_rate")
        tax = None if tax is None else 12 * tax
        return {"avoided": avoided, "tax": tax, "result": together(avoided, tax)}[column]

    def _work_by_reason(self, table: str, key: tuple[str, ...], column: str) -> Value:
        if column == "exits":
            return len(self.rows(table, key, self.exited))
        return _split(self.rows(table, key, self.working), column, lambda r: {r["work_after"]})

    def _contribution(self, code: str) -> Value:
        year = self.span.last.year
        weights = {key: n for (of, key), n in self.facts.inhabitants.items() if of == year}
        amount = self.facts.funding.get((year, "municipalities"))
        if not self.span.is_year or amount is None or not weights:
            return None
        exact = {key: Fraction(amount * n, sum(weights.values())) for key, n in weights.items()}
        parts = {key: math.floor(share) for key, share in exact.items()}
        remainder = sorted(weights, key=lambda key: (parts[key] - exact[key], -weights[key]))
        for key in remainder[: amount - sum(parts.values())]:
            parts[key] += 1
        return amount if code == TOTAL else parts.get(code, 0)

    def _table_3(self, table: str, key: tuple[str, ...], column: str) -> Value:
        full_time = self._full_time(self.rows(table, key, self.working))
        avoided = self._times(full_time, "avoided_support_sek_per_year")
        tax = self._times(full_time, "monthly_wage_sek", "municipal_tax_rate")
        tax = None if tax is None else 12 * tax
        saving, contribution = together(avoided, tax), self._contribution(key[0])
        values: dict[str, Value] = {
            "participants": len(self.rows(table, key, self.took_part)),
            "fte": full_time,
            "avoided": avoided,
            "tax": tax,
            "saving": saving,
            "contribution": contribution,
            "net": None if contribution is None or saving is None else saving - _number(contribution),
        }
        return values[column]

    def _financing(self, _table: str, key: tuple[str, ...], column: str) -> Value:
        weights = {code: n for (year, code), n in self.facts.inhabitants.items() if year == self.span.last.year}
        if not self.span.is_year or not weights:
            return None
        own, everybody = weights.get(key[0], 0), sum(weights.values())
        own = everybody if key[0] == TOTAL else own
        values = {"inhabitants": own, "share": percent(own, everybody, 2), "contribution": self._contribution(key[0])}
        return values[column]

    def _funding(self, _table: str, key: tuple[str, ...], column: str) -> Value:
        amounts = {source: n for (year, source), n in self.facts.funding.items() if year == self.span.last.year}
        if not self.span.is_year or not amounts:
            return None
        own = sum(amounts.values()) if key[0] == TOTAL else amounts[key[0]]
        return own if column == "amount" else percent(own, sum(amounts.values()))

    def _facts(self, _table: str, key: tuple[str, ...], column: str) -> Value:
        parameters, national = self.facts.parameters, self.facts.education
        below = ("incomplete-primary", "primary", "incomplete-upper-secondary")

        def level(row: Row) -> Any:
            return row["education"] and national[row["education"]]["common"]

        def counts(row: Row) -> bool:
            age, months = self.age(row), row["support_months"]
            answers: dict[str, bool] = {
                "women": row["gender"] == "woman",
                "men": row["gender"] == "man",
                "young": age is not None and age <= parameters.get("young_at_most", 0),
                "long_support": months is not None and months >= parameters.get("long_support_months", 0),
                "without_upper_secondary": level(row) in below,
                "post_secondary": level(row) == "post-secondary",
            }
            return answers[key[0]]

        part, whole = len([row for row in self.took_part if counts(row)]), len(self.took_part)
        needed = {"young": "young_at_most", "long_support": "long_support_months"}.get(key[0])
        if needed and needed not in parameters:
            return whole if column == "of" else None
        return {"count": part, "of": whole, "percent": percent(part, whole)}[column]

    def _distribution(self, table: str, key: tuple[str, ...], column: str) -> Value:
        population = self.population(table)
        beside = {"new": self.new, "exited": self.exited}
        asked = beside.get(column, population)
        # The line beneath has those who stand in more than one row; the column is named as the table.
        rows = [r for r in asked if len(r[table] or ()) > 1] if key == ("several",) else self.rows(table, key, asked)
        if column in beside:
            return len(rows)
        return percent(len(rows), len(population)) if column == "share" else _split(rows, column, gender)

    def _months(self, table: str, key: tuple[str, ...], column: str) -> Value:
        whom, _, what = column.partition("_")
        rows = self.rows(table, key, getattr(self, whom))
        ends = {"exited": lambda r: r["exit_on"], "ongoing": lambda r: max(r["start_on"], self.span.so_far)}[whom]
        days = sorted((ends(r) - r["start_on"]).days for r in rows)
        if not what:
            return len(rows)
        if not days:
            return None
        middle = Fraction(days[(len(days) - 1) // 2] + days[len(days) // 2], 2)
        value = Fraction(sum(days), len(days)) if what == "mean" else middle
        return half_up(value / Fraction("30.4375"), 1)

    def _steps(self, table: str, key: tuple[str, ...], column: str) -> Value:
        rows = self.rows(table, key, self.exited)
        found = {answer: len([r for r in rows if self.positive(r) == answer]) for answer in ("yes", "no", "unknown")}
        values: dict[str, Value] = {
            "positive": found["yes"],
            "not_positive": found["no"],
            "not_judged": found["unknown"],
            "exited": len(rows),
            "share": percent(found["yes"], len(rows)),
            "share_judged": percent(found["yes"], found["yes"] + found["no"]),
        }
        return values[column]

    def _step_matrix(self, table: str, key: tuple[str, ...], column: str) -> Value:
        return _split(self.rows(table, key, self.exited), column, lambda r: self.step(r["last_step_id"]))

    def _went_on(self, table: str, key: tuple[str, ...], column: str) -> Value:
        rows = self.rows(table, key, self.exited)
        reasons = [self.facts.reasons[row["exit_reason_id"]] for row in rows]
        on, reached = len([r for r in reasons if r["went_on"]]), len([r for r in reasons if r["purpose_reached"]])
        values: dict[str, Value] = {
            "exited": len(rows),
            "went_on": on,
            "went_on_share": percent(on, len(rows)),
            "purpose": reached,
            "purpose_share": percent(reached, len(rows)),
        }
        return values[column]

    def _support_change(self, table: str, key: tuple[str, ...], column: str) -> Value:
        return _split(self.rows(table, key, self.exited), column, lambda r: set(r["support_after"] or {"unknown"}))

    def _support_or_not(self, table: str, key: tuple[str, ...], column: str) -> Value:
        return _split(self.rows(table, key, self.exited), column, lambda r: with_or_without(r["support_after"]))

    def _follow_ups(self, table: str, key: tuple[str, ...], column: str) -> Value:
        due = self.rows(table, key, self.due)
        if column == "later":
            return len(self.rows(table, key, self.later))
        if column == "share":
            return percent(len([f for f in due if f["outcome"] == "reached"]), len(due))
        return _split(due, column, lambda f: {f["outcome"]})

    def _follow_up_work(self, table: str, key: tuple[str, ...], column: str) -> Value:
        due, reached = (self.rows(table, key, some) for some in (self.due, self.reached))
        work = len([f for f in reached if occupation(f) & {"works", "works-and-studies"}])
        idle = len([f for f in reached if occupation(f) & {"studies", "neither"}])
        shares: dict[str, Value] = {
            "due": len(due),
            "share": percent(len(reached), len(due)),
            "working": percent(work, len(reached)),
            "at_least": percent(work, len(due)),
            "at_most": percent(len(due) - idle, len(due)),
        }
        return shares[column] if column in shares else _split(reached, column, occupation)

    def _development(self, _table: str, key: tuple[str, ...], column: str) -> Value:
        year = int(column)
        first, last = date(year, 1, 1), min(date(year, 12, 31), self.span.last)
        exited = [p for p in self.counted if p["exit_on"] and first <= p["exit_on"] <= last]
        work, studies = (len([p for p in exited if self.common(p) == {common}]) for common in ("work", "studies"))
        values: dict[str, Value] = {
            "total": len(took_part(self.counted, first, last)),
            "new": len([p for p in self.counted if first <= p["start_on"] <= last]),
            "exited": len(exited),
            "work": work,
            "studies": studies,
            "work_or_studies_percent": percent(work + studies, len(exited)),
            "ongoing": len(
                [p for p in self.counted if p["start_on"] <= last and not (p["exit_on"] and p["exit_on"] <= last)]
            ),
        }
        return values[key[0]]

    def _advisory_contacts(self, table: str, key: tuple[str, ...], column: str) -> Value:
        rows = self.rows(table, key, self.contacts)
        counts: list[int] = [row["count"] for row in rows if column in (TOTAL, row["referred_to"])]
        return sum(counts)

    def _advisory_referrals(self, table: str, key: tuple[str, ...], column: str) -> Value:
        everything = sum(row["count"] for row in self.contacts)
        own = sum(row["count"] for row in self.rows(table, key, self.contacts))
        return percent(own, everything) if column == "share" else own


def method_of(table: str) -> str:
    """What a table's method is called, without its underscore."""
    return "distribution" if table in BY_GENDER else "steps" if table.startswith("steps_by") else table


def took_part(rows: Iterable[Row], first: date, last: date) -> list[Row]:
    return [p for p in rows if p["start_on"] <= last and not (p["exit_on"] and p["exit_on"] < first)]


def gender(row: Row) -> set[str]:
    return {row["gender"]}


def with_or_without(support: frozenset[str] | None) -> set[str]:
    return {"unknown" if support is None else "no" if support == {"none"} else "yes"}


def occupation(row: Row) -> set[str]:
    """What somebody does, in one of five ways."""
    work, studies = row["work_after"], row["studies_after"]
    works, learns = work not in (None, "none"), studies not in (None, "none")
    if works:
        return {"works-and-studies" if learns else "works"}
    if learns:
        return {"studies"}
    return {"neither" if work == studies == "none" else "unknown"}


def _split(rows: Iterable[Row], column: str, codes: Codes) -> int:
    return len([row for row in rows if column in (TOTAL, *codes(row))])


def together(*parts: Fraction | None) -> Fraction | None:
    """A sum; nothing where a part of it is not known."""
    known = [part for part in parts if part is not None]
    return sum(known, Fraction(0)) if len(known) == len(parts) else None


def _number(value: Value) -> Fraction:
    assert value is not None
    return Fraction(value)
