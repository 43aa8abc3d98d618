"""Writing what a checked file or request says, many rows at a time: all of it or none.

The same policies, versions and follow-ups as when each row is typed; one act, which the versions point to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core import audit
from finsam_tracker.core.models import AuditEvent, User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.staleness import mark_stale
from finsam_tracker.core.versions import known_after
from initiatives.models import Initiative
from initiatives.staffing import require_staff
from participants.codes import new_code
from participants.importing.comparison import Assessed, Change, Comparison
from participants.importing.known import chunked
from participants.importing.plan import PlanRow
from participants.models import FollowUp, Import, Participation, StepAssessment

BATCH = 2000
Registration = Participation | FollowUp | StepAssessment


@dataclass
class _Writing:
    """What every part of one import's writing needs."""

    act: AuditEvent
    initiative: Initiative
    months: list[int]

    @property
    def today(self) -> date:
        return timezone.localdate(self.act.at)


@transaction.atomic
def write(*, by: User, record: Import, found: Comparison, now: datetime) -> dict[int, int]:
    """Write what was found in a file, and return which participation each line is now.

    ``found`` must have been made in the same transaction, with the participations locked.
    """
    initiative = record.initiative
    require_staff(by, initiative, Permission.REGISTER)
    act = audit.record(
        by=by, action="import", subject=record, federation=initiative.federation, now=now, reason=_("Inläst från fil")
    )
    made = _write(act, initiative, found)
    new = {row.line: participation.pk for row, participation in zip(found.new, made, strict=True)}
    return {**found.lines, **found.recognised, **new}


@transaction.atomic
def write_rows(*, by: User, initiative: Initiative, found: Comparison, now: datetime) -> dict[int, str]:
    """Write what was found in the rows that a program sent, and return the code of each new one by its line.

    ``found`` must have been made in the same transaction, with the participations locked.
    """
    require_staff(by, initiative, Permission.REGISTER)
    if found.does_nothing:
        return {}
    act = audit.record(
        by=by,
        action="bulk",
        subject=initiative,
        federation=initiative.federation,
        now=now,
        reason=_("Sänt av ett annat system"),
    )
    made = _write(act, initiative, found)
    return {row.line: participation.code for row, participation in zip(found.new, made, strict=True)}


def _write(act: AuditEvent, initiative: Initiative, found: Comparison) -> list[Participation]:
    """Write everything as one act; returns what was made, in the order of ``found.new``."""
    writing = _Writing(act, initiative, list(initiative.follow_up_rules.values_list("months", flat=True)))
    made = _create(writing, found.new)
    touched = _touched(found)
    _assess(writing, found.assessed)
    _answer(found.answered, writing)
    _change(writing, found.changed, touched)
    starts = [*(p.start_on for p in made), *(p.start_on for p in touched.values()), *_old_starts(found)]
    mark_stale(initiative.federation, now=act.at, from_day=min(starts, default=None))
    return made


def free_codes(initiative: Initiative, count: int) -> list[str]:
    """So many codes that no participation of the federation has; all are made first and then looked up together."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        fresh = {new_code(): None for _n in range(count - len(codes))}
        for some in chunked(fresh):
            taken = Participation.objects.filter(federation=initiative.federation, code__in=some)
            for code in taken.values_list("code", flat=True):
                del fresh[code]
        codes |= fresh
    return list(codes)[:count]


def _old_starts(found: Comparison) -> Iterable[date]:
    return (change.before["start_on"] for change in found.changed if "start_on" in change.before)


def _create(writing: _Writing, rows: Sequence[PlanRow]) -> list[Participation]:
    place, today = writing.initiative, writing.today
    made = [
        Participation(federation_id=place.federation_id, initiative=place, code=code, recorded_on=today, **row.values)
        for row, code in zip(rows, free_codes(place, len(rows)), strict=True)
    ]
    Participation.objects.bulk_create(made, batch_size=BATCH)
    _keep_versions(made, writing.act)
    _plan_follow_ups(writing, made)
    return made


def _plan_follow_ups(writing: _Writing, participations: Iterable[Participation]) -> None:
    """The follow-ups that the initiative's rules ask for, counted from each exit."""
    planned = [
        FollowUp(
            federation_id=writing.initiative.federation_id,
            participation=participation,
            months=months,
            exit_on=participation.exit_on,
            due_on=participation.exit_on + relativedelta(months=months),
            recorded_on=writing.today,
        )
        for participation in participations
        if participation.exit_on
        for months in writing.months
    ]
    FollowUp.objects.bulk_create(planned, batch_size=BATCH)
    _keep_versions(planned, writing.act)


