"""Reading a day as people write it."""

import re
from datetime import date

from django.utils.translation import gettext as _

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|([0-9]{2})([0-9]{2}))")
LONGEST_ECHO = 40


class DayError(ValueError):
    """The text is no day; the message is a Swedish sentence that says what to write."""


def read_day(text: str) -> date:
    """The day that ``2025-01-31``, ``2025-1-31`` or ``20250131`` stands for; raises DayError.

    Nothing else is read: 01/02/2025 is two different days to two readers.
    """
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise DayError(_no_day(text))
    year, *rest = (int(part) for part in found.groups() if part)
    try:
        return date(year, *rest)
    except ValueError as error:
        raise DayError(_no_day(text)) from error


def _no_day(text: str) -> str:
    return _("”%(text)s” är inget datum. Skriv det som åååå-mm-dd, till exempel 2025-01-31.") % {
        "text": text.strip()[:LONGEST_ECHO]
    }
