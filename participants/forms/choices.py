"""What a form offers to choose between."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.core.forms import CHOOSE, NOT_IN_LIST
from initiatives.models.codelists import DatedItem
from participants.codes import StudiesAfter, WorkAfter

UNKNOWN = "?"
"""The choice "Uppgift saknas". No list can have an item of this code, since codes are slugs."""
UNKNOWN_LABEL = gettext_lazy("Uppgift saknas")

Choices = Sequence[tuple[str, str | Promise]]
Item = TypeVar("Item", bound=DatedItem)


def offered(items: Iterable[Item], first: date, last: date) -> list[Item]:
    """The items in force on some day of the span. Whether one was in force on the very day, the policies say."""
    return [item for item in items if item.holds_between(first, last)]


def label_of(item: DatedItem, today: date) -> str:
    """The label, and for an item that has ended, until when it can be chosen."""
    if item.valid_to and item.valid_to < today:
        return _("%(label)s (till och med %(day)s)") % {"label": item.label, "day": item.valid_to}
    return item.label


def choices_of(items: Iterable[DatedItem], today: date) -> list[tuple[str, str]]:
    """Code and label of each item."""
    return [(item.code, label_of(item, today)) for item in items]


class ListField(forms.ChoiceField):
    """A choice of one, where not knowing is a choice of its own and has to be made."""

    def __init__(self, *, missing: str | Promise, choices: Choices = (), **options: Any) -> None:
        options["error_messages"] = {"required": missing, "invalid_choice": NOT_IN_LIST}
        super().__init__(**options)
        self.offer(choices)

    def offer(self, choices: Choices) -> None:
        """Set what there is to choose between."""
        self.choices = [("", CHOOSE), *choices, (UNKNOWN, UNKNOWN_LABEL)]

    def clean(self, value: Any) -> Any:
        """The chosen code, None for "Uppgift saknas"."""
        chosen = super().clean(value)
        return None if chosen == UNKNOWN else chosen


def work_field(label: Promise) -> ListField:
    """How much the participant works."""
    return ListField(
        label=label,
        help_text=gettext_lazy("100% är 40 timmar i veckan. Den som är anställd men sjukskriven arbetar inte."),
        missing=gettext_lazy("Välj hur mycket deltagaren arbetar, eller Uppgift saknas."),
        choices=WorkAfter.choices,
        required=False,
    )


def studies_field(label: Promise) -> ListField:
    """How much the participant studies."""
    return ListField(
        label=label,
        missing=gettext_lazy("Välj hur mycket deltagaren studerar, eller Uppgift saknas."),
        choices=StudiesAfter.choices,
        required=False,
    )


class SupportField(forms.MultipleChoiceField):
    """Kinds of public support, several at once, or that it is not known."""

    def __init__(self, **options: Any) -> None:
        options["error_messages"] = {
            "required": gettext_lazy("Kryssa för minst ett alternativ, eller Uppgift saknas."),
            "invalid_choice": gettext_lazy("Kryssa för alternativ ur listan."),
            "invalid_list": gettext_lazy("Kryssa för alternativ ur listan."),
        }
        super().__init__(widget=forms.CheckboxSelectMultiple, **options)

    def offer(self, choices: Choices) -> None:
        """Set what there is to choose between."""
        self.choices = [*choices, (UNKNOWN, UNKNOWN_LABEL)]

    def clean(self, value: Any) -> Any:
        """The set of codes, None for "Uppgift saknas"."""
        chosen = frozenset(super().clean(value))
        if UNKNOWN in chosen and len(chosen) > 1:
            raise ValidationError(_("Uppgift saknas kan inte väljas tillsammans med något annat. Välj om."))
        return None if UNKNOWN in chosen else chosen


def value_of(code: str | None) -> str:
    """How a registered code stands in a form: what is not known is a choice of its own."""
    return UNKNOWN if code is None else code


def values_of(codes: frozenset[str] | None) -> list[str]:
    """How a registered set stands in a form."""
    return sorted(codes) if codes else [UNKNOWN]


def offer(form: forms.Form, **choices: Choices) -> None:
    """Give fields of a form their choices; a field that the form was made without is passed over."""
    for name, its_choices in choices.items():
        field = form.fields.get(name)
        if isinstance(field, ListField | SupportField):
            field.offer(its_choices)
