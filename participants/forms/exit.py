"""The form that ends a participation."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.days import DayError, read_day
from finsam_tracker.core.forms import CHOOSE, NOT_IN_LIST, DayField, PageForm
from initiatives.lists import Lists
from initiatives.models import CodeKind, CommonGroup, ExitReason
from participants.facts import Exit
from participants.forms.changing import ChangeForm
from participants.forms.choices import (
    SupportField,
    choices_of,
    label_of,
    offer,
    offered,
    studies_field,
    work_field,
)
from participants.forms.costs import tell_costs
from participants.models import Participation

EXTENTS = {"work_after": CommonGroup.WORK, "studies_after": CommonGroup.STUDIES}
"""The outcome group whose reasons need the field."""


class ExitFields(PageForm):
    """What is known at the exit. Work is asked of who went to work, and studies of who went to study."""

    exit_on = DayField(
        label=_("Avslutsdatum"),
        help_text=_("Sista dagen i insatsen, som åååå-mm-dd, till exempel 2025-01-31."),
        error_messages={"required": _("Skriv avslutsdatumet som åååå-mm-dd, till exempel 2025-01-31.")},
    )
    exit_reason = forms.ChoiceField(
        label=_("Avslutsorsak"),
        error_messages={"required": _("Välj avslutsorsak."), "invalid_choice": NOT_IN_LIST},
    )
    work_after = work_field(_("Arbete efter avslut"))
    studies_after = studies_field(_("Studier efter avslut"))
    support_after = SupportField(
        label=_("Offentlig försörjning efter avslut"), help_text=_("Kryssa för allt som gäller.")
    )

    def offer_exit(self, participation: Participation, lists: Lists, today: date) -> None:
        """Set what there is to choose between, and what the reason chosen so far needs."""
        kinds = offered(lists.codes(CodeKind.SUPPORT), participation.start_on, today)
        offer(self, support_after=choices_of(kinds, today))
        self._reasons = _reasons(participation, lists, participation.start_on, today)
        self.fields["exit_reason"].choices = [("", CHOOSE), *_grouped(self._reasons, today)]  # type: ignore[attr-defined]
        for name, group in EXTENTS.items():
            self.fields[name].required = self.chosen_reason is not None and self.chosen_reason.group.common == group

    @property
    def chosen_reason(self) -> ExitReason | None:
        """The reason chosen so far."""
        code = self["exit_reason"].value()
        return next((reason for reason in self._reasons if reason.code == code), None)

    def exit_facts(self) -> Exit:
        """What was typed, for the service."""
        data = self.cleaned_data
        return Exit(
            exit_on=data["exit_on"],
            exit_reason=next(reason for reason in self._reasons if reason.code == data["exit_reason"]),
            work_after=data["work_after"] or None,
            studies_after=data["studies_after"] or None,
            support_after=data["support_after"],
        )


class ExitForm(ExitFields, ChangeForm):
    """Ends a participation. ``only_on_the_day`` offers the reasons of the date that was typed, where one was."""

    sections = ((_("Avslutet"), ("exit_on", "exit_reason")),)

    def __init__(self, *args: Any, lists: Lists, today: date, only_on_the_day: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_exit(self.participation, lists, today)
        # Where every reason holds all the time, a new date changes nothing.
        self.reasons_follow_the_date = any(r.valid_from or r.valid_to for r in self._reasons)
        if only_on_the_day and (day := _day(self["exit_on"].value())):
            self._reasons = _reasons(self.participation, lists, day, day)
            choices = [("", CHOOSE), *_grouped(self._reasons, today)]
            self.fields["exit_reason"].choices = choices  # type: ignore[attr-defined]
        tell_costs({"work_after": self.fields["work_after"]})

    def extents(self) -> list[forms.BoundField]:
        """All the fields that some reason needs: without a script the page does not follow what is chosen."""
        return [self[name] for name in EXTENTS]

    def needed_extents(self) -> list[forms.BoundField]:
        """Those that the reason chosen so far needs."""
        return [self[name] for name in EXTENTS if self.fields[name].required]


def _day(typed: Any) -> date | None:
    try:
        return read_day(str(typed or ""))
    except DayError:
        return None


def _reasons(participation: Participation, lists: Lists, first: date, last: date) -> list[ExitReason]:
    """The initiative's reasons that were in force on some day of the span."""
    used = lists.reasons_of_initiative.get(participation.initiative_id, set())
    return [reason for reason in offered(lists.reasons, first, last) if reason.pk in used]


def _grouped(reasons: list[ExitReason], today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The reasons under the heading of their outcome group, groups and reasons in the federation's order."""
    groups = sorted({reason.group for reason in reasons}, key=lambda group: (group.position, group.pk))
    return [
        (group.label, [(reason.code, label_of(reason, today)) for reason in reasons if reason.group == group])
        for group in groups
    ]
