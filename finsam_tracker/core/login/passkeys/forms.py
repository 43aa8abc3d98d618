"""What a passkey answers, as the browser sends it: read, judged, and refused in sentences."""

import struct
from collections.abc import Callable
from typing import Any, TypeVar

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import PageForm
from finsam_tracker.core.login.passkeys.services import LONGEST_NAME
from finsam_tracker.core.models import User

T = TypeVar("T")

NO_ANSWER = _(
    "Webbläsaren skickade ingen passkey. Det kräver JavaScript och en webbläsare som kan passkeys: "
    "slå på JavaScript, eller använd en kod ur en app i stället."
)
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, AssertionError, RecursionError, struct.error)
"""What the library raises at bytes that no passkey has made."""


def judged(check: Callable[[], T]) -> T:
    """What the check gives. Whatever it stumbles over becomes a sentence about passkeys; so does allauth's on codes."""
    wrong = get_adapter().validation_error("wrong_passkey")
    try:
        return check()
    except ValidationError as refused:
        raise (wrong if refused.code == "incorrect_code" else refused) from refused
    except UNREADABLE as unreadable:
        raise wrong from unreadable


class AnswerField(forms.JSONField):
    """The answer of a passkey, in a hidden input that the page's script fills in."""

    def __init__(self) -> None:
        said = {"required": NO_ANSWER, "invalid": get_adapter().error_messages["wrong_passkey"]}
        super().__init__(widget=forms.HiddenInput, error_messages=said)

    def to_python(self, value: Any) -> Any:
        return judged(lambda: super(AnswerField, self).to_python(value))


def _say_above(form: forms.Form) -> None:
    """A hidden field has no place on the page where an error could stand."""
    for sentence in form.errors.pop("credential", []):
        form.add_error(None, sentence)


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of a log-in, by passkey. allauth counts the tries together with wrong codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = AnswerField()

    def clean_credential(self) -> Authenticator:
        return judged(super().clean_credential)

    def clean(self) -> None:
        _say_above(self)


class NameForm(PageForm):
    """What somebody calls a passkey."""

    name = forms.CharField(
        label=_("Namn"),
        help_text=_("Så att du känner igen den, till exempel jobbdatorn eller nyckelknippan."),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Ge passkeyn ett namn."),
            "max_length": _("Namnet är för långt. Skriv högst %(limit_value)d tecken."),
        },
    )


class AddForm(NameForm):
    """A new passkey. A name is suggested, so that none is lost for want of one."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        suggested = get_adapter().generate_authenticator_name(user, Authenticator.Type.WEBAUTHN)
        super().__init__(*args, initial={"name": suggested}, **kwargs)
        self.fields["credential"] = AnswerField()

    def clean_credential(self) -> dict[str, Any]:
        credential: dict[str, Any] = self.cleaned_data["credential"]
        judged(lambda: auth.parse_registration_response(credential))
        judged(lambda: auth.complete_registration(credential))
        return credential

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        _say_above(self)
        return cleaned