def _touched(found: Comparison) -> dict[int, Participation]:
    """The rows that exist and are changed in any way, by key."""
    keys = {change.pk for change in found.changed} | {assessed.participation for assessed in found.assessed}
    follow_ups = [change.pk for change in found.answered]
    for some in chunked(follow_ups):
        keys |= set(FollowUp.objects.filter(pk__in=some).values_list("participation_id", flat=True))
    rows: dict[int, Participation] = {}
    for some in chunked(sorted(keys)):
        rows |= Participation.objects.in_bulk(some)
    return rows


def _change(writing: _Writing, changes: Sequence[Change], touched: dict[int, Participation]) -> None:
    moved = []
    for change in changes:
        row = touched[change.pk]
        for name, value in change.after.items():
            setattr(row, name, value)
        if "exit_on" in change.after:
            moved.append(row)
    changed = {change.pk for change in changes} | _refresh_steps(touched)
    fields = {name for change in changes for name in change.after} | {"first_step_id", "last_step_id"}
    _save([touched[pk] for pk in sorted(changed)], fields, writing)
    _void_follow_ups(writing, moved)
    _plan_follow_ups(writing, moved)


def _void_follow_ups(writing: _Writing, participations: Sequence[Participation]) -> None:
    """Let the follow-ups fall away with the exit that they were counted from."""
    for some in chunked(participations):
        rows = list(FollowUp.objects.counted().filter(participation__in=some))
        for row in rows:
            row.is_void = True
        _save(rows, {"is_void"}, writing)


def _answer(changes: Sequence[Change], writing: _Writing) -> None:
    for some in chunked(changes):
        rows = FollowUp.objects.select_for_update().in_bulk([change.pk for change in some])
        for change in some:
            for name, value in change.after.items():
                setattr(rows[change.pk], name, value)
        fields = {name for change in some for name in change.after}
        _save(list(rows.values()), fields, writing)


def _assess(writing: _Writing, assessed: Sequence[Assessed]) -> None:
    made = [
        StepAssessment(participation_id=a.participation, on=a.on, step_id=a.step_id, recorded_on=writing.today)
        for a in assessed
        if a.pk is None
    ]
    StepAssessment.objects.bulk_create(made, batch_size=BATCH)
    _keep_versions(made, writing.act)
    changed = {a.pk: a.step_id for a in assessed if a.pk is not None}
    for some in chunked(changed):
        rows = StepAssessment.objects.in_bulk(some)
        for pk, row in rows.items():
            row.step_id = changed[pk]
        _save(list(rows.values()), {"step_id"}, writing)


def _refresh_steps(touched: dict[int, Participation]) -> set[int]:
    """Set first and last step from the assessments that count; the keys of the rows where that changed them."""
    changed = set()
    for some in chunked(touched):
        rows = StepAssessment.objects.counted().filter(participation__in=some).order_by("participation", "on", "pk")
        for pk, steps in groupby(rows.values_list("participation_id", "step_id"), key=lambda pair: pair[0]):
            ordered = [step for _pk, step in steps]
            row = touched[pk]
            if (row.first_step_id, row.last_step_id) != (ordered[0], ordered[-1]):
                row.first_step_id, row.last_step_id = ordered[0], ordered[-1]
                changed.add(pk)
    return changed


def _save(rows: Sequence[Any], fields: Iterable[str], writing: _Writing) -> None:
    """Save rows that exist, with the day, and a new version of each."""
    if not rows:
        return
    for row in rows:
        row.recorded_on = writing.today
    model = type(rows[0])
    columns = [name.removesuffix("_id") for name in fields]
    model.objects.bulk_update(rows, [*columns, "recorded_on"], batch_size=500)
    for some in chunked(rows):
        until_now = model.version_model.objects.filter(registration__in=some, known_until=None)
        moment = known_after(until_now, writing.act.at)
        until_now.update(known_until=moment)
        _keep_versions(some, writing.act, moment)


def _keep_versions(rows: Sequence[Registration], act: AuditEvent, known_from: datetime | None = None) -> None:
    """A version of each row as it now stands in the database, known from the act on or from a later moment.

    The database copies: made one by one in Python, the versions would cost more than the rows themselves.
    """
    if not rows:
        return
    registration, version = type(rows[0]), type(rows[0]).version_model
    facts = [field.column for field in version.facts_model._meta.fields]  # noqa: SLF001 - Meta API
    same = ", ".join(map(connection.ops.quote_name, facts))
    table, source = (connection.ops.quote_name(model._meta.db_table) for model in (version, registration))  # noqa: SLF001
    moment = connection.ops.adapt_datetimefield_value(known_from or act.at)
    with connection.cursor() as cursor:
        for keys in chunked(row.pk for row in rows):
            marks = ", ".join(["%s"] * len(keys))
            cursor.execute(
                f"INSERT INTO {table} ({same}, registration_id, known_from, act_id) "  # noqa: S608 - names, no values
                f"SELECT {same}, id, %s, %s FROM {source} WHERE id IN ({marks})",
                [moment, act.pk, *keys],
            )
