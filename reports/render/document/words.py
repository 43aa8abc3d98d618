"""What every document says about itself, whatever its format."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from reports.edition import INTERNAL, Edition, Imprint


def day(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d}"


def kind_in_words(edition: Edition) -> str:
    return _("slutlig") if edition.kind == "final" else _("preliminär")


def standing(edition: Edition) -> str:
    """Which edition it is, and of when."""
    if edition.published is None:
        return _("Utkast. Siffrorna är räknade %s.") % day(edition.known)
    if edition.kind == INTERNAL:
        return _("Skickad till kansliet %s. Siffrorna är räknade då.") % day(edition.published)
    return _("Utgåva %(number)d, %(kind)s, publicerad %(day)s. Innehåller det som var registrerat %(known)s.") % {
        "number": edition.number,
        "kind": kind_in_words(edition),
        "day": day(edition.published),
        "known": day(edition.known),
    }


def differences(edition: Edition) -> Iterator[str]:
    """Why there is this edition, and what it says otherwise than the one before, cell by cell."""
    if edition.reason:
        yield _("Varför en ny utgåva: %s.") % edition.reason.rstrip(".")
    if edition.summary:
        yield edition.summary
    for moved in edition.moved:
        yield _("%(table)s, %(row)s, %(column)s: från %(before)s till %(after)s.") % {
            "table": moved.table,
            "row": moved.row,
            "column": moved.column,
            "before": moved.before,
            "after": moved.after,
        }


def definitions(edition: Edition) -> Iterator[tuple[str, str]]:
    """Each table's title, and how it is counted."""
    for defined in edition.definitions:
        version = _("Definition %(version)d, gäller från %(since)s.") % {
            "version": defined.version,
            "since": defined.valid_from,
        }
        yield defined.title, f"{defined.definition} {_('Källa:')} {defined.source} {version}"


def footer(edition: Edition, imprint: Imprint) -> str:
    """What stands at the foot of each page: how a reader checks a number."""
    if edition.kind == INTERNAL:
        return _("Internt – inte skyddat mot röjande")
    if not edition.code:
        return _("Utkast, inte publicerat")
    return _("Kontrollkod %(code)s · %(address)s") % {"code": edition.code, "address": imprint.address}
