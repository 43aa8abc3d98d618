"""Retention: old registrations are turned into counts, after a preview and a time in which the office can stop it.

What is printed and stored of the thinned time stays; nothing in it can be computed afresh.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.audit import record
from finsam_tracker.core.models import Federation, FederationQuerySet, User
from finsam_tracker.core.parameters import RETENTION_YEARS
from finsam_tracker.core.period import Period
from finsam_tracker.core.reasons import reason_problems
from initiatives.models import Initiative
from participants.policies import refuse
from participants.services.thinning import count_thinnable, thin, thinnable
from reports import services
from reports.compute import lacking_assumptions, snapshot
from reports.context import Context, Scope
from reports.models import Thinning

GRACE = timedelta(days=30)
"""How long the office has to look at a plan and stop it."""


def with_rule() -> FederationQuerySet:
    """The federations that have ever set a rule."""
    return Federation.objects.filter(parameters__key=RETENTION_YEARS.key).distinct()


def exited_until(federation: Federation, today: date) -> date | None:
    """The last day whose exits the federation's rule thins today; None where it has no rule.

    Whole years: with ten years, exits of 2015 are thinned from 1 January 2026.
    """
    rule = federation.parameters_on(today).get(RETENTION_YEARS.key)
    return last_day_after(int(rule.value), today) if rule else None


def last_day_after(years: int, today: date) -> date:
    """The last day whose exits a rule of so many years thins."""
    return date(today.year - years - 1, 12, 31)


@dataclass(frozen=True)
class Lacking:
    """An assumption without a value, and the years in which something leans on it."""

    title: str
    years: tuple[int, ...]


def lacking_until(federation: Federation, until: date, now: datetime) -> list[Lacking]:
    """The assumptions that the figures to be kept lean on and that have no value: those cells are kept empty for good.

    Retention does not wait for them, since it is the law and they are not; the office is told while there is time.
    """
    years: dict[str, set[int]] = {}
    for period in _periods_until(federation, until, now):
        scope = Scope(federation)
        context = Context(scope, period, today=timezone.localdate(now))
        for table in services.applicable(scope, period):
            for spec in lacking_assumptions(table, context, table.measures(context)):
                years.setdefault(str(spec.title), set()).add(period.end.year)
    return [Lacking(title, tuple(sorted(of_title))) for title, of_title in sorted(years.items())]


@transaction.atomic
def plan(federation: Federation, *, now: datetime) -> Thinning | None:
    """Plan what the rule asks for, where something is old enough and nobody planned it before."""
    today = timezone.localdate(now)
    until = exited_until(federation, today)
    if until is None or not thinnable(federation, until).exists():
        return None
    planned, is_new = Thinning.objects.get_or_create(
        federation=federation,
        exited_until=until,
        defaults={
            "planned_at": now,
            "due_on": today + GRACE,
            "counts": count_thinnable(federation, until),
        },
    )
    if not is_new:
        return None
    record(by=User.objects.system(), action="plan_thinning", subject=planned, federation=federation, now=now)
    return planned


@transaction.atomic
def stop(*, by: User, thinning: Thinning, reason: str, now: datetime) -> None:
    """Nothing is thinned by this plan unless somebody takes it up again."""
    refuse(reason_problems(reason))
    locked = _locked(thinning, Thinning.State.PLANNED)
    locked.state, locked.stopped_by, locked.reason = Thinning.State.STOPPED, by, reason
    locked.save()
    record(by=by, action="stop_thinning", subject=locked, federation=locked.federation, now=now, reason=reason)


@transaction.atomic
def resume(*, by: User, thinning: Thinning, now: datetime) -> None:
    """Take a stopped plan up again, with a new time to stop it in."""
    locked = _locked(thinning, Thinning.State.STOPPED)
    locked.state, locked.stopped_by, locked.reason = Thinning.State.PLANNED, None, ""
    locked.planned_at, locked.due_on = now, timezone.localdate(now) + GRACE
    locked.counts = count_thinnable(locked.federation, locked.exited_until)
    locked.save()
    record(by=by, action="resume_thinning", subject=locked, federation=locked.federation, now=now)


def _locked(thinning: Thinning, expected: str) -> Thinning:
    locked = Thinning.objects.select_for_update(of=("self",)).select_related("federation").get(pk=thinning.pk)
    if locked.state != expected:
        raise ValidationError(
            _("Gallringen är redan %(state)s. Ladda sidan igen.") % {"state": locked.get_state_display()}
        )
    return locked


def carry_out_due(federation: Federation, *, now: datetime) -> Thinning | None:
    """Do the oldest plan that is due: keep the figures of that time, then take the registrations away, or nothing.

    A rule that has become longer since the plan was made holds: a plan that goes beyond it waits.
    """
    today = timezone.localdate(now)
    allowed = exited_until(federation, today)
    with snapshot():
        due = federation.thinnings.filter(state=Thinning.State.PLANNED, due_on__lte=today)
        found = due.select_for_update().order_by("exited_until").first() if allowed else None
        if found is None or allowed is None or found.exited_until > allowed:
            return None
        _keep_figures(federation, found.exited_until, now)
        found.counts = thin(by=User.objects.system(), federation=federation, exited_until=found.exited_until, now=now)
        found.state, found.done_at = Thinning.State.DONE, now
        found.save()
        return found


def _keep_figures(federation: Federation, until: date, now: datetime) -> None:
    """Store every year, half-year and quarter of the time, for the federation and each initiative.

    A period that reaches into the thinned time from after it is the same period: years are thinned whole.
    """
    periods = list(_periods_until(federation, until, now))
    for initiative in (None, *Initiative.objects.with_participants().filter(federation=federation)):
        services.store(Scope(federation, initiative), periods, now=now)


def _periods_until(federation: Federation, until: date, now: datetime) -> Iterator[Period]:
    kept = services.computable_periods(federation, now)
    first = min((period.start.year for period in kept), default=until.year)
    for year in range(first, until.year + 1):
        yield Period.year(year)
        yield from (Period.half(year, half) for half in (1, 2))
        yield from (Period.quarter(year, quarter) for quarter in (1, 2, 3, 4))
    yield from (period for period in kept if period.start <= until and period.kind in ("free", "since_start", "month"))
