"""The form about what became of a follow-up."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import DayField
from initiatives.lists import Lists
from initiatives.models import CodeKind
from participants import policies
from participants.codes import FollowUpOutcome
from participants.facts import FollowUpAnswer
from participants.forms.changing import ChangeForm, reason_field
from participants.forms.choices import (
    SupportField,
    choices_of,
    offer,
    offered,
    studies_field,
    value_of,
    values_of,
    work_field,
)
from participants.models import FollowUp

AGAIN = "again"
"""Not reached this time; stays planned, with the attempt in the history."""
OUTCOMES = (
    (FollowUpOutcome.REACHED.value, _("Nådd")),
    (AGAIN, _("Ej nådd, jag försöker igen")),
    (FollowUpOutcome.NOT_REACHED.value, _("Ej nådd, uppföljningen avslutas")),
    (FollowUpOutcome.DECLINED.value, _("Avböjt")),
    (FollowUpOutcome.CLOSED.value, _("Dött ärende")),
)
AFTER = ("work_after", "studies_after", "support_after")


class FollowUpForm(ChangeForm):
    """The outcome, and occupation and support of one who was reached."""

    done_on = DayField(
        label=_("Datum för uppföljningen"),
        help_text=_("Dagen du nådde eller försökte nå deltagaren, som åååå-mm-dd."),
        error_messages={"required": _("Skriv datumet som åååå-mm-dd, till exempel 2025-01-31.")},
    )
    outcome = forms.ChoiceField(
        label=_("Vad blev det av uppföljningen?"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj vad det blev av uppföljningen."),
            "invalid_choice": _("Välj ett utfall ur listan."),
        },
    )
    work_after = work_field(_("Arbete"))
    studies_after = studies_field(_("Studier"))
    support_after = SupportField(
        label=_("Offentlig försörjning"), help_text=_("Kryssa för allt som gäller."), required=False
    )
    reason = reason_field()

    texts = ("reason",)
    sections = ((_("Uppföljningen"), ("done_on", "outcome")),)

    def __init__(
        self,
        *args: Any,
        follow_up: FollowUp,
        lists: Lists,
        today: date,
        chosen: QueryDict | None = None,
        **kwargs: Any,
    ) -> None:
        initial = _chosen(chosen) if chosen is not None else _registered(follow_up, today)
        super().__init__(*args, initial=initial, **kwargs)
        kinds = offered(lists.codes(CodeKind.SUPPORT), follow_up.exit_on, today)
        offer(self, support_after=choices_of(kinds, today))
        if not policies.is_final(follow_up):
            del self.fields["reason"]
        elif self.is_stale():
            # A second click on what was a first answer: nobody was asked for a reason.
            self.fields["reason"].required = False
        for name in AFTER:
            self.fields[name].required = self.is_reached

    @property
    def is_reached(self) -> bool:
        """Whether the choice so far is that the participant was reached."""
        return bool(self["outcome"].value() == FollowUpOutcome.REACHED)

    def after(self) -> list[forms.BoundField]:
        """The fields about one who was reached."""
        return [self[name] for name in AFTER]

    def after_is_wrong(self) -> bool:
        """Whether these fields have something to tell, which asking for them anew would lose."""
        return any(self.errors.get(name) for name in AFTER)

    def why(self) -> list[forms.BoundField]:
        """The fields of a correction; none for a first answer."""
        return [self[name] for name in ("reason", "not_a_name") if name in self.fields]

    @property
    def tries_again(self) -> bool:
        return bool(self.cleaned_data["outcome"] == AGAIN)

    def facts(self) -> FollowUpAnswer:
        """What was typed, for the service."""
        data = self.cleaned_data
        outcome = FollowUpOutcome.NOT_REACHED if self.tries_again else FollowUpOutcome(data["outcome"])
        return FollowUpAnswer(
            outcome=outcome,
            done_on=data["done_on"],
            work_after=data["work_after"] or None,
            studies_after=data["studies_after"] or None,
            support_after=data["support_after"] or None,
        )


def _chosen(posted: QueryDict) -> dict[str, Any]:
    """What somebody has chosen so far, for showing and not for saving."""
    support = posted.getlist("support_after")
    return {name: posted.get(name, "") for name in ("outcome", *AFTER)} | {"support_after": support}


def _registered(follow_up: FollowUp, today: date) -> dict[str, Any]:
    """What a correction starts from; a first answer starts from today."""
    if not policies.is_final(follow_up):
        return {"done_on": today.isoformat()}
    known: dict[str, Any] = {"done_on": str(follow_up.done_on), "outcome": follow_up.outcome}
    if follow_up.outcome == FollowUpOutcome.REACHED:
        known |= {
            "work_after": value_of(follow_up.work_after),
            "studies_after": value_of(follow_up.studies_after),
            "support_after": values_of(follow_up.support_after),
        }
    return known
