"""The forms about keys."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.clients.scopes import Scope
from finsam_tracker.clients.services import overlap_sentence
from finsam_tracker.core.forms import DayField, PageForm, TextForm, WholeNumberField

USUAL = timedelta(days=365)
USUAL_OVERLAP = 7


def expiry_field() -> DayField:
    """How long a secret is good."""
    return DayField(
        label=_("Gäller till och med"),
        help_text=_("Som åååå-mm-dd, högst två år fram."),
        error_messages={"required": _("Skriv dagen som åååå-mm-dd, till exempel 2027-01-31.")},
    )


class KeyForm(TextForm):
    """A new key. One for the federation can have several scopes, one for an initiative has one."""

    name = forms.CharField(
        label=_("Namn på systemet"),
        help_text=_("Till exempel ”Verksamhetssystemet”. Namnet står i historiken vid allt som systemet gör."),
        max_length=60,
        error_messages={"required": _("Skriv systemets namn."), "max_length": _("Skriv högst 60 tecken.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("Systemet får"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Välj vad nyckeln ska få göra."),
            "invalid_choice": _("Välj vad nyckeln ska få göra."),
        },
    )
    expires_on = expiry_field()

    texts = ("name",)
    sections = ((_("Nyckeln"), ("name", "not_a_name", "scopes", "expires_on")),)

    def __init__(self, *args: Any, offered: tuple[Scope, ...], alone: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"expires_on": (today + USUAL).isoformat()}, **kwargs)
        choices = [(scope.value, scope.label) for scope in offered]
        if alone:
            field = self.fields["scopes"]
            self.fields["scopes"] = forms.ChoiceField(
                label=field.label, widget=forms.RadioSelect, choices=choices, error_messages=field.error_messages
            )
            self.fields["scopes"].widget.attrs["class"] = "form-check-input"
        else:
            self.fields["scopes"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> frozenset[str]:
        """The scopes that were chosen."""
        given = self.cleaned_data["scopes"]
        return frozenset([given] if isinstance(given, str) else given)


class RotateForm(PageForm):
    """A new secret for a key."""

    overlap_days = WholeNumberField(
        label=_("Dagar som den gamla hemligheten gäller också"),
        help_text=_("Så att systemet hinner byta. Skriv 0 om den gamla kan ha kommit på avvägar."),
        sentence=_("Skriv antalet dagar som ett heltal."),
        error_messages={"required": _("Skriv antalet dagar som ett heltal.")},
    )
    expires_on = expiry_field()
    sections = ((_("Den nya hemligheten"), ("overlap_days", "expires_on")),)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        initial = {"expires_on": (today + USUAL).isoformat(), "overlap_days": USUAL_OVERLAP}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["overlap_days"].sentence = overlap_sentence()  # type: ignore[attr-defined]


class RevokeForm(PageForm):
    """Nothing to fill in."""
