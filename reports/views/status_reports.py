"""Lägesrapporter at the office: how they stand, what was sent, and the answer."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finsam_tracker.core.doing import press, saved
from finsam_tracker.core.downloads import as_file
from finsam_tracker.core.kept import keeps_typed, typed
from finsam_tracker.core.models import Federation, acting_user
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import federation_for
from reports.edition import Edition
from reports.models import Sending, StatusReport
from reports.render.document import DOCUMENTS
from reports.render.document.words import definitions, standing
from reports.showing import public_sections
from reports.status_reports import services
from reports.status_reports.edition import NO_IMPRINT, edition_of, title_of
from reports.status_reports.forms import AnswerForm, ReopenForm
from reports.status_reports.history import history_of
from reports.status_reports.overview import how_many, periods_with_reports, standings
from reports.status_reports.periods import due_day, last_closed, next_to_close, usual_due_day

FORMATS = ("pdf", "docx")


@require_safe
def status_reports(request: HttpRequest, federation: str) -> HttpResponse:
    """How the reports of a period stand."""
    found, today = _at_office(request, federation), timezone.localdate()
    periods = periods_with_reports(found)
    chosen = _chosen(request, periods)
    rows = standings(found, chosen, today) if chosen else []
    closed, coming = last_closed(found, today), next_to_close(found, today)
    context = {
        "federation": found,
        "periods": periods,
        "chosen": chosen,
        "rows": rows,
        "numbers": how_many(rows),
        "closed": closed,
        "not_asked": services.without_report(found, closed) if closed else [],
        "due": due_day(found, closed, today) if closed else None,
        "coming": coming,
        "coming_due": usual_due_day(found, coming) if coming else None,
    }
    return render(request, "reports/status_reports/overview.html", context)


def _chosen(request: HttpRequest, periods: Sequence[Period]) -> Period | None:
    """The period of the address, otherwise the latest; none where there are none."""
    asked = request.GET.get("period", "")
    return next((period for period in periods if period.key == asked), next(iter(periods), None))


@require_POST
def ask_for_status_reports(request: HttpRequest, federation: str) -> HttpResponse:
    """Ask for the reports of the latest closed period that nobody has asked for."""
    found, now = _at_office(request, federation), timezone.now()
    today = timezone.localdate(now)
    if closed := last_closed(found, today):
        due = due_day(found, closed, today)
        made = services.ask(by=acting_user(request.user), federation=found, period=closed, due_on=due, now=now)
        told = ngettext("%d lägesrapport är begärd.", "%d lägesrapporter är begärda.", len(made))
        messages.success(request, told % len(made))
    return redirect("status_reports", found.slug)


@require_safe
def status_report(request: HttpRequest, federation: str, period: str, initiative: str) -> HttpResponse:
    """What an initiative has sent, last; nothing of what it is writing."""
    found, report = _report_at_office(request, federation, period, initiative)
    sending = last_sending(report)
    context = {"federation": found, "sending": sending, **report_context(report)}
    if sending:
        context |= edition_context(edition_of(sending))
    return render(request, "reports/status_reports/office_report.html", context)


def last_sending(report: StatusReport) -> Sending | None:
    """The report as it was last sent."""
    return report.sendings.last()


def report_context(report: StatusReport) -> dict[str, Any]:
    """What every page of a report says about it."""
    return {
        "report": report,
        "title": title_of(report),
        "period": Period.parse(report.period),
        "is_late": report.is_late_on(timezone.localdate()),
        "history": history_of(report),
    }


def edition_context(edition: Edition) -> dict[str, Any]:
    """The report's texts and figures, for a page."""
    return {
        "sections": public_sections(edition),
        "standing": standing(edition),
        "definitions": list(definitions(edition)),
        "protection": edition.protection,
        "formats": [(extension, DOCUMENTS[extension].name) for extension in FORMATS],
    }


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_status_report(request: HttpRequest, federation: str, period: str, initiative: str) -> HttpResponse:
    """Accept what was sent, or return it with a comment."""
    found, report = _report_at_office(request, federation, period, initiative)
    form = AnswerForm(typed(request), sending=last_sending(report))
    if request.method == "POST" and form.is_valid():
        by, chosen, comment = acting_user(request.user), form.cleaned_data["answer"], form.cleaned_data["comment"]
        is_accepted = chosen == Sending.Answer.ACCEPTED
        told = _("Rapporten är godkänd.") if is_accepted else _("Rapporten är tillbaka hos insatsen.")

        def act() -> None:
            services.answer(by=by, report=report, number=form.read, answer=chosen, comment=comment, now=timezone.now())

        if saved(request, form, act, told):
            return redirect("status_report", found.slug, report.period, report.initiative.slug)
        form.take_newer()
    words = {"heading": _("Svar på lägesrapporten"), "button": _("Skicka svaret")}
    context = {"federation": found, "form": form, **words, **report_context(report)}
    return render(request, "reports/status_reports/answer.html", context)


