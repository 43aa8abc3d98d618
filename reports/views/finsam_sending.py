"""Sending a year's figures to Uppföljning Finsam, and the archive of all that was registered there."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from finsam_tracker.core.downloads import as_file
from finsam_tracker.core.models import acting_user
from reports.compute import COMPUTE_ERRORS
from reports.finsam import delivery
from reports.finsam.export import AskedError, asked_of, export_of
from reports.finsam.showing import archive_file, archived
from reports.views.finsam import federation_that_reports, sentence_of, years_of

FAULTS = (AskedError, ValidationError, *COMPUTE_ERRORS)


@require_POST
def send_finsam(request: HttpRequest, federation: str, year: int) -> HttpResponse:
    """Ask for the figures to be sent as they are now."""
    found, now = federation_that_reports(request, federation, year), timezone.now()

    def act() -> None:
        export = export_of(found, asked_of(year, request.POST), now=now)
        delivery.send(by=acting_user(request.user), export=export, now=now)

    return _done(request, act, found.slug, year)


@require_POST
def send_finsam_again(request: HttpRequest, federation: str, year: int, delivered: int) -> HttpResponse:
    """Try again with what did not arrive."""
    found, now = federation_that_reports(request, federation, year), timezone.now()
    last = get_object_or_404(found.finsam_deliveries, year=year, pk=delivered)
    return _done(
        request,
        lambda: delivery.send_again(by=acting_user(request.user), delivery=last, now=now),
        found.slug,
        year,
    )


@require_POST
def switch_finsam_delivery(request: HttpRequest, federation: str, year: int) -> HttpResponse:
    """Let figures be sent, or not any more."""
    found = federation_that_reports(request, federation, year)
    wanted = request.POST.get("on") == "ja"
    delivery.switch(by=acting_user(request.user), federation=found, wanted=wanted, now=timezone.now())
    messages.success(request, _("Leveransen är på.") if wanted else _("Leveransen är av. Inget sänds."))
    return redirect(_at_delivery(found.slug, year))


def _done(request: HttpRequest, act: Callable[[], object], slug: str, year: int) -> HttpResponse:
    try:
        act()
    except FAULTS as error:
        messages.warning(request, sentence_of(error))
    else:
        messages.success(request, _("Underlaget sänds. Ladda om sidan om en stund för att se hur det gick."))
    return redirect(_at_delivery(slug, year))


def _at_delivery(slug: str, year: int) -> str:
    return f"{reverse('finsam_year', args=[slug, year])}#leverans"


@require_safe
def finsam_archive(request: HttpRequest, federation: str, year: int) -> HttpResponse:
    """All that was ever marked as registered, of a year."""
    found = federation_that_reports(request, federation, year)
    context = {
        "federation": found,
        "year": year,
        "years": years_of(found, year, "finsam_archive"),
        "archived": archived(found, year),
    }
    return render(request, "reports/finsam_archive.html", context)


@require_safe
def finsam_archive_file(request: HttpRequest, federation: str) -> HttpResponse:
    """The same of every year, as CSV."""
    found = federation_that_reports(request, federation)
    archive = HttpResponse(archive_file(found), content_type="text/csv; charset=utf-8")
    return as_file(archive, f"{found.slug}_uppfoljning-finsam_arkiv.csv")
