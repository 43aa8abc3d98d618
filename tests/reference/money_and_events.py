"""The reference's figures for budget and structural activities."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from tests.reference.facts import Row
from tests.reference.figures import TOTAL, Reference, Value, half_up, percent


class WithMoneyAndEvents(Reference):
    """The tables of registrations, and those of money and activities."""

    def _structural_activities(self, _table: str, key: tuple[str, ...], column: str) -> Value:
        return self._activities(lambda a: {self.facts.initiatives[a["initiative_id"]]["slug"]}, key, column)

    def _activities_by_kind(self, _table: str, key: tuple[str, ...], column: str) -> Value:
        return self._activities(lambda a: {a["kind"]}, key, column)

    def _activities_by_audience(self, _table: str, key: tuple[str, ...], column: str) -> Value:
        return self._activities(lambda a: {a["audience"] or "unknown"}, key, column)

    def _activities(self, codes: Callable[[Row], set[str]], key: tuple[str, ...], column: str) -> Value:
        return activity_figures([a for a in self.held if key[0] in (TOTAL, *codes(a))])[column]

    @property
    def held(self) -> list[Row]:
        """The activities of the period."""
        counted = [a for a in self.facts.activities if not a["is_void"]]
        return [a for a in counted if self.span.first <= a["held_on"] <= self.span.last]

    def _budget(self, _table: str, key: tuple[str, ...], column: str) -> Value:
        if column == "participants":
            return self._enrolled(key[0])
        if not self.span.is_year:
            return None
        used, planned = self._amount(key[0], "outcome_sek"), self._amount(key[0], "budget_sek")
        difference = None if used is None or planned is None else used - planned
        if column == "planned":
            return self._amount(key[0], "planned_participants", enrolling=True)
        if column == "cost":
            enrolled, cost = self._enrolled(key[0]), self._amount(key[0], "outcome_sek", enrolling=True)
            return half_up(Fraction(cost) / enrolled, 0) if cost is not None and enrolled else None
        return {
            "budget": planned,
            "outcome": used,
            "deviation": difference,
            "deviation_percent": percent(difference, planned, 1),
        }[column]

    def _enrolled(self, code: str) -> int | None:
        if code in ("administration", "everything") or code in self._structural:
            return None
        return len([p for p in self.took_part if code in (TOTAL, *self.initiative(p))])

    @property
    def _structural(self) -> set[str]:
        return {i["slug"] for i in self.facts.initiatives.values() if i["orientation"] == "structural"}

    def _amount(self, code: str, column: str, *, enrolling: bool = False) -> int | Fraction | None:
        """A yearly figure; a sum only where every part of it is known."""
        if code in ("administration", "everything"):
            if column == "planned_participants" or enrolling:
                return None
            year = self.facts.federation_year
            own = year.get(f"administration_{column}") if year.get("year") == self.span.last.year else None
            whole = self._amount(TOTAL, column) if code == "everything" else 0
            return None if own is None or whole is None else Fraction(own) + whole
        years = {y["initiative_id"]: y for y in self.facts.initiative_years if y["year"] == self.span.last.year}
        chosen = [
            i
            for i in self.facts.initiatives.values()
            if (code == i["slug"] or (code == TOTAL and (self._runs(i) or i["id"] in years)))
            and not (enrolling and i["slug"] in self._structural)
        ]
        known = [years[i["id"]][column] if i["id"] in years else None for i in chosen]
        numbers = [number for number in known if number is not None]
        return Fraction(sum(numbers)) if numbers and len(numbers) == len(known) else None

    def _runs(self, initiative: Row) -> bool:
        ends: date | None = initiative["end_on"]
        starts: date = initiative["start_on"]
        return starts <= self.span.last and (ends is None or ends >= self.span.first)


def activity_figures(rows: list[Row]) -> dict[str, Value]:
    """What some activities add up to, by column."""
    rated = [a for a in rows if a["rating_mean"] is not None]
    answers = sum(a["rating_answers"] for a in rated)
    scales = {a["rating_scale"] for a in rated}
    told = [a for a in rated if a["rating_useful"] is not None]
    asked = sum(a["rating_answers"] for a in told)
    women, men, others = (sum(a[who] for a in rows) for who in ("women", "men", "others"))
    points = sum((Fraction(a["rating_mean"]) * a["rating_answers"] for a in rated), Fraction(0))
    return {
        "events": len(rows),
        "days": sum((Fraction(a["days"]) for a in rows if a["days"] is not None), Fraction(0)),
        "participants": women + men + others,
        "women": women,
        "men": men,
        "others": others,
        "women_percent": percent(women, women + men),
        "men_percent": percent(men, women + men),
        "rating": half_up(points / answers, 2) if len(scales) == 1 else None,
        "answers": answers,
        "asked_about_use": asked,
        "useful_percent": percent(sum(a["rating_useful"] for a in told), asked),
        "scale": f"1–{scales.copy().pop()}" if len(scales) == 1 else None,
    }
