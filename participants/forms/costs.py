"""What a blank costs: for each field, which figure suffers when it is left out. The one place for these sentences.

The titles are those of the tables in ``reports``, which lies above; a test compares them.
"""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COSTS: Mapping[str, str | Promise] = {
    "birth_year": _("Utan födelseår räknas deltagaren inte till andelen unga i Mer fakta om deltagare."),
    "municipality": _("Utan kommun syns deltagandet som Uppgift saknas i Tabell 3."),
    "education": _("Utan utbildning blir andelarna om utbildning i Mer fakta om deltagare för låga."),
    "support_months": _("Utan tiden blir andelen med lång tid i försörjning i Mer fakta om deltagare för låg."),
    "work_after": _("Utan omfattning räknas inga heltider för deltagaren i Tabell 2 och Tabell 3."),
}


def tell_costs(fields: Mapping[str, forms.Field]) -> None:
    """Let each field say what leaving it out costs, after its own hint."""
    for name, cost in COSTS.items():
        if name in fields:
            hint = fields[name].help_text
            fields[name].help_text = f"{hint} {cost}" if hint else str(cost)
