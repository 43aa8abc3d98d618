"""The outcome groups, as the federation prints them."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import Federation
from finsam_tracker.core.texts import code_from
from initiatives.forms.settings.lists import GroupForm
from initiatives.services import lists as services
from initiatives.views.settings.pages import Link, Page, address, find_to_set_up, save_form, show


@require_safe
def groups(request: HttpRequest, federation: str) -> HttpResponse:
    """The groups with what they mean and how many reasons each has."""
    _user, found = find_to_set_up(request, federation)
    rows = found.outcome_groups.annotate(reason_count=Count("reasons"))
    return show(request, "groups", Page(found, _("Utfallsgrupper"), shown={"groups": rows}))


def _groups(federation: Federation) -> Link:
    return address("settings_groups", federation), _("Utfallsgrupper")


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_group(request: HttpRequest, federation: str) -> HttpResponse:
    """A new group."""
    user, found = find_to_set_up(request, federation)
    form = GroupForm(typed(request), is_new=True)
    page = Page(found, _("Lägg till en utfallsgrupp"), (_groups(found),))

    def act() -> object:
        told = form.cleaned_data
        code = code_from(told["label"], set(found.outcome_groups.values_list("code", flat=True)))
        return services.add_group(
            by=user, federation=found, code=code, label=told["label"], common=told["common"], now=timezone.now()
        )

    return save_form(request, page, form, act, _("Utfallsgruppen är tillagd."))


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_group(request: HttpRequest, federation: str, code: str) -> HttpResponse:
    """A group's name."""
    user, found = find_to_set_up(request, federation)
    group = get_object_or_404(found.outcome_groups, code=code)
    form = GroupForm(typed(request), is_new=False, initial={"label": group.label})
    page = Page(found, group.label, (_groups(found),))

    def act() -> bool:
        return services.change_group(by=user, group=group, label=form.cleaned_data["label"], now=timezone.now())

    return save_form(request, page, form, act, _("Utfallsgruppen är sparad."))
