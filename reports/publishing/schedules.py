"""What an office decides about its schedules, and asks of them. The runs themselves are in ``runs``."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.audit import record
from finsam_tracker.core.jobs import ask_on_commit
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.services.acting import refuse
from reports.models import Publication, Schedule, ScheduledRun
from reports.models.schedules import LATEST
from reports.publications import TEMPLATES
from reports.publishing.acting import lock_publishing
from reports.publishing.runs import TASK
from reports.publishing.timing import default_rhythm, last_closed

State = ScheduledRun.State


@transaction.atomic
def add_schedule(
    *, by: User, federation: Federation, template: str, rhythm: str, days: int, is_on: bool, now: datetime
) -> Schedule:
    """A new schedule. An empty ``rhythm`` is the federation's, where the report can be made for it."""
    lock_publishing(by, federation)
    refuse({"template": _template_problems(template), "days": _days_problems(days)})
    rhythm = rhythm or default_rhythm(TEMPLATES[template], federation.rhythm)
    refuse({"rhythm": _rhythm_problems(federation, template, rhythm)})
    made = Schedule.objects.create(
        federation=federation,
        template=template,
        rhythm=rhythm,
        days=days,
        is_on=is_on,
        since=timezone.localdate(now),
    )
    record(by=by, action="add_schedule", subject=made, federation=federation, now=now)
    return made


def _template_problems(template: str) -> list[str]:
    return [] if template in TEMPLATES else [_("Välj en rapport ur listan.")]


def _days_problems(days: int) -> list[str]:
    return [] if 1 <= days <= LATEST else [_("Skriv ett antal dagar mellan 1 och %d.") % LATEST]


def _rhythm_problems(federation: Federation, template: str, rhythm: str) -> list[str]:
    periods = TEMPLATES[template].periods
    if rhythm not in periods:
        words = ", ".join(str(Federation.Rhythm(kind).label).lower() for kind in sorted(periods))
        return [_("Rapporten görs bara för %s. Välj det, eller en annan rapport.") % words]
    if federation.schedules.filter(template=template, rhythm=rhythm).exists():
        return [_("Rapporten har redan ett schema för den rytmen. Ändra det i stället.")]
    return []


@transaction.atomic
def change_schedule(*, by: User, schedule: Schedule, days: int, is_on: bool, now: datetime) -> bool:
    """Another day, or on or off; returns whether anything changed. What was due while it was off is not made up for."""
    lock_publishing(by, schedule.federation)
    refuse({"days": _days_problems(days)})
    if (schedule.days, schedule.is_on) == (days, is_on):
        return False
    if is_on and not schedule.is_on:
        schedule.since = timezone.localdate(now)
    schedule.days, schedule.is_on = days, is_on
    schedule.save()
    record(by=by, action="change_schedule", subject=schedule, federation=schedule.federation, now=now)
    return True


@transaction.atomic
def remove_schedule(*, by: User, schedule: Schedule, now: datetime) -> None:
    """Take a schedule away with the list of its runs. The drafts that it made stay."""
    lock_publishing(by, schedule.federation)
    record(by=by, action="remove_schedule", subject=schedule, federation=schedule.federation, now=now)
    schedule.delete()


@transaction.atomic
def run_now(*, by: User, schedule: Schedule, now: datetime) -> ScheduledRun:
    """Make the draft of the last closed period without waiting for its day. Asked twice, it is made once."""
    lock_publishing(by, schedule.federation)
    period = last_closed(schedule.rhythm, timezone.localdate(now))
    run = schedule.runs.filter(period=period.key).first()
    if run is None or not run.is_under_way:
        _refuse_existing(schedule, period.key)
        run = run or ScheduledRun(schedule=schedule, period=period.key)
        run.asked_at, run.asked_by, run.state = now, by, State.WAITING
        run.attempts, run.started_at, run.ended_at, run.publication = 0, None, None, None
        run.save()
        run.letters.all().delete()
        record(by=by, action="run_schedule", subject=schedule, federation=schedule.federation, now=now)
    ask_on_commit(TASK, run.pk)
    return run


def _refuse_existing(schedule: Schedule, period: str) -> None:
    there = Publication.objects.filter(federation=schedule.federation, template=schedule.template, period=period)
    if there.exists():
        raise ValidationError(_("Rapporten finns redan för den perioden. Räkna om utkastet, eller gör en ny utgåva."))
