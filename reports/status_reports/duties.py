"""Tells the start page of an initiative what reports wait for the person."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from finsam_tracker.core.models import User
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from initiatives.duties import Duty, finds_duties
from initiatives.models import Initiative
from reports.models import StatusReport
from reports.status_reports.reminders import address_of, told_of


@finds_duties
def reports_to_write(user: User, initiative: Initiative, today: date) -> Iterator[Duty]:
    """The initiative's reports that the person is to write."""
    if not user.may(Permission.WRITE_STATUS_REPORTS, initiative.federation):
        return
    for report in StatusReport.objects.with_lead().filter(initiative=initiative).order_by("due_on"):
        report.initiative = initiative
        is_urgent = report.is_late_on(today) or report.state == StatusReport.State.RETURNED
        title = _("Lägesrapport %s") % Period.parse(report.period).label
        yield Duty(title, told_of(report, today), address_of(report), is_urgent)
