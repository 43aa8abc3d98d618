"""The forms of a federation's lists."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import CHOOSE, NOT_IN_LIST, DayField
from finsam_tracker.core.models import Federation
from finsam_tracker.core.texts import code_from
from initiatives.common_lists import COMMON_LISTS
from initiatives.facts import ItemFacts, ReasonFacts, Validity
from initiatives.forms.settings.base import AwareForm, SettingsForm
from initiatives.models import CodeItem, CodeKind, CommonGroup, ExitReason, ListItem
from initiatives.policies import MUST_HAVE_COMMON
from initiatives.usage import uses_of

NEW_ONLY = ("code", "valid_from")


def label_field(longest: int = 100) -> forms.CharField:
    """What a list item is called."""
    return forms.CharField(
        label=_("Benämning"),
        help_text=format_lazy(_("Som den ska stå i formulär och tabeller, högst {longest} tecken."), longest=longest),
        error_messages={"required": _("Skriv en benämning, som den ska stå i listan.")},
    )


class StepForm(AwareForm):
    """An item that has nothing but its label. Made without an item it adds a new one; codes are told only then."""

    label = label_field()
    code = forms.CharField(
        label=_("Kod"),
        help_text=_("Används i filer och ändras aldrig. Lämna tomt, så görs en av benämningen."),
        required=False,
    )
    valid_from = DayField(
        label=_("Gäller från"),
        help_text=_("Första dagen den kan väljas, som åååå-mm-dd. Lämna tomt om den alltid har gällt."),
        required=False,
    )

    texts = ("label",)
    sections: ClassVar[Sequence[tuple[str | Promise, Sequence[str]]]] = (
        ("", ("label", "code", "valid_from", "not_a_name")),
    )

    def __init__(self, *args: Any, federation: Federation, item: ListItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.initial_of(item) if item else {}, **kwargs)
        self.federation, self.item = federation, item
        self.offer()
        if item:
            for name in NEW_ONLY:
                del self.fields[name]
        uses = uses_of(item).now if item and self.counts_otherwise() else 0
        self.ask_if_recounting(uses, self.question() % uses)

    def initial_of(self, item: Any) -> dict[str, Any]:
        return {"label": item.label}

    def offer(self) -> None:
        """Set what there is to choose between."""

    def counts_otherwise(self) -> bool:
        """Whether what is typed would make what is registered count in another way."""
        return False

    def question(self) -> str:
        """What to ask then, with a place for the number of registrations."""
        return _t("Ja, räkna om %d registreringar som redan finns")

    def facts(self) -> Any:
        """What was typed, for the service."""
        return ItemFacts(self.cleaned_data["label"])

    def validity(self) -> Validity:
        return Validity(self.cleaned_data.get("valid_from"))

    def code_of_new(self, taken: set[str]) -> str:
        """The code that was typed, or one made out of the label."""
        return str(self.cleaned_data["code"]).strip() or code_from(self.cleaned_data["label"], taken)

    def _now(self) -> dict[str, Any]:
        """What the item has, as the fields hold it."""
        return self.initial_of(self.item) if self.item else {}


class CodeItemForm(StepForm):
    """An item of a list that may have a national counterpart."""

    kind: ClassVar[CodeKind]
    common = forms.ChoiceField(
        label=_("Räknas nationellt som"),
        help_text=_("När förbund jämförs räknas den som detta."),
        error_messages={"required": _("Välj vad den räknas som nationellt."), "invalid_choice": NOT_IN_LIST},
    )

    sections = (("", ("label", "common", "code", "valid_from", "not_a_name", "aware")),)

    def initial_of(self, item: CodeItem) -> dict[str, Any]:
        return {"label": item.label, "common": item.common}

    def offer(self) -> None:
        items = COMMON_LISTS[self.kind]
        if not items:
            del self.fields["common"]
            return
        field = self.fields["common"]
        field.choices = [("", CHOOSE), *((i.code, i.label) for i in items)]  # type: ignore[attr-defined]
        field.required = self.kind in MUST_HAVE_COMMON

    def counts_otherwise(self) -> bool:
        return self.is_bound and str(self.data.get("common", "")) != self._now().get("common", "")

    def facts(self) -> ItemFacts:
        return ItemFacts(self.cleaned_data["label"], self.cleaned_data.get("common", ""))


def code_item_form(kind: CodeKind) -> type[CodeItemForm]:
    """The form of one of the plain lists."""
    return type(f"{kind.name.title()}Form", (CodeItemForm,), {"kind": kind, "__doc__": str(kind.label)})


class ReasonForm(StepForm):
    """An exit reason."""

    group = forms.ChoiceField(
        label=_("Utfallsgrupp"),
        error_messages={"required": _("Välj utfallsgrupp."), "invalid_choice": NOT_IN_LIST},
    )
    counts_as_positive_step = forms.BooleanField(label=_("Räknas som positiv stegförflyttning"), required=False)
    purpose_reached = forms.BooleanField(label=_("Syftet med insatsen är uppnått"), required=False)
    went_on = forms.BooleanField(label=_("Räknas som att ha gått vidare"), required=False)

    sections = (
        (_("Orsaken"), ("label", "group", "code", "valid_from", "not_a_name")),
        (_("Så räknas den"), ("counts_as_positive_step", "purpose_reached", "went_on", "aware")),
    )
    flags = ("counts_as_positive_step", "purpose_reached", "went_on")

    def initial_of(self, item: ExitReason) -> dict[str, Any]:
        return {"label": item.label, "group": item.group.code, **{name: getattr(item, name) for name in self.flags}}

    def offer(self) -> None:
        self._groups = {group.code: group for group in self.federation.outcome_groups.all()}
        choices = [("", CHOOSE), *((group.code, group.label) for group in self._groups.values())]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]

    def counts_otherwise(self) -> bool:
        if not self.is_bound or self.item is None:
            return False
        now = self._now()
        ticked = {name: bool(self[name].data) for name in self.flags}
        return str(self.data.get("group", "")) != now["group"] or ticked != {name: now[name] for name in self.flags}

    def question(self) -> str:
        return _t("Ja, räkna om %d avslut som redan har den här orsaken")

    def facts(self) -> ReasonFacts:
        data = self.cleaned_data
        return ReasonFacts(data["label"], self._groups[data["group"]], **{name: data[name] for name in self.flags})


class EndForm(SettingsForm):
    """The last day on which something can be chosen."""

    valid_to = DayField(
        label=_("Sista dagen den kan väljas"),
        help_text=_("Som åååå-mm-dd, till exempel 2025-12-31."),
        error_messages={"required": _("Skriv dagen som åååå-mm-dd, till exempel 2025-12-31.")},
    )

    sections = (("", ("valid_to",)),)


class GroupForm(SettingsForm):
    """An outcome group: its name, and for a new one what it means."""

    label = label_field(60)
    common = forms.ChoiceField(
        label=_("Betydelse"),
        help_text=_("Vad gruppen betyder i alla förbund. Ändras inte sedan."),
        choices=[("", CHOOSE), *CommonGroup.choices],
        error_messages={"required": _("Välj vad gruppen betyder."), "invalid_choice": NOT_IN_LIST},
    )

    texts = ("label",)
    sections = (("", ("label", "common", "not_a_name")),)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["common"]
