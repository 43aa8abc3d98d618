"""The form of the classes that a number is cut into."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from finsam_tracker.core.forms import WholeNumberField
from initiatives.facts import BandFacts
from initiatives.forms.settings.base import SettingsForm
from initiatives.models import Band

BLANK_ROWS = 3
PARTS = ("label", "low", "high")


class BandsForm(SettingsForm):
    """A row for each class, and some empty ones. A row that is emptied goes away; the order is that of the bounds."""

    def __init__(self, *args: Any, held: Sequence[Band], **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial_of(held), **kwargs)
        self.numbers = range(1, len(held) + BLANK_ROWS + 1)
        self.add_fields({name: field for number in self.numbers for name, field in _row(number)})

    def rows(self) -> Iterator[list[forms.BoundField]]:
        """The fields, row by row."""
        for number in self.numbers:
            yield [self[f"{part}_{number}"] for part in PARTS]

    def bands(self) -> list[BandFacts]:
        """The classes as typed, lowest first."""
        return [band for _number, band in self._typed()]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for number in self.numbers:
            label, low, high = self._values(number)
            if low is None and (label or high is not None) and f"low_{number}" not in self.errors:
                self.add_error(f"low_{number}", _("Skriv var klassen börjar, eller töm hela raden."))
        return cleaned

    def take(self, refused: ValidationError) -> None:
        """Bring an error about the second class to the row that holds it."""
        order = [number for number, _band in self._typed()]
        by_row: dict[str, list[str]] = {}
        for name, sentences in refused.message_dict.items():
            part, _line, place = name.rpartition("_")
            by_row[f"{part}_{order[int(place) - 1]}" if place.isdigit() else name] = sentences
        super().take(ValidationError(by_row))

    def _typed(self) -> list[tuple[int, BandFacts]]:
        typed = [
            (number, BandFacts(label, low, high))
            for number in self.numbers
            for label, low, high in [self._values(number)]
            if low is not None
        ]
        return sorted(typed, key=lambda pair: pair[1].low)

    def _values(self, number: int) -> tuple[str, int | None, int | None]:
        label, low, high = (self.cleaned_data.get(f"{part}_{number}") for part in PARTS)
        return label or "", low, high


def _row(number: int) -> Iterator[tuple[str, forms.Field]]:
    sentence = _("Skriv ett heltal, högst 9999.")
    label = forms.CharField(required=False, label=_("Benämning, rad %d") % number)
    low = WholeNumberField(required=False, sentence=sentence, label=_("Från och med, rad %d") % number)
    high = WholeNumberField(required=False, sentence=sentence, label=_("Till och med, rad %d") % number)
    for part, field in zip(PARTS, (label, low, high), strict=True):
        field.widget.attrs |= {"class": "" if part == "label" else "square", "aria-label": field.label}
        yield f"{part}_{number}", field


def _initial_of(held: Sequence[Band]) -> dict[str, Any]:
    return {
        f"{part}_{number}": "" if (value := getattr(band, part)) is None else str(value)
        for number, band in enumerate(held, 1)
        for part in PARTS
    }
