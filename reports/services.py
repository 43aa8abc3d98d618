"""Keeping stored tables: computing them, telling what changed, and reading them."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import BigIntegerField, CharField, DateField, F, Q
from django.utils import timezone

from finsam_tracker.core.models import Federation, StaleMark
from finsam_tracker.core.period import Period
from finsam_tracker.core.replica import heavy_read
from finsam_tracker.core.together import Blank, Together
from initiatives.models import Activity
from participants.models import Participation
from reports.compute import compute, snapshot
from reports.context import Context, Scope
from reports.definition import Table
from reports.language import for_reader, stored_language
from reports.models import StoredTable, TableSet
from reports.result import Result
from reports.tables import TABLES


@dataclass(frozen=True)
class Tables:
    """The tables of a scope and period. ``is_stale``: registrations have been made that are not in them yet.

    ``digest`` stands for the content of stored ones, which are read when somebody asks for them; it is empty for those
    computed afresh.
    """

    read: Callable[[], dict[str, Result]]
    computed_at: datetime
    is_stale: bool
    digest: str = ""

    @cached_property
    def results(self) -> dict[str, Result]:
        return self.read()


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: how many periods it computed, and which stored tables came out different, by period.

    A table that was not stored before is not among them.
    """

    periods: int
    changed: dict[str, list[str]]


def tables_for(scope: Scope, period: Period, *, now: datetime, known_at: datetime | None = None) -> Tables:
    """The stored tables where there are any, otherwise computed afresh and not stored. Only reads.

    As known at a past moment they are always computed.
    """
    tables = applicable(scope, period)
    if known_at is not None:
        return _computed(tables, scope, period, now, known_at)
    found = _kept().read(federation=scope.federation.pk, scope=scope.key, period=period.key, end=period.end)
    stored = {row.key: row for row in map(StoredRow._make, found["tables"])}
    # Of a thinned time the stored tables are all there is, whatever has been declared since.
    if stored and is_thinned(scope.federation, period):
        tables = [table for table in tables if table.key in stored]
    elif not all(table.key in stored and stored[table.key].version == table.version for table in tables):
        return _computed(tables, scope, period, now)
    rows = [stored[table.key] for table in tables]
    ((computed_at,),) = found["sets"]
    return Tables(lambda: _results(rows), computed_at, bool(found["marks"]), _digest(rows))


class StoredRow(NamedTuple):
    """A current table without its content. ``version``: of its definition."""

    pk: int
    key: str
    digest: str
    version: int


@cache
def _kept() -> Together:
    """The stored tables of a scope and period, when they were computed, and whether changes are not in them yet."""
    federation, end = Blank("federation", BigIntegerField()), Blank("end", DateField())
    scope, key = Blank("scope", CharField()), Blank("period", CharField())
    sets = TableSet.objects.filter(federation=federation, scope=scope, period=key)
    current = StoredTable.objects.filter(
        table_set__federation=federation, table_set__scope=scope, table_set__period=key, superseded_at=None
    )
    counts_in_it = Q(from_day=None) | Q(from_day__lte=end)
    return Together(
        {
            "sets": sets.values("computed_at"),
            "tables": current.values("id", "key", "digest", version=F("payload__version")),
            "marks": StaleMark.objects.filter(counts_in_it, federation=federation).values("id")[:1],
        }
    )


def _results(rows: list[StoredRow]) -> dict[str, Result]:
    payloads = dict(StoredTable.objects.filter(pk__in=[row.pk for row in rows]).values_list("key", "payload"))
    return {row.key: for_reader(Result.from_json(payloads[row.key])) for row in rows}


def _digest(rows: list[StoredRow]) -> str:
    return hashlib.sha256("".join(row.digest for row in rows).encode()).hexdigest()


def _computed(
    tables: list[Table], scope: Scope, period: Period, now: datetime, known_at: datetime | None = None
) -> Tables:
    def read() -> list[Result]:
        with snapshot():
            return compute(tables, Context(scope, period, known_at, today=timezone.localdate(now)))

    results = {result.table: result for result in heavy_read(read)}
    return Tables(lambda: results, now, is_stale=False)


def is_thinned(federation: Federation, period: Period) -> bool:
    """Whether registrations that the period would count have been turned into counts."""
    return federation.thinned_until is not None and period.start <= federation.thinned_until


def applicable(scope: Scope, period: Period) -> list[Table]:
    """The tables that make sense for a scope, each as it was defined on the period's last day."""
    return [table.on(period.end) for table in TABLES.values() if fits(table, scope)]


def fits(table: Table, scope: Scope) -> bool:
    """Whether a table makes sense for a scope."""
    whole = scope.initiative is None and not scope.is_narrowed
    return (whole or not table.whole_federation_only) and (table.can_be_narrowed or not scope.is_narrowed)


