"""How an office wants its reports: their sections, logo and colour."""

from dataclasses import dataclass
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.doing import posted, press, saved
from finsam_tracker.core.models import Federation, User
from reports.publications import TEMPLATES
from reports.publications.declaration import Chapter, Template
from reports.publishing import house_style as services
from reports.publishing.arranging import arrange, moved, template_for
from reports.publishing.forms import HouseStyleForm
from reports.tables import TABLES
from reports.views.publications import federation_to_publish


@dataclass(frozen=True)
class ShownChapter:
    """A section to choose, with the tables that it prints."""

    key: str
    title: str
    tables: str


@require_safe
def reports_to_arrange(request: HttpRequest, federation: str) -> HttpResponse:
    """The reports whose sections may be chosen."""
    _user, found = federation_to_publish(request, federation)
    chosen = set(found.arrangements.values_list("template", flat=True))
    rows = [(template, template.key in chosen) for template in TEMPLATES.values()]
    return render(request, "reports/reports_to_arrange.html", {"federation": found, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def arrange_report(request: HttpRequest, federation: str, template: str) -> HttpResponse:
    """Move a report's sections up and down, in and out."""
    user, found = federation_to_publish(request, federation)
    if template not in TEMPLATES:
        raise Http404
    if request.method == "POST":
        return _moved(request, user, found, template)
    shipped, own = TEMPLATES[template], template_for(found, template)
    context = {
        "federation": found,
        "template": shipped,
        "inside": list(map(_shown, own.chapters)),
        "outside": [_shown(chapter) for chapter in shipped.chapters if chapter.key not in own.keys],
    }
    return render(request, "reports/arrange_report.html", context)


def _moved(request: HttpRequest, user: User, federation: Federation, template: str) -> HttpResponse:
    key, wish = request.POST.get("avsnitt", ""), request.POST.get("gor", "")
    sections = _wished(template_for(federation, template), key, wish)

    def act() -> None:
        arrange(by=user, federation=federation, template=template, sections=sections, now=timezone.now())

    told = _("Avsnitten är sparade. De gäller från nästa gång ett utkast räknas.")
    return press(request, act, told, "arrange_report", federation.slug, template)


def _wished(own: Template, key: str, wish: str) -> list[str]:
    """The order after a press. One that does not fit what is there now, as the second of two, changes nothing."""
    order = list(own.keys)
    match wish:
        case "in" if key not in order:
            return [*order, key]
        case "ut":
            return [one for one in order if one != key]
        case "upp" | "ner" if key in order:
            return moved(order, key, -1 if wish == "upp" else 1)
    return order


def _shown(chapter: Chapter) -> ShownChapter:
    return ShownChapter(chapter.key, str(chapter.title), ", ".join(str(TABLES[key].title) for key in chapter.tables))


@require_http_methods(["GET", "HEAD", "POST"])
def house_style(request: HttpRequest, federation: str) -> HttpResponse:
    """The logo and the colour of the reports."""
    user, found = federation_to_publish(request, federation)
    look = services.look_of(found)
    form = HouseStyleForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        initial={"colour": look.colour, "logo_text": look.logo_text},
    )

    def act() -> None:
        services.set_house_style(by=user, federation=found, now=timezone.now(), **form.cleaned_data)

    if saved(request, form, act, _("Utseendet är sparat. Det gäller från nästa gång ett utkast räknas.")):
        return redirect("house_style", found.slug)
    return render(request, "reports/house_style.html", {"federation": found, "form": form, "look": look})


@require_POST
def remove_logo(request: HttpRequest, federation: str) -> HttpResponse:
    """No logo from now on."""
    user, found = federation_to_publish(request, federation)
    act = partial(services.remove_logo, by=user, federation=found, now=timezone.now())
    told = _("Logotypen är borttagen. Det som är publicerat har den kvar.")
    return press(request, act, told, "house_style", found.slug)
