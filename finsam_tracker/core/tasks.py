"""Jobs around log-in and around jobs themselves. Each can run twice without harm."""

from celery import shared_task
from django.utils import timezone
from knox.models import AuthToken

from finsam_tracker.core import jobs
from finsam_tracker.core.clock import require_right_clock
from finsam_tracker.core.jobs import KEEP_RUNS, job_run
from finsam_tracker.core.letters import SENDING_FAILED
from finsam_tracker.core.login.services import send_link_to_new_password
from finsam_tracker.core.models import JobRun
from finsam_tracker.core.records import KEEP_ACCESS, AccessEvent, Session

MINUTE = 60


@shared_task(
    soft_time_limit=MINUTE, time_limit=2 * MINUTE, autoretry_for=SENDING_FAILED, max_retries=3, retry_backoff=True
)
def send_new_password_link(email: str) -> None:
    """Looking the address up is left to the job, so that the page answers as fast whether it is somebody's or not."""
    send_link_to_new_password(email)


@shared_task(soft_time_limit=10 * MINUTE, time_limit=11 * MINUTE)
def forget_old() -> None:
    """Log-ins that have run out, old runs of jobs, and what the access log has kept long enough."""
    now = timezone.now()
    with job_run("forget_old", now=now) as run:
        require_right_clock(now)
        run.counts = {
            "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
            "tokens": AuthToken.objects.filter(expiry__lt=now).delete()[0],
            "runs": JobRun.objects.filter(started_at__lt=now - KEEP_RUNS).delete()[0],
            "access": AccessEvent.objects.filter(first_at__lt=now - KEEP_ACCESS).delete()[0],
        }


@shared_task(soft_time_limit=MINUTE, time_limit=2 * MINUTE)
def end_cut_off_runs() -> None:
    """Runs whose process was killed are at work for ever unless somebody says that they are not."""
    now = timezone.now()
    with job_run("end_cut_off_runs", now=now, only_latest=True) as run:
        run.counts = {"ended": jobs.end_cut_off_runs(now)}
