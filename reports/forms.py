"""Choosing a period, and writing publications."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.days import DayError, read_day
from finsam_tracker.core.forms import DayField, PageForm, TextForm, dress
from finsam_tracker.core.period import Period, PeriodError
from finsam_tracker.core.uploads import UploadField
from reports.models import Publication
from reports.narrowing import Choices
from reports.publications import TEMPLATES
from reports.publications.declaration import Writing

PERIOD_ERRORS = (PeriodError, DayError)
"""What a choice that is no period raises; the message is a Swedish sentence."""


class PartChoice(NamedTuple):
    """How a part is asked for: its name in the address, its label, and what no choice means."""

    name: str
    label: str | Promise
    everything: str | Promise


PARTS = {
    "initiative": PartChoice("insats", _("Insats"), _("Alla insatser")),
    "municipality": PartChoice("kommun", _("Kommun"), _("Alla kommuner")),
    "assignment": PartChoice("uppdrag", _("Uppdrag"), _("Alla uppdrag")),
}
NO_PARTS: Mapping[str, Choices] = {}


class PeriodForm(PageForm):
    """A kept period from the list, or two dates of one's own, which win where both are given; and as known when."""

    period = forms.ChoiceField(label=_("Period"))
    first = DayField(label=_("Eller från och med"), required=False, help_text=_("åååå-mm-dd"))
    last = DayField(label=_("till och med"), required=False, help_text=_("åååå-mm-dd"))
    kant = DayField(label=_("Som det var känt"), required=False, help_text=_("åååå-mm-dd; tomt är nu"))

    def __init__(
        self, *args: Any, kept: list[Period], chosen: Period, parts: Mapping[str, Choices] = NO_PARTS, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = sorted(
            {*kept, chosen}, key=lambda period: (period.kind != "year", -period.end.toordinal(), period.key)
        )
        self.fields["period"].choices = [(period.key, period.label) for period in offered]  # type: ignore[attr-defined]
        # What there is nothing to choose among is not asked for.
        asked = {PARTS[part].name: _part_field(part, parts[part]) for part in parts if parts[part]}
        dress(asked.values())
        self.fields.update(asked)


def _part_field(part: str, choices: Choices) -> forms.ChoiceField:
    asked = PARTS[part]
    return forms.ChoiceField(label=str(asked.label), choices=[("", asked.everything), *choices])


class YearsForm(PageForm):
    """How old registrations become, to see what a rule would take away."""

    years = forms.IntegerField(
        label=_("Antal år efter avslut"),
        min_value=1,
        max_value=100,
        # A number box scrolls away what was typed, and says "invalid" in the browser's language.
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "narrow"}),
        error_messages={
            "required": _("Skriv ett antal år, till exempel 10."),
            "invalid": _("Skriv antalet år som ett heltal, till exempel 10."),
            "min_value": _("Skriv ett antal år mellan 1 och 100."),
            "max_value": _("Skriv ett antal år mellan 1 och 100."),
        },
    )


_why = partial(
    forms.CharField,
    max_length=100,
    error_messages={"required": _("Skriv kort varför."), "max_length": _("Skriv högst 100 tecken.")},
)


class StopForm(PageForm):
    """Why a thinning is stopped."""

    reason = _why(
        label=_("Varför ska den stoppas?"),
        help_text=_("Kort, till exempel ”utvärderingen pågår”. Skriv inget om någon person."),
    )


class ChangesForm(PeriodForm):
    """A kept period, and the two days whose knowledge is compared."""

    first = last = kant = None  # type: ignore[assignment]
    fran = DayField(label=_("Från det som var känt"), required=False, help_text=_("åååå-mm-dd"))
    till = DayField(label=_("till det som var känt"), required=False, help_text=_("åååå-mm-dd"))


def chosen_period(query: dict[str, str], default: Period) -> Period:
    """The period that the address asks for. Raises one of PERIOD_ERRORS."""
    first, last = query.get("first", "").strip(), query.get("last", "").strip()
    if first or last:
        return Period.free(read_day(first), read_day(last))
    asked = query.get("period", "").strip()
    return Period.parse(asked) if asked else default


class ReportForm(PageForm):
    """Which report."""

    template = forms.ChoiceField(
        label=_("Rapport"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj en rapport."), "invalid_choice": _("Välj en rapport ur listan.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(key, f"{template.title}. {template.description}") for key, template in TEMPLATES.items()]
        self.fields["template"].choices = offered  # type: ignore[attr-defined]


class NewPublicationForm(ReportForm):
    """Which report, of which period."""

    period = forms.CharField(
        label=_("Period"),
        help_text=_("Ett år (2025), ett halvår (2025-H1) eller ett kvartal (2025-Q3)."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "narrow"}),
        error_messages={"required": _("Skriv en period."), "max_length": _("Skriv en period, till exempel 2025.")},
    )


class NewEditionForm(PageForm):
    """Why there is a new edition. It is printed."""

    reason = _why(
        label=_("Varför behövs en ny utgåva?"),
        help_text=_("Det skrivs ut i den nya utgåvan, till exempel ”sena avslut har registrerats”."),
    )


class PublishForm(PageForm):
    """Preliminary or final."""

    kind = forms.ChoiceField(
        label=_("Publicera som"),
        choices=Publication.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj preliminär eller slutlig."), "invalid_choice": _("Välj ett av dem.")},
    )


class TextsForm(TextForm):
    """The boxes where an office writes, as its template has them."""

    def __init__(self, *args: Any, boxes: Iterable[Writing], **kwargs: Any) -> None:
        self.boxes = list(boxes)
        self.texts = [box.key for box in self.boxes]  # type: ignore[misc]
        super().__init__(*args, **kwargs)
        self.fields = {**{box.key: _text_field(box) for box in self.boxes}, **self.fields}

    def _text_fields(self) -> Iterator[str]:
        return iter(self.texts)

    @property
    def written(self) -> dict[str, str]:
        """What was written in each box."""
        return {box.key: self.cleaned_data[box.key] for box in self.boxes}


def _text_field(box: Writing) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 6, "class": "form-control"})
    return forms.CharField(label=str(box.title), help_text=str(box.hint), required=False, widget=area)


class DocumentForm(PageForm):
    """A finished document; its name is not kept either."""

    file = UploadField(
        label=_("Dokument"),
        help_text=_("Word (.docx), Excel (.xlsx) eller PDF. Högst 20 MB och 80 sidor."),
        accept=".docx,.xlsx,.pdf",
    )
