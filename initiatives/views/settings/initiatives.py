"""A federation's initiatives."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from finsam_tracker.core.doing import saved
from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.texts import code_from
from initiatives.forms.settings.initiatives import FollowUpMonthsForm, InitiativeForm, InitiativeReasonsForm
from initiatives.lists import Lists
from initiatives.models import Initiative
from initiatives.services import initiatives as services
from initiatives.views.settings.pages import Link, Page, address, find_to_set_up, save_form, show, show_form


@require_safe
def initiatives(request: HttpRequest, federation: str) -> HttpResponse:
    """The initiatives, in the order of the tables."""
    _user, found = find_to_set_up(request, federation)
    rows = [
        (initiative, initiative.runs_on(timezone.localdate()), address("settings_initiative", found, initiative.slug))
        for initiative in found.initiatives.select_related("owner")
    ]
    told = {"rows": rows, "new": address("settings_new_initiative", found)}
    return show(request, "initiatives", Page(found, _("Insatser"), shown=told))


def _initiatives(federation: Federation) -> Link:
    return address("settings_initiatives", federation), _("Insatser")


def _initiative(initiative: Initiative) -> tuple[Link, Link]:
    here = address("settings_initiative", initiative.federation, initiative.slug)
    return _initiatives(initiative.federation), (here, initiative.name)


def _find(request: HttpRequest, federation: str, slug: str) -> tuple[User, Initiative]:
    user, found = find_to_set_up(request, federation)
    return user, get_object_or_404(found.initiatives.select_related("federation", "owner"), slug=slug)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_initiative(request: HttpRequest, federation: str) -> HttpResponse:
    """A new initiative, in two steps: what can never be changed is shown once more before it is saved."""
    user, found = find_to_set_up(request, federation)
    form = InitiativeForm(typed(request), federation=found)
    page = Page(found, _("Ny insats"), (_initiatives(found),))
    made: list[Initiative] = []

    def act() -> None:
        slug = code_from(form.cleaned_data["name"], set(found.initiatives.values_list("slug", flat=True)))
        now = timezone.now()
        made.append(services.create_initiative(by=user, federation=found, slug=slug, facts=form.facts(), now=now))

    if "skapa" in request.POST and saved(request, form, act, _("Insatsen är skapad. Välj nu dess avslutsorsaker.")):
        return redirect(address("settings_initiative", found, made[0].slug))
    if request.method == "POST" and "andra" not in request.POST and form.is_valid():
        return show_form(request, page, form, template="confirm_initiative")
    return show_form(request, page, form, button=_("Fortsätt"))


@require_safe
def show_initiative(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """An initiative with all that is set about it."""
    _user, found = _find(request, federation, initiative)
    told = {
        "initiative": found,
        "reasons": found.exit_reasons.select_related("group"),
        "months": ", ".join(str(rule.months) for rule in found.follow_up_rules.all()),
        "years": [(row, address("settings_budgets", found.federation, row.year)) for row in found.years.all()],
        "this_year": address("settings_budgets", found.federation, timezone.localdate().year),
    }
    return show(request, "initiative", Page(found.federation, found.name, (_initiatives(found.federation),), told))


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_initiative(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """What may be changed about an initiative."""
    user, found = _find(request, federation, initiative)
    form = InitiativeForm(typed(request), federation=found.federation, initiative=found)
    page = Page(found.federation, _("Ändra insatsen"), _initiative(found))

    def act() -> bool:
        return services.change_initiative(by=user, initiative=found, facts=form.facts(), now=timezone.now())

    lead = _("Inriktning, uppföljningsmetod och ESF kan inte ändras, för Uppföljning Finsam tillåter det inte.")
    return save_form(request, page, form, act, _("Insatsen är sparad."), lead=lead)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_reasons(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """Which exit reasons the initiative uses."""
    user, found = _find(request, federation, initiative)
    form = InitiativeReasonsForm(typed(request), initiative=found, reasons=Lists(found.federation).reasons)
    page = Page(found.federation, _("Avslutsorsaker"), _initiative(found))

    def act() -> bool:
        return services.set_exit_reasons(by=user, initiative=found, reasons=form.chosen(), now=timezone.now())

    lead = _("Tas en orsak bort kan den inte väljas längre. Avslut som redan har den behåller den.")
    return save_form(
        request, page, form, act, _("Avslutsorsakerna är sparade. Avslut som redan finns behåller sina."), lead=lead
    )


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_follow_ups(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """When the initiative's participants are followed up."""
    user, found = _find(request, federation, initiative)
    form = FollowUpMonthsForm(typed(request), initiative=found)
    page = Page(found.federation, _("Uppföljning efter avslut"), _initiative(found))

    def act() -> bool:
        months = form.cleaned_data["months"]
        return services.set_follow_up_months(by=user, initiative=found, months=months, now=timezone.now())

    lead = _("Gäller avslut som görs från och med nu. Uppföljningar som redan är planerade ligger kvar.")
    return save_form(
        request, page, form, act, _("Uppföljningen är sparad. Den gäller avslut som görs från och med nu."), lead=lead
    )
