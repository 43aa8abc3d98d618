"""The forms of a lägesrapport: the lead's texts and the office's answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import TextForm
from reports.forms import TextsForm
from reports.models import Sending, StatusReport
from reports.status_reports.boxes import BOXES, mark_of, texts_of

MEANWHILE = _(
    "Någon annan har skrivit här sedan du öppnade sidan. Det du skrev står kvar i rutorna men är inte sparat, och "
    "det som är sparat står under dem. Gör dem till en text och spara igen."
)


class StatusReportForm(TextsForm):
    """The lead's boxes, and a mark of what they were filled from, so that nobody overwrites what they have not seen."""

    # A plain Field: nobody types it, so nothing about it can be wrong in a way that somebody could put right.
    seen = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: StatusReport, **kwargs: Any) -> None:
        self.is_meanwhile = False
        initial = {**texts_of(report), "seen": mark_of(report)}
        super().__init__(*args, boxes=BOXES, initial=initial, **kwargs)

    @property
    def mark(self) -> str:
        """What the person saw when they began to type."""
        return str(self.cleaned_data.get("seen") or "")

    def take_meanwhile(self, report: StatusReport) -> None:
        """Tell that others have written. The form now counts as having seen it: sent again, it is saved."""
        self.is_meanwhile = True
        self.data["seen"] = mark_of(report)  # type: ignore[index]
        self.add_error(None, str(MEANWHILE))


class ReopenForm(TextForm):
    """Why an accepted report goes back to its initiative."""

    texts = ("reason",)

    reason = forms.CharField(
        label=_("Varför?"),
        help_text=_("Skriv vad insatsen ska ändra. Skriv inget om någon person."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Skriv varför rapporten öppnas igen, så vet insatsen vad den ska göra.")},
    )


class AnswerForm(TextForm):
    """The office's answer."""

    texts = ("comment",)

    answer = forms.ChoiceField(
        label=_("Svar"),
        choices=[
            (Sending.Answer.ACCEPTED.value, _("Godkänn rapporten")),
            (Sending.Answer.RETURNED.value, _("Lämna tillbaka den, så att insatsen kan ändra och skicka igen")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj att godkänna rapporten eller att lämna tillbaka den."),
            "invalid_choice": _("Välj att godkänna rapporten eller att lämna tillbaka den."),
        },
    )
    comment = forms.CharField(
        label=_("Kommentar till insatsen"),
        help_text=_("Behövs när rapporten lämnas tillbaka: vad ska ändras? Skriv inget om någon person."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    # A plain Field: nobody types it, so nothing about it can be wrong in a way that somebody could put right.
    number = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sending: Sending | None, **kwargs: Any) -> None:
        self.last = str(sending.number if sending else 0)
        super().__init__(*args, initial={"number": self.last}, **kwargs)

    @property
    def read(self) -> int:
        """The number of the sending that the person had before them."""
        told = str(self.cleaned_data.get("number") or "")
        return int(told) if told == self.last else 0

    def take_newer(self) -> None:
        """The form now counts as having seen the last sending."""
        self.data["number"] = self.last  # type: ignore[index]
