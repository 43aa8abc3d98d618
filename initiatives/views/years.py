"""Choosing a year by the address."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

FIRST, LAST = 1994, 2100
"""The first trials with pooled funds began in 1994; later than the last is a slip of the finger."""


def chosen_year(request: HttpRequest, default: int) -> tuple[int, str]:
    """The year that the address asks for, or the default and a sentence about why not that one."""
    text = request.GET.get("ar", "").strip()
    if not text:
        return default, ""
    if text.isascii() and text.isdigit() and len(text) == len("2025") and FIRST <= int(text) <= LAST:
        return int(text), ""
    return default, _("”%(text)s” är inget år. Skriv det med fyra siffror, till exempel %(year)d.") % {
        "text": text[:40],
        "year": default,
    }


def neighbours(page: str, year: int) -> list[tuple[int, str]]:
    """The years before and after, each with its address."""
    return [(there, f"{page}?ar={there}") for there in (year - 1, year + 1) if FIRST <= there <= LAST]
