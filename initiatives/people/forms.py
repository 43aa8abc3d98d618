"""The forms about people. Here a name and an e-mail address are what is asked for: those who work, not participants."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import DayField, PageForm
from finsam_tracker.core.models import Federation, Membership, User
from finsam_tracker.core.permissions import Role
from initiatives.models import Initiative
from initiatives.people.policies import INVITED_BY_OFFICE


class AddressField(forms.EmailField):
    """The address of somebody who works here, in lower case."""

    def __init__(self) -> None:
        super().__init__(
            label=_("E-postadress"),
            help_text=_("Dit skickas en länk som gäller i sju dagar. Använd arbetsplatsens adress."),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
            error_messages={
                "required": _("Skriv en e-postadress."),
                "invalid": _("Skriv en hel e-postadress, till exempel namn@kommun.se."),
            },
        )

    def clean(self, value: Any) -> Any:
        return str(super().clean(value)).lower()


class PlaceForm(PageForm):
    """A role, and the initiatives that it is held in."""

    needed_by_some = ("initiatives",)

    role = forms.ChoiceField(
        label=_("Roll"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj en roll."), "invalid_choice": _("Välj en roll ur listan.")},
    )
    initiatives: Any = forms.ModelMultipleChoiceField(
        None,
        label=_("Insatser"),
        help_text=_("Behövs för deltagaansvariga och insatsledare: kryssa för de insatser personen arbetar i."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Välj bland förbundets egna insatser med deltagare."),
            "invalid_pk_value": _("Välj bland förbundets egna insatser med deltagare."),
        },
    )

    def __init__(self, *args: Any, federation: Federation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, f"{role.declaration.title}. {role.declaration.sentence}") for role in INVITED_BY_OFFICE
        ]
        mine = federation.initiatives.filter(orientation=Initiative.Orientation.INDIVIDUAL)
        self.fields["initiatives"].queryset = mine  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """What the services are told."""
        return {"role": Role(self.cleaned_data["role"]), "initiatives": list(self.cleaned_data["initiatives"])}


class InviteForm(PlaceForm):
    """Whom the office invites, to what."""

    email = AddressField()
    field_order = ("email", "role", "initiatives")

    def _text_fields(self) -> Iterator[str]:
        return (name for name in super()._text_fields() if name != "email")


class InviteOfficeForm(PageForm):
    """Whom an operator invites: a federation's office."""

    email = AddressField()
    federation: Any = forms.ModelChoiceField(
        None,
        label=_("Förbund"),
        to_field_name="slug",
        empty_label=_("Välj förbund"),
        error_messages={"required": _("Välj ett förbund."), "invalid_choice": _("Välj ett förbund ur listan.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["federation"].queryset = Federation.objects.operated_by(user)  # type: ignore[attr-defined]

    def _text_fields(self) -> Iterator[str]:
        return (name for name in super()._text_fields() if name != "email")


class EndForm(PageForm):
    """From when a role no longer holds."""

    on = DayField(
        label=_("Första dagen utan rollen"),
        help_text=_(
            "Skriv åååå-mm-dd. Dagens datum stänger genast: personen loggas ut överallt. Ett senare datum låter "
            "personen arbeta till och med dagen före."
        ),
        error_messages={"required": _("Skriv ett datum.")},
    )


class AcceptForm(PageForm):
    """What the invited person chooses: a name and a password."""

    name = forms.CharField(
        label=_("Ditt namn"),
        help_text=_("Så som kollegorna ser det, till exempel i historiken."),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Skriv ditt namn.")},
    )
    password = forms.CharField(
        label=_("Lösenord"),
        help_text=_("Minst tolv tecken. En mening är lätt att minnas och svår att gissa."),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Välj ett lösenord.")},
    )
    again = forms.CharField(
        label=_("Lösenordet igen"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Skriv lösenordet en gång till.")},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def _text_fields(self) -> Iterator[str]:
        # A password box is a text box to Django; what it holds is never stored as typed.
        return iter(("name",))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        first, second = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if first and second and first != second:
            self.add_error("again", _("De två lösenorden är olika. Skriv samma i båda rutorna."))
        elif first:
            self._check_strength(first)
        return cleaned

    def _check_strength(self, password: str) -> None:
        try:
            password_validation.validate_password(
                password, User(email=self._email, name=self.cleaned_data.get("name", ""))
            )
        except forms.ValidationError as weak:
            self.add_error("password", weak)


def place_of(membership: Membership) -> dict[str, Any]:
    """What a membership's form starts from."""
    return {"role": membership.role, "initiatives": [work.initiative_id for work in membership.initiatives.all()]}
