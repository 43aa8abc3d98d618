"""``manage.py demo``: loads the demo federation where it is missing, and says how to log in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from finsam_tracker.demo.load import load_demo
from finsam_tracker.demo.people import DEMO_USERS, PASSWORD


class Command(BaseCommand):
    help = "Läser in demoförbundet, om det saknas, och skriver ut inloggningarna. Lösenordet är känt för alla."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "Demoförbundets lösenord är känt för alla, så det läses bara in i den inbyggda databasen."
            )
        federation = load_demo()
        self.stdout.write(f"{federation} är inläst. Logga in som någon av dessa med lösenordet {PASSWORD}:")
        for user in DEMO_USERS:
            self.stdout.write(f"  {user.email:<28} {user.role.declaration.title}")
