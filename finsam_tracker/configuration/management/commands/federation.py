"""``manage.py federation check|load|dump``: a federation as one TOML file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from finsam_tracker.configuration.current import current_file
from finsam_tracker.configuration.faults import ConfigurationError, Fault
from finsam_tracker.configuration.loading import Checked, check, load
from finsam_tracker.configuration.writing import written
from finsam_tracker.core.models import Federation, User


class Command(BaseCommand):
    help = "Kontrollerar, läser in och skriver ut ett förbunds konfiguration, en fil per förbund."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        checking = actions.add_parser("check", help="Säger alla fel i filen, med rad. Ändrar ingenting.")
        loading = actions.add_parser("load", help="Visar vad filen ändrar, frågar, och läser in den.")
        dumping = actions.add_parser("dump", help="Skriver förbundet som en fil.")
        for action in (checking, loading):
            action.add_argument("file", type=Path, metavar="FIL")
        loading.add_argument("--yes", action="store_true", help="Frågar inte.")
        loading.add_argument("--dry-run", action="store_true", help="Visar bara vad som skulle ändras.")
        loading.add_argument("--by", metavar="E-POST", help="Vem som gör det, i loggen. Annars systemet.")
        dumping.add_argument("slug", metavar="ADRESSNAMN", help="Förbundets adressnamn (slug).")
        dumping.add_argument("file", type=Path, nargs="?", metavar="FIL", help="Utan fil skrivs den ut här.")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["action"]:
            case "check":
                self._check(options["file"], None)
                self.stdout.write("Inga fel.")
            case "load":
                self._load(options)
            case "dump":
                self._dump(options["slug"], options["file"])

    def _check(self, path: Path, by: User | None) -> Checked:
        """The file, tried; raises CommandError after every fault has been written."""
        try:
            checked = check(path, by=by, now=timezone.now())
        except OSError as error:
            raise CommandError(f"Filen {path} kan inte läsas. Kontrollera namnet. ({error.strerror})") from error
        except ConfigurationError as error:
            raise self._refused(path, error.faults) from error
        except PermissionDenied as error:
            raise CommandError(
                f"{by} får inte ställa in förbundet. Utelämna --by, eller ange en förbundsadministratör där."
            ) from error
        found = checked.document.faults
        for warning in found.warnings:
            self.stdout.write(warning.text(str(path)))
        if found.faults:
            raise self._refused(path, found.faults)
        return checked

    def _refused(self, path: Path, faults: list[Fault]) -> CommandError:
        for fault in faults:
            self.stdout.write(fault.text(str(path)))
        return CommandError(f"{len(faults)} fel i {path}. Ingenting är ändrat.")

    def _load(self, options: dict[str, Any]) -> None:
        path, by = options["file"], _actor(options["by"])
        checked = self._check(path, by)
        for line in checked.lines:
            self.stdout.write(line)
        if not checked.changes.to_write:
            self.stdout.write("Förbundet är redan som filen säger.")
        elif options["dry_run"]:
            self.stdout.write("Ingenting är ändrat.")
        elif options["yes"] or self._is_wanted():
            self._write(checked, path, by)
        else:
            self.stdout.write("Ingenting är ändrat.")

    def _is_wanted(self) -> bool:
        try:
            return input("Läs in detta? [j/N] ").strip().lower() in ("j", "ja")
        except EOFError:
            self.stdout.write("Ingen svarade. Kör med --yes för att läsa in utan fråga.")
            return False

    def _write(self, checked: Checked, path: Path, by: User | None) -> None:
        try:
            changes = load(checked.document, by=by or User.objects.system(), now=timezone.now(), seen=checked.lines)
        except ConfigurationError as error:
            raise self._refused(path, error.faults) from error
        self.stdout.write(f"Inläst: {len(changes.to_write)} ändringar.")

    def _dump(self, slug: str, path: Path | None) -> None:
        federation = Federation.objects.filter(slug=slug).first()
        if federation is None:
            known = ", ".join(Federation.objects.order_by("slug").values_list("slug", flat=True)) or "inga"
            raise CommandError(f"Förbundet ”{slug}” finns inte. De som finns: {known}.")
        text = written(current_file(federation))
        if path is None:
            self.stdout.write(text, ending="")
        else:
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{federation} är skrivet till {path}.")


def _actor(email: str | None) -> User | None:
    """Who acts: the one with the e-mail address; None is the system."""
    if email is None:
        return None
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise CommandError(f"Ingen har e-postadressen {email}. Kontrollera den, eller utelämna --by.")
    return user
