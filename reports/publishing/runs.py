"""The runs of the schedules: asked for once, begun as often as it takes, and a whole draft or none.

The database says how far a run has come. Its figures are computed in one snapshot and written together with the draft
and the run's next state in one transaction, so a worker that is killed leaves nothing half done; the beat starts the
run again. Letters are sent afterwards, at most one to each person: a letter too few is better than one too many.
"""

from contextlib import AbstractContextManager
from datetime import datetime

from celery import current_app
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from finsam_tracker.core.locks import only_one
from finsam_tracker.core.models import User
from reports.models import Publication, Schedule, ScheduledRun
from reports.publishing.acting import lock
from reports.publishing.draft_letters import send_letters
from reports.publishing.services import begin, figures_of
from reports.publishing.timing import due_periods

TASK = "reports.tasks.carry_out_run"
MAX_ATTEMPTS = 5
State = ScheduledRun.State


def plan(now: datetime) -> int:
    """Ask for the drafts that are due and have not been asked for; how many. Two at once ask for each once."""
    today = timezone.localdate(now)
    asked = set(ScheduledRun.objects.values_list("schedule", "period"))
    made = 0
    for schedule in Schedule.objects.filter(is_on=True):
        for period in due_periods(schedule, today):
            if (schedule.pk, period.key) not in asked:
                run, is_new = schedule.runs.get_or_create(period=period.key, defaults={"asked_at": now})
                if is_new:
                    start(run.pk)
                    made += 1
    return made


def start(number: int) -> None:
    """Hand a run to a worker. One message too many does no harm."""
    current_app.tasks[TASK].delay(number)


def resume(now: datetime) -> int:
    """Start again what a killed worker or a lost message left, and give up what brings every worker down; how many."""
    left = [run for run in ScheduledRun.objects.under_way() if not is_at_work(run)]
    for run in left:
        if run.attempts >= MAX_ATTEMPTS:
            _give_up(run, now)
        else:
            start(run.pk)
    return len(left)


def is_at_work(run: ScheduledRun) -> bool:
    """Whether a living worker has it in hand."""
    with at_work(run.pk) as free:
        return not free


def at_work(number: int) -> AbstractContextManager[bool]:
    """Whether a worker may take a run: one at a time does, and one that is killed does no longer."""
    return only_one(f"scheduled run {number}")


def begin_run(number: int, now: datetime) -> ScheduledRun | None:
    """Count that a run is begun; None where there is nothing left to do."""
    begun = ScheduledRun.objects.under_way().filter(pk=number)
    if not begun.update(attempts=F("attempts") + 1, started_at=Coalesce("started_at", now)):
        return None
    return ScheduledRun.objects.select_related("schedule__federation", "asked_by").get(pk=number)


def carry_out(run: ScheduledRun, now: datetime) -> None:
    """Make the draft where it is not made, and then tell of it."""
    if run.state == State.WAITING:
        _make(run, now)
    if run.state == State.MADE:
        if run.publication_id:  # nobody has thrown it away meanwhile
            send_letters(run, now)
        _end(run, State.DONE)


def _make(run: ScheduledRun, now: datetime) -> None:
    schedule = run.schedule
    by = run.asked_by or User.objects.system()
    draft = Publication(
        federation=schedule.federation,
        template=schedule.template,
        period=run.period,
        created_at=now,
        created_by=by,
    )
    if not _is_there(draft):
        for name, value in figures_of(draft, now=now).items():
            setattr(draft, name, value)
    _keep(run, draft, by, now)


@transaction.atomic
def _keep(run: ScheduledRun, draft: Publication, by: User, now: datetime) -> None:
    """The draft, its audit row and the run's state, together. A run that was ended or removed meanwhile keeps none."""
    lock(draft.federation)
    if not ScheduledRun.objects.select_for_update().filter(pk=run.pk, state=State.WAITING).exists():
        return
    if _is_there(draft):
        _end(run, State.EXISTED)
        return
    run.publication = begin(draft, by, "new_publication", now)
    run.state = State.MADE
    run.save(update_fields=["publication", "state"])


def _is_there(draft: Publication) -> bool:
    about = {"federation": draft.federation, "template": draft.template, "period": draft.period}
    return Publication.objects.filter(**about).exists()


def _end(run: ScheduledRun, state: State) -> None:
    run.state, run.ended_at = state, max(timezone.now(), run.started_at or timezone.now())
    run.save(update_fields=["state", "ended_at"])


def _give_up(run: ScheduledRun, now: datetime) -> None:
    """A draft that is there is done, whatever became of the letters."""
    run.started_at = run.started_at or now
    _end(run, State.DONE if run.state == State.MADE else State.FAILED)
