"""What every form of the settings has in common."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from finsam_tracker.core.forms import TextForm, dress


class SettingsForm(TextForm):
    """Knows what it was made from, so that nobody overwrites what a colleague has saved meanwhile."""

    # A plain Field: nobody types it, so nothing about it can be wrong in a way that somebody could put right.
    seen = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, initial: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        held = dict(initial or {})
        self._state = _state_of(held)
        super().__init__(*args, initial={**held, "seen": self._state}, **kwargs)

    def add_fields(self, fields: Mapping[str, forms.Field]) -> None:
        """Fields that depend on what the federation has."""
        self.fields.update(fields)
        dress(fields.values())
        if self.is_bound:
            self._forget_identities()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if str(self.data.get("seen") or self._state) != self._state:
            self.data["seen"] = self._state  # type: ignore[index]
            self.add_error(
                None,
                _(
                    "Någon annan har sparat här sedan du öppnade sidan. Det du skrev står kvar men är inte sparat. "
                    "Kontrollera det och spara igen."
                ),
            )
        return cleaned


def _state_of(initial: Mapping[str, Any]) -> str:
    told = json.dumps(dict(initial), sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


class AwareForm(SettingsForm):
    """A form that asks twice where what is changed makes old registrations count in another way.

    ``uses`` is how many; it is a count only, since the office sees no registration.
    """

    aware = forms.BooleanField(required=False)

    def ask_if_recounting(self, uses: int, question: str) -> None:
        """Ask, or take the question away."""
        if uses:
            self.fields["aware"].label = question
        else:
            del self.fields["aware"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "aware" in self.fields and not self.cleaned_data.get("aware"):
            self.add_error(
                "aware",
                _("Ändringen ändrar siffror för tidigare perioder. Kryssa för att du vill det, eller ändra tillbaka."),
            )
        return cleaned
