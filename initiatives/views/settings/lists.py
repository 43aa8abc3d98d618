"""A federation's lists: one set of pages for all of them (``kinds``)."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.doing import press, saved
from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import Federation, User
from initiatives.forms.settings.lists import EndForm
from initiatives.models import ListItem
from initiatives.services import lists as services
from initiatives.usage import uses_of
from initiatives.views.settings.kinds import ListKind, find_kind
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
def show_list(request: HttpRequest, federation: str, kind: str) -> HttpResponse:
    """A list in its order, ended items included."""
    _user, found = find_to_set_up(request, federation)
    its = find_kind(kind)
    today = timezone.localdate()
    rows = [_row(found, kind, its, item, today) for item in its.rows(found)]
    told = {"kind": its, "rows": rows, "new": address("settings_new_item", found, kind)}
    return show(request, "list", Page(found, str(its.title), shown=told))


def _row(federation: Federation, slug: str, kind: ListKind, item: Any, today: date) -> dict[str, Any]:
    return {
        "item": item,
        "cells": list(zip(kind.columns, kind.cells(item), strict=True)),
        "has_ended": item.valid_to is not None and item.valid_to < today,
        "address": address("settings_item", federation, slug, item.code),
        "move": address("settings_move_item", federation, slug, item.code),
    }


def _find(request: HttpRequest, federation: str, kind: str, code: str) -> tuple[User, ListKind, Any]:
    user, found = find_to_set_up(request, federation)
    its = find_kind(kind)
    return user, its, get_object_or_404(its.rows(found).select_related("federation"), code=code)


def _list(federation: Federation, slug: str, kind: ListKind) -> Link:
    return address("settings_list", federation, slug), str(kind.title)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_item(request: HttpRequest, federation: str, kind: str) -> HttpResponse:
    """A new item, last in the list."""
    user, found = find_to_set_up(request, federation)
    its = find_kind(kind)
    form = its.form(typed(request), federation=found)
    page = Page(found, str(its.new), (_list(found, kind, its),))

    def act() -> ListItem:
        code = form.code_of_new(set(its.rows(found).values_list("code", flat=True)))
        told = {"facts": form.facts(), "validity": form.validity(), "now": timezone.now()}
        return its.add(by=user, federation=found, code=code, **told)

    return save_form(request, page, form, act, _added(form))


def _added(form: Any) -> str:
    return _("”%s” är tillagd i listan.") % str(form.data.get("label", "")).strip()


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_item(request: HttpRequest, federation: str, kind: str, code: str) -> HttpResponse:
    """An item: its label and what it counts as; from here it is ended, opened again or taken away."""
    user, its, item = _find(request, federation, kind, code)
    uses = uses_of(item)
    page = Page(item.federation, item.label, (_list(item.federation, kind, its),))
    form = its.form(typed(request), federation=item.federation, item=item)

    def act() -> bool:
        return its.change(by=user, item=item, facts=form.facts(), now=timezone.now())

    if saved(request, form, act, _("”%s” är sparad.") % str(form.data.get("label", "")).strip()):
        return redirect(page.back)
    page.shown.update(
        item=item,
        uses=uses,
        initiatives=item.initiatives.all() if hasattr(item, "initiatives") else (),
        end=address("settings_end_item", item.federation, kind, code),
        reopen=address("settings_reopen_item", item.federation, kind, code),
        remove=address("settings_remove_item", item.federation, kind, code),
    )
    return show_form(request, page, form, template="item")


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end_item(request: HttpRequest, federation: str, kind: str, code: str) -> HttpResponse:
    """From which day on the item can no longer be chosen."""
    user, its, item = _find(request, federation, kind, code)
    here = address("settings_item", item.federation, kind, code)
    page = Page(
        item.federation, _("Avsluta ”%s”") % item.label, (_list(item.federation, kind, its), (here, item.label))
    )
    form = EndForm(typed(request), initial={"valid_to": str(item.valid_to or "")})

    def act() -> bool:
        return services.end_item(by=user, item=item, last_day=form.cleaned_data["valid_to"], now=timezone.now())

    if saved(
        request, form, act, _("”%s” kan inte väljas efter den dagen. Det som redan har den behåller den.") % item.label
    ):
        return redirect(address("settings_list", item.federation, kind))
    lead = _("Det som är registrerat behåller den. För det som händer senare kan den inte väljas.")
    return show_form(request, page, form, lead=lead, button=_("Avsluta"))


@require_POST
def reopen_item(request: HttpRequest, federation: str, kind: str, code: str) -> HttpResponse:
    """Let an ended item be chosen again."""
    user, _its, item = _find(request, federation, kind, code)

    def act() -> bool:
        return services.reopen_item(by=user, item=item, now=timezone.now())

    told = _("”%s” kan väljas igen.") % item.label
    return press(request, act, told, address("settings_list", item.federation, kind))


@require_POST
def remove_item(request: HttpRequest, federation: str, kind: str, code: str) -> HttpResponse:
    """Take away an item that nothing uses."""
    user, _its, item = _find(request, federation, kind, code)

    def act() -> None:
        services.remove_item(by=user, item=item, now=timezone.now())

    told = _("”%s” är borttagen.") % item.label
    return press(request, act, told, address("settings_list", item.federation, kind))


@require_POST
def move_item(request: HttpRequest, federation: str, kind: str, code: str) -> HttpResponse:
    """Let an item change places with its neighbour."""
    user, _its, item = _find(request, federation, kind, code)

    def act() -> bool:
        return services.move_item(by=user, item=item, up=request.POST.get("riktning") == "upp", now=timezone.now())

    told = _("”%s” är flyttad.") % item.label
    return press(request, act, told, address("settings_list", item.federation, kind))
