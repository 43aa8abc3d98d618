"""The nightly backup."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from finsam_tracker.backup.dumping import read_about, write_backup
from finsam_tracker.backup.keeping import forget_old
from finsam_tracker.backup.sealing import read_key
from finsam_tracker.core.jobs import job_run
from finsam_tracker.core.locks import only_one

MINUTE = 60


@shared_task(soft_time_limit=50 * MINUTE, time_limit=55 * MINUTE)
def back_up() -> None:
    """Write a backup, read it back to the end, and only then forget the old ones. Without a folder there is none."""
    now = timezone.now()
    with job_run("back_up", now=now) as run, only_one("backup") as free:
        if settings.BACKUP_DIR is None or not free:
            run.counts = {"written": 0}
            return
        key = read_key(settings.BACKUP_KEY)
        path = write_backup(settings.BACKUP_DIR, key, now=now)
        read_about(path, key)
        forgotten = forget_old(settings.BACKUP_DIR, settings.BACKUP_KEEP)
        run.counts = {"written": 1, "bytes": path.stat().st_size, "forgotten": forgotten}
