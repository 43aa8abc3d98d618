"""What may stand in a name, a label, a source or a code that somebody types."""

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext as _

from finsam_tracker.core.identity_guard import find_identity

LONGEST_CODE = 40
RESERVED_CODES = ("total", "unknown", "no-answer", "administration", "everything")
"""What the statistics themselves call rows: sums, what is not known, and the money that no initiative used."""
LARGEST_SEK = Decimal(999_999_999_999)
"""What a column of kronor holds."""
FIRST_YEAR, LAST_YEAR = 1994, 2100
"""The first trials with pooled funds began in 1994; later than the last is a slip of the finger."""
_CODE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_SPECIAL = str.maketrans({"å": "a", "ä": "a", "ö": "o", "æ": "a", "ø": "o", "é": "e", "ü": "u"})


def text_problems(text: str, longest: int, missing: str = "") -> list[str]:
    """Whether a text can be kept. ``missing`` is what to say of an empty one; without it, empty is well."""
    if not text.strip():
        return [missing] if missing else []
    if len(text) > longest:
        return [_("Skriv högst %(longest)d tecken. Nu är det %(length)d.") % {"longest": longest, "length": len(text)}]
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        return [_("Texten har tecken som inte går att spara. Skriv den på nytt.")]
    finding = find_identity(text)
    return [finding.sentence] if finding else []


def code_problems(code: str, longest: int = LONGEST_CODE) -> list[str]:
    """Whether a code can be kept: it stands in addresses and files, and never changes."""
    if not _CODE.fullmatch(code) or len(code) > longest:
        return [
            _("Skriv koden med små bokstäver a-z, siffror och bindestreck, högst %d tecken, till exempel arbete-2.")
            % longest
        ]
    if code in RESERVED_CODES:
        return [_("Koden ”%s” använder tabellerna själva. Välj en annan, till exempel %s-2.") % (code, code)]
    finding = find_identity(code)
    return [finding.sentence] if finding else []


def code_from(text: str, taken: set[str], longest: int = LONGEST_CODE) -> str:
    """A code made out of a label: ``Flytt från orten`` gives ``flytt-fran-orten``, the second time with a number."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_SPECIAL))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    made = "-".join(words)[: longest - len("-999")].strip("-") or "kod"
    number, code = 1, made
    while code in taken or code in RESERVED_CODES:
        number += 1
        code = f"{made}-{number}"
    return code


def year_problems(year: int) -> list[str]:
    """Whether a year is one that money and goals can be about."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return [
            _("Skriv året med fyra siffror, mellan %(first)d och %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        ]
    return []


def sek_problems(amount: Decimal | None, *, may_be_negative: bool = False) -> list[str]:
    """Whether an amount is whole kronor that the column holds. None, not known, is well."""
    if amount is None:
        return []
    if not amount.is_finite() or amount != amount.to_integral_value():
        return [_("Skriv beloppet i hela kronor, utan decimaler.")]
    if abs(amount) > LARGEST_SEK:
        return [_("Beloppet är för stort. Skriv det i kronor, inte i ören.")]
    if amount < 0 and not may_be_negative:
        return [_("Beloppet kan inte vara negativt.")]
    return []
