"""The forms of the federation itself, its parties and its municipalities."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import CHOOSE, NOT_IN_LIST, WholeNumberField
from finsam_tracker.core.models import Federation, Municipality, Party
from finsam_tracker.core.services.federation import FederationFacts
from initiatives.forms.settings.base import SettingsForm


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
        self._held = FederationFacts.of(federation)

    def facts(self) -> FederationFacts:
        """What was typed, for the service."""
        return replace(self._held, **{name: self.cleaned_data[name] for name in FIELDS})


FIELDS = ("name", "rhythm", "positive_step")


class StatusReportsForm(SettingsForm):
    """How often the initiatives write a lägesrapport, and when it is due."""

    status_report_rhythm = forms.ChoiceField(
        label=_("Insatserna skriver lägesrapport"),
        choices=Federation.StatusReportRhythm,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj hur ofta insatserna skriver lägesrapporter."),
            "invalid_choice": NOT_IN_LIST,
        },
    )
    status_report_days = WholeNumberField(
        label=_("Ska vara hos kansliet, dagar efter periodens slut"),
        help_text=_("Gäller rapporter som begärs härefter. De som är begärda behåller sin dag."),
        sentence=_("Skriv antalet dagar som ett heltal, till exempel 30."),
        error_messages={"required": _("Skriv ett antal dagar, till exempel 30.")},
    )

    sections = (("", ("status_report_rhythm", "status_report_days")),)

    def __init__(self, *args: Any, federation: Federation, **kwargs: Any) -> None:
        self._held = FederationFacts.of(federation)
        names = ("status_report_rhythm", "status_report_days")
        super().__init__(*args, initial={name: getattr(federation, name) for name in names}, **kwargs)

    def facts(self) -> FederationFacts:
        """What was typed, for the service."""
        told = self.cleaned_data
        return replace(
            self._held,
            status_report_rhythm=told["status_report_rhythm"],
            status_report_days=told["status_report_days"],
        )


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
