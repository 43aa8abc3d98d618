"""The Celery app, its queues and every schedule, on one page."""

import logging.config
import os
import time
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import before_task_publish, setup_logging
from django.conf import settings
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finsam_tracker.settings")

app = Celery("finsam_tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

INTERACTIVE, SCHEDULED, BULK = "interactive", "scheduled", "bulk"
QUEUES = (INTERACTIVE, SCHEDULED, BULK)
"""Somebody waits for it; the clock asked for it; large files. A worker takes all three, or those it is told to."""

app.conf.task_queues = [Queue(name) for name in QUEUES]
app.conf.task_default_queue = INTERACTIVE
app.conf.task_routes = {
    "reports.tasks.refresh_federation": {"queue": INTERACTIVE},
    # It only asks, and what it asks for somebody waits for: the night's work must not stand before it.
    "reports.tasks.refresh_stale": {"queue": INTERACTIVE},
    "reports.tasks.prepare_publication": {"queue": INTERACTIVE},
    "finsam_tracker.core.tasks.send_new_password_link": {"queue": INTERACTIVE},
    "participants.tasks.check_import": {"queue": BULK},
    "participants.tasks.write_import": {"queue": BULK},
    "reports.tasks.*": {"queue": SCHEDULED},
    "participants.tasks.*": {"queue": SCHEDULED},
    "finsam_tracker.*": {"queue": SCHEDULED},
}

app.conf.beat_scheduler = "finsam_tracker.beat:Scheduler"
app.conf.beat_schedule = {
    # A save after a quiet time asks for its federation's refresh at once; this does for those that come soon after, and
    # for what a lost message or a dead worker left.
    "refresh-stale": {"task": "reports.tasks.refresh_stale", "schedule": 30.0},
    # What waits in each coordinator's initiatives, by e-mail. However often it runs, nobody gets a week's mail twice.
    "remind-weekly": {
        "task": "participants.tasks.send_reminders",
        "schedule": crontab(hour="7", minute="0", day_of_week="mon"),
    },
    # A file whose job was killed, or whose message was lost, is taken up again.
    "resume-imports": {"task": "participants.tasks.resume_imports", "schedule": 30.0},
    # A file that nobody came back to for a day is forgotten, and what was typed in it.
    "expire-imports": {"task": "participants.tasks.expire_imports", "schedule": 15 * 60.0},
    # Answers kept for repeated requests are forgotten after a week.
    "forget-answers": {"task": "finsam_tracker.clients.tasks.forget_answers", "schedule": 60 * 60.0},
    # Old registrations become counts, by each federation's rule: planned first, done after a month if nobody stops it.
    "thin-all": {"task": "reports.tasks.thin_all", "schedule": crontab(hour="3", minute="40")},
    # Lägesrapporter are asked for when a period has closed; a lead who has one to write gets a mail a week at most.
    "status-reports": {"task": "reports.tasks.status_reports", "schedule": crontab(hour="7", minute="20")},
    # The office is told of a report within minutes of its arrival.
    "tell-of-status-reports": {"task": "reports.tasks.tell_of_status_reports", "schedule": 10 * 60.0},
    # Log-ins that have run out, old runs of jobs, and access notes older than two years.
    "forget-old": {"task": "finsam_tracker.core.tasks.forget_old", "schedule": crontab(hour="3", minute="40")},
    # The drafts of the federations' schedules: however often it runs, each is made once. What was left
    # by a killed worker is taken up again.
    "plan-runs": {"task": "reports.tasks.plan_runs", "schedule": crontab(hour="5", minute="10")},
    "resume-runs": {"task": "reports.tasks.resume_runs", "schedule": 30.0},
    # What has been published still has its fingerprint.
    "check-frozen": {"task": "reports.tasks.check_frozen", "schedule": crontab(hour="4", minute="10")},
    # A run whose worker was killed is written down as cut off.
    "end-cut-off-runs": {"task": "finsam_tracker.core.tasks.end_cut_off_runs", "schedule": 60.0},
    # The figures for Uppföljning Finsam: tried again after a fault or a dead worker, and the office reminded in time.
    "deliver-finsam": {"task": "reports.tasks.deliver_finsam_due", "schedule": 60.0},
    "remind-finsam": {"task": "reports.tasks.remind_finsam", "schedule": crontab(hour="7", minute="20")},
    # A sealed copy of the database, where the settings name a folder for it.
    "back-up": {"task": "finsam_tracker.backup.tasks.back_up", "schedule": crontab(hour="1", minute="10")},
    # Every stored table is computed again at night; one that differs is reported.
    "rebuild-all": {"task": "reports.tasks.rebuild_all", "schedule": crontab(hour="2", minute="10")},
}


@before_task_publish.connect
def say_when(headers: dict[str, Any], **_more: Any) -> None:
    """A message does not say how old it is unless it is told."""
    headers["sent_at"] = time.time()


@setup_logging.connect
def log_as_the_web_does(**_more: Any) -> None:
    """Celery would set up lines of its own, with the arguments of tasks in them."""
    logging.config.dictConfig(settings.LOGGING)
