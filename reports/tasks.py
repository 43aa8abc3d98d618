"""The statistics' jobs. Each can run twice without harm, and writes its run where office and operator see it."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from finsam_tracker.core.clock import require_right_clock
from finsam_tracker.core.jobs import job_run
from finsam_tracker.core.models import Federation, StaleMark
from reports import services, thinning
from reports.finsam import deadlines, delivery
from reports.models import Publication, TableSet
from reports.publishing import runs
from reports.publishing.editions import altered
from reports.publishing.services import prepare_draft
from reports.reconcile import reconcile
from reports.result import Result
from reports.services import Refreshed
from reports.status_reports.arrivals import tell_offices
from reports.status_reports.reminders import remind_leads
from reports.status_reports.services import ask_on_time

logger = logging.getLogger(__name__)

MINUTE = 60


class AlteredError(RuntimeError):
    """Somebody has written in what was published."""


def _for(federation_id: int, task: str, job: Callable[..., Refreshed], *, whole: bool = False) -> dict[str, Any]:
    federation = Federation.objects.get(pk=federation_id)
    now = timezone.now()
    with job_run(task, now=now, federation=federation) as run:
        refreshed = job(federation, now=now)
        run.counts = {"periods": refreshed.periods, "changed": refreshed.changed}
        if whole:
            run.counts["unreconciled"] = _unreconciled(federation, now)
        return dict(run.counts)


def _unreconciled(federation: Federation, now: datetime) -> int:
    """How many sums between the stored tables do not hold."""
    keys = [period.key for period in services.computable_periods(federation, now)]
    sets = TableSet.objects.filter(federation=federation, scope="", period__in=keys)
    found = 0
    for one in sets.prefetch_related(services.current_tables()):
        results = {row.key: Result.from_json(row.payload) for row in one.current}  # type: ignore[attr-defined]
        found += sum(not check.holds for check in reconcile(results))
    return found


def _ask_for_each(task: str, numbers: Iterable[int], job: Task[Any, Any], *, only_latest: bool = False) -> None:
    """Ask for the job of each federation, or whatever it is about, and write down that it was asked for."""
    with job_run(task, now=timezone.now(), only_latest=only_latest) as run:
        asked = [job.delay(number) for number in numbers]
        run.counts = {"asked": len(asked)}


@shared_task(soft_time_limit=5 * MINUTE, time_limit=6 * MINUTE)
def refresh_federation(federation_id: int) -> None:
    """Compute a federation's stale tables again. Nothing stale, nothing done."""
    if StaleMark.objects.filter(federation=federation_id).exists():
        _for(federation_id, "refresh_federation", services.refresh)


@shared_task(soft_time_limit=MINUTE, time_limit=2 * MINUTE)
def refresh_stale() -> None:
    """Ask for the refresh of every federation that has a stale mark."""
    stale = StaleMark.objects.values_list("federation", flat=True).distinct()
    _ask_for_each("refresh_stale", stale, refresh_federation, only_latest=True)


@shared_task(soft_time_limit=30 * MINUTE, time_limit=31 * MINUTE)
def rebuild_federation(federation_id: int) -> None:
    """Compute all of a federation's stored tables again and report any that differs.

    What was stale is refreshed first, so that a difference is a fault and not a late registration.
    """
    refresh_federation(federation_id)
    counts = _for(federation_id, "rebuild_federation", services.rebuild, whole=True)
    if counts["changed"]:
        logger.error("Federation %s: stored tables differed on rebuild: %s", federation_id, counts["changed"])
    if counts.get("unreconciled"):
        logger.error("Federation %s: %s sums between tables do not hold", federation_id, counts["unreconciled"])


@shared_task(soft_time_limit=MINUTE, time_limit=2 * MINUTE)
def rebuild_all() -> None:
    """Ask for the rebuild of every federation."""
    _ask_for_each("rebuild_all", Federation.objects.values_list("pk", flat=True), rebuild_federation)


@shared_task(soft_time_limit=30 * MINUTE, time_limit=31 * MINUTE)
def thin_federation(federation_id: int) -> None:
    """Plan what the federation's rule asks for, and do what has been planned and not stopped."""
    federation = Federation.objects.get(pk=federation_id)
    now = timezone.now()
    with job_run("thin_federation", now=now, federation=federation) as run:
        require_right_clock(now)
        done = thinning.carry_out_due(federation, now=now)
        planned = thinning.plan(federation, now=now)
        run.counts = {"thinned": done.total if done else 0, "planned": planned.total if planned else 0}