def current_tables() -> Any:
    """Prefetches a set's current tables as ``current``."""
    from django.db.models import Prefetch

    return Prefetch("tables", StoredTable.objects.filter(superseded_at=None), to_attr="current")


def refresh(federation: Federation, *, now: datetime) -> Refreshed:
    """Compute the stored tables that changes have made stale, and remove the marks that were counted.

    Safe to run twice and side by side: marks made while it runs stay for the next run.
    """
    with snapshot():
        marks = dict(StaleMark.objects.filter(federation=federation).values_list("pk", "from_day"))
        if not marks:
            return Refreshed(0, {})
        days = list(marks.values())
        from_day = None if None in days else min(day for day in days if day)
        periods = [p for p in computable_periods(federation, now) if from_day is None or p.end >= from_day]
        refreshed = store(Scope(federation), periods, now=now)
        StaleMark.objects.filter(pk__in=list(marks)).delete()
        return refreshed


def rebuild(federation: Federation, *, now: datetime) -> Refreshed:
    """Compute every stored table again, whether or not anything says it changed.

    What counts to today may differ when the day has; such periods are computed first, so that a difference is a fault.
    """
    with snapshot():
        periods, scope = computable_periods(federation, now), Scope(federation)
        store(scope, _still_going_on(federation, periods, now), now=now)
        return store(scope, periods, now=now)


def _still_going_on(federation: Federation, periods: list[Period], now: datetime) -> list[Period]:
    """The periods that had not ended when they were last computed, on another day than this."""
    sets = TableSet.objects.filter(federation=federation, scope="").values_list("period", "computed_at")
    last = {key: timezone.localdate(at) for key, at in sets}
    today = timezone.localdate(now)
    return [p for p in periods if p.key in last and last[p.key] <= p.end and last[p.key] != today]


def computable_periods(federation: Federation, now: datetime) -> list[Period]:
    """The kept periods whose registrations are all there; the tables of a thinned time stay as they are."""
    return [period for period in kept_periods(federation, now) if not is_thinned(federation, period)]


def kept_periods(federation: Federation, now: datetime) -> list[Period]:
    """The periods whose tables are kept ready.

    Every year since the first start or activity, everything since the start, the halves and quarters of this year and
    the last, and whatever else has been stored.
    """
    today = timezone.localdate(now)
    begun = _beginnings().read(federation=federation.pk)
    first = min([today, *(day for (day,) in (*begun["starts"], *begun["activities"]))])
    standard = [
        *(Period.year(year) for year in range(first.year, today.year + 1)),
        *(Period.half(year, half) for year in (today.year - 1, today.year) for half in (1, 2)),
        *(Period.quarter(year, quarter) for year in (today.year - 1, today.year) for quarter in (1, 2, 3, 4)),
    ]
    kept = {period.key: period for period in standard if period.start <= today}
    for (key,) in begun["stored"]:
        kept.setdefault(key, Period.parse(key))
    return list(kept.values())


@cache
def _beginnings() -> Together:
    one = Blank("federation", BigIntegerField())
    starts = Participation.objects.counted().filter(federation=one).order_by("start_on")
    activities = Activity.objects.counted().filter(federation=one).order_by("held_on")
    return Together(
        {
            "starts": starts.values("start_on")[:1],
            "activities": activities.values("held_on")[:1],
            "stored": TableSet.objects.filter(federation=one, scope="").values("period"),
        }
    )


def store(scope: Scope, periods: Iterable[Period], *, now: datetime) -> Refreshed:
    """Compute and keep the scope's tables for each period; a table that came out different supersedes the old."""
    changed = {}
    count = 0
    for period in periods:
        count += 1
        keys = _store_period(scope, period, now)
        if keys:
            changed[period.key] = keys
    return Refreshed(count, changed)


@transaction.atomic
def _store_period(scope: Scope, period: Period, now: datetime) -> list[str]:
    with stored_language():
        context = Context(scope, period, today=timezone.localdate(now))
        results = compute(applicable(scope, period), context)
    table_set, _created = TableSet.objects.update_or_create(
        federation=scope.federation, scope=scope.key, period=period.key, defaults={"computed_at": now}
    )
    current = {row.key: row for row in table_set.tables.filter(superseded_at=None)}
    rows = [_stored(table_set, result, now) for result in results]
    changed = [row.key for row in rows if row.key in current and current[row.key].digest != row.digest]
    StoredTable.objects.filter(pk__in=[current[key].pk for key in changed]).update(superseded_at=now)
    StoredTable.objects.bulk_create(row for row in rows if row.key in changed or row.key not in current)
    return changed


def _stored(table_set: TableSet, result: Result, now: datetime) -> StoredTable:
    payload = result.to_json()
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return StoredTable(table_set=table_set, key=result.table, payload=payload, digest=digest, computed_at=now)
