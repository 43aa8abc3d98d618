"""How the reports of a federation stand, per period, for its office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation, Membership
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Permission
from initiatives.models import InitiativeStaff
from reports.models import Sending, StatusReport

State = StatusReport.State


@dataclass(frozen=True)
class Standing:
    """A report in the overview. ``has_lead``: somebody is there who may write it."""

    report: StatusReport
    is_late: bool
    has_lead: bool
    sending: Sending | None

    @property
    def words(self) -> str:
        """How it stands, in words."""
        if self.report.state == State.SENT:
            return _("skickad, väntar på svar")
        state = str(self.report.get_state_display())
        return _("%s, försenad") % state if self.is_late else state


def periods_with_reports(federation: Federation) -> list[Period]:
    """The periods that have reports, the latest first."""
    keys = StatusReport.objects.filter(initiative__federation=federation).values_list("period", flat=True)
    return sorted(map(Period.parse, set(keys.order_by())), key=lambda p: (p.end, p.start), reverse=True)


def standings(federation: Federation, period: Period, today: date) -> list[Standing]:
    """The reports of a period, in the order of the initiatives."""
    reports = StatusReport.objects.filter(initiative__federation=federation, period=period.key)
    found = list(reports.select_related("initiative").order_by("initiative__position", "initiative"))
    led, sent = _with_lead(found, today), _last_sendings(found)
    return [
        Standing(report, report.is_late_on(today), report.initiative_id in led, sent.get(report.pk)) for report in found
    ]


def _with_lead(reports: Sequence[StatusReport], today: date) -> set[int]:
    """The initiatives where somebody may write."""
    writers = Membership.objects.in_force_on(today).with_permission(Permission.WRITE_STATUS_REPORTS)
    staff = InitiativeStaff.objects.filter(initiative__in=[r.initiative_id for r in reports], membership__in=writers)
    return set(staff.values_list("initiative", flat=True))


def _last_sendings(reports: Sequence[StatusReport]) -> dict[int, Sending]:
    rows = Sending.objects.filter(report__in=reports).defer("content").order_by("number")
    return {sending.report_id: sending for sending in rows}


def how_many(standings: Sequence[Standing]) -> list[tuple[str, int]]:
    """Each state with how many are in it, and how many are late; what there is none of is left out."""
    counted = [(str(state.label), sum(one.report.state == state for one in standings)) for state in State]
    late = (_("försenad"), sum(one.is_late for one in standings))
    return [(words, number) for words, number in (*counted, late) if number]
