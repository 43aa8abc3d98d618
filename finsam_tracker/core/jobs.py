"""Writing down what a background job did."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from finsam_tracker.core.models import Federation, JobRun
from finsam_tracker.core.parameters import MissingParameterError

KEEP_RUNS = timedelta(days=90)
"""A federation writes a run at every save; what went well a quarter ago tells nobody anything."""


@contextmanager
def job_run(
    task: str, *, now: datetime, federation: Federation | None = None, only_latest: bool = False
) -> Iterator[JobRun]:
    """Write the run down: that it began, and how it ended. A failed one keeps the cause and is raised again.

    What the office itself has not filled in yet is no fault of the program: the cause is a sentence for the office.
    ``only_latest``: of a job that runs all the time, earlier runs are forgotten but for those that failed.
    """
    run = JobRun.objects.create(task=task, federation=federation, started_at=now)
    try:
        yield run
    except MissingParameterError as missing:
        run.outcome, run.error, run.counts = JobRun.Outcome.FAILED, str(missing), {"missing_parameter": missing.key}
        raise
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
