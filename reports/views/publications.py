"""Publications for those who read them, and the link for everybody."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from finsam_tracker.core.downloads import as_file
from finsam_tracker.core.models import Federation, User, acting_user
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow, federation_for
from reports.models import Publication
from reports.publications import TEMPLATES
from reports.publishing.editions import edition_of, imprint_of, is_untouched, replaced_by
from reports.publishing.files import WHOLE, AlteredError, file_of
from reports.publishing.ledger import since
from reports.publishing.services import open_to_everyone
from reports.render.document import DOCUMENTS
from reports.render.document.words import definitions, differences, standing
from reports.showing import public_sections


@dataclass(frozen=True)
class Listed:
    """A publication in the list."""

    publication: Publication
    title: str
    period: str


@require_safe
def publications(request: HttpRequest, federation: str) -> HttpResponse:
    """What has been published, and for those who write them the drafts."""
    found = federation_with_publications(request, federation)
    user = acting_user(request.user)
    rows = Publication.objects.visible_to(user).filter(federation=found).defer("content", "inside")
    listed = [Listed(row, title_of(row), Period.parse(row.period).label) for row in rows]
    context = {
        "federation": found,
        "drafts": [one for one in listed if not one.publication.is_published],
        "published": [one for one in listed if one.publication.is_published],
        "may_write": user.may(Permission.PUBLISH, found),
    }
    return render(request, "reports/publications.html", context)


@require_safe
def publication(request: HttpRequest, federation: str, publication: int) -> HttpResponse:
    """A published edition; its drafts lead to their own page."""
    found = find_publication(request, federation, publication)
    if not found.is_published:
        return redirect("draft", found.federation.slug, found.pk)
    may_write = acting_user(request.user).may(Permission.PUBLISH, found.federation)
    context = edition_context(found) | {"may_write": may_write}
    if may_write:
        context |= {"ledger": since(found, timezone.now())}
    return render(request, "reports/publication.html", context)


def edition_context(publication: Publication) -> dict[str, Any]:
    """What the page of a published edition shows, with and without log-in."""
    edition, later = edition_of(publication), replaced_by(publication)
    return {
        "federation": publication.federation,
        "publication": publication,
        "edition": edition,
        "standing": standing(edition),
        "differences": list(differences(edition)),
        "definitions": list(definitions(edition)),
        "sections": public_sections(edition),
        "imprint": imprint_of(publication),
        "untouched": is_untouched(publication),
        "later": later,
        "formats": [(f"{WHOLE}.{form.extension}", form.name) for form in DOCUMENTS.values()],
    }


@require_POST
def publication_link(request: HttpRequest, federation: str, publication: int) -> HttpResponse:
    """Switch the link without log-in on or off."""
    found, user = find_publication(request, federation, publication), acting_user(request.user)
    allow(user, Permission.PUBLISH, found.federation)
    if found.is_published:
        is_public = request.POST.get("open") == "ja"
        open_to_everyone(by=user, publication=found, is_public=is_public, now=timezone.now())
        told = _("Länken är öppen för alla som har den.") if is_public else _("Länken är stängd.")
        messages.success(request, told)
    return redirect("publication", found.federation.slug, found.pk)


@require_safe
def publication_file(
    request: HttpRequest, federation: str, publication: int, stem: str, extension: str
) -> HttpResponse:
    """A published edition, or one of its tables or charts, as a file."""
    found = find_publication(request, federation, publication)
    if not found.is_published:
        raise Http404
    return answer_with_file(request, found, stem, extension)


def answer_with_file(request: HttpRequest, publication: Publication, stem: str, extension: str) -> HttpResponse:
    """A file made of the frozen figures; Http404 where there is no such file. What somebody has written in is not given
    out."""
    try:
        found = file_of(publication, stem, extension)
    except AlteredError:
        return render(request, "reports/altered.html", {"edition": edition_of(publication)}, status=HTTPStatus.CONFLICT)
    if found is None:
        raise Http404
    return as_file(HttpResponse(found.content, content_type=found.content_type), found.name)


def federation_with_publications(request: HttpRequest, slug: str) -> Federation:
    """The federation, for one who may read what it publishes."""
    return federation_for(acting_user(request.user), slug, Permission.SEE_PUBLISHED)


def federation_to_publish(request: HttpRequest, slug: str) -> tuple[User, Federation]:
    """The person and the federation, for one who writes its reports."""
    user, found = acting_user(request.user), federation_with_publications(request, slug)
    allow(user, Permission.PUBLISH, found)
    return user, found


def find_publication(request: HttpRequest, slug: str, number: int) -> Publication:
    """The publication, where it is there for the person."""
    found = federation_with_publications(request, slug)
    visible = Publication.objects.visible_to(acting_user(request.user)).select_related("federation")
    return get_object_or_404(visible, federation=found, pk=number)


def title_of(publication: Publication) -> str:
    """What a publication is called."""
    return report_title(publication.template)


def report_title(template: str) -> str:
    """What a report is called; one that is gone from the program is called by its key."""
    return str(TEMPLATES[template].title) if template in TEMPLATES else template
