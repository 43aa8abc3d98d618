"""From what stands in a cell to a value, or to a sentence that says what to write instead.

A reader is asked once for each different content of its column, so it may take its time.
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from finsam_tracker.core.days import DayError, read_day
from participants.codes import read_code
from participants.importing.columns import Column, Kind
from participants.importing.faults import text_of
from participants.importing.words import Choice, Vocabulary, Words, fold, unknown_label
from participants.importing.workbook import FORMULA, Raw
from participants.models.participation import OLDEST

_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_FIRST_SERIAL, _LAST_SERIAL = 30_000, 75_000
"""1982 to 2105: a number outside is no date that anybody means here."""
_YEARS = range(1900, 2101)
_YES = ("ja", "j", "x", "1", "sant", "true", "yes")
_NO = ("nej", "n", "0", "falskt", "false", "no")

Reader = Callable[[Raw], Any]
BLANK = object()
"""What is read off a cell of spaces."""


@dataclass(frozen=True)
class Wrong:
    """A cell that cannot be read, and the sentence about it."""

    sentence: str


@dataclass(frozen=True)
class Several:
    """A label that items of different years share; the row's day tells which is meant."""

    choices: tuple[Choice, ...]


def reader_of(column: Column, words: Words, *, starts_1904: bool) -> Reader:
    """The function that reads the cells of a column. None is "Uppgift saknas", told in so many words."""
    epoch = _EPOCH_1904 if starts_1904 else _EPOCH
    readers: dict[Kind, Callable[[Raw, str], Any]] = {
        Kind.CODE: lambda _raw, text: read_code(text) or Wrong(_no_code()),
        Kind.DAY: lambda raw, text: _day(raw, text, epoch),
        Kind.YEAR: lambda _raw, text: _year(text),
        Kind.MONTHS: lambda _raw, text: _months(text),
        Kind.CHOICE: lambda _raw, text: _choice(text, words.of[column.field], column),
        Kind.MEMBER: lambda _raw, text: _member(text, column.member),
        Kind.SET: lambda _raw, text: _set(text, words.of[column.field]),
    }
    read = readers[column.kind]
    unknown = fold(unknown_label())
    can_be_unknown = may_be_unknown(column)

    def read_cell(raw: Raw) -> Any:
        if raw is FORMULA:
            return Wrong(_("Cellen innehåller en formel. Kopiera cellen och klistra in den som värde."))
        text = text_of(raw)
        if not text:
            return BLANK
        if can_be_unknown and fold(text) == unknown:
            return None
        return read(raw, text)

    return read_cell


_NEVER_UNKNOWN = frozenset({"exit_on", "exit_reason_id", "done_on", "asked_about_violence"})
"""An exit is taken back on the participation's own page, with a reason, and not by a spreadsheet."""


def may_be_unknown(column: Column) -> bool:
    """Whether "Uppgift saknas" can be said of the column, and takes away what was registered."""
    return not column.is_required and column.kind is not Kind.CODE and column.field not in _NEVER_UNKNOWN


def nearest(text: str, known: list[str]) -> str:
    """The known word that a mistyped one resembles, or nothing."""
    by_fold = {fold(word): word for word in known}
    close = difflib.get_close_matches(fold(text[:60]), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else ""


def _no_code() -> str:
    return _("Det är ingen kod från systemet. Kontrollera varje tecken, eller lämna koden tom för ett nytt deltagande.")


def _day(raw: Raw, text: str, epoch: date) -> date | Wrong:
    if (isinstance(raw, int | float) or text.isdecimal()) and _FIRST_SERIAL <= float(text) <= _LAST_SERIAL:
        return epoch + timedelta(days=int(float(text)))
    for tail in (" 00:00:00", "T00:00:00", " 00:00"):
        text = text.removesuffix(tail)
    try:
        return read_day(text)
    except DayError as error:
        return Wrong(str(error))


def _year(text: str) -> int | Wrong:
    if text.isascii() and text.isdecimal() and int(text[:9]) in _YEARS:
        return int(text)
    return Wrong(_("Skriv födelseåret med fyra siffror, till exempel 1985."))


def _months(text: str) -> int | Wrong:
    if text.isascii() and text.isdecimal() and int(text[:9]) <= 12 * OLDEST:
        return int(text)
    return Wrong(_("Skriv antalet månader som ett heltal mellan 0 och %d.") % (12 * OLDEST))


def _choice(text: str, vocabulary: Vocabulary, column: Column) -> Any:
    found = vocabulary.find(text)
    if not found:
        return Wrong(_not_in_list(text, vocabulary, column.title))
    return found[0].key if len(found) == 1 else Several(tuple(found))


def _not_in_list(text: str, vocabulary: Vocabulary, title: str) -> str:
    close = nearest(text, [choice.label for choice in vocabulary.choices])
    if close:
        return _("Värdet finns inte i listan för %(column)s. Menade du ”%(close)s”?") % {
            "column": title,
            "close": close,
        }
    return _("Värdet finns inte i listan för %s. Välj ett värde ur listan.") % title


def _member(text: str, member: str) -> Any:
    folded = fold(text)
    if folded in _YES:
        return frozenset({member})
    if folded in _NO:
        return BLANK
    return Wrong(_("Skriv Ja, eller lämna cellen tom."))


def _set(text: str, vocabulary: Vocabulary) -> Any:
    codes = set()
    for part in filter(None, map(str.strip, text.split(";"))):
        found = vocabulary.find(part)
        if not found:
            return Wrong(_not_in_list(part, vocabulary, _("offentlig försörjning")))
        codes.add(str(found[-1].key))
    return frozenset(codes) if codes else BLANK
