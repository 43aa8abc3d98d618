"""The goals of a year. A year that has ended is changed only with a reason, which stands in the audit log."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.reasons import reason_problems
from finsam_tracker.core.services.acting import Act, changed, lock_set_up, refuse
from finsam_tracker.core.texts import code_from, code_problems, year_problems
from initiatives.goals import GoalFacts, goal_problems
from initiatives.models import Goal


@transaction.atomic
def add_goal(
    *,
    by: User,
    federation: Federation,
    year: int,
    facts: GoalFacts,
    now: datetime,
    reason: str = "",
    code: str | None = None,
) -> Goal:
    """A new goal, last in the year's order. Its code never changes; unless told it is made out of the text."""
    lock_set_up(by, federation)
    facts = _stripped(facts)
    refuse({**goal_problems(facts, federation), "year": year_problems(year), **_unexplained(year, reason, now)})
    others = Goal.objects.filter(federation=federation, year=year)
    taken = set(others.values_list("code", flat=True))
    code = code or code_from(facts.text, taken)
    refuse({"code": code_problems(code) or _taken_problems(code, taken)})
    position = (others.aggregate(last=Max("position"))["last"] or 0) + 1
    goal = Goal.objects.create(federation=federation, year=year, code=code, position=position, **_columns(facts))
    _did(by, goal, "add_goal", now, reason)
    return goal


@transaction.atomic
def change_goal(*, by: User, goal: Goal, facts: GoalFacts, now: datetime, reason: str = "") -> bool:
    """Change a goal; returns whether anything changed."""
    lock_set_up(by, goal.federation)
    facts = _stripped(facts)
    refuse({**goal_problems(facts, goal.federation), **_unexplained(goal.year, reason, now)})
    if not changed(goal, _columns(facts)):
        return False
    goal.save()
    _did(by, goal, "change_goal", now, reason)
    return True


@transaction.atomic
def remove_goal(*, by: User, goal: Goal, now: datetime, reason: str = "") -> None:
    """Take a goal away."""
    lock_set_up(by, goal.federation)
    refuse(_unexplained(goal.year, reason, now))
    _did(by, goal, "remove_goal", now, reason)
    goal.delete()


@transaction.atomic
def move_goal(*, by: User, goal: Goal, up: bool, now: datetime) -> bool:
    """Let a goal change places with the one before or after it; returns whether there is one."""
    lock_set_up(by, goal.federation)
    goals = list(Goal.objects.filter(federation=goal.federation, year=goal.year))
    at = goals.index(goal)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(goals):
        return False
    goals[at], goals[to] = goals[to], goals[at]
    _renumber(goals)
    _did(by, goal, "move_goal", now)
    return True


@transaction.atomic
def copy_goals(*, by: User, federation: Federation, year: int, now: datetime, reason: str = "") -> int:
    """Take the goals of the year before over, those that the year does not have already; returns how many.

    They keep their codes, so that a goal can be followed from year to year.
    """
    lock_set_up(by, federation)
    refuse({"year": year_problems(year), **_unexplained(year, reason, now)})
    there = list(Goal.objects.filter(federation=federation, year=year))
    held = {goal.code for goal in there}
    new = [g for g in Goal.objects.filter(federation=federation, year=year - 1) if g.code not in held]
    for goal in new:
        goal.pk, goal.year = None, year
        goal.save()
        _did(by, goal, "copy_goal", now, reason)
    _renumber([*there, *new])
    return len(new)


def _taken_problems(code: str, taken: set[str]) -> list[str]:
    return [_("Koden ”%s” finns redan det året. Välj en annan.") % code] if code in taken else []


def needs_reason(year: int, today: date) -> bool:
    """Whether the year has ended, so that its goals are no longer changed without saying why."""
    return year < today.year


def _unexplained(year: int, reason: str, now: datetime) -> dict[str, list[str]]:
    return reason_problems(reason) if reason or needs_reason(year, timezone.localdate(now)) else {}


def _stripped(facts: GoalFacts) -> GoalFacts:
    return replace(facts, text=" ".join(facts.text.split()))


def _columns(facts: GoalFacts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in ("text", "measure", "target", "direction", "initiative")}


def _did(by: User, goal: Goal, action: str, now: datetime, reason: str = "") -> None:
    Act(by, goal.federation, action, now).did_to_figures(goal, from_day=date(goal.year, 1, 1), reason=reason)


def _renumber(goals: Sequence[Goal]) -> None:
    for position, goal in enumerate(goals, 1):
        goal.position = position
    Goal.objects.bulk_update(goals, ["position"])
