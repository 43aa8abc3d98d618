"""Forms in the public sector's pattern: error summary, hint and error between label and field, nothing typed lost.

The one thing that is lost on purpose is what identifies a person: it is not shown again and goes nowhere.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, ClassVar, TypeVar

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.days import DayError, read_day
from finsam_tracker.core.identity_guard import Finding, find_identity, looks_like_name
from finsam_tracker.core.models import User

T = TypeVar("T")
CHOOSE = _("Välj")
NOT_IN_LIST = _("Välj ett värde ur listan.")

_CLASSES: tuple[tuple[type[forms.Widget] | tuple[type[forms.Widget], ...], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    ((forms.TextInput, forms.PasswordInput, forms.Textarea), "form-control"),
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
    # Fields that may be empty or not, by what else is chosen. Their hints say so.
    needed_by_some: ClassVar[Sequence[str]] = ()

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
        typed = (forms.TextInput, forms.Textarea)
        return (name for name, field in self.fields.items() if isinstance(field.widget, typed))

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
        """Each heading with its fields; what this form was made without is skipped."""
        for heading, names in self.sections:
            if present := [self[name] for name in names if name in self.fields]:
                yield heading, present


class TextForm(PageForm):
    """A form where words are typed: what looks like a person's name in one of ``texts`` asks for a second look."""

    texts: ClassVar[Sequence[str]] = ()
    not_a_name = forms.BooleanField(label=_("Det är inget namn på en person"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self._looks_like_a_name():
            del self.fields["not_a_name"]

    def _looks_like_a_name(self) -> bool:
        return any(looks_like_name(str(self.data.get(self.add_prefix(name), ""))) for name in self.texts)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "not_a_name" in self.fields and not self.cleaned_data.get("not_a_name"):
            self.add_error(
                "not_a_name",
                _("Det du skrev ser ut som ett namn. Ta bort det, eller kryssa för att det inte är något."),
            )
        return cleaned


class SuggestingInput(forms.TextInput):
    """A text input that suggests a few texts to choose from; any other may be typed."""

    def __init__(self, suggestions: Sequence[str | Promise], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.suggestions = suggestions

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        ident = f"{(attrs or {}).get('id', name)}_suggestions"
        box = super().render(name, value, {**(attrs or {}), "list": ident}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((text,) for text in self.suggestions))
        return format_html('{}<datalist id="{}">{}</datalist>', box, ident, options)


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


class ProfileForm(PageForm):
    """What a person chooses; a field with nothing to choose between is left out."""

    wants_reminders = forms.ChoiceField(
        label=_("Påminnelser"),
        help_text=_("E-postbrev om det som väntar, oftast högst ett i veckan, aldrig med uppgifter om en deltagare."),
        choices=(("yes", _("Ja, när något väntar på mig")), ("no", _("Nej"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj ja eller nej."), "invalid_choice": _("Välj ja eller nej.")},
    )
    language = forms.ChoiceField(
        label=_("Språk"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj språk."), "invalid_choice": _("Välj ett språk ur listan.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        initial = {"wants_reminders": "yes" if user.wants_reminders else "no", "language": user.language}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        if not user.gets_reminders:
            del self.fields["wants_reminders"]
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]


class PasswordForm(PasswordChangeForm):
    """A new password, with the old one as proof."""

    use_required_attribute = False
    error_messages = {
        "password_incorrect": _("Det nuvarande lösenordet är fel. Skriv det en gång till."),
        "password_mismatch": _("De två nya lösenorden är olika. Skriv samma i båda rutorna."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = (
            ("old_password", _("Nuvarande lösenord"), _("Skriv ditt nuvarande lösenord.")),
            ("new_password1", _("Nytt lösenord"), _("Skriv ett nytt lösenord.")),
            ("new_password2", _("Nytt lösenord igen"), _("Skriv det nya lösenordet en gång till.")),
        )
        for name, label, missing in told:
            field = self.fields[name]
            field.label, field.error_messages["required"] = label, missing
            # Focus belongs to the error summary, and before that to the top of the page.
            field.widget.attrs.pop("autofocus", None)
        self.fields["new_password2"].help_text = ""
        dress(self.fields.values())
