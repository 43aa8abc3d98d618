"""The grid in which a month's advisory contacts are counted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from finsam_tracker.core.forms import WholeNumberField
from finsam_tracker.core.seen import SeenForm
from initiatives.lists import Lists
from initiatives.models import CodeItem
from participants.advisory import MonthOfContacts, Place, field_of, kinds_in, number_sentence, referrals_in
from participants.models.advisory import MOST_CONTACTS


@dataclass(frozen=True)
class Row:
    """A kind of contact: its squares in the order of the columns, and their sum."""

    kind: CodeItem
    squares: list[tuple[CodeItem, forms.BoundField]]
    total: int


class NumberOfContacts(WholeNumberField):
    """What a square takes. The bound is the database's too; here it is told of together with every other fault."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if number is not None and number > MOST_CONTACTS:
            raise ValidationError(str(self.sentence))
        return number


class AdvisoryContactsForm(SeenForm):
    """A number for each kind and referral. An empty square is nought, so that a quiet month is quickly filled in."""

    def __init__(self, *args: Any, held: MonthOfContacts, lists: Lists, **kwargs: Any) -> None:
        self.kinds, self.referrals = kinds_in(lists, held), referrals_in(lists, held)
        initial = {field_of(place): count for place, count in held.counts.items() if count}
        super().__init__(*args, initial=initial, state=held.state, **kwargs)
        for kind, referral in self._places():
            field = NumberOfContacts(sentence=number_sentence(), required=False)
            field.label = _("%(kind)s, %(referral)s") % {"kind": kind.label, "referral": referral.label}
            field.widget.attrs |= {
                "class": "form-control square",
                "maxlength": 20,
                "aria-labelledby": f"kind-{kind.code} to-{referral.code}",
            }
            self.fields[field_of((kind.code, referral.code))] = field
        if self.is_bound:
            self._forget_identities()

    def _places(self) -> Iterator[tuple[CodeItem, CodeItem]]:
        return ((kind, referral) for kind in self.kinds for referral in self.referrals)

    def counts(self) -> dict[Place, int]:
        """What was typed, for the service."""
        places = ((kind.code, referral.code) for kind, referral in self._places())
        return {place: self.cleaned_data[field_of(place)] or 0 for place in places}

    def rows(self) -> list[Row]:
        """The squares, row by row. What cannot be read as a number is left out of the sums."""
        numbers = self.numbers()
        return [
            Row(
                kind,
                [(referral, self[field_of((kind.code, referral.code))]) for referral in self.referrals],
                sum(numbers[kind.code, referral.code] for referral in self.referrals),
            )
            for kind in self.kinds
        ]

    def column_totals(self) -> list[tuple[CodeItem, int]]:
        numbers = self.numbers()
        return [(to, sum(numbers[kind.code, to.code] for kind in self.kinds)) for to in self.referrals]

    def total(self) -> int:
        return sum(self.numbers().values())

    def numbers(self) -> Mapping[Place, int]:
        """The numbers as they stand in the squares."""
        return {
            (kind.code, to.code): _number(self[field_of((kind.code, to.code))].value()) for kind, to in self._places()
        }


def _number(value: object) -> int:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("99999") else 0
