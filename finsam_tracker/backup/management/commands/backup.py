"""``manage.py backup FOLDER``: an encrypted copy of the whole database."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from finsam_tracker.backup.dumping import BackupError, read_about, write_backup
from finsam_tracker.backup.keeping import forget_old
from finsam_tracker.backup.sealing import read_key


class Command(BaseCommand):
    help = "Skriver en krypterad kopia av databasen och läser tillbaka den. Nyckeln står i FINSAM_BACKUP_KEY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="Mappen som kopian läggs i.")
        parser.add_argument("--forget-old", action="store_true", help="Ta bort gamla (FINSAM_BACKUP_KEEP).")

    def handle(self, *args: Any, folder: Path, forget_old: bool, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Kopior görs av PostgreSQL. Den inbyggda databasen är en fil: kopiera den.")
        began = time.monotonic()
        try:
            key = read_key(settings.BACKUP_KEY)
            path = write_backup(folder, key, now=timezone.now())
            about = read_about(path, key)
        except (BackupError, ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        if forget_old:
            self._forget(folder)
        size, took = path.stat().st_size, time.monotonic() - began
        self.stdout.write(f"{path}: {len(about['tables'])} tabeller, {size} byte, {took:.1f} s")

    def _forget(self, folder: Path) -> None:
        self.stdout.write(f"{forget_old(folder, settings.BACKUP_KEEP)} gamla kopior är borttagna.")
