"""The values that are the same in every federation, and the code of a participation."""

import random
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


class Gender(models.TextChoices):
    """Gender as the national reporting has it."""

    WOMAN = "woman", _("Kvinna")
    MAN = "man", _("Man")
    OTHER = "other", _("Annat/Uppgift saknas")


class Asked(models.TextChoices):
    """Whether the participant has been asked about violence."""

    YES = "yes", _("Ja")
    NO = "no", _("Nej")
    NOT_YET = "not_yet", _("Inte än")


class WorkAfter(models.TextChoices):
    """Whether and how much somebody works after the initiative. 100 % is 40 hours a week.

    Employed but on sick leave does not work. ``UNKNOWN_EXTENT`` works, but how much was not registered.
    """

    NONE = "none", _("Arbetar inte")
    FULL = "100", _("100%")
    THREE_QUARTERS = "75", _("75%")
    HALF = "50", _("50%")
    QUARTER = "25", _("25%")
    HOURLY = "hourly", _("Timanställning")
    UNKNOWN_EXTENT = "unknown", _("Arbetar, omfattning saknas")


WORKING = tuple(code for code in WorkAfter.values if code != WorkAfter.NONE)
"""The codes of those who work, whatever the extent."""


class StudiesAfter(models.TextChoices):
    """Whether and how much somebody studies after the initiative."""

    NONE = "none", _("Studerar inte")
    FULL = "100", _("Studerar 100%")
    THREE_QUARTERS = "75", _("Studerar 75%")
    HALF = "50", _("Studerar 50%")
    QUARTER = "25", _("Studerar 25%")
    UNKNOWN_EXTENT = "unknown", _("Studerar, omfattning saknas")


class FollowUpOutcome(models.TextChoices):
    """What became of a follow-up."""

    PLANNED = "planned", _("Planerad")
    REACHED = "reached", _("Nådd")
    NOT_REACHED = "not_reached", _("Ej nådd")
    DECLINED = "declined", _("Avböjt")
    CLOSED = "closed", _("Dött ärende")


CODE_ALPHABET = "23456789ABCDEFGHJKLMNPRSTVXYZ"
"""Read aloud and in handwriting without doubt: no 0 and O, no 1 and I, no Q beside O, no U and W beside V.

Their number, 29, is a prime: then weights that differ make the check character find every wrong character and every
two that are swapped.
"""
_BODY = 6


def _check_character(body: str) -> str:
    weighted = sum(weight * CODE_ALPHABET.index(c) for weight, c in enumerate(body, 2))
    return CODE_ALPHABET[weighted % len(CODE_ALPHABET)]


def new_code(source: random.Random | None = None) -> str:
    """A code such as ``K7M-4RX-G``: random, so it says nothing of the person, and with a check character at the end.

    ``source`` makes the codes of a demonstration repeatable; without it they come from the system's secure source.
    """
    chooser = source or secrets.SystemRandom()
    body = "".join(chooser.choice(CODE_ALPHABET) for _n in range(_BODY))
    return f"{body[:3]}-{body[3:]}-{_check_character(body)}"


def read_code(text: str) -> str | None:
    """The code as it is stored, from what somebody typed (any case, spaces or hyphens); None where it is no code."""
    plain = "".join(c for c in text.upper() if c.isalnum())
    if len(plain) != _BODY + 1 or any(c not in CODE_ALPHABET for c in plain):
        return None
    if _check_character(plain[:-1]) != plain[-1]:
        return None
    return f"{plain[:3]}-{plain[3:6]}-{plain[6]}"
