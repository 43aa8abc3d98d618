"""Follow-ups after the exit: what was due, who was reached, and what they do."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from participants.codes import FollowUpOutcome
from reports.chart import Chart
from reports.context import Context
from reports.definition import Count, Figure, Percent, Table, Text
from reports.dimensions.follow_ups import (
    FOLLOWED_UP_INITIATIVE,
    HORIZON,
    NEITHER,
    OCCUPATION,
    OUTCOME,
    STUDIES,
    WORKS,
    WORKS_AND_STUDIES,
)
from reports.populations import FOLLOW_UPS_DUE, FOLLOW_UPS_LATER, FOLLOW_UPS_REACHED
from reports.result import Format
from reports.tables.background import SINCE

COUNTS = _("Uppföljningar räknas, inte personer: den som följs upp två gånger räknas två gånger.")
DUE, REACHED = Count(FOLLOW_UPS_DUE), Count(FOLLOW_UPS_REACHED)
_ANSWERED = Count(
    FOLLOW_UPS_DUE, OUTCOME, frozenset({FollowUpOutcome.REACHED}), _("nådda av dem som skulle följas upp")
)


def _reached(title: Text, *occupations: str) -> Count:
    return Count(FOLLOW_UPS_REACHED, OCCUPATION, frozenset(occupations), title)


_WORKING = _reached(_("nådda som arbetar"), WORKS, WORKS_AND_STUDIES)
_NOT_WORKING = _reached(_("nådda som säkert inte arbetar"), STUDIES, NEITHER)


def _undecided(context: Context) -> list[Text]:
    if context.lists.follow_up_months:
        return []
    return [gettext("Ingen insats har bestämt när deltagare ska följas upp efter avslut.")]


FOLLOW_UPS = Table(
    key="follow_ups",
    title=_("Uppföljningar"),
    definition=_(
        "Hur det gick med de uppföljningar som skulle göras i perioden, och hur många som väntar för att det är för "
        "tidigt. En uppföljning som inte ska göras än saknas inte."
    ),
    source=_("Insatsernas uppföljningar efter avslut."),
    valid_from=SINCE,
    rows=(HORIZON, FOLLOWED_UP_INITIATIVE),
    row_total=_("Totalt"),
    figures=(
        Figure("due", _("Skulle göras i perioden"), DUE, split=OUTCOME, sum_title=_("Totalt")),
        Figure("share", _("Svarsandel (%)"), Percent(_ANSWERED, DUE), Format.PERCENT),
        Figure("later", _("Ska göras senare"), Count(FOLLOW_UPS_LATER)),
    ),
    chart=Chart(
        sentence=_("%(highest)s hade flest uppföljningar att göra, %(highest_value)s av %(total)s."),
    ),
    notes=(
        _("En försenad uppföljning skulle ha gjorts men är inte gjord."),
        _("Dött ärende: uppföljningen lades ner, till exempel för att personen har flyttat eller avlidit."),
    ),
    notes_on=_undecided,
    counts=COUNTS,
)
FOLLOW_UP_WORK = Table(
    key="follow_up_work",
    title=_("Vad deltagarna gör vid uppföljningen"),
    definition=_(
        "Vad de gör som nåddes vid uppföljningen, hur stor del av dem som skulle följas upp de är, och mellan vilka "
        "gränser andelen som arbetar måste ligga, vad de andra än gör."
    ),
    source=_("Insatsernas uppföljningar efter avslut."),
    valid_from=SINCE,
    rows=(HORIZON,),
    figures=(
        Figure("reached", _("Nådda"), REACHED, split=OCCUPATION, sum_title=_("Totalt")),
        Figure("due", _("Skulle följas upp"), DUE),
        Figure("share", _("Svarsandel (%)"), Percent(REACHED, DUE), Format.PERCENT),
        Figure("working", _("Arbetar, av nådda (%)"), Percent(_WORKING, REACHED), Format.PERCENT),
        Figure("at_least", _("Arbetar, minst (%)"), Percent(_WORKING, DUE), Format.PERCENT),
        Figure("at_most", _("Arbetar, högst (%)"), Percent(DUE - _NOT_WORKING, DUE), Format.PERCENT),
    ),
    notes=(
        _("Minst: om ingen arbetar av dem som vi inte vet något om. Högst: om alla de arbetar."),
        _("Var och en står i en enda kolumn för sysselsättning. Anställd men sjukskriven räknas inte som arbetande."),
    ),
    notes_on=_undecided,
    counts=COUNTS,
    chart=Chart(title=_("Vad de gör som nåddes vid uppföljningen")),
)
