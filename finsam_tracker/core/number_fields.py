"""Numbers typed as people write them: spaces between thousands, a comma before decimals."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.texts import sek_problems

_SPACES = re.compile(r"\s+")
_MINUS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-"})


class _NumberField(forms.CharField):
    """Text that is read as a number; None where nothing is typed."""

    pattern: re.Pattern[str]

    def __init__(self, *, sentence: str | Promise, **options: Any) -> None:
        attributes = {"inputmode": "text", "autocomplete": "off", "class": "narrow"}
        super().__init__(widget=forms.TextInput(attrs=attributes), **options)
        self.sentence = sentence

    def clean(self, value: Any) -> Any:
        text = _SPACES.sub("", super().clean(value) or "").translate(_MINUS)
        text = text.removesuffix("kr")
        if not text:
            return None
        if not self.pattern.fullmatch(text):
            raise ValidationError(str(self.sentence))
        return Decimal(text.replace(",", "."))


class SekField(_NumberField):
    """Whole kronor."""

    pattern = re.compile(r"-?[0-9]{1,15}")

    def __init__(self, *, may_be_negative: bool = False, **options: Any) -> None:
        options.setdefault("sentence", _("Skriv beloppet i hela kronor, till exempel 1 250 000."))
        super().__init__(**options)
        self.may_be_negative = may_be_negative

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        if problems := sek_problems(amount, may_be_negative=self.may_be_negative):
            raise ValidationError(problems)
        return amount


class CountField(_NumberField):
    """A whole number that may be large."""

    pattern = re.compile(r"[0-9]{1,9}")

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else int(number)


class DecimalTextField(_NumberField):
    """A number that may have decimals."""

    pattern = re.compile(r"-?[0-9]{1,10}(?:[.,][0-9]{1,10})?")


def as_typed(number: Decimal | int | None) -> str:
    """A number as somebody would type it: thousands apart, a comma before decimals and no more of them than needed."""
    if number is None:
        return ""
    whole, _point, decimals = f"{Decimal(number):,f}".partition(".")
    decimals = decimals.rstrip("0")
    return whole.replace(",", " ") + (f",{decimals}" if decimals else "")
