"""Lägesrapporter as far as tests need them."""

from datetime import date

from finsam_tracker.core.period import Period
from initiatives.models import Initiative
from reports.models import Sending, StatusReport
from reports.status_reports import services
from reports.status_reports.boxes import mark_of
from reports.status_reports.edition import draft_of
from tests.factories import Tenant, noon, staff_of

NOW = noon(date(2025, 7, 2))
TEXTS = {
    "progress": "Alla platser är tagna.",
    "deviations": "Inga.",
    "plan": "Fler besök hos arbetsgivare.\nNy grupp i augusti.",
}


def asked(tenant: Tenant, period: str = "2025-H1") -> StatusReport:
    """The first initiative's report, as a new one."""
    due = date(2025, 7, 30)
    services.ask(by=tenant.office, federation=tenant.federation, period=Period.parse(period), due_on=due, now=NOW)
    return StatusReport.objects.get(initiative=tenant.first, period=period)


def written(tenant: Tenant, **texts: str) -> StatusReport:
    report = asked(tenant)
    services.write(by=tenant.lead, report=report, texts=TEXTS | texts, seen=mark_of(report), now=NOW)
    return fresh(report)


def sent(tenant: Tenant) -> StatusReport:
    report = written(tenant)
    services.send(by=tenant.lead, report=report, seen=mark_of(report), now=NOW)
    return fresh(report)


def fresh(report: StatusReport) -> StatusReport:
    return StatusReport.objects.select_related("initiative__federation").get(pk=report.pk)


def report(tenant: Tenant, initiative: Initiative) -> None:
    """A report of any initiative that is there to be looked at, once sent and now to be mended."""
    made, is_new = StatusReport.objects.get_or_create(
        initiative=initiative,
        period="2025-H1",
        defaults={
            "due_on": date(2025, 7, 30),
            "asked_at": NOW,
            "state": StatusReport.State.RETURNED,
            "written_at": NOW,
            "written_by": tenant.lead,
            **TEXTS,
        },
    )
    if is_new:
        edition = draft_of(made, now=NOW)
        Sending.objects.create(
            report=made, number=1, sent_at=NOW, sent_by=staff_of(initiative), content=edition.to_json()
        )
