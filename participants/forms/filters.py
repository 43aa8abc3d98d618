"""The filters of the list. They stand in the address, so the form is sent with GET and never refused."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import PageForm
from initiatives.lists import Lists
from initiatives.models import CodeKind, Initiative
from participants.forms.choices import UNKNOWN, UNKNOWN_LABEL
from participants.quality.checks import BLANKS, CHECKS

ANY = _("Alla")
FOLLOW_UPS: dict[str, str | Promise] = {
    "forsenad": _("Försenad"),
    "manad": _("Ska göras den här månaden"),
    "kommande": _("Kommer därefter"),
    "gjord": _("Gjord"),
}
YES = "ja"
"""The value of a filter that is on or off."""


class FilterForm(PageForm):
    """What narrows the list, each filter together with the others."""

    visa = forms.Field(widget=forms.HiddenInput)
    ordning = forms.Field(widget=forms.HiddenInput)
    period = forms.Field(widget=forms.HiddenInput)
    uppfoljning = forms.ChoiceField(label=_("Uppföljning"), choices=[("", ANY), *FOLLOW_UPS.items()])
    uppdrag = forms.ChoiceField(label=_("Uppdrag"))
    kvalitet = forms.ChoiceField(label=_("Att se över"))
    saknas = forms.BooleanField(
        label=_("Bara där en uppgift saknas som tabellerna behöver"), widget=forms.CheckboxInput({"value": YES})
    )
    utan_steg = forms.BooleanField(
        label=_("Bara pågående utan stegbedömning på sex månader"), widget=forms.CheckboxInput({"value": YES})
    )

    def __init__(self, *args: Any, initiative: Initiative, lists: Lists, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kvalitet"].choices = [("", ANY), *_noticeable(initiative, lists)]  # type: ignore[attr-defined]
        if not lists.steps:
            del self.fields["utan_steg"]
        if not initiative.uses_assignments:
            del self.fields["uppdrag"]
            return
        items = [(item.code, item.label) for item in lists.codes(CodeKind.ASSIGNMENT)]
        self.fields["uppdrag"].choices = [("", ANY), *items, (UNKNOWN, UNKNOWN_LABEL)]  # type: ignore[attr-defined]


def _noticeable(initiative: Initiative, lists: Lists) -> list[tuple[str, str | Promise]]:
    blanks = [blank for blank in BLANKS if blank.applies(initiative, lists)]
    return [
        *((check.key, check.title) for check in CHECKS),
        *((blank.key, format_lazy(_("Uppgift saknas: {}"), blank.title)) for blank in blanks),
    ]
