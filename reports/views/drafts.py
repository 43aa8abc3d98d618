"""The office at work on a publication: choosing, looking, writing, publishing."""

from contextlib import suppress
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.broker import BROKER_AWAY
from finsam_tracker.core.doing import posted, press, saved
from finsam_tracker.core.forms import PageForm, attempt
from finsam_tracker.core.models import acting_user
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow
from reports import tasks
from reports.asking import default_period
from reports.edition import Edition
from reports.forms import NewEditionForm, NewPublicationForm, PublishForm, TextsForm
from reports.models import Publication
from reports.publications import TEMPLATES
from reports.publishing import services
from reports.publishing.editions import edition_of
from reports.publishing.laying_out import with_texts
from reports.publishing.ledger import since
from reports.publishing.missing import missing_from
from reports.publishing.texts import boxes_of, figures_by_name
from reports.showing import inside_sections, public_sections
from reports.views.publications import federation_to_publish, find_publication, title_of


@require_http_methods(["GET", "HEAD", "POST"])
def new_publication(request: HttpRequest, federation: str) -> HttpResponse:
    """Choose a report and a period."""
    by, found = federation_to_publish(request, federation)
    now = timezone.now()
    form = NewPublicationForm(posted(request), initial={"period": default_period(now).key})
    if form.is_valid():
        chosen = form.cleaned_data
        made = attempt(form, lambda: services.new_draft(by=by, federation=found, now=now, **chosen))
        if made:
            return _prepared(request, made)
    return render(request, "reports/new_publication.html", {"federation": found, "form": form})


@require_safe
def draft(request: HttpRequest, federation: str, publication: int) -> HttpResponse:
    """A draft: its figures, inside or as they will be read, and what is missing. Of a published one, the inside."""
    found, now = _written_by_office(request, federation, publication), timezone.now()
    is_public = request.GET.get("visa") == "publik"
    context: dict[str, Any] = {
        "federation": found.federation,
        "publication": found,
        "title": title_of(found),
        "period": Period.parse(found.period).label,
        "edition": None,
        "is_public": is_public,
        "missing": missing_from(found, now=now),
        "since": since(found, now),
        "inside": found.inside or {},
        "faults": [check for check in (found.inside or {}).get("checks", ()) if check["explanation"]],
    }
    if found.content is not None:
        edition = with_boxes_filled(found)
        context["edition"] = edition
        context["sections"] = public_sections(edition) if is_public else inside_sections(found, edition)
    return render(request, "reports/draft.html", context)


def with_boxes_filled(found: Publication) -> Edition:
    """The edition with what has been written so far."""
    edition = edition_of(found)
    return edition if found.is_published else with_texts(edition, found.texts, TEMPLATES[found.template].figures)


@require_http_methods(["GET", "HEAD", "POST"])
def publication_texts(request: HttpRequest, federation: str, publication: int) -> HttpResponse:
    """Write in the draft's boxes."""
    found = _draft(request, federation, publication)
    form = TextsForm(posted(request), boxes=boxes_of(found), initial=found.texts)

    def act() -> None:
        services.write_texts(by=acting_user(request.user), publication=found, texts=form.written, now=timezone.now())

    if saved(request, form, act, _("Texterna är sparade.")):
        return redirect("draft", found.federation.slug, found.pk)
    context = {
        "federation": found.federation,
        "publication": found,
        "title": title_of(found),
        "form": form,
        "figures": figures_by_name(found),
    }
    return render(request, "reports/publication_texts.html", context)


@require_POST
def prepare_publication(request: HttpRequest, federation: str, publication: int) -> HttpResponse:
    """Ask for the draft's figures to be computed again."""
    return _prepared(request, _draft(request, federation, publication))


@require_http_methods(["GET", "HEAD", "POST"])
def publish_publication(request: HttpRequest, federation: str, publication: int) -> HttpResponse:
    """Publish the draft as it is."""
    found = _draft(request, federation, publication)
    form = PublishForm(posted(request))

    def act() -> None:
        by, kind = acting_user(request.user), form.cleaned_data["kind"]
        services.publish(by=by, publication=found, kind=kind, now=timezone.now())

    if saved(request, form, act, _("Rapporten är publicerad och ändras inte mer.")):
        return redirect("publication", found.federation.slug, found.pk)
    return _form_page(request, "reports/publish_publication.html", found, form)


@require_POST
def discard_publication(request: HttpRequest, federation: str, publication: int) -> HttpResponse:
    """Throw the draft away."""
    found = _draft(request, federation, publication)
    act = partial(services.discard, by=acting_user(request.user), publication=found, now=timezone.now())
    return press(request, act, _("Utkastet är borttaget."), "publications", found.federation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def new_edition(request: HttpRequest, federation: str, publication: int) -> HttpResponse:
    """Begin the next edition of what has been published."""
    found = _written_by_office(request, federation, publication)
    form = NewEditionForm(posted(request))
    if form.is_valid():
        by, reason = acting_user(request.user), form.cleaned_data["reason"]
        made = attempt(form, lambda: services.new_edition(by=by, publication=found, reason=reason, now=timezone.now()))
        if made:
            return _prepared(request, made)
    return _form_page(request, "reports/new_edition.html", found, form)


def _prepared(request: HttpRequest, draft: Publication) -> HttpResponse:
    with suppress(*BROKER_AWAY):  # the draft is there, and the beat asks for its figures (tasks.resume_runs)
        tasks.prepare_publication.delay(draft.pk)
    messages.info(
        request, _("Siffrorna räknas, skyddas och prövas. Det tar några sekunder; ladda sidan igen om en stund.")
    )
    return redirect("draft", draft.federation.slug, draft.pk)


def _form_page(request: HttpRequest, template: str, found: Publication, form: PageForm) -> HttpResponse:
    context = {"federation": found.federation, "publication": found, "title": title_of(found), "form": form}
    return render(request, template, context)


def _written_by_office(request: HttpRequest, slug: str, number: int) -> Publication:
    found = find_publication(request, slug, number)
    allow(acting_user(request.user), Permission.PUBLISH, found.federation)
    return found


def _draft(request: HttpRequest, slug: str, number: int) -> Publication:
    found = _written_by_office(request, slug, number)
    if found.is_published:
        raise Http404
    return found
