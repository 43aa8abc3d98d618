"""The forms of an initiative."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import NOT_IN_LIST, DayField, WholeNumberField
from finsam_tracker.core.models import Federation
from finsam_tracker.core.swedish import sorted_by_name
from initiatives.facts import InitiativeFacts
from initiatives.forms.settings.base import SettingsForm
from initiatives.models import ExitReason, Initiative
from initiatives.policies import NEVER_CHANGE

AGE_SENTENCE = _("Skriv åldern i hela år, till exempel 16.")


class InitiativeForm(SettingsForm):
    """An initiative. Made with one, it has no field for what is told once and for all."""

    name = forms.CharField(label=_("Namn"), error_messages={"required": _("Skriv insatsens namn.")})
    label = forms.CharField(
        label=_("Kortnamn i tabeller"),
        help_text=_("Högst 40 tecken. Lämna tomt om namnet är kort nog."),
        required=False,
    )
    orientation = forms.ChoiceField(
        label=_("Inriktning"),
        help_text=_("Individinriktad har deltagare, strukturövergripande har aktiviteter. Kan inte ändras sedan."),
        choices=Initiative.Orientation,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj inriktning."), "invalid_choice": NOT_IN_LIST},
    )
    narrower_orientation = forms.CharField(label=_("Närmare inriktning"), required=False)
    follow_up_method = forms.CharField(
        label=_("Uppföljningsmetod"),
        help_text=_("Som den anges i Uppföljning Finsam. Kan inte ändras sedan."),
        required=False,
    )
    esf = forms.BooleanField(label=_("Finansieras av ESF (kan inte ändras sedan)"), required=False)
    owner = forms.ChoiceField(
        label=_("Ägare"), required=False, error_messages={"invalid_choice": _("Välj en part ur listan.")}
    )
    parties = forms.MultipleChoiceField(
        label=_("Deltagande parter"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("Välj parter ur listan.")},
    )
    start_on = DayField(
        label=_("Startar"),
        help_text=_("Första dagen, som åååå-mm-dd."),
        error_messages={"required": _("Skriv startdagen som åååå-mm-dd, till exempel 2025-01-31.")},
    )
    end_on = DayField(
        label=_("Slutar"),
        help_text=_("Sista dagen någon kan skrivas in, som åååå-mm-dd. Lämna tomt om den pågår tills vidare."),
        required=False,
    )
    target_group = forms.CharField(label=_("Målgrupp"), help_text=_("Högst 200 tecken."), required=False)
    age_from = WholeNumberField(label=_("Lägsta ålder"), required=False, sentence=AGE_SENTENCE)
    age_to = WholeNumberField(label=_("Högsta ålder"), required=False, sentence=AGE_SENTENCE)
    uses_assignments = forms.BooleanField(label=_("Registrerar uppdrag för varje deltagare"), required=False)

    texts = ("name", "label", "narrower_orientation", "follow_up_method", "target_group")
    sections = (
        (_("Insatsen"), ("name", "label", "start_on", "end_on", "owner", "parties")),
        (_("Kan inte ändras när insatsen är skapad"), ("orientation", "follow_up_method", "esf")),
        (
            _("Innehåll"),
            ("narrower_orientation", "target_group", "age_from", "age_to", "uses_assignments", "not_a_name"),
        ),
    )

    def __init__(self, *args: Any, federation: Federation, initiative: Initiative | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial_of(initiative) if initiative else {}, **kwargs)
        self._initiative = initiative
        self._parties = {str(party.pk): party for party in sorted_by_name(federation.parties.all())}
        choices = [(key, party.name) for key, party in self._parties.items()]
        self.fields["owner"].choices = [("", _t("Ingen")), *choices]  # type: ignore[attr-defined]
        self.fields["parties"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["parties"]
        if initiative:
            self._leave_fixed_alone()

    def _leave_fixed_alone(self) -> None:
        """Take the fixed fields away; one that is posted anyway goes to the service, which says why not."""
        self._posted_fixed = {name: self.data[name] for name in NEVER_CHANGE if self.is_bound and name in self.data}
        for name in NEVER_CHANGE:
            del self.fields[name]

    def facts(self) -> InitiativeFacts:
        """What was typed, for the service."""
        data = self.cleaned_data
        fixed: dict[str, Any] = {name: data[name] for name in NEVER_CHANGE if name in data}
        if self._initiative:
            fixed = {name: getattr(self._initiative, name) for name in NEVER_CHANGE} | self._posted()
        return InitiativeFacts(
            name=data["name"],
            label=data["label"] or data["name"],
            start_on=data["start_on"],
            end_on=data["end_on"],
            owner=self._parties.get(data["owner"]),
            parties=tuple(self._parties[key] for key in data.get("parties", ())),
            narrower_orientation=data["narrower_orientation"],
            target_group=data["target_group"],
            age_from=data["age_from"],
            age_to=data["age_to"],
            uses_assignments=data["uses_assignments"],
            **fixed,
        )

    def _posted(self) -> dict[str, Any]:
        ticked = ("on", "true", "True", "1")
        return {name: value in ticked if name == "esf" else str(value) for name, value in self._posted_fixed.items()}

    def told(self) -> Iterator[tuple[str, str]]:
        """What is told once and for all, in words, for the question before it is saved."""
        data = self.cleaned_data
        yield _t("Inriktning"), str(Initiative.Orientation(data["orientation"]).label)
        yield _t("Uppföljningsmetod"), data["follow_up_method"] or _t("Ingen angiven")
        yield _t("ESF-finansiering"), _t("Ja") if data["esf"] else _t("Nej")


def _initial_of(initiative: Initiative) -> dict[str, Any]:
    facts = vars(InitiativeFacts.of(initiative))
    days = {name: facts[name].isoformat() if facts[name] else "" for name in ("start_on", "end_on")}
    parties = [str(party.pk) for party in facts["parties"]]
    owner = str(initiative.owner_id or "")
    return {**facts, **days, "owner": owner, "parties": parties}


class InitiativeReasonsForm(SettingsForm):
    """Which exit reasons an initiative uses."""

    reasons = forms.MultipleChoiceField(
        label=_("Avslutsorsaker"),
        help_text=_("Kryssa för dem som kan väljas när en deltagare avslutas."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("Kryssa för orsaker ur listan.")},
    )

    sections = (("", ("reasons",)),)

    def __init__(self, *args: Any, initiative: Initiative, reasons: list[ExitReason], **kwargs: Any) -> None:
        used = [reason.code for reason in initiative.exit_reasons.all()]
        super().__init__(*args, initial={"reasons": used}, **kwargs)
        self._reasons = {reason.code: reason for reason in reasons}
        choices = [(code, f"{reason.label} ({reason.group.label})") for code, reason in self._reasons.items()]
        self.fields["reasons"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> list[ExitReason]:
        """The ticked reasons."""
        return [self._reasons[code] for code in self.cleaned_data["reasons"]]


class FollowUpMonthsForm(SettingsForm):
    """When an initiative's participants are followed up."""

    months = forms.CharField(
        label=_("Månader efter avslut"),
        help_text=_("Ett eller flera heltal med komma emellan, till exempel 6, 12. Lämna tomt för ingen uppföljning."),
        required=False,
    )

    sections = (("", ("months",)),)

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        held = initiative.follow_up_rules.values_list("months", flat=True)
        super().__init__(*args, initial={"months": ", ".join(map(str, held))}, **kwargs)

    def clean_months(self) -> list[int]:
        """The numbers."""
        parts = [part for part in self.cleaned_data["months"].replace(";", ",").replace(",", " ").split() if part]
        if not all(part.isascii() and part.isdigit() and len(part) <= len("999") for part in parts):
            raise forms.ValidationError(
                _t("Skriv månader efter avslut som heltal med komma emellan, till exempel 6, 12.")
            )
        return [int(part) for part in parts]
