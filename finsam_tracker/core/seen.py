"""A form that knows which state of something it was filled from, so that nobody overwrites what they have not seen."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from finsam_tracker.core.forms import PageForm
from finsam_tracker.core.versions import ChangedMeanwhileError


class SeenForm(PageForm):
    """``state`` is the number of the state that is there now."""

    # A plain Field: nobody types it, so nothing about it can be wrong in a way that somebody could put right.
    seen = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, state: int, **kwargs: Any) -> None:
        self._state = state
        super().__init__(*args, initial={"seen": state, **kwargs.pop("initial", {})}, **kwargs)

    def state(self) -> int:
        """The state that the person saw; one that never was where the form has lost it."""
        text = str(self.cleaned_data.get("seen") or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= len("9" * 18) else -1

    def take(self, refused: ValidationError) -> None:
        """After a conflict what is typed is kept, and is from now on typed over what the page has told of."""
        if isinstance(refused, ChangedMeanwhileError):
            self.data["seen"] = str(self._state)  # type: ignore[index]
        super().take(refused)
