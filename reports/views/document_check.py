"""Sending a finished document in to be checked. The answer is shown at once and kept nowhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from finsam_tracker.core.forms import attempt
from reports.document_check.services import check_document as check_service
from reports.forms import DocumentForm
from reports.views.publications import federation_to_publish

SHOWN = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_document(request: HttpRequest, federation: str) -> HttpResponse:
    """The form, and what was found in the document that was sent in."""
    by, found = federation_to_publish(request, federation)
    posted = request.method == "POST"
    form = DocumentForm(request.POST if posted else None, request.FILES if posted else None)
    outcome = None
    if form.is_valid():
        file, now = form.cleaned_data["file"], timezone.now()
        outcome = attempt(form, lambda: check_service(by=by, federation=found, file=file, now=now))
    context = {"federation": found, "form": form, "outcome": outcome}
    if outcome:
        context |= {"shown": outcome.contradictions[:SHOWN], "more": max(len(outcome.contradictions) - SHOWN, 0)}
    return render(request, "reports/check_document.html", context)
