"""The reference's figures for goals."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from tests.reference.facts import Row
from tests.reference.figures import TOTAL, Value, half_up, percent
from tests.reference.money_and_events import WithMoneyAndEvents, activity_figures

Asked = Callable[[Row], bool]


@dataclass
class Found:
    """What a goal measures: before rounding and as shown, of how many, and whether it is of a whole year."""

    unit: str
    exact: Fraction | None
    shown: Value
    registered: int
    part: Value = None
    base: int | Fraction | None = None
    whole_year: bool = False


class WholeReference(WithMoneyAndEvents):
    """All tables of a federation and period."""

    def _goals(self, _table: str, key: tuple[str, ...], column: str) -> Value:
        goal = next(g for g in self.facts.goals if g["code"] == key[0])
        found = self._found(goal)
        values: dict[str, Value] = {
            "direction": "högst" if goal["direction"] == "at_most" else "minst",
            "target": Fraction(goal["target"]),
            "unit": found.unit,
            "count": found.part,
            "of": found.base,
            "outcome": found.shown,
            "met": self._met(goal, found),
        }
        return values[column]

    def _met(self, goal: Row, found: Found) -> Value:
        if found.whole_year and not self.span.is_year:
            return None
        if found.exact is None or not found.registered:
            return "ej mätbart ännu"
        if found.base is not None and found.base < self.facts.parameters.get("goal_min_base", 0):
            return "för få för att säga"
        target = Fraction(goal["target"])
        reached = found.exact <= target if goal["direction"] == "at_most" else found.exact >= target
        return "uppnått" if reached else "ej uppnått"

    def _found(self, goal: Row) -> Found:
        def own(rows: list[Row]) -> list[Row]:
            return [row for row in rows if goal["initiative_id"] in (None, row["initiative_id"])]

        measure, everyone = goal["measure"], own(self.took_part)
        if measure in ("participants", "exits"):
            number = len(everyone if measure == "participants" else own(self.exited))
            return Found("antal", Fraction(number), number, len(everyone), whole_year=True)
        if measure == "planned_reached_share":
            return self._of_planned(goal, len(everyone))
        if measure in ("structural_participants", "mean_rating"):
            return self._of_heads(measure, own(self.held))
        if measure == "useful_share":
            asked = [a for a in own(self.held) if a["rating_useful"] is not None]
            number, told = sum(a["rating_useful"] for a in asked), sum(a["rating_answers"] for a in asked)
            share = Fraction(100 * number, told) if told else None
            return Found("procent", share, percent(number, told), told, number, told)
        of, counts = self._share(measure)
        whole = own(of)
        part = len([row for row in whole if counts(row)])
        exact = Fraction(100 * part, len(whole)) if whole else None
        return Found("procent", exact, percent(part, len(whole)), len(whole), part, len(whole))

    def _of_planned(self, goal: Row, number: int) -> Found:
        initiative = self.facts.initiatives.get(goal["initiative_id"])
        code = initiative["slug"] if initiative else TOTAL
        planned = self._amount(code, "planned_participants", enrolling=True) if self.span.is_year else None
        exact = Fraction(100 * number) / planned if planned else None
        return Found("procent", exact, percent(number, planned), number, number, planned, whole_year=True)

    def _of_heads(self, measure: str, held: list[Row]) -> Found:
        figures = activity_figures(held)
        if measure == "structural_participants":
            heads = figures["participants"]
            assert isinstance(heads, int)
            return Found("antal", Fraction(heads), heads, len(held), whole_year=True)
        rated = [a for a in held if a["rating_mean"] is not None]
        answers = sum(a["rating_answers"] for a in rated)
        points = sum((Fraction(a["rating_mean"]) * a["rating_answers"] for a in rated), Fraction(0))
        exact = points / answers if len({a["rating_scale"] for a in rated}) == 1 else None
        shown = None if exact is None else half_up(exact, 2)
        return Found("medelvärde", exact, shown, answers, base=answers)

    def _share(self, measure: str) -> tuple[list[Row], Asked]:
        def reason(row: Row) -> Row:
            return self.facts.reasons[row["exit_reason_id"]]

        of_exits: dict[str, Asked] = {
            "work_or_studies_share": lambda r: self.common(r) <= {"work", "studies"},
            "positive_step_share": lambda r: self.positive(r) == "yes",
            "went_on_share": lambda r: reason(r)["went_on"],
            "purpose_reached_share": lambda r: reason(r)["purpose_reached"],
        }
        of_everyone: dict[str, Asked] = {
            "asked_about_violence_share": lambda r: r["asked_about_violence"] == "yes",
            "women_share": lambda r: r["gender"] == "woman",
        }
        if measure in of_exits:
            return self.exited, of_exits[measure]
        return self.took_part, of_everyone[measure]
