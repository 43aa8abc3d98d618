"""The first page of the settings: what is set, and what is missing."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from initiatives.settings_pages import SETTINGS
from initiatives.views.settings.pages import Page, find_to_set_up, show


@require_safe
def overview(request: HttpRequest, federation: str) -> HttpResponse:
    """Every page of the settings with how things stand there."""
    _user, found = find_to_set_up(request, federation)
    today = timezone.localdate()
    groups = [
        (group.title, [(page.address(found), page.title, page.standing(found, today)) for page in group.pages])
        for group in SETTINGS
    ]
    missing = sum(len(standing.missing) for _title, pages in groups for _url, _page, standing in pages)
    page = Page(found, _("Inställningar"), shown={"groups": groups, "missing": missing})
    return show(request, "overview", page)
