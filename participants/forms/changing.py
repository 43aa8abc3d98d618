"""What every form that changes a participation has in common."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import SuggestingInput, TextForm
from finsam_tracker.core.reasons import LONGEST_REASON
from participants.history import Entry
from participants.marks import Mark, mark_of, seal, unseal
from participants.models import Participation

COMMON_REASONS = (
    _("fel datum"),
    _("fel val i listan"),
    _("fel deltagande"),
    _("registrerat två gånger"),
    _("ny uppgift från deltagaren"),
)


class ChangeForm(TextForm):
    """Carries a sealed mark of what it was made from, so that nobody overwrites what they have not seen."""

    # A plain Field: nobody types it, so nothing about it can be wrong in a way that somebody could put right.
    mark = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, participation: Participation, **kwargs: Any) -> None:
        self.participation = participation
        self.happened: Sequence[Entry] = ()
        initial = {"mark": seal(mark_of(participation), participation), **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)

    def seen(self) -> Mark | None:
        """What the person saw when they began to type; None for a form that does not know."""
        return unseal(str(self.data.get("mark", "")), self.participation)

    def is_stale(self) -> bool:
        """Whether something has happened since the person began to type."""
        seen = self.seen() if self.is_bound else None
        return seen is not None and seen != mark_of(self.participation)

    def tell_what_happened(self, entries: Sequence[Entry]) -> None:
        """Show what others have done meanwhile. The form now counts as having seen it: sent again, it is saved."""
        self.happened = entries
        self.data["mark"] = seal(mark_of(self.participation), self.participation)  # type: ignore[index]


def reason_field() -> forms.CharField:
    """Why something registered is changed; it stands in the history."""
    return forms.CharField(
        label=_("Varför?"),
        help_text=_("Kort, till exempel ”fel datum”. Det står kvar i historiken, så skriv inget om personen."),
        error_messages={"required": _("Skriv kort varför, till exempel ”fel datum”. Det sparas i historiken.")},
        widget=SuggestingInput(COMMON_REASONS, {"autocomplete": "off", "maxlength": LONGEST_REASON}),
    )


class ReasonForm(ChangeForm):
    """Only why: for taking back an exit, an assessment or a whole registration."""

    reason = reason_field()
    texts = ("reason",)
    sections = ((_("Skälet"), ("reason", "not_a_name")),)


class UndoForm(ChangeForm):
    """Nothing to fill in: undoing one's own latest act needs no other reason."""
