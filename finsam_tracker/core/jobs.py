"""Writing down what a background job did."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone

from finsam_tracker.core.models import Federation, JobRun
from finsam_tracker.core.parameters import MissingParameterError


@contextmanager
def job_run(task: str, *, now: datetime, federation: Federation | None = None) -> Iterator[JobRun]:
    """Write the run down: that it began, and how it ended. A failed one keeps the cause and is raised again.

    What the office itself has not filled in yet is no fault of the program: the cause is a sentence for the office.
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
    finally:
        run.ended_at = timezone.now()
        run.save()
