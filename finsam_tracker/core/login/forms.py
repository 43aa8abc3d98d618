"""The forms around log-in: codes, passwords once more, a forgotten one, a new one."""

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.forms import dress

LONGEST_CODE = 20
USED_FOR = 5 * 60
"""Seconds; longer than a code of the app can be right."""


def _ask_for_code(form: forms.Form, label: Any, hint: Any) -> None:
    field = forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "narrow"}),
        error_messages={
            "required": _("Skriv koden."),
            "max_length": _("Koden är för lång. Skriv bara siffrorna i koden."),
        },
    )
    form.fields["code"] = field
    form.use_required_attribute = False
    dress(form.fields.values())


class _OnceMixin:
    """A code is good once for as long as it could be right: allauth remembers it for one period, we allow three."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        digits = "".join(filter(str.isalnum, code))
        if not cache.add(f"finsam.code:{self.user.pk}:{digits}", "used", USED_FOR):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_OnceMixin, AuthenticateForm):  # type: ignore[misc]
    """The second step of a log-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, _("Kod"), _("Sex siffror ur appen i din telefon, eller en av dina reservkoder."))


class CodeAgainForm(_OnceMixin, CodeReauthenticateForm):  # type: ignore[misc]
    """A code once more, before something that concerns the log-in itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, _("Kod"), _("Sex siffror ur appen i din telefon, eller en av dina reservkoder."))


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app proves that it has the key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, _("Kod ur appen"), _("Sex siffror. De byts var trettionde sekund."))


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that concerns the log-in itself."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = forms.CharField(
            label=_("Lösenord"),
            strip=False,
            max_length=1000,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            error_messages={"required": _("Skriv ditt lösenord.")},
        )
        dress(self.fields.values())


class ForgottenForm(forms.Form):
    """Where to send the link to a new password."""

    use_required_attribute = False
    email = forms.EmailField(
        label=_("E-postadress"),
        max_length=254,
        error_messages={
            "required": _("Skriv din e-postadress."),
            "invalid": _("Skriv en hel e-postadress, till exempel namn@kommun.se."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.widget = forms.TextInput(attrs={"autocomplete": "username", "inputmode": "email"})
        dress(self.fields.values())


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A new password, twice, for one who has shown the link of a mail."""

    use_required_attribute = False
    error_messages = {"password_mismatch": _("De två nya lösenorden är olika. Skriv samma i båda rutorna.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, missing in (
            ("new_password1", _("Nytt lösenord"), _("Skriv ett nytt lösenord.")),
            ("new_password2", _("Nytt lösenord igen"), _("Skriv det nya lösenordet en gång till.")),
        ):
            field = self.fields[name]
            field.label, field.error_messages["required"] = label, missing
            field.widget.attrs.pop("autofocus", None)
        self.fields["new_password2"].help_text = ""
        dress(self.fields.values())
