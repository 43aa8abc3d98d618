"""``manage.py start``: from nothing to a running system with the demo federation, on the own machine."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from finsam_tracker.demo.load import SLUG, load_demo, published_figures
from finsam_tracker.demo.people import PASSWORD, one_per_role

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Skapar databasen och demoförbundet, om de saknas, skriver ut Tabell 1 och startar webbservern."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Port på den egna maskinen (8000).")
        parser.add_argument("--no-serve", action="store_true", help="Gör allt utom att starta webbservern.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("”start” är för den egna maskinen och SQLite. Ta bort DATABASE_URL, eller följ README.")
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write("Läser in demoförbundet, om det saknas ...")
        load_demo()
        call_command("table", "table_1", federation=SLUG, period=str(published_figures().year), stdout=self.stdout)
        self._say_how_to_log_in(options["port"])
        if not options["no_serve"]:
            call_command("runserver", f"{HOST}:{options['port']}", use_reloader=False)

    def _say_how_to_log_in(self, port: int) -> None:
        self.stdout.write(f"\nÖppna http://{HOST}:{port}/ och logga in med lösenordet {PASSWORD} som någon av:")
        for user in one_per_role():
            self.stdout.write(f"  {user.email:<28} {user.role.declaration.title}")
