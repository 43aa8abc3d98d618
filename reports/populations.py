"""The sets of registrations that tables count. Each is a QuerySet method, and is said here in words."""

from operator import methodcaller

from django.utils.translation import gettext_lazy as _

from participants.codes import WorkAfter
from participants.models.advisory import AdvisorySets
from participants.models.participation import ParticipationSets
from reports.definition import Population

TOOK_PART = Population(
    "took_part",
    _("deltog i perioden"),
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
    source=methodcaller("advisory_contacts"),
    weight="count",
)
POPULATIONS = (TOOK_PART, STARTED, EXITED, ONGOING, WORKING, ADVISORY_CONTACTS)

EXTENT_SHARES = {
    WorkAfter.FULL: "1",
    WorkAfter.THREE_QUARTERS: "0.75",
    WorkAfter.HALF: "0.5",
    WorkAfter.QUARTER: "0.25",
}
"""What each extent is of full time, by definition: 100 % is 40 hours a week."""
