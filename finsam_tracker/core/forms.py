"""Forms in the public sector's pattern: error summary, hint and error between label and field, nothing typed lost.

The one thing that is lost on purpose is what identifies a person: it is not shown again and goes nowhere.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.days import DayError, read_day
from finsam_tracker.core.identity_guard import Finding, find_identity

T = TypeVar("T")

_CLASSES: tuple[tuple[type[forms.Widget] | tuple[type[forms.Widget], ...], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.Select, "form-select"),
    ((forms.TextInput, forms.PasswordInput), "form-control"),
)


class DayField(forms.CharField):
    """A date typed as text. A native date input would show the order of the browser's language."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "class": "narrow"})
        super().__init__(widget=widget, **options)

    def clean(self, value: Any) -> Any:
        """The day itself: a CharField's own order would measure the length of a date."""
        text = super().clean(value)
        return self._day(text) if text else None

    @staticmethod
    def _day(text: str) -> date:
        try:
            return read_day(text)
        except DayError as error:
            raise ValidationError(str(error)) from error


class WholeNumberField(forms.CharField):
    """A whole number typed as text; a number input steps when the mouse wheel turns and hides what was typed."""

    def __init__(self, *, sentence: str | Promise, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "narrow"})
        super().__init__(widget=widget, **options)
        self.sentence = sentence

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= len("99999")):
            raise ValidationError(str(self.sentence))
        return int(text)


class PageForm(forms.Form):
    """The base of our forms. ``sections`` gives the fields their headings, in order."""

    # The server's sentences are better than the browser's, and come in one language.
    use_required_attribute = False
    sections: ClassVar[Sequence[tuple[str | Promise, Sequence[str]]]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())
        self._findings: dict[str, Finding] = {}
        if self.is_bound:
            self._forget_identities()

    def _forget_identities(self) -> None:
        """Take what identifies a person out of what was posted, before anything can show or keep it."""
        data: dict[str, Any] = self.data.copy()  # type: ignore[attr-defined]
        for name in self._text_fields():
            key = self.add_prefix(name)
            if finding := find_identity(str(data.get(key, ""))):
                self._findings[name] = finding
                data[key] = ""
        self.data = data

    def _text_fields(self) -> Iterator[str]:
        return (name for name, field in self.fields.items() if isinstance(field.widget, forms.TextInput))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name, finding in self._findings.items():
            self.errors.pop(name, None)  # "fill this in", about a field that we emptied
            self.add_error(name, finding.sentence)
        return cleaned

    def take(self, refused: ValidationError) -> None:
        """Show what a service refused, by the field it belongs to, or by none where the form has no such field."""
        by_field = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
        for name, sentences in by_field.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)

    def sectioned(self) -> Iterator[tuple[str | Promise, list[forms.BoundField]]]:
        """Each heading with its fields; a field that this form was made without is skipped."""
        for heading, names in self.sections:
            yield heading, [self[name] for name in names if name in self.fields]


def attempt(form: PageForm, act: Callable[[], T]) -> T | None:
    """Do the act; what the service refuses becomes the form's errors, and None is returned."""
    try:
        return act()
    except ValidationError as refused:
        form.take(refused)
        return None


def dress(fields: Iterable[forms.Field]) -> None:
    """Give each widget the class that the stylesheet knows it by."""
    for field in fields:
        known = next((name for kind, name in _CLASSES if isinstance(field.widget, kind)), "")
        field.widget.attrs["class"] = f"{known} {field.widget.attrs.get('class', '')}".strip()


class LoginForm(AuthenticationForm):
    """Log-in by e-mail address and password."""

    use_required_attribute = False
    error_messages = {
        "invalid_login": _(
            "E-postadressen och lösenordet hör inte ihop. Kontrollera båda och försök igen. "
            "Stora och små bokstäver räknas i lösenordet."
        ),
        "inactive": _("Det här kontot är avstängt. Kontakta ditt förbunds kansli."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email, password = self.fields["username"], self.fields["password"]
        email.label = _("E-postadress")
        email.widget.attrs |= {"autocomplete": "username", "inputmode": "email"}
        email.error_messages["required"] = _("Skriv din e-postadress.")
        password.label = _("Lösenord")
        password.error_messages["required"] = _("Skriv ditt lösenord.")
        dress(self.fields.values())
