"""The field in which a file is sent in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadField(forms.FileField):
    """A file of the kinds that ``accept`` names, as a browser reads them."""

    default_error_messages = {
        "required": _("Välj en fil."),
        "empty": _("Filen är tom. Välj en annan fil."),
        "invalid": _("Välj en fil."),
        "missing": _("Välj en fil."),
    }

    def __init__(self, *, accept: str, **options: Any) -> None:
        widget = forms.FileInput(attrs={"accept": accept, "class": "form-control"})
        super().__init__(widget=widget, **options)
