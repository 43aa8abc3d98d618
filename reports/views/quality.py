"""The office's page about quality: counts by initiative, never a row."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from finsam_tracker.core.parameters import SILENT_WEEKS
from participants.quality.lateness import CLASSES
from participants.quality.moment import moment_of, offered_periods
from reports.quality import late_sentence, quality_of
from reports.views.statistics import federation_with_figures


@require_safe
def federation_quality(request: HttpRequest, federation: str) -> HttpResponse:
    """What may be wrong or missing in the federation's registrations, in numbers."""
    found = federation_with_figures(request, federation)
    today = timezone.localdate()
    moment, complaint = moment_of(found, request.GET.get("period", ""), today)
    quality = quality_of(found, moment)
    shown = {
        "federation": found,
        "complaint": complaint,
        "period": moment.period,
        "periods": offered_periods(moment.period, today),
        "page_address": reverse("federation_quality", args=[found.slug]),
        "quality": quality,
        "classes": [title for _last, title in CLASSES],
        "closed": quality.registered.period,
        "lateness": quality.lateness,
        "late_sentence": late_sentence(),
        "weeks_of_silence": moment.value(SILENT_WEEKS),
        "setting_of_silence": reverse("settings_parameter", args=[found.slug, SILENT_WEEKS.key]),
    }
    return render(request, "reports/quality.html", shown)
