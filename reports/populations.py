"""The sets of registrations that tables count. Each is a QuerySet method, and is said here in words."""

from typing import Any

from django.db.models import Case, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.period import Period
from participants.codes import WorkAfter
from participants.models.advisory import AdvisorySets
from participants.models.followup import FollowUpSets
from participants.models.participation import ParticipationSets
from reports.definition import Population, Registrations

YEARS_BACK = 4
"""A comparison over five years: the period's own, and so many before it."""

TOOK_PART = Population(
    "took_part",
    _("alla som deltog i perioden"),
    _(
        "Alla som var inskrivna minst en dag i perioden: startade senast periodens sista dag och var inte avslutade "
        "före dess första."
    ),
    ParticipationSets.took_part_in,
)
STARTED = Population(
    "started",
    _("nya i perioden"),
    _("Alla vars startdatum ligger i perioden."),
    ParticipationSets.started_in,
)
EXITED = Population(
    "exited",
    _("avslutade i perioden"),
    _("Alla vars avslutsdatum ligger i perioden."),
    ParticipationSets.exited_in,
)
ONGOING = Population(
    "ongoing",
    _("pågående vid periodens slut"),
    _(
        "Alla som hade startat och inte var avslutade när periodens sista dag var slut. Den som avslutas den dagen är "
        "avslutad, inte pågående."
    ),
    ParticipationSets.ongoing_at_end_of,
)
WORKING = Population(
    "working",
    _("arbetar efter insatsen, av dem som avslutades i perioden"),
    _(
        "Alla vars avslutsdatum ligger i perioden och som arbetar efteråt, vilken avslutsorsak de än har. Anställd men "
        "sjukskriven räknas inte som arbetande. Hit räknas även den som arbetar men vars omfattning saknas."
    ),
    ParticipationSets.working_after_exit_in,
)
ADVISORY_CONTACTS = Population(
    "advisory_contacts",
    _("rådgivande samtal i perioden"),
    _(
        "Alla samtal i de månader som börjar i perioden. De räknas månadsvis och kan inte delas: en period som slutar "
        "mitt i en månad har med hela månaden, en som börjar mitt i en månad har inte med den."
    ),
    AdvisorySets.contacts_in,
    source="advisory_contacts",
    weight="count",
)
FOLLOW_UPS_DUE = Population(
    "follow_ups_due",
    _("uppföljningar som skulle göras i perioden"),
    _(
        "Alla uppföljningar vars dag ligger i perioden och har passerat, vad de än ledde till. En uppföljning hör till "
        "den period då den ska göras, inte till den då deltagaren avslutades."
    ),
    FollowUpSets.due_in,
    source="follow_ups",
    lived=True,
)
FOLLOW_UPS_REACHED = Population(
    "follow_ups_reached",
    _("nådda vid uppföljning"),
    _("De av uppföljningarna som skulle göras i perioden där deltagaren nåddes."),
    FollowUpSets.reached_of_due_in,
    source="follow_ups",
    lived=True,
)
FOLLOW_UPS_LATER = Population(
    "follow_ups_later",
    _("uppföljningar som inte ska göras än"),
    _(
        "Uppföljningar av dem som hade avslutats vid periodens slut, men vars dag kommer senare. De saknas inte: det "
        "är för tidigt."
    ),
    FollowUpSets.due_after,
    source="follow_ups",
    lived=True,
)


def _counted(rows: Any, first: Combinable, last: Combinable) -> Registrations:
    """The rows, with the years in which each counts."""
    annotated: Registrations = rows.annotate(first_counted_year=first, last_counted_year=last)
    return annotated


def _in_exit_years(rows: Any, period: Period) -> Registrations:
    return _counted(rows.exited_in(period.reaching_back(YEARS_BACK)), ExtractYear("exit_on"), ExtractYear("exit_on"))


def _in_start_years(rows: Any, period: Period) -> Registrations:
    return _counted(rows.started_in(period.reaching_back(YEARS_BACK)), ExtractYear("start_on"), ExtractYear("start_on"))


def _in_years_of_taking_part(rows: Any, period: Period) -> Registrations:
    return _counted(
        rows.took_part_in(period.reaching_back(YEARS_BACK)), ExtractYear("start_on"), ExtractYear("exit_on")
    )


def _at_year_ends(rows: Any, period: Period) -> Registrations:
    """In at the year's end: from the start to the year before the exit. The last year ends with the period."""
    last = Case(When(exit_on__lte=period.end, then=ExtractYear("exit_on") - 1), default=None)
    return _counted(rows.took_part_in(period.reaching_back(YEARS_BACK)), ExtractYear("start_on"), last)


TOOK_PART_BY_YEAR = Population(
    "took_part_by_year",
    _("alla som deltog under året"),
    _("Alla som var inskrivna minst en dag under året. Den som deltar över ett årsskifte räknas i båda åren."),
    _in_years_of_taking_part,
)
STARTED_BY_YEAR = Population(
    "started_by_year", _("nya under året"), _("Alla vars startdatum ligger i året."), _in_start_years
)
EXITED_BY_YEAR = Population(
    "exited_by_year", _("avslutade under året"), _("Alla vars avslutsdatum ligger i året."), _in_exit_years
)
ONGOING_BY_YEAR = Population(
    "ongoing_by_year",
    _("pågående vid årets slut"),
    _("Alla som hade startat och inte var avslutade när årets sista dag var slut."),
    _at_year_ends,
)

EXTENT_SHARES = {
    WorkAfter.FULL: "1",
    WorkAfter.THREE_QUARTERS: "0.75",
    WorkAfter.HALF: "0.5",
    WorkAfter.QUARTER: "0.25",
}
"""What each extent is of full time, by definition: 100 % is 40 hours a week."""
