"""A federation's assumptions, with dates and sources."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.days import DayError, read_day
from finsam_tracker.core.doing import press, saved
from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import Federation, Parameter, User
from finsam_tracker.core.number_fields import as_typed
from finsam_tracker.core.parameters import PARAMETERS, ParameterSpec
from finsam_tracker.core.services import parameters as services
from initiatives.forms.settings.parameters import ParameterForm
from initiatives.views.settings.pages import (
    Link,
    Page,
    address,
    find_to_set_up,
    save_form,
    show,
    show_form,
)


@require_safe
def parameters(request: HttpRequest, federation: str) -> HttpResponse:
    """Every assumption with its value today."""
    _user, found = find_to_set_up(request, federation)
    held = found.parameters_on(timezone.localdate())
    rows = [
        (spec, as_typed(held[key].value) if key in held else None, held.get(key), _page(found, key)[0])
        for key, spec in PARAMETERS.items()
    ]
    return show(request, "parameters", Page(found, _("Antaganden"), shown={"rows": rows}))


def _all(federation: Federation) -> Link:
    return address("settings_parameters", federation), _("Antaganden")


def _page(federation: Federation, key: str) -> Link:
    return address("settings_parameter", federation, key), str(PARAMETERS[key].title)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def parameter(request: HttpRequest, federation: str, key: str) -> HttpResponse:
    """An assumption's values through time, and the form for one more."""
    user, found = find_to_set_up(request, federation)
    spec = _spec(key)
    form = ParameterForm(typed(request), spec=spec)
    today = timezone.localdate()
    page = Page(found, str(spec.title), (_all(found),), {"spec": spec, "history": _history(found, key, today)})

    def act() -> object:
        told = {name: form.cleaned_data[name] for name in ("value", "valid_from", "source")}
        return services.add_parameter(by=user, federation=found, key=key, now=timezone.now(), **told)

    if saved(request, form, act, _("Värdet är tillagt.")):
        return redirect(_page(found, key)[0])
    return show_form(request, page, form, template="parameter", button=_("Lägg till värdet"))


def _spec(key: str) -> ParameterSpec:
    if key not in PARAMETERS:
        raise Http404
    return PARAMETERS[key]


def _history(federation: Federation, key: str, today: date) -> list[dict[str, object]]:
    """The values, latest first."""
    rows = list(federation.parameters.filter(key=key).order_by("-valid_from"))
    current = next((row for row in rows if row.valid_from <= today), None)
    return [
        {
            "row": row,
            "value": as_typed(row.value),
            "state": _("Gäller nu") if row == current else _("Kommande") if row.valid_from > today else _("Tidigare"),
            "is_future": row.valid_from > today,
            "correct": address("settings_correct_parameter", federation, key, row.valid_from),
            "remove": address("settings_remove_parameter", federation, key, row.valid_from),
        }
        for row in rows
    ]


def _find(request: HttpRequest, federation: str, key: str, on: str) -> tuple[User, Parameter]:
    user, found = find_to_set_up(request, federation)
    _spec(key)
    try:
        day = read_day(on)
    except DayError as error:
        raise Http404 from error
    return user, get_object_or_404(found.parameters.select_related("federation"), key=key, valid_from=day)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct_parameter(request: HttpRequest, federation: str, key: str, on: str) -> HttpResponse:
    """Put a value or its source right."""
    user, row = _find(request, federation, key, on)
    form = ParameterForm(typed(request), spec=_spec(key), parameter=row)
    here = _page(row.federation, key)
    page = Page(row.federation, _("Rätta värdet från %s") % row.valid_from, (_all(row.federation), here))

    def act() -> bool:
        told = form.cleaned_data
        return services.correct_parameter(
            by=user, parameter=row, value=told["value"], source=told["source"], now=timezone.now()
        )

    lead = _(
        "Rätta bara det som är fel. Har värdet ändrats från en dag, lägg till ett nytt värde i stället. "
        "Tabeller för tidigare perioder räknas om; det som är publicerat ändras inte."
    )
    return save_form(request, page, form, act, _("Värdet är rättat. Tabellerna räknas om."), lead=lead)


@require_POST
def remove_parameter(request: HttpRequest, federation: str, key: str, on: str) -> HttpResponse:
    """Take away a value that has not begun to hold."""
    user, row = _find(request, federation, key, on)

    def act() -> None:
        services.remove_parameter(by=user, parameter=row, now=timezone.now())

    told = _("Värdet från %s är borttaget.") % row.valid_from
    return press(request, act, told, _page(row.federation, key)[0])
