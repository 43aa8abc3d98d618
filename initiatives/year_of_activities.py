"""A year's structural activities as the office's list shows them: by initiative, with sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from finsam_tracker.core.number_fields import as_typed
from initiatives.activities import CENT
from initiatives.lists import Lists
from initiatives.models import Activity, CodeKind, Initiative


@dataclass(frozen=True)
class Row:
    """An activity in words."""

    activity: Activity
    kind: str
    audience: str

    @property
    def days(self) -> str:
        return as_typed(self.activity.days)

    @property
    def rating(self) -> str:
        return as_typed(self.activity.rating_mean)


@dataclass(frozen=True)
class ActivitiesOfInitiative:
    """An initiative's activities in a year, with their sums."""

    initiative: Initiative
    rows: Sequence[Row]

    @property
    def activities(self) -> list[Activity]:
        return [row.activity for row in self.rows]

    @property
    def days(self) -> str:
        """The known extents together; empty where none is known."""
        known = [a.days for a in self.activities if a.days is not None]
        return as_typed(sum(known, Decimal(0))) if known else ""

    @property
    def women(self) -> int:
        return sum(a.women for a in self.activities)

    @property
    def men(self) -> int:
        return sum(a.men for a in self.activities)

    @property
    def others(self) -> int:
        return sum(a.others for a in self.activities)

    @property
    def participants(self) -> int:
        return self.women + self.men + self.others

    @property
    def answers(self) -> int:
        return sum(a.rating_answers or 0 for a in self.activities)

    @property
    def rating(self) -> str:
        """The mean of all answers; empty where there is none, or where the scales differ."""
        rated = [(a.rating_mean, a.rating_answers) for a in self.activities if a.rating_mean and a.rating_answers]
        if not rated or len({a.rating_scale for a in self.activities if a.rating_scale}) > 1:
            return ""
        points = sum((mean * answers for mean, answers in rated), Decimal(0))
        return as_typed((points / self.answers).quantize(CENT, ROUND_HALF_UP))


def by_initiative(activities: Iterable[Activity], lists: Lists) -> list[ActivitiesOfInitiative]:
    """The activities under their initiatives, in the initiatives' order; one without any is left out."""
    kinds = {item.code: item.label for item in lists.codes(CodeKind.ACTIVITY_KIND)}
    audiences = {item.code: item.label for item in lists.codes(CodeKind.AUDIENCE)}
    rows: dict[int, list[Row]] = {}
    for a in activities:
        audience = audiences.get(a.audience, a.audience) if a.audience else _("Uppgift saknas")
        rows.setdefault(a.initiative_id, []).append(Row(a, kinds.get(a.kind, a.kind), audience))
    return [ActivitiesOfInitiative(i, rows[i.pk]) for i in lists.structural_initiatives if i.pk in rows]
