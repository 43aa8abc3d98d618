"""The form that enrols a participant."""

from datetime import date
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import DayField, PageForm, WholeNumberField
from finsam_tracker.core.models import User
from initiatives.lists import Lists
from initiatives.models import CodeKind, Initiative
from participants.codes import Asked, Gender, new_code
from participants.facts import Enrolment
from participants.forms.choices import Choices, ListField, SupportField, choices_of, offer, offered
from participants.forms.costs import tell_costs
from participants.models.participation import OLDEST

TICKET_AGE = 24 * 60 * 60


class EnrolmentFields(PageForm):
    """What is known at the start."""

    gender = forms.ChoiceField(
        label=_("Kön"),
        choices=Gender,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj kön."), "invalid_choice": _("Välj kön ur listan.")},
    )
    birth_year = WholeNumberField(
        label=_("Födelseår"),
        help_text=_("Bara året, med fyra siffror, till exempel 1985. Lämna tomt om uppgift saknas."),
        required=False,
        sentence=_("Skriv födelseåret med fyra siffror, till exempel 1985."),
    )
    municipality = ListField(label=_("Kommun"), missing=_("Välj kommun, eller Uppgift saknas."))
    education = ListField(
        label=_("Utbildning"),
        help_text=_("Den högsta avslutade nivån. För utbildning utomlands: den nivå som motsvarar."),
        missing=_("Välj utbildning, eller Uppgift saknas."),
    )
    start_on = DayField(
        label=_("Startdatum"),
        help_text=_("Första dagen i insatsen, som åååå-mm-dd, till exempel 2025-01-31."),
        error_messages={"required": _("Skriv startdatumet som åååå-mm-dd, till exempel 2025-01-31.")},
    )
    referrer = ListField(label=_("Aktualiserande part"), missing=_("Välj part, eller Uppgift saknas."))
    assignment = ListField(label=_("Uppdrag"), missing=_("Välj uppdrag, eller Uppgift saknas."))
    asked_about_violence = forms.ChoiceField(
        label=_("Har frågan om våld ställts?"),
        choices=Asked,
        initial=Asked.NOT_YET,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj ja, nej eller inte än."),
            "invalid_choice": _("Välj ja, nej eller inte än."),
        },
    )
    support_before = SupportField(
        label=_("Offentlig försörjning"), help_text=_("Inom en vecka före start. Kryssa för allt som gäller.")
    )
    support_months = WholeNumberField(
        label=_("Månader i offentlig försörjning före start"),
        help_text=_(
            "Hela månader i sträck fram till start; avbrott på upp till en månad räknas inte. "
            "Skriv 0 för ingen tid. Lämna tomt om uppgift saknas."
        ),
        required=False,
        sentence=_("Skriv antalet månader som ett heltal mellan 0 och %d.") % (12 * OLDEST),
    )

    def offer_start(self, initiative: Initiative, lists: Lists, today: date) -> None:
        """Set what there is to choose between."""
        self._municipalities = {m.code: m for m in lists.municipalities}
        if not initiative.uses_assignments:
            del self.fields["assignment"]

        def codes(kind: CodeKind) -> Choices:
            return choices_of(offered(lists.codes(kind), initiative.start_on, today), today)

        offer(
            self,
            municipality=[(m.code, m.name) for m in lists.municipalities],
            education=codes(CodeKind.EDUCATION),
            referrer=codes(CodeKind.REFERRER),
            assignment=codes(CodeKind.ASSIGNMENT),
            support_before=codes(CodeKind.SUPPORT),
        )

    def enrolment_facts(self) -> Enrolment:
        """What was typed, for the service."""
        data = self.cleaned_data
        return Enrolment(
            gender=data["gender"],
            start_on=data["start_on"],
            birth_year=data["birth_year"],
            municipality=self._municipalities.get(data["municipality"]),
            education=data["education"],
            referrer=data["referrer"],
            assignment=data.get("assignment"),
            support_before=data["support_before"],
            support_months=data["support_months"],
            asked_about_violence=data["asked_about_violence"],
        )


START_SECTIONS = (
    (_("Om deltagaren"), ("gender", "birth_year", "municipality", "education")),
    (_("Starten"), ("start_on", "referrer", "assignment", "asked_about_violence")),
    (_("Försörjning före start"), ("support_before", "support_months")),
)


class EnrolmentForm(EnrolmentFields):
    """Enrols somebody.

    The form carries its code from the beginning, sealed: sent twice by a double click, it still enrols once.
    """

    # A plain Field: nobody types it, so nothing about it can be wrong in a way that somebody could put right.
    ticket = forms.Field(required=False, widget=forms.HiddenInput)

    sections = START_SECTIONS

    def __init__(self, *args: Any, initiative: Initiative, lists: Lists, by: User, today: date, **kwargs: Any) -> None:
        self._salt = f"enrol:{by.pk}:{initiative.pk}"
        ticket = signing.dumps(new_code(), salt=self._salt)
        super().__init__(*args, initial={"ticket": ticket}, **kwargs)
        self.offer_start(initiative, lists, today)
        tell_costs(self.fields)

    def code(self) -> str | None:
        """The code that this form was made with; None where its seal is gone, broken or a day old."""
        try:
            return str(signing.loads(self.cleaned_data["ticket"] or "", salt=self._salt, max_age=TICKET_AGE))
        except signing.BadSignature:
            return None
