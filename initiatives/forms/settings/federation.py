"""The forms of the federation itself, its parties and its municipalities."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import Federation, Municipality, Party
from finsam_tracker.core.services.federation import FederationFacts
from initiatives.forms.settings.base import CHOOSE, NOT_IN_LIST, SettingsForm


class FederationForm(SettingsForm):
    """What a federation decides about itself."""

    name = forms.CharField(label=_("Förbundets namn"), error_messages={"required": _("Skriv förbundets namn.")})
    rhythm = forms.ChoiceField(
        label=_("Rapporterar varje"),
        choices=Federation.Rhythm,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj hur ofta förbundet rapporterar."), "invalid_choice": NOT_IN_LIST},
    )
    positive_step = forms.ChoiceField(
        label=_("En stegförflyttning är positiv när"),
        help_text=_("Ändras regeln räknas tidigare perioder om. Det som är publicerat ändras inte."),
        choices=Federation.PositiveStep,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj vad som gör en stegförflyttning positiv."),
            "invalid_choice": NOT_IN_LIST,
        },
    )

    sections = (("", ("name", "rhythm", "positive_step")),)

    def __init__(self, *args: Any, federation: Federation, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(federation, name) for name in FIELDS}, **kwargs)

    def facts(self) -> FederationFacts:
        """What was typed, for the service."""
        return FederationFacts(**{name: self.cleaned_data[name] for name in FIELDS})


FIELDS = ("name", "rhythm", "positive_step")


class PartyForm(SettingsForm):
    """A party."""

    name = forms.CharField(
        label=_("Namn"),
        help_text=_("Till exempel Ekby kommun eller Arbetsförmedlingen."),
        error_messages={"required": _("Skriv partens namn.")},
    )
    kind = forms.ChoiceField(
        label=_("Slag"),
        choices=[("", CHOOSE), *Party.Kind.choices],
        error_messages={"required": _("Välj vilket slag av part det är."), "invalid_choice": NOT_IN_LIST},
    )

    sections = (("", ("name", "kind")),)

    def __init__(self, *args: Any, party: Party | None = None, **kwargs: Any) -> None:
        held = {"name": party.name, "kind": party.kind} if party else {}
        super().__init__(*args, initial=held, **kwargs)


class MunicipalityForm(SettingsForm):
    """A municipality."""

    name = forms.CharField(
        label=_("Namn"),
        help_text=_("Kommunens namn utan ordet kommun, som det ska stå i tabellerna."),
        error_messages={"required": _("Skriv kommunens namn.")},
    )

    sections = (("", ("name",)),)

    def __init__(self, *args: Any, municipality: Municipality | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"name": municipality.name} if municipality else {}, **kwargs)
