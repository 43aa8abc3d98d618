"""What is open to everybody: a publication whose link the office has switched on, and the check of a printed page.

No log-in, no session and no cookie.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from reports.models import Publication
from reports.views.publications import edition_context, file_of

OF_ONE_CODE = Publication.objects.with_code
"""Whoever holds a page of a publication holds its code; nobody guesses one."""


@login_not_required
@require_safe
def published(request: HttpRequest, code: str) -> HttpResponse:
    """A publication whose link is open."""
    return render(request, "reports/published.html", edition_context(_open(code)))


@login_not_required
@require_safe
def published_file(request: HttpRequest, code: str, stem: str, extension: str) -> HttpResponse:
    """A file of a publication whose link is open."""
    return file_of(_open(code), stem, extension)


@login_not_required
@require_safe
def check_publication(request: HttpRequest, code: str) -> HttpResponse:
    """Which edition a page comes from, how its figures are defined, and what they are; for whoever has its code."""
    found = OF_ONE_CODE(_as_printed(code)).select_related("federation").first()
    if found is None:
        return render(request, "reports/no_such_code.html", {"code": code[:40]}, status=404)
    return render(request, "reports/checked.html", edition_context(found))


def _open(code: str) -> Publication:
    return get_object_or_404(OF_ONE_CODE(code).filter(is_public=True).select_related("federation"))


def _as_printed(code: str) -> str:
    """The code as it is printed, also where it was typed in small letters or with spaces."""
    return code.strip().upper().replace(" ", "-")
