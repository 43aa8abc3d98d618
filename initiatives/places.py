"""Where a person's work is: the pages that the menu and the start page lead to."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission, Role
from initiatives.models import Initiative


@dataclass(frozen=True)
class Place:
    """A page to go to. ``federation`` is None for what belongs to no federation.

    Of a federation's own pages, which the menu shows side by side, a person begins at the first.
    """

    title: str
    url: str
    federation: Federation | None = None
    is_beginning: bool = True


def places(user: User) -> list[Place]:
    """The person's places, federation by federation. Pages above this app are reached by their route's name."""
    if user.is_operator:
        drift = Place(_("Drift"), reverse("operations"))
        return [drift, Place(_("Kanslier"), reverse("offices"), is_beginning=False)]
    return [*_federations(user), *_initiatives(user)]


def _federations(user: User) -> list[Place]:
    pages = (
        (_("Översikt"), "glance", Permission.SEE_FEDERATION_TABLES),
        (_("Statistik"), "statistics", Permission.SEE_FEDERATION_TABLES),
        (_("Kvalitet"), "federation_quality", Permission.SEE_FEDERATION_TABLES),
        (_("Publikationer"), "publications", Permission.SEE_PUBLISHED),
        (_("Aktiviteter"), "activities", Permission.COUNT_HEADS),
        (_("Inställningar"), "settings", Permission.SET_UP),
        (_("Personer"), "people", Permission.INVITE),
    )
    found = []
    for membership in user.current_memberships:
        own = [(title, route) for title, route, permission in pages if user.may(permission, membership.federation)]
        for number, (title, route) in enumerate(own):
            address = reverse(route, args=[membership.federation.slug])
            found.append(Place(title, address, membership.federation, is_beginning=number == 0))
    return found


def _initiatives(user: User) -> list[Place]:
    if not any(Role(membership.role).works_in_initiatives for membership in user.current_memberships):
        return []
    staffed = Initiative.objects.staffed_by(user).with_participants().select_related("federation")
    return [
        Place(initiative.name, reverse("my_initiative", args=[initiative.federation.slug, initiative.slug]), federation)
        for initiative in staffed.order_by("federation__name", "position", "pk")
        for federation in [initiative.federation]
    ]


def tabs(user: User, initiative: Initiative) -> list[Place]:
    """The pages of one initiative that the person may open."""
    pages = (
        (_("Att göra"), "my_initiative", Permission.SEE_ROWS),
        (_("Deltaganden"), "participations", Permission.SEE_ROWS),
        (_("Skriv in"), "enrol", Permission.REGISTER),
        (_("Rådgivande samtal"), "advisory_contacts", Permission.REGISTER),
        (_("Excel och CSV"), "imports", Permission.REGISTER),
        (_("Kvalitet"), "initiative_quality", Permission.SEE_ROWS),
        (_("Läget"), "initiative_glance", Permission.SEE_INITIATIVE_TABLES),
        (_("Tabeller"), "initiative_statistics", Permission.SEE_INITIATIVE_TABLES),
        (_("Lägesrapporter"), "initiative_status_reports", Permission.READ_STATUS_REPORTS),
        (_("API-nycklar"), "initiative_keys", Permission.MAKE_KEYS),
    )
    federation = initiative.federation
    return [
        Place(title, reverse(route, args=[federation.slug, initiative.slug]), federation)
        for title, route, permission in pages
        if user.may(permission, federation)
    ]


def office_tabs(user: User, federation: Federation) -> list[Place]:
    """The pages about a federation's people and machines that the person may open."""
    pages = (
        (_("Personer"), "people", Permission.INVITE),
        (_("API-nycklar"), "keys", Permission.MAKE_KEYS),
        (_("Åtkomstlogg"), "access_log", Permission.SEE_ACCESS_LOG),
    )
    return [
        Place(title, reverse(route, args=[federation.slug]), federation)
        for title, route, permission in pages
        if user.may(permission, federation)
    ]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The menu of every page; asked of the database only where a page shows it. Empty before log-in."""
    user = getattr(request, "user", None)
    return {"places": SimpleLazyObject(lambda: places(user)) if isinstance(user, User) else []}
