"""The form of an assumption's value."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import DayField
from finsam_tracker.core.models import Parameter
from finsam_tracker.core.number_fields import DecimalTextField, as_typed
from finsam_tracker.core.parameters import ParameterSpec
from initiatives.forms.settings.base import SettingsForm


class ParameterForm(SettingsForm):
    """A new value from a day on; made with a value, it corrects that one, whose day stays."""

    value = DecimalTextField(label=_("Värde"), sentence=_("Skriv värdet som ett tal, till exempel 0,25."))
    valid_from = DayField(
        label=_("Gäller från"),
        help_text=_("Som åååå-mm-dd. Värdet gäller tills ett senare tar över."),
        error_messages={"required": _("Skriv dagen som åååå-mm-dd, till exempel 2025-01-01.")},
    )
    source = forms.CharField(
        label=_("Källa"),
        help_text=_("Varifrån värdet kommer, till exempel ”SKR, skattesatser 2026”. Skrivs ut under tabellerna."),
        error_messages={"required": _("Skriv varifrån värdet kommer, till exempel ett beslut och dess datum.")},
    )

    texts = ("source",)
    sections = (("", ("value", "valid_from", "source", "not_a_name")),)

    def __init__(self, *args: Any, spec: ParameterSpec, parameter: Parameter | None = None, **kwargs: Any) -> None:
        held = {"value": as_typed(parameter.value), "source": parameter.source} if parameter else {}
        super().__init__(*args, initial=held, **kwargs)
        field = self.fields["value"]
        told = {"unit": spec.unit, "low": as_typed(spec.low), "high": as_typed(spec.high)}
        field.help_text = _t("Skriv ett värde mellan %(low)s och %(high)s (%(unit)s).") % told
        field.error_messages["required"] = field.help_text
        if parameter:
            del self.fields["valid_from"]