@shared_task(soft_time_limit=MINUTE, time_limit=2 * MINUTE)
def thin_all() -> None:
    """Ask for the thinning of every federation that has a rule for it."""
    _ask_for_each("thin_all", thinning.with_rule().values_list("pk", flat=True), thin_federation)


@shared_task(soft_time_limit=30 * MINUTE, time_limit=31 * MINUTE)
def status_reports() -> None:
    """Ask for the lägesrapporter of a period that has closed, and remind the leads. Run again, it does what is left."""
    now = timezone.now()
    with job_run("status_reports", now=now) as run:
        asked = sum(len(ask_on_time(federation, now=now)) for federation in Federation.objects.all())
        run.counts = {"asked": asked, **remind_leads(now=now)}


@shared_task(soft_time_limit=5 * MINUTE, time_limit=6 * MINUTE)
def tell_of_status_reports() -> None:
    """Tell the offices of the reports that have arrived, each person once of each."""
    now = timezone.now()
    with job_run("tell_of_status_reports", now=now, only_latest=True) as run:
        run.counts = dict(tell_offices(now=now))


@shared_task(soft_time_limit=5 * MINUTE, time_limit=6 * MINUTE)
def prepare_publication(publication_id: int) -> None:
    """Compute a draft's figures, protect and attack them. The whole draft or nothing, however often it is run."""
    draft = Publication.objects.select_related("federation").filter(pk=publication_id).first()
    if draft is None:
        return
    now = timezone.now()
    with job_run("prepare_publication", now=now, federation=draft.federation) as run:
        run.counts = {"prepared": int(prepare_draft(publication_id, now=now))}


@shared_task(soft_time_limit=MINUTE, time_limit=2 * MINUTE)
def plan_runs() -> None:
    """Ask for every draft whose day has come. Run again, or by two at once, it asks for each once."""
    with job_run("plan_runs", now=timezone.now()) as run:
        run.counts = {"asked": runs.plan(run.started_at)}


@shared_task(soft_time_limit=5 * MINUTE, time_limit=6 * MINUTE)
def carry_out_run(number: int) -> None:
    """Make a scheduled draft and tell the office. Run again, it goes on where it was left."""
    now = timezone.now()
    with runs.at_work(number) as free:
        begun = runs.begin_run(number, now) if free else None
        if begun:
            with job_run("scheduled_draft", now=now, federation=begun.schedule.federation) as run:
                runs.carry_out(begun, now)
                run.counts = {"attempt": begun.attempts}


@shared_task(soft_time_limit=MINUTE, time_limit=2 * MINUTE)
def resume_runs() -> None:
    """Start again the drafts, scheduled or asked for, that a killed worker or a lost message left."""
    now = timezone.now()
    with job_run("resume_runs", now=now, only_latest=True):
        runs.resume(now)
        for draft in Publication.objects.left_uncomputed(now):
            prepare_publication.delay(draft.pk)


@shared_task(soft_time_limit=10 * MINUTE, time_limit=11 * MINUTE)
def check_frozen() -> None:
    """Compare everything that has been published with its fingerprint; what differs is a failed job."""
    with job_run("check_frozen", now=timezone.now()) as run:
        found = altered()
        run.counts = {"altered": len(found)}
        if found:
            raise AlteredError(f"Published content does not match its fingerprint: {', '.join(map(str, found))}")


@shared_task(soft_time_limit=MINUTE, time_limit=2 * MINUTE)
def deliver_finsam(delivery_id: int) -> None:
    """Try once to deliver figures to Uppföljning Finsam, if it is time and nobody else is at it."""
    now = timezone.now()
    if delivery_id not in delivery.due(now):
        return
    federation = Federation.objects.get(finsam_deliveries=delivery_id)
    with job_run("deliver_finsam", now=now, federation=federation) as run:
        tried = delivery.attempt(delivery_id, now=now)
        run.counts = {"attempt": tried.attempts, "delivered": int(not tried.problem)} if tried else {}


@shared_task(soft_time_limit=MINUTE, time_limit=2 * MINUTE)
def deliver_finsam_due() -> None:
    """Ask for every delivery whose time has come: again after a fault, or after a worker that died."""
    _ask_for_each("deliver_finsam_due", delivery.due(timezone.now()), deliver_finsam, only_latest=True)


@shared_task(soft_time_limit=10 * MINUTE, time_limit=11 * MINUTE)
def remind_finsam() -> None:
    """Remind the offices of a last day that is near. However often it runs, nobody gets a week's mail twice."""
    now = timezone.now()
    with job_run("remind_finsam", now=now) as run:
        run.counts = dict(deadlines.remind_all(now=now))
