"""New rows that look like participations which are registered already: a warning, since two people may be alike."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from initiatives.models import Initiative
from participants.importing.plan import PlanRow
from participants.models import Participation
from participants.models.participation import ALIKE, ALIKE_WITHIN

SHOWN = 20
"""So many lines are named; all are counted."""
_OF_A_ROW = tuple(name for name in ALIKE if name != "initiative_id")


def alike(initiative: Initiative, new: Sequence[PlanRow]) -> dict[str, Any]:
    """How many of the new rows are alike a registered participation, by the rule of ``probable_duplicates``, and the
    first of their lines."""
    keyed = [(row.line, _key(row.values), row.values.get("start_on")) for row in new]
    rows = [(line, key, start) for line, key, start in keyed if start and None not in key]
    if not rows:
        return {"number": 0, "lines": []}
    starts = _starts(initiative, [start for _line, _key, start in rows])
    found = [line for line, key, start in rows if _is_near(start, starts.get(key, []))]
    return {"number": len(found), "lines": found[:SHOWN]}


def _key(values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values.get(name) for name in _OF_A_ROW)


def _starts(initiative: Initiative, days: Sequence[date]) -> dict[tuple[Any, ...], list[date]]:
    """The starts of those registered around these days, in order, by what they agree in."""
    around = (min(days) - ALIKE_WITHIN, max(days) + ALIKE_WITHIN)
    rows = Participation.objects.counted().filter(initiative=initiative, start_on__range=around).order_by("start_on")
    starts = defaultdict(list)
    for *key, start in rows.values_list(*_OF_A_ROW, "start_on"):
        starts[tuple(key)].append(start)
    return starts


def _is_near(day: date, starts: Sequence[date]) -> bool:
    place = bisect_left(starts, day - ALIKE_WITHIN)
    return place < len(starts) and starts[place] <= day + ALIKE_WITHIN
