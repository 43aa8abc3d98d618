"""``manage.py table KEY --federation SLUG --period 2025``: one table, computed afresh."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period, PeriodError
from initiatives.models import Initiative
from reports.compute import COMPUTE_ERRORS, compute, snapshot
from reports.context import Context, Scope
from reports.definition import Table
from reports.render import RENDERERS, Computed, Renderer
from reports.result import Result
from reports.services import applicable
from reports.tables import TABLES


class Command(BaseCommand):
    help = "Räknar en tabell på nytt och skriver ut den."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help=f"tabellen: {', '.join(TABLES)}")
        parser.add_argument("--federation", required=True, metavar="SLUG", help="förbundets adressnamn")
        parser.add_argument("--period", required=True, help="till exempel 2025, 2025-H1, 2025-Q3 eller 2025-04")
        parser.add_argument("--initiative", metavar="SLUG", help="bara en insats, med dess adressnamn")
        parser.add_argument("--format", choices=list(RENDERERS), default="text", help="utan detta: text")
        parser.add_argument("--output", type=Path, metavar="FILE", help="skriv till en fil i stället för skärmen")

    def handle(self, *_args: Any, **options: Any) -> None:
        renderer: Renderer = RENDERERS[options["format"]]
        if renderer.key == "xlsx" and not options["output"] and self.stdout.isatty():
            raise CommandError(
                _("En Excelfil går inte att visa här. Ange en fil med --output, eller skicka vidare med |.")
            )
        scope = _scope(options["federation"], options["initiative"])
        period = _period(options["period"])
        table = _table(options["key"], scope, period)
        result = _result(table, Context(scope, period, today=timezone.localdate()))
        self._write(renderer.render(result, computed=Computed(timezone.now())), options["output"])

    def _write(self, content: bytes, output: Path | None) -> None:
        if output is None:
            # Bytes, whatever encoding the terminal has; a caller that collects text gets text.
            binary = getattr(self.stdout, "buffer", None)
            if binary is None:
                self.stdout.write(content.decode(), ending="")
            else:
                binary.write(content)
                binary.flush()
            return
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(
                _("Filen %(file)s kan inte skrivas: %(cause)s.") % {"file": output, "cause": error.strerror}
            ) from error


def _scope(federation_slug: str, initiative_slug: str | None) -> Scope:
    federation = Federation.objects.filter(slug=federation_slug).first()
    if federation is None:
        raise CommandError(_unknown(_("Förbundet"), federation_slug, Federation.objects.values_list("slug", flat=True)))
    if initiative_slug is None:
        return Scope(federation)
    initiatives = Initiative.objects.filter(federation=federation)
    initiative = initiatives.filter(slug=initiative_slug).first()
    if initiative is None:
        raise CommandError(_unknown(_("Insatsen"), initiative_slug, initiatives.values_list("slug", flat=True)))
    return Scope(federation, initiative)


def _table(key: str, scope: Scope, period: Period) -> Table:
    known = {table.key: table for table in applicable(scope, period)}
    if key in TABLES and key not in known:
        raise CommandError(_("Tabellen ”%s” gäller ett helt förbund. Utelämna --initiative.") % key)
    if key not in known:
        raise CommandError(_unknown(_("Tabellen"), key, known))
    return known[key]


def _unknown(what: str, given: str, known: Iterable[str]) -> str:
    names = ", ".join(known)
    if not names:
        return _("%(what)s ”%(given)s” finns inte, och ingen annan heller.") % {"what": what, "given": given}
    return _("%(what)s ”%(given)s” finns inte. Välj bland %(known)s.") % {"what": what, "given": given, "known": names}


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except PeriodError as error:
        raise CommandError(str(error)) from error


def _result(table: Table, context: Context) -> Result:
    try:
        with snapshot():
            (result,) = compute([table], context)
    except COMPUTE_ERRORS as error:
        raise CommandError(str(error)) from error
    return result
