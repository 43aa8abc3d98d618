"""The forms in which the office sets its goals."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.core.forms import CHOOSE, NOT_IN_LIST, TextForm
from finsam_tracker.core.number_fields import DecimalTextField, as_typed
from initiatives.forms.activities import Sections, reason_field
from initiatives.goal_measures import GOAL_MEASURES
from initiatives.goals import LONGEST_TEXT, GoalFacts
from initiatives.lists import Lists
from initiatives.models import Goal

REASONS = (gettext_lazy("fel målvärde"), gettext_lazy("fel mått"), gettext_lazy("beslut i styrelsen"))


class GoalReasonForm(TextForm):
    """Why a goal of a year that has ended is changed or taken away; of another year, there is nothing to fill in."""

    reason = reason_field(REASONS, gettext_lazy("Året är slut. Skriv kort varför målet ändras; det sparas."))
    texts: ClassVar[Sequence[str]] = ("reason",)
    sections: ClassVar[Sections] = ((gettext_lazy("Skälet"), ("reason", "not_a_name")),)

    def __init__(self, *args: Any, has_ended: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_ended:
            del self.fields["reason"]

    def why(self) -> str:
        """The reason; empty where none is asked for."""
        return str(self.cleaned_data.get("reason", ""))


class GoalForm(GoalReasonForm):
    """A goal in the federation's own words, and the measure that it is bound to."""

    text = forms.CharField(
        label=gettext_lazy("Målet"),
        help_text=gettext_lazy("Med era egna ord, så som det står i verksamhetsplanen."),
        error_messages={"required": gettext_lazy("Skriv målet med era egna ord.")},
        widget=forms.TextInput(attrs={"maxlength": LONGEST_TEXT, "autocomplete": "off"}),
    )
    measure = forms.ChoiceField(
        label=gettext_lazy("Mått"),
        help_text=gettext_lazy("Hur utfallet räknas. Enheten står inom parentes."),
        error_messages={"required": gettext_lazy("Välj ett mått."), "invalid_choice": NOT_IN_LIST},
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Målvärdet är det"),
        choices=[(d.value, d.label) for d in Goal.Direction],
        initial=Goal.Direction.AT_LEAST.value,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Välj minst eller högst."),
            "invalid_choice": gettext_lazy("Välj minst eller högst."),
        },
    )
    target = DecimalTextField(
        label=gettext_lazy("Målvärde"),
        help_text=gettext_lazy("I måttets enhet, till exempel 35 för 35 procent."),
        sentence=gettext_lazy("Skriv målvärdet som ett tal, till exempel 35 eller 4,5."),
        error_messages={"required": gettext_lazy("Skriv målvärdet.")},
    )
    initiative = forms.ChoiceField(
        label=gettext_lazy("Gäller"), required=False, error_messages={"invalid_choice": NOT_IN_LIST}
    )

    texts: ClassVar[Sequence[str]] = ("text", "reason")
    sections: ClassVar[Sections] = (
        (gettext_lazy("Målet"), ("text", "measure", "direction", "target", "initiative", "not_a_name")),
        (gettext_lazy("Skälet"), ("reason",)),
    )

    def __init__(self, *args: Any, lists: Lists, goal: Goal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_as_typed(goal) if goal else {}, **kwargs)
        # The page's order, so that the summary of errors reads as the page does.
        self.order_fields([name for _heading, names in self.sections for name in names])
        self._initiatives = {i.slug: i for i in lists.all_initiatives}
        measures = [(m.key, f"{m.title} ({m.unit})") for m in GOAL_MEASURES.values()]
        self.fields["measure"].choices = [("", CHOOSE), *measures]  # type: ignore[attr-defined]
        whole = ("", _("Hela förbundet"))
        self.fields["initiative"].choices = [  # type: ignore[attr-defined]
            whole,
            *((i.slug, i.name) for i in self._initiatives.values()),
        ]

    def facts(self) -> GoalFacts:
        """What was typed, for the service."""
        told = self.cleaned_data
        return GoalFacts(
            text=told["text"],
            measure=told["measure"],
            target=told["target"],
            direction=told["direction"],
            initiative=self._initiatives.get(told["initiative"]),
        )


def _as_typed(goal: Goal) -> dict[str, Any]:
    return {
        "text": goal.text,
        "measure": goal.measure,
        "direction": goal.direction,
        "target": as_typed(goal.target),
        "initiative": goal.initiative.slug if goal.initiative else "",
    }
