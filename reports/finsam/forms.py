"""Choosing which participants are shown, and setting the last day."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import DayField, PageForm
from finsam_tracker.core.period import Period
from reports.finsam.export import Asked
from reports.finsam.fields import Counted

CHOOSE = _("Välj ett av dem.")


class CountedForm(PageForm):
    """Who is counted as a participant, and in which part of the year."""

    participants = forms.ChoiceField(label=_("Deltagare som räknas"), error_messages={"invalid_choice": CHOOSE})
    period = forms.ChoiceField(label=_("Deltagare räknas i"), error_messages={"invalid_choice": CHOOSE})

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        initial = {"participants": asked.counted.value, "period": asked.period.key}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["participants"].choices = [(c.value, c.label) for c in Counted]  # type: ignore[attr-defined]
        self.fields["period"].choices = [(p.key, p.label) for p in periods_of(asked.year)]  # type: ignore[attr-defined]


def periods_of(year: int) -> list[Period]:
    """The year, its halves and its quarters."""
    halves = [Period.half(year, number) for number in (1, 2)]
    return [Period.year(year), *halves, *(Period.quarter(year, number) for number in (1, 2, 3, 4))]


class DeadlineForm(PageForm):
    """The last day for a year's figures."""

    day = DayField(
        label=_("Sista dag"),
        required=False,
        help_text=_("åååå-mm-dd. Tomt: inga påminnelser sänds."),
    )
