"""The form that looks a participation up."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.core.forms import PageForm
from participants.codes import read_code


class CodeSearchForm(PageForm):
    """A code, in any spelling. It is posted: what is typed by mistake must not stay in addresses and server logs."""

    code = forms.CharField(
        label=gettext_lazy("Sök på kod"),
        help_text=gettext_lazy("Till exempel K7M-4RX-G. Små bokstäver och utan streck går också bra."),
        error_messages={"required": gettext_lazy("Skriv koden för deltagandet du söker.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "narrow"}),
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise ValidationError(
                _("Det där är ingen kod. En kod har sju tecken, till exempel K7M-4RX-G. Kontrollera varje tecken.")
            )
        return code
