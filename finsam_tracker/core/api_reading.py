"""From JSON to values: each property by its own reader, every fault told, nothing repeated that identifies a person."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework import status

from finsam_tracker.core.days import DayError, read_day
from finsam_tracker.core.identity_guard import find_identity
from finsam_tracker.core.problems import Problem

Reader = Callable[[Any], Any]
Problems = dict[str, list[str]]
"""Swedish sentences by property."""
LONGEST_TEXT = 200


class WrongValueError(ValueError):
    """A value that cannot be read; the message is a sentence that says what to send."""


@dataclass(frozen=True)
class Property:
    """A property of a body. ``missing`` is the sentence where it must be there and is not; None where it need not."""

    read: Reader
    missing: str | Promise | None = None
    # Whether null is a value: "not known".
    may_be_null: bool = True


@dataclass
class Given:
    """What a body gave: the values by property, and the faults by property. What was left out is in neither."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)


def read_body(data: Any, properties: Mapping[str, Property], *, partly: bool = False) -> Given:
    """Read a JSON object. ``partly``: what is left out stays as it is, so nothing must be there."""
    if not isinstance(data, dict):
        return Given({}, {"__all__": [_("Skicka ett JSON-objekt.")]})
    given = Given()
    for name in data.keys() - properties.keys():
        _refuse_unknown(str(name), properties, given)
    for name, declared in properties.items():
        if name in data:
            _read(name, data[name], declared, given)
        elif declared.missing and not partly:
            given.problems[name] = [str(declared.missing)]
    return given


def _read(name: str, value: Any, declared: Property, given: Given) -> None:
    if value is None:
        if declared.may_be_null and not declared.missing:
            given.values[name] = None
        else:
            given.problems[name] = [str(declared.missing or _("Värdet kan inte vara null."))]
        return
    if found := next((f for text in _texts(value) if (f := find_identity(text))), None):
        given.problems[name] = [found.sentence]
        return
    try:
        given.values[name] = declared.read(value)
    except WrongValueError as wrong:
        given.problems[name] = [str(wrong)]


def _refuse_unknown(name: str, properties: Mapping[str, Property], given: Given) -> None:
    """Told without its name where the name itself is what must not be repeated."""
    found = find_identity(name)
    sentence = found.sentence if found else _("Egenskapen finns inte. De som finns är %s.") % ", ".join(properties)
    given.problems["" if found else name[:40]] = [sentence]


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)


def checked(given: Given) -> dict[str, Any]:
    """The values, if there was no fault."""
    if given.problems:
        raise wrong(given.problems)
    return given.values


def wrong(problems: Problems) -> Problem:
    """A body that cannot be taken. A fault of no single property is the sentence itself."""
    whole = " ".join(problems.get("__all__", []))
    errors = {"" if name == "__all__" else name: told for name, told in problems.items()}
    sentence = _("Det som skickades innehåller fel. Rätta dem och försök igen.")
    return Problem(status.HTTP_400_BAD_REQUEST, whole or sentence, errors)


# Readers


def day(value: Any) -> Any:
    """A date as ``2025-01-31``."""
    if not isinstance(value, str):
        raise WrongValueError(_("Skriv datumet som text på formen åååå-mm-dd, till exempel 2025-01-31."))
    try:
        return read_day(value)
    except DayError as error:
        raise WrongValueError(str(error)) from error


def text(value: Any) -> str:
    """A code of a list, or a short text."""
    if not isinstance(value, str) or not value.strip() or "\x00" in value or len(value) > LONGEST_TEXT:
        raise WrongValueError(_("Skicka en text på högst %d tecken.") % LONGEST_TEXT)
    return value


def yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongValueError(_("Skicka true eller false."))
    return value


def whole_number(sentence: str) -> Reader:
    """A whole number small enough to be meant."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:  # noqa: PLR2004
            raise WrongValueError(sentence)
        return value

    return read


def code_set(value: Any) -> frozenset[str]:
    """Several codes of a list. "None at all" has a code of its own, and "not known" is null."""
    if not isinstance(value, list) or not value:
        raise WrongValueError(_("Skicka en lista med minst en kod, eller null om uppgift saknas."))
    return frozenset(text(item) for item in value)


def one_of(known: Mapping[str, Any], sentence: str) -> Reader:
    """What a code stands for."""

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in known:
            raise WrongValueError(sentence)
        return known[value]

    return read


def decimal_number(sentence: str) -> Reader:
    """A number that may have decimals."""

    def read(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise WrongValueError(sentence)
        return Decimal(repr(value))

    return read
