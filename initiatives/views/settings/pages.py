"""What every page of the settings does the same way."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from finsam_tracker.core.doing import Act, saved
from finsam_tracker.core.models import Federation, User, acting_user
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import federation_for
from initiatives.forms.settings.base import SettingsForm

Link = tuple[str, str]
"""An address and what it is called."""


def find_to_set_up(request: HttpRequest, slug: str) -> tuple[User, Federation]:
    """The person and the federation, if they may set it up."""
    user = acting_user(request.user)
    return user, federation_for(user, slug, Permission.SET_UP)


def address(route: str, federation: Federation, *more: object) -> str:
    """The address of a page of the settings."""
    return reverse(route, args=[federation.slug, *more])


@dataclass(frozen=True)
class Page:
    """A page: its heading, the way to it below the overview, and what stands on it."""

    federation: Federation
    title: str
    trail: tuple[Link, ...] = ()
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def back(self) -> str:
        """The page above."""
        return self.trail[-1][0] if self.trail else address("settings", self.federation)


def show(request: HttpRequest, template: str, page: Page) -> HttpResponse:
    """A page, under the way to it."""
    above = ((address("settings", page.federation), _("Inställningar")), *page.trail)
    shown = {"page": page, "federation": page.federation, "trail": above, "title": page.title, "back": page.back}
    return render(request, f"initiatives/settings/{template}.html", {**shown, **page.shown})


def show_form(
    request: HttpRequest, page: Page, form: SettingsForm, *, lead: str = "", button: str = "", template: str = "form"
) -> HttpResponse:
    """A page with one form."""
    page.shown.update({"form": form, "lead": lead, "button": button or _("Spara")})
    return show(request, template, page)


def save_form(request: HttpRequest, page: Page, form: SettingsForm, act: Act, told: str, **how: str) -> HttpResponse:
    """A page with one form, from which one comes to the page above when it is saved. ``how`` is as in show_form."""
    if saved(request, form, act, told):
        return redirect(page.back)
    return show_form(request, page, form, **how)
