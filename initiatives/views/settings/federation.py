"""The federation itself, its parties and its municipalities."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.doing import press
from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import Federation
from finsam_tracker.core.services import federation as services
from finsam_tracker.core.swedish import sorted_by_name
from finsam_tracker.core.texts import code_from
from initiatives.forms.settings.federation import FederationForm, MunicipalityForm, PartyForm, StatusReportsForm
from initiatives.views.settings.pages import Link, Page, address, find_to_set_up, save_form, show


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_federation(request: HttpRequest, federation: str) -> HttpResponse:
    """Name, rhythm and the rule for a positive step."""
    user, found = find_to_set_up(request, federation)
    form = FederationForm(typed(request), federation=found)
    page = Page(found, _("Namn, rapportering och regel för steg"))

    def act() -> bool:
        return services.change_federation(by=user, federation=found, facts=form.facts(), now=timezone.now())

    return save_form(request, page, form, act, _("Förbundets inställningar är sparade."))


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status_reports(request: HttpRequest, federation: str) -> HttpResponse:
    """How often the initiatives write a lägesrapport, and when it is due."""
    user, found = find_to_set_up(request, federation)
    form = StatusReportsForm(typed(request), federation=found)
    page = Page(found, _("Lägesrapporter"))

    def act() -> bool:
        return services.change_federation(by=user, federation=found, facts=form.facts(), now=timezone.now())

    return save_form(request, page, form, act, _("Inställningen för lägesrapporter är sparad."))


def _parties(federation: Federation) -> Link:
    return address("settings_parties", federation), _("Parter")


def _municipalities(federation: Federation) -> Link:
    return address("settings_municipalities", federation), _("Kommuner")


@require_safe
def parties(request: HttpRequest, federation: str) -> HttpResponse:
    """The parties, in the order of the alphabet."""
    _user, found = find_to_set_up(request, federation)
    rows = [
        (row.name, row.get_kind_display(), address("settings_party", found, row.pk))
        for row in sorted_by_name(found.parties.all())
    ]
    told = {
        "rows": rows,
        "second": _("Slag"),
        "new": (address("settings_new_party", found), _("Lägg till en part")),
        "empty": _("Förbundet har inga parter än. Parter äger insatserna och deltar i dem."),
    }
    return show(request, "names", Page(found, _("Parter"), shown=told))


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_party(request: HttpRequest, federation: str) -> HttpResponse:
    """A new party."""
    user, found = find_to_set_up(request, federation)
    form = PartyForm(typed(request))
    page = Page(found, _("Lägg till en part"), (_parties(found),))

    def act() -> object:
        told = form.cleaned_data
        return services.add_party(by=user, federation=found, name=told["name"], kind=told["kind"], now=timezone.now())

    return save_form(request, page, form, act, _("Parten är tillagd."))


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_party(request: HttpRequest, federation: str, pk: int) -> HttpResponse:
    """A party's name and kind."""
    user, found = find_to_set_up(request, federation)
    party = get_object_or_404(found.parties, pk=pk)
    form = PartyForm(typed(request), party=party)
    told = {
        "remove": address("settings_remove_party", found, pk),
        "when_removed": _("En part som äger en insats kan inte tas bort. Den lämnar insatser som den bara deltar i."),
    }
    page = Page(found, party.name, (_parties(found),), told)

    def act() -> bool:
        data = form.cleaned_data
        return services.change_party(by=user, party=party, name=data["name"], kind=data["kind"], now=timezone.now())

    return save_form(request, page, form, act, _("Parten är sparad."), template="name_form")


@require_POST
def remove_party(request: HttpRequest, federation: str, pk: int) -> HttpResponse:
    """Take a party away."""
    user, found = find_to_set_up(request, federation)
    party = get_object_or_404(found.parties, pk=pk)

    def act() -> None:
        services.remove_party(by=user, party=party, now=timezone.now())

    return press(request, act, _("”%s” är borttagen.") % party.name, _parties(found)[0])


@require_safe
def municipalities(request: HttpRequest, federation: str) -> HttpResponse:
    """The municipalities, in the order of the tables."""
    _user, found = find_to_set_up(request, federation)
    rows = [
        (row.name, row.code, address("settings_municipality", found, row.code)) for row in found.municipalities.all()
    ]
    told = {
        "rows": rows,
        "second": _("Kod"),
        "new": (address("settings_new_municipality", found), _("Lägg till en kommun")),
        "empty": _("Förbundet har inga kommuner än. Deltagare skrivs in på en kommun."),
    }
    return show(request, "names", Page(found, _("Kommuner"), shown=told))


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_municipality(request: HttpRequest, federation: str) -> HttpResponse:
    """A new municipality; its code is made out of its name."""
    user, found = find_to_set_up(request, federation)
    form = MunicipalityForm(typed(request))
    page = Page(found, _("Lägg till en kommun"), (_municipalities(found),))

    def act() -> object:
        name = form.cleaned_data["name"]
        code = code_from(name, set(found.municipalities.values_list("code", flat=True)))
        return services.add_municipality(by=user, federation=found, code=code, name=name, now=timezone.now())

    return save_form(request, page, form, act, _("Kommunen är tillagd."))


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_municipality(request: HttpRequest, federation: str, code: str) -> HttpResponse:
    """A municipality's name."""
    user, found = find_to_set_up(request, federation)
    municipality = get_object_or_404(found.municipalities, code=code)
    form = MunicipalityForm(typed(request), municipality=municipality)
    told = {
        "remove": address("settings_remove_municipality", found, code),
        "when_removed": _(
            "En kommun som någon är inskriven på kan inte tas bort. Dess invånare och bidrag tas bort med den."
        ),
    }
    page = Page(found, municipality.name, (_municipalities(found),), told)

    def act() -> bool:
        name = form.cleaned_data["name"]
        return services.change_municipality(by=user, municipality=municipality, name=name, now=timezone.now())

    return save_form(request, page, form, act, _("Kommunen är sparad."), template="name_form")


@require_POST
def remove_municipality(request: HttpRequest, federation: str, code: str) -> HttpResponse:
    """Take a municipality away."""
    user, found = find_to_set_up(request, federation)
    municipality = get_object_or_404(found.municipalities, code=code)

    def act() -> None:
        services.remove_municipality(by=user, municipality=municipality, now=timezone.now())

    return press(request, act, _("”%s” är borttagen.") % municipality.name, _municipalities(found)[0])
