"""The list of an initiative's participations, and the search for one by its code."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from finsam_tracker.core.doing import posted
from finsam_tracker.core.models import User, acting_user
from finsam_tracker.core.pager import Pager
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.lookup import find_staffed
from initiatives.models import Initiative
from initiatives.places import tabs
from participants.forms.filters import FilterForm
from participants.forms.search import CodeSearchForm
from participants.models import Participation
from participants.quality.moment import moment_of
from participants.todo import waiting_in
from participants.views.lookup import address_of
from participants.views.selection import Selection

PAGE_SIZE = 50


# Rows are not left in the cache of a shared computer.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def participations(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """The list; posted to, it looks for a code and goes to what it finds."""
    user = acting_user(request.user)
    place = find_staffed(user, federation, initiative, Permission.SEE_ROWS)
    search = CodeSearchForm(posted(request))
    if search.is_valid():
        if found := _find(user, place, search.cleaned_data["code"]):
            return redirect(address_of(found))
        search.add_error("code", _not_found(search.cleaned_data["code"]))
    return render(request, "participants/list.html", {"search": search, **_list(request, user, place)})


def _find(user: User, place: Initiative, code: str) -> Participation | None:
    """A code is unique in its federation, so it is found in any of the person's initiatives there."""
    mine = Participation.objects.visible_to(user).filter(federation=place.federation)
    return mine.filter(code=code).select_related("initiative__federation").first()


def _not_found(code: str) -> str:
    return _("Koden %s finns inte i någon av dina insatser. Kontrollera varje tecken.") % code


def _list(request: HttpRequest, user: User, place: Initiative) -> dict[str, object]:
    selection, complaints = Selection.read(request.GET)
    rows = Participation.objects.visible_to(user).filter(initiative=place)
    today = timezone.localdate()
    moment, complaint = moment_of(place.federation, selection.period, today)
    wanted = selection.of(rows, waiting_in([place], today), moment).select_related("municipality", "exit_reason")
    page = Paginator(wanted, PAGE_SIZE).get_page(selection.page)
    return {
        "initiative": place,
        "tabs": tabs(user, place),
        "complaints": [*complaints, complaint] if complaint else complaints,
        "headers": selection.headers(),
        "filters": selection.filters(),
        "narrowing": FilterForm(initial=selection.as_initial(), initiative=place, lists=Lists(place.federation)),
        "is_narrowed": selection.is_narrowed,
        "cleared": selection.cleared(),
        "page": page,
        "unknown": _("Uppgift saknas"),
        "pager": Pager.of(page, selection.on_page),
        # Only an empty list is worth a question more: whether there is anything outside the selection.
        "any_at_all": bool(page.paginator.count) or rows.counted().exists(),
    }
