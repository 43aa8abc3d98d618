"""How the log is narrowed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.access_log.entries import DONE, SEEN, Wanted, people_in
from finsam_tracker.access_log.words import DEEDS, PAGES
from finsam_tracker.core.forms import DayField, PageForm
from finsam_tracker.core.models import Federation


class LogForm(PageForm):
    """By person, kind and days. In Swedish in the address, since people see and send it."""

    person = forms.TypedChoiceField(
        label=_("Person"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("Välj en person ur listan.")},
    )
    slag = forms.ChoiceField(
        label=_("Slag"), required=False, error_messages={"invalid_choice": _("Välj ett slag ur listan.")}
    )
    fran = DayField(label=_("Från och med"), help_text=_("åååå-mm-dd"), required=False)
    till = DayField(label=_("Till och med"), help_text=_("åååå-mm-dd"), required=False)

    def __init__(self, *args: Any, federation: Federation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = [(p.pk, str(p)) for p in people_in(federation)]
        self.fields["person"].choices = [("", _("Alla")), *everybody]  # type: ignore[attr-defined]
        self.fields["slag"].choices = [  # type: ignore[attr-defined]
            ("", _("Alla")),
            (SEEN, _("Allt någon tittade på")),
            (DONE, _("Allt någon ändrade")),
            (_("Tittade på"), [(f"{SEEN}:{name}", text) for name, text in PAGES.items()]),
            (_("Ändrade"), [(f"{DONE}:{name}", text) for name, text in DEEDS.items()]),
        ]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        first, last = self.cleaned_data.get("fran"), self.cleaned_data.get("till")
        if first and last and last < first:
            self.add_error("till", _("Slutet ligger före början. Byt plats på datumen."))
        return cleaned

    @property
    def wanted(self) -> Wanted:
        told = self.cleaned_data
        return Wanted(told["person"], told["slag"], told["fran"], told["till"])
