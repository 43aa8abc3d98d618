"""Finds what identifies a person in text that somebody typed: it must never be stored, nor shown again.

The law gives a federation no ground for such data, so a form, an import or the API asks here before anything else.
Codes of participations, dates, periods and amounts are left in peace.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import chain

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum import luhn

from finsam_tracker.core.first_names import FIRST_NAMES


class Finding(StrEnum):
    """What kind of thing was found. The text itself is not kept: findings end up in messages and logs."""

    PERSONNUMMER = "personnummer"
    SAMORDNINGSNUMMER = "samordningsnummer"
    EMAIL = "email"
    PHONE = "phone"

    @property
    def sentence(self) -> str:
        """What to tell the person who typed it."""
        return str(SENTENCES[self])


SENTENCES: dict[Finding, str | Promise] = {
    Finding.PERSONNUMMER: _(
        "Det du skrev ser ut som ett personnummer. Skriv aldrig personnummer här. Texten är borttagen och inte sparad."
    ),
    Finding.SAMORDNINGSNUMMER: _(
        "Det du skrev ser ut som ett samordningsnummer. Skriv aldrig samordningsnummer här. "
        "Texten är borttagen och inte sparad."
    ),
    Finding.EMAIL: _(
        "Det du skrev ser ut som en e-postadress. Skriv aldrig kontaktuppgifter här. "
        "Texten är borttagen och inte sparad."
    ),
    Finding.PHONE: _(
        "Det du skrev ser ut som ett telefonnummer. Skriv aldrig kontaktuppgifter här. "
        "Texten är borttagen och inte sparad."
    ),
}

OLDEST_PERSON = 125
"""Years; nobody in the population register is older."""
_COORDINATION = 60
"""A samordningsnummer is a personnummer whose day is raised by this much."""
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")

# Looked for from every digit on (hence the lookahead), so that a number before it cannot hide the right start.
_TEN_DIGITS = (
    r"(?P<year>[0-9]{2})[ ./-]?(?P<month>[0-9]{2})[ ./-]?(?P<day>[0-9]{2}) ?[-+]? ?(?P<serial>[0-9]{4})"
    # "2025-01-01-2025-06-30" is a period, not the number 20250101-2025.
    r"(?![0-9]|[./-][0-9]{1,2}[./-][0-9]{1,2}(?![0-9]))"
)
_NUMBERS = (
    re.compile(rf"(?<![0-9])(?=(?P<century>[0-9]{{2}}) ?{_TEN_DIGITS})"),
    re.compile(rf"(?<![0-9])(?=(?P<century>){_TEN_DIGITS})"),
)
# Digits with something or other between them: "8112 18 98-76". One run is read as a whole or not at all.
_RUN = re.compile(r"(?<![0-9])[0-9](?:[ ._/-]{0,3}[0-9])+(?![0-9])")
# Not a number cut in odd places but an amount: 1 070 123 456, 81121898.76, 12 345 678,50.
_AMOUNT = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:\.[0-9]+)?|[0-9]+\.[0-9]+")
_RUN_FORMS = {
    10: re.compile(r"(?P<century>)(?P<year>..)(?P<month>..)(?P<day>..)(?P<serial>....)"),
    12: re.compile(r"(?P<century>..)(?P<year>..)(?P<month>..)(?P<day>..)(?P<serial>....)"),
}
YOUNGEST_IN_ODD_SPELLING = 10
"""Years. Two months, "2025-01 2025-06", are twelve digits too; nobody that young takes part."""
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][.,:/+-])"
    r"(?:(?:\+|00)46 ?(?:\(0\))?[ -]?|0)[1-9](?:[ /-]{0,3}[0-9]){6,8}(?![0-9])"
)
# What would otherwise be taken for a phone number: 31/01 2025, 01-02-2025, 1 070 123 456.
_NO_PHONE = re.compile(
    r"(?<![0-9])[0-3]?[0-9][ ./-]?[0-1]?[0-9][ ./-]?(?:19|20)[0-9]{2}(?![0-9])"
    r"|(?<![0-9+])(?<![0-9)][ /-])[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9]| [0-9])"
)


def find_identity(text: str) -> Finding | None:
    """The first kind of thing in the text that identifies a person, or None."""
    plain = _plain(text)
    if number := next(_numbers(plain), None):
        return number
    if _EMAIL.search(plain):
        return Finding.EMAIL
    if _PHONE.search(_NO_PHONE.sub("x", plain)):
        return Finding.PHONE
    return None


def looks_like_name(text: str) -> bool:
    """Whether the text holds what may be a person's name. It may also not: whoever typed it is asked to look again."""
    words = re.findall(r"[^\W\d_]+", text)
    return any(word.istitle() and (word in FIRST_NAMES or _SURNAME.fullmatch(word)) for word in words)


_SURNAME = re.compile(r"\w{2,}sson")


def _plain(text: str) -> str:
    """The text as the patterns know it: odd digits, spaces and dashes replaced, invisible characters gone."""
    usual = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return "".join(_plain_character(c) for c in usual)


def _plain_character(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Cf", "Cc") else character


def _numbers(text: str) -> Iterator[Finding]:
    for found in chain(*(pattern.finditer(text) for pattern in _NUMBERS), _cut_in_odd_places(text)):
        if not luhn.is_valid("".join(found.group("year", "month", "day", "serial"))):
            continue
        day = int(found["day"])
        is_coordination = day > _COORDINATION
        if _could_be_born(found, day - _COORDINATION if is_coordination else day):
            yield Finding.SAMORDNINGSNUMMER if is_coordination else Finding.PERSONNUMMER


def _cut_in_odd_places(text: str) -> Iterator[re.Match[str]]:
    oldest_child = timezone.localdate().year - YOUNGEST_IN_ODD_SPELLING
    for run in _RUN.finditer(text):
        digits = "".join(c for c in run.group() if c.isdigit())
        form = _RUN_FORMS.get(len(digits))
        if form is None or _AMOUNT.fullmatch(run.group()):
            continue
        found = form.fullmatch(digits)
        if found and not (found["century"] and int(found["century"] + found["year"]) > oldest_child):
            yield found


def _could_be_born(found: re.Match[str], day: int) -> bool:
    """Whether the date exists and somebody born then can be alive; without a century, any that fits will do."""
    today = timezone.localdate()
    centuries = [found["century"]] if found["century"] else ["18", "19", "20"]
    return any(_is_birthday(int(c + found["year"]), int(found["month"]), day, today) for c in centuries)


def _is_birthday(year: int, month: int, day: int, today: date) -> bool:
    if not today.year - OLDEST_PERSON <= year <= today.year:
        return False
    try:
        return date(year, month, day) <= today
    except ValueError:
        return False
