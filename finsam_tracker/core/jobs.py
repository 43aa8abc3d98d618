"""Writing down what a background job did."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation, JobRun

CUT_OFF = _("Jobbet avbröts innan det var klart: processen som körde det stoppades.")
LONGEST = timedelta(minutes=55)
"""No job may take longer; a test holds every task's time limit against it."""
KEEP_RUNS = timedelta(days=90)
"""A federation writes a run at every save; what went well a quarter ago tells nobody anything."""


def ask_on_commit(task: str, number: int) -> None:
    """Ask for a job about a row, by the job's name, once the row is saved.

    Where the broker is away nobody is told: the row says what is left to do, and beat asks again.
    """

    # A plain function: Django logs a robust one that failed by its name, which a partial has not.
    def ask() -> None:
        current_app.tasks[task].delay(number)

    transaction.on_commit(ask, robust=True)


@contextmanager
def job_run(
    task: str, *, now: datetime, federation: Federation | None = None, only_latest: bool = False
) -> Iterator[JobRun]:
    """Write the run down: that it began, and how it ended. A failed one keeps the cause and is raised again.

    ``only_latest``: of a job that runs all the time, earlier runs are forgotten but for those that failed.
    """
    run = JobRun.objects.create(task=task, federation=federation, started_at=now)
    try:
        yield run
    except Exception as error:
        run.outcome, run.error = JobRun.Outcome.FAILED, f"{type(error).__name__}: {error}"[:500]
        raise
    else:
        run.outcome = JobRun.Outcome.DONE
        if only_latest:
            earlier = JobRun.objects.filter(task=task, federation=federation, pk__lt=run.pk)
            earlier.exclude(outcome=JobRun.Outcome.FAILED).delete()
    finally:
        run.ended_at = timezone.now()
        run.save()


def is_cut_off(run: JobRun, now: datetime) -> bool:
    """Whether a run that has not said how it ended can no longer be at work: its time limit has passed.

    A process that is killed, or whose database goes away, cannot write its end down. One that began long from now began
    before the clock was set back.
    """
    return run.outcome == JobRun.Outcome.RUNNING and abs(now - run.started_at) > _time_limit(run.task)


def _time_limit(task: str) -> timedelta:
    """The time after which a worker kills a task, by the task's short name."""
    limits = (t.time_limit for name, t in current_app.tasks.items() if name.rpartition(".")[2] == task)
    return timedelta(seconds=max((limit for limit in limits if limit), default=LONGEST.total_seconds()))


def end_cut_off_runs(now: datetime) -> int:
    """Write down that runs were cut off, and how many. One that is at work after all says later how it ended."""
    found = [run for run in JobRun.objects.filter(outcome=JobRun.Outcome.RUNNING) if is_cut_off(run, now)]
    return JobRun.objects.filter(pk__in=[run.pk for run in found], outcome=JobRun.Outcome.RUNNING).update(
        outcome=JobRun.Outcome.FAILED, error=str(CUT_OFF), ended_at=now
    )
