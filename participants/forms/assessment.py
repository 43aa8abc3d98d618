"""The form that assesses a step."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import CHOOSE, NOT_IN_LIST, DayField
from initiatives.lists import Lists
from initiatives.models import Step
from participants.forms.changing import ChangeForm
from participants.forms.choices import label_of, offered


class AssessmentForm(ChangeForm):
    """Where on the ladder the participant stands, and when that was assessed."""

    on = DayField(
        label=_("Datum för bedömningen"),
        help_text=_(
            "Som åååå-mm-dd, till exempel 2025-01-31. En bedömning om dagen: en ny samma dag ersätter den förra."
        ),
        error_messages={"required": _("Skriv datumet som åååå-mm-dd, till exempel 2025-01-31.")},
    )
    step = forms.ChoiceField(
        label=_("Steg"),
        help_text=_("Stegen står i ordning, det som är längst fram sist."),
        error_messages={"required": _("Välj steg."), "invalid_choice": NOT_IN_LIST},
    )

    sections = ((_("Bedömningen"), ("on", "step")),)

    def __init__(self, *args: Any, lists: Lists, today: date, **kwargs: Any) -> None:
        participation = kwargs["participation"]
        last = participation.exit_on or today
        super().__init__(*args, initial={"on": last.isoformat()}, **kwargs)
        self._steps = offered(lists.steps, participation.start_on, last)
        choices = [("", CHOOSE), *((step.code, label_of(step, today)) for step in self._steps)]
        self.fields["step"].choices = choices  # type: ignore[attr-defined]

    def chosen_step(self) -> Step:
        """The chosen step."""
        return next(step for step in self._steps if step.code == self.cleaned_data["step"])
