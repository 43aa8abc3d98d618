"""What an office fills in about when its reports are made and how they look."""

from django import forms
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import PageForm, WholeNumberField
from finsam_tracker.core.models import Federation
from finsam_tracker.core.uploads import UploadField
from reports.forms import ReportForm

_WHETHER = (("ja", _("På")), ("nej", _("Av")))


class ChangeScheduleForm(PageForm):
    """When, and whether at all."""

    days = WholeNumberField(
        label=_("Dagar efter periodens sista dag"),
        help_text=_("Så länge väntar utkastet på sena registreringar, till exempel 20."),
        sentence=_("Skriv antalet dagar som ett heltal, till exempel 20."),
        error_messages={"required": _("Skriv ett antal dagar, till exempel 20.")},
    )
    is_on = forms.TypedChoiceField(
        label=_("Schemat är"),
        choices=_WHETHER,
        coerce=lambda chosen: chosen == "ja",
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj på eller av."), "invalid_choice": _("Välj på eller av.")},
    )


class ScheduleForm(ReportForm, ChangeScheduleForm):
    """Which report, and how often."""

    rhythm = forms.ChoiceField(
        label=_("Rytm"),
        help_text=_("En rapport som bara kan göras i en rytm följer den."),
        choices=(("", _("Som förbundet rapporterar")), *Federation.Rhythm.choices),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Välj en rytm ur listan.")},
    )
    field_order = ("template", "rhythm", "days", "is_on")


class HouseStyleForm(PageForm):
    """A colour, and a logo with its words."""

    colour = forms.CharField(
        label=_("Huvudfärg"),
        help_text=_("Rubrikernas färg, med sex tecken efter #, till exempel #1f4e79. Tomt är svart."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "narrow"}),
        error_messages={"max_length": _("Skriv färgen med sex tecken efter #, till exempel #1f4e79.")},
    )
    logo = UploadField(
        label=_("Logotyp"),
        help_text=_("En PNG-bild, högst 500 kB. Den visas högst fem centimeter bred. Tomt lämnar den som den är."),
        required=False,
        accept="image/png",
    )
    logo_text = forms.CharField(
        label=_("Logotypen i ord"),
        help_text=_("För den som inte ser bilden, till exempel ”Samordningsförbundet Fjälldalen”."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("Skriv högst 100 tecken.")},
    )
