"""What a key can be for: figures of a federation, or rows of an initiative, and never both."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.permissions import Permission


class Scope(models.TextChoices):
    """One thing a key can be for."""

    READ_TABLES = "read_tables", _("Läsa förbundets tabeller och publikationer")
    FINSAM_EXPORT = "finsam_export", _("Hämta underlaget till Uppföljning Finsam")
    READ_REGISTRATIONS = "read_registrations", _("Läsa insatsens registreringar")
    WRITE_REGISTRATIONS = "write_registrations", _("Läsa och skriva insatsens registreringar")


OF_FEDERATION = (Scope.READ_TABLES, Scope.FINSAM_EXPORT)
OF_INITIATIVE = (Scope.READ_REGISTRATIONS, Scope.WRITE_REGISTRATIONS)

PERMISSIONS: dict[Scope, frozenset[Permission]] = {
    Scope.READ_TABLES: frozenset({Permission.SEE_FEDERATION_TABLES, Permission.SEE_PUBLISHED}),
    Scope.FINSAM_EXPORT: frozenset({Permission.SEE_FINSAM_EXPORT}),
    Scope.READ_REGISTRATIONS: frozenset({Permission.SEE_ROWS}),
    Scope.WRITE_REGISTRATIONS: frozenset({Permission.SEE_ROWS, Permission.REGISTER}),
}


def permissions_of(scopes: Iterable[str]) -> frozenset[Permission]:
    """All that a key with these scopes may do."""
    return frozenset().union(*(PERMISSIONS[Scope(scope)] for scope in scopes))
