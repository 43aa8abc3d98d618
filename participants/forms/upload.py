"""Sending a file in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import PageForm


class UploadForm(PageForm):
    """A file, and nothing about it: its name is not kept."""

    file = forms.FileField(
        label=_("Fil med deltaganden"),
        help_text=_("Excel-arbetsbok (.xlsx) eller CSV. Högst 15 MB och 50 000 rader."),
        error_messages={
            "required": _("Välj en fil."),
            "empty": _("Filen är tom."),
            "invalid": _("Välj en fil."),
            "missing": _("Välj en fil."),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt", "class": "form-control"}),
        max_length=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
