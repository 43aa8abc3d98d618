"""Lägesrapporter in an initiative: the lead writes and sends, those who work there read."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.doing import press, saved
from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import User, acting_user
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow
from initiatives.lookup import find_staffed
from initiatives.models import Initiative
from initiatives.places import tabs
from reports.compute import COMPUTE_ERRORS
from reports.edition import Edition
from reports.models import Sending, StatusReport
from reports.showing import public_sections
from reports.status_reports import services
from reports.status_reports.boxes import BOXES, mark_of, texts_of
from reports.status_reports.edition import draft_of, edition_of, laid_out
from reports.status_reports.figures import figures_of
from reports.status_reports.forms import StatusReportForm
from reports.status_reports.reminders import address_of
from reports.views.status_reports import edition_context, file_of, last_sending, report_context


@require_safe
def initiative_status_reports(request: HttpRequest, federation: str, initiative: str) -> HttpResponse:
    """The initiative's reports, the latest first."""
    user, place = _reader(request, federation, initiative)
    today = timezone.localdate()
    reports = StatusReport.objects.visible_to(user).filter(initiative=place)
    rows = [(report, Period.parse(report.period), report.is_late_on(today)) for report in reports]
    rows.sort(key=lambda row: row[1].end, reverse=True)
    return _page(request, "initiative_reports", place, {"rows": rows})


@never_cache
@require_safe
def initiative_status_report(request: HttpRequest, federation: str, initiative: str, period: str) -> HttpResponse:
    """A report as it was sent, or as it would be sent now."""
    user, report = _report(request, federation, initiative, period)
    context = report_context(report)
    context["may_write"] = user.may(Permission.WRITE_STATUS_REPORTS, report.initiative.federation)
    context["mark"] = mark_of(report)
    context["returned"] = _returned(report)
    try:
        context |= edition_context(_edition(report))
    except COMPUTE_ERRORS as error:
        context["problem"] = str(error.args[0])
    return _page(request, "initiative_report", report.initiative, context)


def _returned(report: StatusReport) -> Sending | None:
    """What the office has sent back, where it is with the initiative."""
    return last_sending(report) if report.state == StatusReport.State.RETURNED else None


def _edition(report: StatusReport) -> Edition:
    """What was sent, while it is with the office; otherwise what would be. Raises one of COMPUTE_ERRORS."""
    sending = None if report.waits_for_lead else last_sending(report)
    return edition_of(sending) if sending else draft_of(report, now=timezone.now())


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_status_report(request: HttpRequest, federation: str, initiative: str, period: str) -> HttpResponse:
    """Write in the boxes; it is a draft until it is sent."""
    user, report = _report_to_write(request, federation, initiative, period)
    if request.method != "POST" and not report.waits_for_lead:
        return redirect(address_of(report))
    form = StatusReportForm(typed(request), report=report)
    if _is_written(request, user, report, form):
        return redirect(address_of(report))
    kept = [(box.title, texts_of(report)[box.key]) for box in BOXES] if form.is_meanwhile else []
    context = {"form": form, "returned": _returned(report), "saved": kept, **report_context(report)}
    try:
        figures = figures_of(report, now=timezone.now())
        context["sections"] = public_sections(replace(laid_out(report, figures), sections=figures.sections))
    except COMPUTE_ERRORS as error:
        context["problem"] = str(error.args[0])
    return _page(request, "write", report.initiative, context)


def _is_written(request: HttpRequest, user: User, report: StatusReport, form: StatusReportForm) -> bool:
    def act() -> None:
        services.write(by=user, report=report, texts=form.written, seen=form.mark, now=timezone.now())

    told = _("Det du skrev är sparat som utkast. Läs igenom det och skicka det till kansliet.")
    try:
        return saved(request, form, act, told)
    except services.WrittenMeanwhileError:
        report.refresh_from_db(fields=["state", *texts_of(report)])
        form.take_meanwhile(report)
        return False


@require_POST
def send_status_report(request: HttpRequest, federation: str, initiative: str, period: str) -> HttpResponse:
    """Send the report to the office, as it is."""
    user, report = _report_to_write(request, federation, initiative, period)
    act = partial(services.send, by=user, report=report, seen=request.POST.get("seen", ""), now=timezone.now())
    return press(request, act, _("Rapporten är skickad till kansliet."), address_of(report))


@require_safe
def initiative_status_report_file(
    request: HttpRequest, federation: str, initiative: str, period: str, extension: str
) -> HttpResponse:
    """The report as a document."""
    _user, report = _report(request, federation, initiative, period)
    try:
        return file_of(report, _edition(report), extension)
    except COMPUTE_ERRORS as error:
        messages.error(request, str(error.args[0]))
        return redirect(address_of(report))


def _reader(request: HttpRequest, federation: str, initiative: str) -> tuple[User, Initiative]:
    user = acting_user(request.user)
    place = find_staffed(user, federation, initiative, Permission.READ_STATUS_REPORTS)
    return user, place


def _report(request: HttpRequest, federation: str, initiative: str, period: str) -> tuple[User, StatusReport]:
    user, place = _reader(request, federation, initiative)
    report = get_object_or_404(StatusReport.objects.visible_to(user), initiative=place, period=period)
    report.initiative = place
    return user, report


def _report_to_write(request: HttpRequest, federation: str, initiative: str, period: str) -> tuple[User, StatusReport]:
    user, report = _report(request, federation, initiative, period)
    allow(user, Permission.WRITE_STATUS_REPORTS, report.initiative.federation)
    return user, report


def _page(request: HttpRequest, template: str, place: Initiative, context: dict[str, Any]) -> HttpResponse:
    shown = {"initiative": place, "tabs": tabs(acting_user(request.user), place), **context}
    return render(request, f"reports/status_reports/{template}.html", shown)
