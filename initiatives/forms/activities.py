"""The forms in which the office counts heads at structural activities."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.core.forms import (
    CHOOSE,
    NOT_IN_LIST,
    DayField,
    PageForm,
    SuggestingInput,
    TextForm,
    WholeNumberField,
)
from finsam_tracker.core.number_fields import DecimalTextField, as_typed
from finsam_tracker.core.reasons import LONGEST_REASON
from finsam_tracker.core.seen import SeenForm
from initiatives.activities import ActivityEntry, Rating, days_sentence, heads_sentence
from initiatives.lists import Lists
from initiatives.models import CodeItem, CodeKind
from initiatives.models.activity import HIGHEST_SCALE

Sections = Sequence[tuple[str | Promise, Sequence[str]]]
USUAL_SCALE = 5
NUMBERS = ("women", "men", "others")
REASONS = (gettext_lazy("fel datum"), gettext_lazy("fel antal"), gettext_lazy("registrerat två gånger"))


def _choice(label: Any, missing: Any, **options: Any) -> forms.ChoiceField:
    messages = {"required": missing, "invalid_choice": NOT_IN_LIST}
    return forms.ChoiceField(label=label, error_messages=messages, **options)


def _heads(label: Any, help_text: Any = "") -> WholeNumberField:
    return WholeNumberField(label=label, help_text=help_text, required=False, sentence="")


class ActivityForm(PageForm):
    """An activity. An empty number of heads is nought; a rating is told whole or not at all."""

    initiative = _choice(gettext_lazy("Insats"), gettext_lazy("Välj insats."))
    held_on = DayField(
        label=gettext_lazy("Datum"),
        help_text=gettext_lazy("åååå-mm-dd. Varade aktiviteten flera dagar: den första."),
        error_messages={"required": gettext_lazy("Skriv vilken dag aktiviteten hölls.")},
    )
    kind = _choice(gettext_lazy("Slag av aktivitet"), gettext_lazy("Välj slag av aktivitet."))
    audience = _choice(gettext_lazy("Målgrupp"), NOT_IN_LIST, required=False)
    days = DecimalTextField(
        label=gettext_lazy("Omfattning i dagar"),
        help_text=gettext_lazy("Till exempel 1 eller 0,5."),
        required=False,
        sentence="",
    )
    women = _heads(gettext_lazy("Antal kvinnor"))
    men = _heads(gettext_lazy("Antal män"))
    others = _heads(
        gettext_lazy("Antal med annat eller okänt kön"),
        gettext_lazy("Vet du bara hur många som deltog: skriv hela antalet här."),
    )
    rating_mean = DecimalTextField(
        label=gettext_lazy("Medelbetyg"),
        help_text=gettext_lazy("Medelvärdet av deltagarnas betyg, till exempel 4,05."),
        required=False,
        sentence=gettext_lazy("Skriv medelbetyget som ett tal med högst två decimaler, till exempel 4,05."),
    )
    rating_answers = _heads(gettext_lazy("Antal svar"), gettext_lazy("Hur många som medelbetyget bygger på."))
    rating_scale = _choice(
        gettext_lazy("Betygsskala"),
        gettext_lazy("Välj skalans högsta betyg ur listan."),
        required=False,
        choices=[(str(n), f"1–{n}") for n in range(2, HIGHEST_SCALE + 1)],
        initial=str(USUAL_SCALE),
    )
    rating_useful = _heads(
        gettext_lazy("Antal som hade nytta"),
        gettext_lazy("Av dem som svarade. Lämna tomt om det inte frågades."),
    )
    is_another = forms.BooleanField(label=gettext_lazy("Det är en till, likadan aktivitet"), required=False)

    sections: ClassVar[Sections] = (
        (gettext_lazy("Aktiviteten"), ("initiative", "held_on", "kind", "audience", "days", "is_another")),
        (gettext_lazy("Hur många som deltog"), NUMBERS),
        (gettext_lazy("Vad de tyckte"), ("rating_mean", "rating_answers", "rating_scale", "rating_useful")),
    )

    def __init__(self, *args: Any, lists: Lists, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page's order, so that the summary of errors reads as the page does.
        self.order_fields([name for _heading, names in self.sections for name in names])
        self._initiatives = {initiative.slug: initiative for initiative in lists.structural_initiatives}
        self._offer("initiative", [("", CHOOSE), *((i.slug, i.name) for i in self._initiatives.values())])
        self._offer("kind", [("", CHOOSE), *_choices(lists.codes(CodeKind.ACTIVITY_KIND))])
        self._offer("audience", [("", _("Uppgift saknas")), *_choices(lists.codes(CodeKind.AUDIENCE))])
        for name in (*NUMBERS, "rating_answers", "rating_useful"):
            self.fields[name].sentence = heads_sentence()  # type: ignore[attr-defined]
        self.fields["days"].sentence = days_sentence()  # type: ignore[attr-defined]
        self._question = self.fields["is_another"]
        if "is_another" not in self.data:
            del self.fields["is_another"]

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def take(self, refused: ValidationError) -> None:
        """Where one just like it is registered, the box to tick is shown."""
        if "is_another" in getattr(refused, "error_dict", ()):
            self.fields.setdefault("is_another", self._question)
        super().take(refused)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        told = [name for name in ("rating_mean", "rating_answers") if self.cleaned_data.get(name) is not None]
        if told == ["rating_mean"] and "rating_answers" not in self.errors:
            self.add_error("rating_answers", _("Skriv hur många som svarade, eller ta bort medelbetyget."))
        if told == ["rating_answers"] and "rating_mean" not in self.errors:
            self.add_error("rating_mean", _("Skriv medelbetyget, eller ta bort antalet svar."))
        if not told and self.cleaned_data.get("rating_useful") is not None:
            self.add_error("rating_useful", _("Skriv också medelbetyget och hur många som svarade."))
        return cleaned

    def entry(self) -> ActivityEntry:
        """What was typed, for the service."""
        told = self.cleaned_data
        return ActivityEntry(
            initiative=self._initiatives[told["initiative"]],
            held_on=told["held_on"],
            kind=told["kind"],
            audience=told["audience"] or None,
            days=told["days"],
            **{name: told[name] or 0 for name in NUMBERS},
            rating=self._rating(),
        )

    def _rating(self) -> Rating | None:
        told = self.cleaned_data
        if told["rating_mean"] is None:
            return None
        scale = int(told["rating_scale"] or USUAL_SCALE)
        answers, useful = told["rating_answers"], told["rating_useful"]
        return Rating(mean=told["rating_mean"], answers=answers, scale=scale, useful=useful)


def reason_field(suggestions: Sequence[str | Promise], help_text: Any) -> forms.CharField:
    """Why something is changed; it stands in the history."""
    return forms.CharField(
        label=gettext_lazy("Varför?"),
        help_text=help_text,
        error_messages={
            "required": gettext_lazy("Skriv kort varför, till exempel ”fel antal”. Det sparas i historiken.")
        },
        widget=SuggestingInput(suggestions, {"autocomplete": "off", "maxlength": LONGEST_REASON}),
    )


class ReasonForm(SeenForm, TextForm):
    """Why an activity is taken away, and which state of it the person has seen."""

    reason = reason_field(
        REASONS, gettext_lazy("Kort, till exempel ”registrerat två gånger”. Det står kvar i historiken.")
    )
    texts = ("reason",)
    sections: ClassVar[Sections] = ((gettext_lazy("Skälet"), ("reason", "not_a_name")),)


class CorrectActivityForm(ActivityForm, ReasonForm):
    """Filled with what is registered."""

    sections: ClassVar[Sections] = (*ActivityForm.sections, *ReasonForm.sections)


def entry_as_typed(entry: ActivityEntry) -> dict[str, Any]:
    """A registered activity as the fields show it."""
    rating = entry.rating
    return {
        "initiative": entry.initiative.slug,
        "held_on": entry.held_on.isoformat(),
        "kind": entry.kind,
        "audience": entry.audience or "",
        "days": as_typed(entry.days),
        **{name: getattr(entry, name) for name in NUMBERS},
        "rating_mean": as_typed(rating.mean) if rating else "",
        "rating_answers": rating.answers if rating else "",
        "rating_scale": str(rating.scale if rating else USUAL_SCALE),
        "rating_useful": rating.useful if rating and rating.useful is not None else "",
    }


def _choices(items: list[CodeItem]) -> list[tuple[str, str]]:
    """Every item, ended ones with their last day: an old activity may have been of an old kind."""
    return [(item.code, _ended(item) if item.valid_to else item.label) for item in items]


def _ended(item: CodeItem) -> str:
    return _("%(label)s (till och med %(day)s)") % {"label": item.label, "day": item.valid_to}
