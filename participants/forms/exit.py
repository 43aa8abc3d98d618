"""The form that ends a participation."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import DayField, PageForm
from initiatives.lists import Lists
from initiatives.models import CodeKind, ExitReason
from participants.codes import StudiesAfter, WorkAfter
from participants.facts import Exit
from participants.forms.choices import (
    CHOOSE,
    NOT_IN_LIST,
    ListField,
    SupportField,
    choices_of,
    label_of,
    offer,
    offered,
)
from participants.models import Participation


class ExitForm(PageForm):
    """What is known at the exit."""

    exit_on = DayField(
        label=_("Avslutsdatum"),
        help_text=_("Sista dagen i insatsen, som åååå-mm-dd, till exempel 2025-01-31."),
        error_messages={"required": _("Skriv avslutsdatumet som åååå-mm-dd, till exempel 2025-01-31.")},
    )
    exit_reason = forms.ChoiceField(
        label=_("Avslutsorsak"),
        error_messages={"required": _("Välj avslutsorsak."), "invalid_choice": NOT_IN_LIST},
    )
    work_after = ListField(
        label=_("Arbete efter avslut"),
        help_text=_("100% är 40 timmar i veckan. Den som är anställd men sjukskriven arbetar inte."),
        missing=_("Välj hur mycket deltagaren arbetar, eller Uppgift saknas."),
        choices=WorkAfter.choices,
    )
    studies_after = ListField(
        label=_("Studier efter avslut"),
        missing=_("Välj hur mycket deltagaren studerar, eller Uppgift saknas."),
        choices=StudiesAfter.choices,
    )
    support_after = SupportField(
        label=_("Offentlig försörjning efter avslut"), help_text=_("Kryssa för allt som gäller.")
    )

    sections = (
        (_("Avslutet"), ("exit_on", "exit_reason")),
        (_("Efter avslutet"), ("work_after", "studies_after", "support_after")),
    )

    def __init__(self, *args: Any, participation: Participation, lists: Lists, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = offered(lists.codes(CodeKind.SUPPORT), participation.start_on, today)
        offer(self, support_after=choices_of(kinds, today))
        self._reasons = _reasons(participation, lists, today)
        self.fields["exit_reason"].choices = [("", CHOOSE), *_grouped(self._reasons, today)]  # type: ignore[attr-defined]

    def facts(self) -> Exit:
        """What was typed, for the service."""
        data = self.cleaned_data
        return Exit(
            exit_on=data["exit_on"],
            exit_reason=next(reason for reason in self._reasons if reason.code == data["exit_reason"]),
            work_after=data["work_after"],
            studies_after=data["studies_after"],
            support_after=data["support_after"],
        )


def _reasons(participation: Participation, lists: Lists, today: date) -> list[ExitReason]:
    """The initiative's reasons that were in force on some day since the start."""
    used = lists.reasons_of_initiative.get(participation.initiative_id, set())
    in_force = offered(lists.reasons, participation.start_on, today)
    return [reason for reason in in_force if reason.pk in used]


def _grouped(reasons: list[ExitReason], today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The reasons under the heading of their outcome group, groups and reasons in the federation's order."""
    groups = sorted({reason.group for reason in reasons}, key=lambda group: (group.position, group.pk))
    return [
        (group.label, [(reason.code, label_of(reason, today)) for reason in reasons if reason.group == group])
        for group in groups
    ]
