"""What is open to everybody: a publication whose link the office has switched on, and the check of a printed page.

No log-in, no session and no cookie.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from reports.edition import Look
from reports.models import Publication
from reports.publishing.editions import edition_of, is_untouched
from reports.views.publications import answer_with_file, edition_context

YEAR = 365 * 24 * 60 * 60


@login_not_required
@require_safe
def published(request: HttpRequest, code: str) -> HttpResponse:
    """A publication whose link is open."""
    return render(request, "reports/published.html", edition_context(_open(code)))


@login_not_required
@require_safe
def published_file(request: HttpRequest, code: str, stem: str, extension: str) -> HttpResponse:
    """A file of a publication whose link is open."""
    return answer_with_file(request, _open(code), stem, extension)


@login_not_required
@require_safe
def check_publication(request: HttpRequest, code: str) -> HttpResponse:
    """Which edition a page comes from, how its figures are defined, and what they are; for whoever has its code."""
    found = Publication.objects.with_code(_as_printed(code)).select_related("federation").first()
    if found is None:
        return render(request, "reports/no_such_code.html", {"code": code[:40]}, status=404)
    return render(request, "reports/checked.html", edition_context(found))


# Not the link's switch but the code opens these: they stand on the page of the check as well.
@login_not_required
@require_safe
def published_logo(_request: HttpRequest, code: str) -> HttpResponse:
    """The logo that was frozen with an edition, for the pages of it that are open to everybody."""
    look = _look(code)
    if not look.logo:
        raise Http404
    return _for_ever(look.image, "image/png")


@login_not_required
@require_safe
def published_colour(_request: HttpRequest, code: str) -> HttpResponse:
    """The colour that was frozen with an edition, as the style sheet that the content policy asks for."""
    rule = f":root {{ --house-colour: {colour}; }}\n" if (colour := _look(code).colour) else ""
    return _for_ever(rule.encode(), "text/css; charset=utf-8")


def _look(code: str) -> Look:
    found = get_object_or_404(Publication.objects.with_code(code))
    if not is_untouched(found):
        raise Http404
    return edition_of(found).look


def _for_ever(content: bytes, content_type: str) -> HttpResponse:
    """What stands under a code never changes."""
    answer = HttpResponse(content, content_type=content_type)
    patch_cache_control(answer, public=True, max_age=YEAR, immutable=True)
    return answer


def _open(code: str) -> Publication:
    return get_object_or_404(Publication.objects.with_code(code).filter(is_public=True).select_related("federation"))


def _as_printed(code: str) -> str:
    """The code as it is printed, also where it was typed in small letters or with spaces."""
    return code.strip().upper().replace(" ", "-")
