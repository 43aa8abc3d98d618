"""Why a document cannot be read, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.document_check.found import Refusal

REFUSALS: dict[Refusal, str | Promise] = {
    Refusal.EMPTY: _("Filen är tom. Välj en annan fil."),
    Refusal.TOO_LARGE: _("Filen är för stor. Den får vara högst 20 MB. Komprimera bilderna eller dela upp dokumentet."),
    Refusal.TOO_MANY_PAGES: _(
        "Dokumentet har fler än 80 sidor. Dela upp det, eller kontrollera bara den del som har tabeller."
    ),
    Refusal.TOO_MANY_TABLES: _(
        "Dokumentet har för många eller för stora tabeller. Dela upp det, eller ta bort blad som inte ska tryckas."
    ),
    Refusal.TOO_HEAVY: _(
        "Dokumentet tar för lång tid eller för mycket minne att läsa. "
        "Dela upp det, eller spara det på nytt med färre bilder."
    ),
    Refusal.UNPACKS_TOO_LARGE: _(
        "Filen är för stor när den packas upp. Ta bort stora bilder, eller dela upp dokumentet."
    ),
    Refusal.ENCRYPTED: _("Filen är skyddad med lösenord. Spara den utan lösenord och försök igen."),
    Refusal.OLD_FORMAT: _(
        "Filen är i ett gammalt format. Öppna den i Word eller Excel, spara den som .docx eller .xlsx och försök igen."
    ),
    Refusal.MACROS: _("Filen innehåller makron. Spara den som .docx eller .xlsx utan makron och försök igen."),
    Refusal.OTHER_KIND: _(
        "Filen är inget dokument som går att kontrollera. "
        "Välj en fil från Word (.docx) eller Excel (.xlsx), eller en PDF."
    ),
    Refusal.BROKEN: _("Filen är skadad och går inte att läsa. Spara den på nytt och försök igen."),
    Refusal.SCANNED: _(
        "Filen är inskannad: den har bilder men ingen text. Välj den PDF som skapades i Word eller layoutprogrammet."
    ),
}
"""By the reason: what is wrong, and what to do."""
