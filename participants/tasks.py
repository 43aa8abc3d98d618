"""The jobs of large files. Each can run twice without harm; the database says how far it has come."""

from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from django.utils import timezone, translation

from finsam_tracker.core.clock import require_right_clock
from finsam_tracker.core.jobs import job_run
from finsam_tracker.core.language import language_of
from finsam_tracker.core.models import JobRun
from participants.models import Import
from participants.services import imports
from participants.services.reminders import remind_all

MINUTE = 60


def _run(task: str, number: int, job: Callable[[int, datetime], None]) -> None:
    """Do the job, unless another worker is at it or it is done already."""
    with imports.at_work(number) as free:
        if free and imports.begin(number):
            _do(task, number, job)


def _do(task: str, number: int, job: Callable[[int, datetime], None]) -> None:
    """Do the job and write the run down; one that breaks down leaves nothing read in, and says so on its page.

    What it writes for the person who sent the file is in that person's language.
    """
    now = timezone.now()
    record = Import.objects.select_related("initiative", "by").get(pk=number)
    run = JobRun.objects.create(task=task, federation_id=record.initiative.federation_id, started_at=now)
    try:
        with translation.override(language_of(record.by)):
            job(number, now)
    except Exception as error:
        # The error's own text may hold a registered value; its kind is enough here, the rest is in the log.
        run.outcome, run.error = JobRun.Outcome.FAILED, type(error).__name__
        with translation.override(language_of(record.by)):
            imports.fail(number, timezone.now())
        raise
    else:
        run.outcome, run.counts = JobRun.Outcome.DONE, {"rows": record.row_count}
    finally:
        run.ended_at = timezone.now()
        run.save()


@shared_task(soft_time_limit=10 * MINUTE, time_limit=11 * MINUTE)
def check_import(number: int) -> None:
    """Check a large file."""
    _run("check_import", number, imports.check)


@shared_task(soft_time_limit=10 * MINUTE, time_limit=11 * MINUTE)
def write_import(number: int) -> None:
    """Read a large file in, once it has been confirmed."""
    _run("write_import", number, imports.carry_out)


@shared_task(soft_time_limit=MINUTE, time_limit=2 * MINUTE)
def resume_imports() -> None:
    """Start again what a killed worker or a lost message left."""
    now = timezone.now()
    with job_run("resume_imports", now=now, only_latest=True) as run:
        run.counts = {"resumed": imports.resume(now)}


@shared_task(soft_time_limit=MINUTE, time_limit=2 * MINUTE)
def expire_imports() -> None:
    """Forget the files that nobody came back to."""
    now = timezone.now()
    with job_run("expire_imports", now=now, only_latest=True) as run:
        require_right_clock(now)
        run.counts = {"expired": imports.expire(now)}


@shared_task(soft_time_limit=30 * MINUTE, time_limit=31 * MINUTE)
def send_reminders() -> None:
    """Send the week's mails. Run again, it sends to those only who have none yet."""
    now = timezone.now()
    with job_run("send_reminders", now=now) as run:
        run.counts = dict(remind_all(now=now))