@keeps_typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reopen_status_report(request: HttpRequest, federation: str, period: str, initiative: str) -> HttpResponse:
    """Give an accepted report back to its initiative, with a reason."""
    found, report = _report_at_office(request, federation, period, initiative)
    form, by = ReopenForm(typed(request)), acting_user(request.user)

    def act() -> None:
        services.reopen(by=by, report=report, reason=form.cleaned_data["reason"], now=timezone.now())

    if saved(request, form, act, _("Rapporten är öppnad igen och tillbaka hos insatsen.")):
        return redirect("status_report", found.slug, report.period, report.initiative.slug)
    words = {"heading": _("Öppna lägesrapporten igen"), "button": _("Öppna igen")}
    context = {"federation": found, "form": form, **words, **report_context(report)}
    return render(request, "reports/status_reports/answer.html", context)


@require_POST
def need_status_report(request: HttpRequest, federation: str, period: str, initiative: str) -> HttpResponse:
    """Call a report off, or ask for it again."""
    found, report = _report_at_office(request, federation, period, initiative)
    by, now = acting_user(request.user), timezone.now()

    def act() -> None:
        if request.POST.get("needed") == "ja":
            due = due_day(found, Period.parse(report.period), timezone.localdate(now))
            services.ask_again(by=by, report=report, due_on=due, now=now)
        else:
            services.call_off(by=by, report=report, now=now)

    told = _("Sparat. Insatsen ser det på sin sida.")
    return press(request, act, told, "status_report", found.slug, report.period, report.initiative.slug)


@require_safe
def status_report_file(
    request: HttpRequest, federation: str, period: str, initiative: str, extension: str
) -> HttpResponse:
    """What was last sent, as a document."""
    _found, report = _report_at_office(request, federation, period, initiative)
    sending = last_sending(report)
    if sending is None:
        raise Http404
    return file_of(report, edition_of(sending), extension)


def file_of(report: StatusReport, edition: Edition, extension: str) -> HttpResponse:
    """A report as a document; Http404 where there is no such format."""
    if extension not in FORMATS:
        raise Http404
    form = DOCUMENTS[extension]
    document = HttpResponse(form.function(edition, NO_IMPRINT), content_type=form.content_type)
    return as_file(document, f"lagesrapport-{report.initiative.slug}-{report.period}.{extension}")


def _at_office(request: HttpRequest, slug: str) -> Federation:
    return federation_for(acting_user(request.user), slug, Permission.ANSWER_STATUS_REPORTS)


def _report_at_office(
    request: HttpRequest, federation: str, period: str, initiative: str
) -> tuple[Federation, StatusReport]:
    found = _at_office(request, federation)
    visible = StatusReport.objects.visible_to(acting_user(request.user)).select_related("initiative__federation")
    report = get_object_or_404(visible, initiative__federation=found, initiative__slug=initiative, period=period)
    return found, report
