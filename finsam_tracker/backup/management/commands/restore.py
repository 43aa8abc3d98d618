"""``manage.py restore FILE``: the database as it was when the file was written."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from finsam_tracker.backup.dumping import BackupError, compare, read_about, restore_backup
from finsam_tracker.backup.sealing import read_key, right_key


class Command(BaseCommand):
    help = "Gör databasen till vad den var när kopian skrevs, och jämför varje tabell med vad den var då."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Kopian.")
        parser.add_argument("--replace", action="store_true", help="Ersätt det som finns i databasen.")
        parser.add_argument("--check", action="store_true", help="Läs kopian till slut och jämför; ändra inget.")

    def handle(self, *args: Any, file: Path, replace: bool, check: bool, **options: Any) -> None:
        began = time.monotonic()
        try:
            differing = self._act(file, _key_of(file), replace=replace, check=check)
        except (BackupError, ValueError, OSError) as error:
            raise CommandError(f"{error} Databasen är som den var.") from error
        if differing:
            raise CommandError(f"Dessa tabeller är inte som i kopian: {', '.join(differing)}.")
        self.stdout.write(f"Varje tabell är som i kopian. {time.monotonic() - began:.1f} s")

    def _act(self, file: Path, key: bytes, *, replace: bool, check: bool) -> list[str]:
        if check:
            return compare(read_about(file, key)["tables"])
        if connection.introspection.table_names() and not replace:
            raise CommandError("Databasen är inte tom. Skriv --replace för att ersätta det som finns i den.")
        return restore_backup(file, key)


def _key_of(path: Path) -> bytes:
    """The key now, or one before it."""
    with path.open("rb") as file:
        return right_key(file, map(read_key, [settings.BACKUP_KEY, *settings.OLD_BACKUP_KEYS]))
