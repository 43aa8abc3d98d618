"""The keys of a federation, for its office; and those of an initiative, for its lead. The same pages for both."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from finsam_tracker.clients.forms import KeyForm, RevokeForm, RotateForm
from finsam_tracker.clients.models import ApiKey
from finsam_tracker.clients.scopes import OF_FEDERATION, OF_INITIATIVE
from finsam_tracker.clients.services import make_key, revoke_key, rotate_key
from finsam_tracker.core.doing import posted, saved
from finsam_tracker.core.forms import PageForm, attempt
from finsam_tracker.core.models import Federation, User, acting_user
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow, federation_for
from initiatives.lookup import find_staffed
from initiatives.models import Initiative
from initiatives.places import office_tabs, tabs


@dataclass(frozen=True)
class Place:
    """Whose keys: a federation's, or one initiative's of it."""

    user: User
    federation: Federation
    initiative: Initiative | None

    def address(self, page: str, key: ApiKey | None = None) -> str:
        """The address of a page here."""
        name = page if self.initiative is None else f"initiative_{page}"
        parts = [self.federation.slug, *([self.initiative.slug] if self.initiative else [])]
        return reverse(name, args=[*parts, *([key.prefix] if key else [])])

    def found(self) -> QuerySet[ApiKey]:
        """The keys that are shown here."""
        rows = ApiKey.objects.visible_to(self.user).filter(federation=self.federation)
        if self.initiative:
            rows = rows.filter(initiative=self.initiative)
        return rows.select_related("initiative", "made_by")


@dataclass(frozen=True)
class Line:
    """A key in the list, and where something can be done with it."""

    key: ApiKey
    state: str
    rotate: str
    revoke: str


@never_cache
@require_safe
def keys(request: HttpRequest, federation: str, initiative: str | None = None) -> HttpResponse:
    """The keys there are, with the last day of use and never a secret."""
    place, today = _place(request, federation, initiative), timezone.localdate()
    return _page(request, "keys", place, lines=[_line(place, key, today) for key in place.found()])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, federation: str, initiative: str | None = None) -> HttpResponse:
    """A new key, shown once."""
    place, now = _place(request, federation, initiative), timezone.now()
    form = KeyForm(
        posted(request),
        offered=OF_INITIATIVE if place.initiative else OF_FEDERATION,
        alone=place.initiative is not None,
        today=timezone.localdate(now),
    )

    def act() -> tuple[ApiKey, str]:
        return make_key(
            by=place.user,
            federation=place.federation,
            initiative=place.initiative,
            name=form.cleaned_data["name"],
            scopes=form.chosen,
            expires_on=form.cleaned_data["expires_on"],
            now=now,
        )

    if form.is_valid() and (made := attempt(form, act)):
        return _page(request, "secret", place, key=made[0], secret=made[1])
    return _page(request, "make_key", place, form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rotate(request: HttpRequest, federation: str, key: str, initiative: str | None = None) -> HttpResponse:
    """A new secret for a key, shown once."""
    place, now = _place(request, federation, initiative), timezone.now()
    found = _key(place, key)
    if found.initiative_id and not place.initiative:
        raise Http404  # a secret to an initiative's rows is for those who work there
    form = RotateForm(posted(request), today=timezone.localdate(now))
    if form.is_valid():
        chosen = form.cleaned_data

        def act() -> str:
            return rotate_key(by=place.user, key=found, now=now, **chosen)

        if secret := attempt(form, act):
            return _page(request, "secret", place, key=found, secret=secret, days=chosen["overlap_days"])
    return _page(request, "rotate_key", place, form=form, key=found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, federation: str, key: str, initiative: str | None = None) -> HttpResponse:
    """The end of a key."""
    place = _place(request, federation, initiative)
    found = _key(place, key)
    form = RevokeForm(posted(request))

    def end() -> ApiKey:
        return revoke_key(by=place.user, key=found, now=timezone.now())

    if saved(request, form, end, _("Nyckeln %s är återkallad och öppnar ingenting längre.") % found.name):
        return redirect(place.address("keys"))
    return _page(request, "revoke_key", place, form=form, key=found)


def _place(request: HttpRequest, federation: str, initiative: str | None) -> Place:
    user = acting_user(request.user)
    if initiative is None:
        found = federation_for(user, federation, Permission.SEE_FEDERATION_TABLES)
        allow(user, Permission.MAKE_KEYS, found)
        return Place(user, found, None)
    staffed = find_staffed(user, federation, initiative, Permission.MAKE_KEYS)
    return Place(user, staffed.federation, staffed)


def _key(place: Place, prefix: str) -> ApiKey:
    return get_object_or_404(place.found().filter(revoked_at=None), prefix=prefix)


def _line(place: Place, key: ApiKey, today: date) -> Line:
    if key.revoked_at:
        return Line(key, _("Återkallad"), "", "")
    state = _("Gäller") if key.is_in_force_on(today) else _("För gammal")
    may_rotate = place.initiative is not None or key.initiative_id is None
    return Line(key, state, place.address("rotate_key", key) if may_rotate else "", place.address("revoke_key", key))


def _page(request: HttpRequest, name: str, place: Place, form: PageForm | None = None, **shown: Any) -> HttpResponse:
    user = place.user
    frame = {
        "federation": place.federation,
        "initiative": place.initiative,
        "tabs": tabs(user, place.initiative) if place.initiative else office_tabs(user, place.federation),
        "list": place.address("keys"),
        "make": place.address("make_key"),
        "frame": "initiative.html" if place.initiative else "office.html",
        "form": form,
    }
    return render(request, f"clients/{name}.html", frame | shown)
