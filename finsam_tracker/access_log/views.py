"""The page of the access log."""

from functools import partial
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from finsam_tracker.access_log.entries import Wanted, entries, told
from finsam_tracker.access_log.forms import LogForm
from finsam_tracker.core.models import acting_user
from finsam_tracker.core.pager import Pager
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import federation_for
from initiatives.places import office_tabs

LINES = 100


@never_cache
@require_safe
def access_log(request: HttpRequest, federation: str) -> HttpResponse:
    """Who has looked at what kind of page and changed what kind of thing, in the federation."""
    user = acting_user(request.user)
    place = federation_for(user, federation, Permission.SEE_ACCESS_LOG)
    form = LogForm(request.GET or None, federation=place)
    wanted = form.wanted if form.is_valid() else Wanted()
    page = Paginator(entries(place, wanted), LINES).get_page(request.GET.get("sida"))
    shown = {
        "federation": place,
        "tabs": office_tabs(user, place),
        "form": form,
        "page": page,
        "entries": told(page.object_list),
        "pager": Pager.of(page, partial(_address, request)),
    }
    return render(request, "access_log.html", shown)


def _address(request: HttpRequest, number: int) -> str:
    kept = {name: value for name, value in request.GET.items() if name != "sida"}
    return f"?{urlencode(kept | {'sida': number})}"
