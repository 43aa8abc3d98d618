"""The forms of a year's money: the federation's own, its municipalities', and its initiatives'."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields as columns_of
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.models import FederationYear, Funding, Inhabitants, Municipality
from finsam_tracker.core.number_fields import CountField, SekField, as_typed
from finsam_tracker.core.services.money import Settled, YearOfFederation
from initiatives.facts import YearFacts
from initiatives.forms.settings.base import SettingsForm
from initiatives.models import Initiative, InitiativeYear

YEAR_FACTS = tuple(column.name for column in columns_of(YearFacts))
Row = tuple[str, list[tuple[str, forms.BoundField]]]
NUMBER = partial(CountField, sentence=_("Skriv antalet som ett heltal, till exempel 12 500."))
OUTCOME = partial(SekField, may_be_negative=True)


class YearForm(SettingsForm):
    """What is contributed to the federation in a year, and what it has and uses itself."""

    state = SekField(label=_("Staten (kr)"), required=False)
    region = SekField(label=_("Regionen (kr)"), required=False)
    municipalities = SekField(
        label=_("Kommunerna tillsammans (kr)"),
        help_text=_("Fördelas på kommunerna efter invånare 16-64 år, om inga belopp är avtalade."),
        required=False,
    )
    own_capital_sek = SekField(
        label=_("Eget kapital vid årets början (kr)"),
        help_text=_("Kan vara negativt, med minus framför."),
        required=False,
        may_be_negative=True,
    )
    administration_budget_sek = SekField(label=_("Budget för administration (kr)"), required=False)
    administration_outcome_sek = SekField(
        label=_("Utfall för administration (kr)"), required=False, may_be_negative=True
    )

    own = ("own_capital_sek", "administration_budget_sek", "administration_outcome_sek")
    sections = ((_("Medel under året"), Funding.Source.values), (_("Förbundets egna pengar"), own))

    def __init__(self, *args: Any, funding: Mapping[str, Decimal], year: FederationYear | None, **kwargs: Any) -> None:
        held = {source: as_typed(amount) for source, amount in funding.items()}
        own = {name: as_typed(getattr(year, name)) for name in self.own} if year else {}
        super().__init__(*args, initial=held | own, **kwargs)

    def amounts(self) -> dict[str, Decimal | None]:
        """The contributions by source."""
        return {source: self.cleaned_data[source] for source in Funding.Source.values}

    def facts(self) -> YearOfFederation:
        return YearOfFederation(**{name: self.cleaned_data[name] for name in self.own})


class GridForm(SettingsForm):
    """A row for each of something, a square for each of its numbers."""

    parts: Sequence[str] = ()

    def rows(self) -> Iterator[Row]:
        """The name of each row, and its squares, each with the heading of its column."""
        for code, name in self.named():
            squares = [self[f"{part}_{code}"] for part in self.parts]
            yield name, list(zip(self.titles, squares, strict=True))

    def named(self) -> Sequence[tuple[str, str]]:
        """Code and name of each row."""
        raise NotImplementedError

    def add_squares(self, made: Mapping[str, Callable[..., forms.Field]], titles: Mapping[str, str]) -> None:
        """A square in each row for each part, named by its column and row for those who listen."""
        self.titles = list(titles.values())
        fields: dict[str, forms.Field] = {}
        for code, name in self.named():
            for part in self.parts:
                field = made[part](required=False, label=f"{titles[part]}, {name}")
                field.widget.attrs |= {"class": "square-wide", "aria-label": field.label}
                fields[f"{part}_{code}"] = field
        self.add_fields(fields)


class InhabitantsForm(GridForm):
    """Inhabitants of each municipality, and what it has agreed to pay where the key is not used."""

    parts = ("count", "contribution")

    def __init__(
        self, *args: Any, municipalities: Sequence[Municipality], held: Mapping[str, Inhabitants], **kwargs: Any
    ) -> None:
        self._municipalities = municipalities
        counts = {f"count_{code}": as_typed(row.count) for code, row in held.items()}
        agreed = {f"contribution_{code}": as_typed(row.contribution_sek) for code, row in held.items()}
        super().__init__(*args, initial=counts | agreed, **kwargs)
        titles = {"count": _t("Invånare 16-64 år"), "contribution": _t("Avtalat bidrag (kr)")}
        self.add_squares({"count": NUMBER, "contribution": SekField}, titles)

    def named(self) -> Sequence[tuple[str, str]]:
        return [(m.code, m.name) for m in self._municipalities]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for code, _name in self.named():
            data = self.cleaned_data
            if data.get(f"contribution_{code}") is not None and data.get(f"count_{code}", 1) is None:
                self.add_error(f"count_{code}", _t("Skriv invånarna också, eller ta bort bidraget."))
        return cleaned

    def settled(self) -> dict[str, Settled]:
        """What was typed; a municipality without inhabitants is left out."""
        data = self.cleaned_data
        return {
            code: Settled(data[f"count_{code}"], data[f"contribution_{code}"])
            for code, _name in self.named()
            if data[f"count_{code}"] is not None
        }


class BudgetsForm(GridForm):
    """Budget, outcome and planned participants of each initiative in a year."""

    parts = YEAR_FACTS

    def __init__(
        self, *args: Any, initiatives: Sequence[Initiative], held: Mapping[int, InitiativeYear], **kwargs: Any
    ) -> None:
        self._initiatives = initiatives
        initial = {
            f"{part}_{initiative.slug}": as_typed(getattr(held.get(initiative.pk), part, None))
            for initiative in initiatives
            for part in self.parts
        }
        super().__init__(*args, initial=initial, **kwargs)
        titles = {
            "budget_sek": _t("Budget (kr)"),
            "outcome_sek": _t("Utfall (kr)"),
            "planned_participants": _t("Planerat antal deltagare"),
        }
        made: dict[str, Callable[..., forms.Field]] = {
            "budget_sek": SekField,
            "outcome_sek": OUTCOME,
            "planned_participants": NUMBER,
        }
        self.add_squares(made, titles)

    def named(self) -> Sequence[tuple[str, str]]:
        return [(initiative.slug, initiative.name) for initiative in self._initiatives]

    def facts_of(self, initiative: Initiative) -> YearFacts:
        """What was typed for one of them."""
        return YearFacts(**{part: self.cleaned_data[f"{part}_{initiative.slug}"] for part in self.parts})
