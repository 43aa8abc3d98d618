"""The classes for age and time."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from finsam_tracker.core.kept import keeps_typed, typed
from initiatives.forms.settings.bands import BandsForm
from initiatives.lists import Lists
from initiatives.models import BandKind
from initiatives.services.bands import set_bands
from initiatives.views.settings.pages import Page, address, find_to_set_up, save_form, show


@require_safe
def bands(request: HttpRequest, federation: str) -> HttpResponse:
    """The classes of each kind."""
    _user, found = find_to_set_up(request, federation)
    lists = Lists(found)
    kinds = [(kind.label, lists.bands(kind), address("settings_band", found, kind.value)) for kind in BandKind]
    return show(request, "bands", Page(found, _("Klasser för ålder och tid"), shown={"kinds": kinds}))


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_bands(request: HttpRequest, federation: str, kind: str) -> HttpResponse:
    """All classes of a kind at once, so that none can leave a gap."""
    user, found = find_to_set_up(request, federation)
    if kind not in BandKind.values:
        raise Http404
    form = BandsForm(typed(request), held=Lists(found).bands(BandKind(kind)))
    above = (address("settings_bands", found), _("Klasser för ålder och tid"))
    page = Page(found, str(BandKind(kind).label), (above,))

    def act() -> bool:
        return set_bands(by=user, federation=found, kind=kind, bands=form.bands(), now=timezone.now())

    return save_form(request, page, form, act, _("Klasserna är sparade. Tabellerna räknas om."), template="bands_form")
