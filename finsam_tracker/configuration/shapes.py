"""What a value of the file may look like. A shape notes what is wrong and goes on, so that all of it is found."""

import base64
import io
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from finsam_tracker.configuration.faults import Faults
from finsam_tracker.configuration.locator import Path
from finsam_tracker.configuration.words import did_you_mean, listed, quoted
from finsam_tracker.core.identity_guard import Finding, find_identity
from finsam_tracker.core.texts import RESERVED_CODES
from reports.publishing.colour import read_colour
from reports.publishing.logo import read_logo

Shape = Callable[[Any, Path, Faults], Any]

BAD: Final = object()
"""In the place of a value that could not be read; what is wrong with it has been noted."""

FIRST_YEAR, LAST_YEAR = 2004, 2100
"""The law is in force since 2004."""
TOO_LARGE = 10**10
"""More than the columns of numbers with decimals hold."""
_CODE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_FOUND = {
    Finding.PERSONNUMMER: "ett personnummer",
    Finding.SAMORDNINGSNUMMER: "ett samordningsnummer",
    Finding.EMAIL: "en e-postadress",
    Finding.PHONE: "ett telefonnummer",
}


def _plain(problem: Callable[[Any], str | None]) -> Shape:
    """A shape of a single value, from a function that says what is wrong with it."""

    def read(value: Any, at: Path, faults: Faults) -> Any:
        if (sentence := problem(value)) is not None:
            faults.add(at, f"{_name(at)}: {sentence}")
            return BAD
        return value.strip() if isinstance(value, str) else value

    return read


def _name(at: Path) -> str:
    """The key that a sentence is about; for an element of a list, the list's."""
    return next(part for part in reversed(at) if isinstance(part, str))


def text(longest: int) -> Shape:
    """One line of text that identifies nobody."""

    def problem(value: Any) -> str | None:
        if not isinstance(value, str):
            return f'{quoted(value)} är ingen text. Skriv texten inom citattecken, till exempel "{_shown(value)}".'
        if not value.strip():
            return "texten är tom. Skriv något, eller ta bort raden om nyckeln är frivillig."
        if any(not c.isprintable() for c in value):
            return "texten får bara vara en rad. Ta bort radbrytningar och tabbar."
        if len(value.strip()) > longest:
            return f"texten har {len(value.strip())} tecken. Korta den till högst {longest}."
        if finding := find_identity(value):
            return (
                f"texten ser ut att innehålla {_FOUND[finding]}. Ta bort det: inget som pekar ut en person får sparas."
            )
        return None

    return _plain(problem)


def _shown(value: Any) -> str:
    return "true" if value is True else "false" if value is False else str(value)[:40]


def code(longest: int, *, may_be_empty: bool = False) -> Shape:
    """A short name without spaces, that is never printed and never changes."""

    def problem(value: Any) -> str | None:
        if value == "" and may_be_empty:
            return None
        if not isinstance(value, str):
            return f"{quoted(value)} är ingen text. Skriv koden inom citattecken."
        if not _CODE.fullmatch(value):
            return f"{quoted(value)} är ingen kod. Använd a-z, siffror och bindestreck, som ”{slugged(value)}”."
        if len(value) > longest:
            return f"koden har {len(value)} tecken. Korta den till högst {longest}."
        if value in RESERVED_CODES:
            return f"koden ”{value}” använder tabellerna själva. Välj en annan."
        return None

    return _plain(problem)


def slugged(text: str) -> str:
    """The text as a code: å and ä as a, ö as o, everything else that is not a letter or a digit as a hyphen."""
    plain = text.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "kod"


