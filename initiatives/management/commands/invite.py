"""``manage.py invite``: the first people of an installation. Everybody after them is invited on the pages."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Role
from initiatives.people.invitations import invite
from initiatives.people.letters import address_of, send_letter
from initiatives.people.policies import INVITED_BY_OFFICE


class Command(BaseCommand):
    help = "Bjuder in någon: förbundets första förbundsadministratör, eller en driftansvarig. Skriver ut länken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="Adressen som inbjudan skickas till.")
        parser.add_argument("--federation", metavar="SLUG", help="Förbundets adressnamn.")
        parser.add_argument("--role", default=Role.OFFICE.value, choices=[r.value for r in INVITED_BY_OFFICE])
        parser.add_argument("--initiative", action="append", default=[], metavar="SLUG", help="Kan anges flera gånger.")
        parser.add_argument("--operator", action="store_true", help="Bjud in en driftansvarig i stället.")
        parser.add_argument("--no-mail", action="store_true", help="Skicka inget brev; lämna över länken själv.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["operator"] == bool(options["federation"]):
            raise CommandError("Ange antingen --federation SLUG eller --operator.")
        try:
            validate_email(options["email"])
            made = self._invite(options)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        if not options["no_mail"] and not send_letter(made):
            self.stderr.write("Brevet kunde inte skickas. Lämna över länken på annat sätt.")
        self.stdout.write(f"{made}\nLänken gäller i sju dagar och en gång:\n{address_of(made)}")

    def _invite(self, options: dict[str, Any]) -> Any:
        now, by = timezone.now(), User.objects.system()
        if options["operator"]:
            return invite(by=by, email=options["email"], role=Role.OPERATOR, federation=None, now=now)
        federation = self._federation(options["federation"])
        return invite(
            by=by,
            email=options["email"],
            role=Role(options["role"]),
            federation=federation,
            initiatives=list(federation.initiatives.filter(slug__in=options["initiative"])),
            now=now,
        )

    @staticmethod
    def _federation(slug: str) -> Federation:
        found = Federation.objects.filter(slug=slug).first()
        if found is None:
            known = ", ".join(Federation.objects.values_list("slug", flat=True)) or "inga än"
            raise CommandError(f"Förbundet ”{slug}” finns inte. De som finns: {known}.")
        return found