def integer(low: int, high: int) -> Shape:
    """A whole number."""

    def problem(value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return (
                f"{quoted(value)} är inget heltal. Skriv det utan citattecken, decimaler och mellanslag, som 1_250_000."
            )
        return _outside(value, low, high)

    return _plain(problem)


def _outside(value: int | Decimal, low: int | Decimal, high: int | Decimal) -> str | None:
    if low <= value <= high:
        return None
    return f"{value} är inte rimligt. Skriv ett tal mellan {low} och {high}."


def sek() -> Shape:
    """Whole kronor, not negative."""
    return integer(0, 999_999_999_999)


def number(decimals: int) -> Shape:
    """A number with a decimal point."""

    def problem(value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
            return f"{quoted(value)} är inget tal. Skriv det utan citattecken och med decimalpunkt, som 0.25."
        if abs(Decimal(value)) >= TOO_LARGE:
            return f"{value} är för stort. Skriv ett tal under tio miljarder."
        if round(Decimal(value), decimals) != value:
            return f"{value} har för många decimaler. Avrunda till högst {decimals}."
        return None

    return _plain(problem)


def flag() -> Shape:
    """Yes or no."""

    def problem(value: Any) -> str | None:
        return None if isinstance(value, bool) else f"{quoted(value)} är varken true eller false. Skriv ett av dem."

    return _plain(problem)


def day() -> Shape:
    """A date, as TOML writes it."""

    def problem(value: Any) -> str | None:
        if not isinstance(value, date) or isinstance(value, datetime):
            return f"{quoted(value)} är inget datum. Skriv åååå-mm-dd utan citattecken och klockslag, som 2025-01-31."
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            return f"{value} är inte rimligt. Skriv ett datum mellan år {FIRST_YEAR} och {LAST_YEAR}."
        return None

    return _plain(problem)


def choice(known: Iterable[str]) -> Shape:
    """One of some words."""
    words = list(known)

    def problem(value: Any) -> str | None:
        if isinstance(value, str) and value in words:
            return None
        return f"{quoted(value)} finns inte. {did_you_mean(value, words)}Välj bland {listed(words)}."

    return _plain(problem)


def colour() -> Shape:
    """A colour that can be read against white, as it is kept."""
    return _read_by(read_colour)


def logo() -> Shape:
    """A PNG in base64, as it is kept: the pixels alone."""

    def kept(text: str) -> str:
        try:
            picture = base64.b64decode(text)
        except ValueError as error:
            raise ValueError("bilden är inte skriven i base64.") from error
        return base64.b64encode(read_logo(io.BytesIO(picture))).decode()

    return _read_by(kept)


def _read_by(kept: Callable[[str], str]) -> Shape:
    """A shape that a service reads: a value that it refuses with a ValueError is told of in its words."""

    def read(value: Any, at: Path, faults: Faults) -> Any:
        try:
            return kept(value if isinstance(value, str) else "?")
        except ValueError as error:
            faults.add(at, f"{_name(at)}: {error}")
            return BAD

    return read


def list_of(shape: Shape) -> Shape:
    """Several of a kind, none of them twice."""

    def read(value: Any, at: Path, faults: Faults) -> Any:
        if not isinstance(value, list):
            faults.add(
                at,
                f"{_name(at)}: {quoted(value)} är ingen lista. Skriv inom hakparenteser, [...], också när det är en.",
            )
            return BAD
        elements = [shape(element, (*at, n), faults) for n, element in enumerate(value)]
        for n, element in enumerate(elements):
            if element is not BAD and element in elements[:n]:
                faults.add((*at, n), f"{_name(at)}: {quoted(element)} står två gånger. Ta bort den ena.")
        return BAD if BAD in elements else tuple(elements)

    return read


def by_year(shape: Shape) -> Shape:
    """A value a year: ``{ 2024 = 65204, 2025 = 65096 }``."""
    year = integer(FIRST_YEAR, LAST_YEAR)

    def read(value: Any, at: Path, faults: Faults) -> Any:
        if not isinstance(value, Mapping):
            faults.add(at, f"{_name(at)}: skriv ett värde per år inom klammerparenteser, som {{ 2025 = 65096 }}.")
            return BAD
        years = {
            year(int(key) if key.isdecimal() else key, (*at, key), faults): shape(one, (*at, key), faults)
            for key, one in value.items()
        }
        return BAD if BAD in years or BAD in years.values() else years

    return read
