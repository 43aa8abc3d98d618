"""Follow-ups: how long after the exit, in which initiative, and what became of them."""

from collections.abc import Sequence

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.codes import WORKING, FollowUpOutcome, StudiesAfter
from reports.context import Context
from reports.definition import UNKNOWN, Column, Dimension, Member, Within
from reports.dimensions.common import INITIATIVE, WORK_CODE, table_of, unknown_member

LONGEST = 60
"""Months; the database takes no more."""


def _horizons(context: Context, _within: Within) -> Sequence[Member]:
    planned = set().union(*context.lists.follow_up_months.values())
    return [Member(str(n), _months_after(n), only_if_occurs=n not in planned) for n in range(1, LONGEST + 1)]


def _months_after(number: int) -> str:
    # Not ngettext: what is stored is translated by its text, for any number.
    return (_("%d månad efter avslut") if number == 1 else _("%d månader efter avslut")) % number


HORIZON = Dimension(
    "horizon",
    gettext_lazy("Uppföljning"),
    (Column("months"),),
    _horizons,
    lambda _context: table_of({n: str(n) for n in range(1, LONGEST + 1)}),
)


def _followed_up(context: Context, within: Within) -> Sequence[Member]:
    """The initiatives that follow up so many months after the exit."""
    asked = int(within[HORIZON.key])
    planned = {pk for pk, months in context.lists.follow_up_months.items() if asked in months}
    slugs = {i.slug for i in context.lists.initiatives if i.pk in planned}
    return [
        Member(code, label, only_if_occurs or code not in slugs)
        for code, label, only_if_occurs in INITIATIVE.members(context, within)
    ]


FOLLOWED_UP_INITIATIVE = Dimension(
    INITIATIVE.key,
    INITIATIVE.title,
    (Column("participation_initiative", F("participation__initiative_id")),),
    _followed_up,
    INITIATIVE.placer,
)
OUTCOME = Dimension(
    "follow_up_outcome",
    gettext_lazy("Vad som hände"),
    (Column("outcome"),),
    lambda _context, _within: [
        *(Member(o, str(o.label)) for o in FollowUpOutcome if o != FollowUpOutcome.PLANNED),
        Member(FollowUpOutcome.PLANNED, _("Försenad")),
    ],
    lambda _context: table_of({code: code for code in FollowUpOutcome.values}),
)

WORKS, WORKS_AND_STUDIES, STUDIES, NEITHER = "works", "works-and-studies", "studies", "neither"


def _occupation(work: str | None, studies: str | None) -> str:
    """One of five, without overlap. What nobody asked about is unknown, unless the other answer says enough."""
    works, learns = work in WORKING, studies not in (None, StudiesAfter.NONE)
    if works or learns:
        return WORKS_AND_STUDIES if works and learns else WORKS if works else STUDIES
    return UNKNOWN if work is None or studies is None else NEITHER


OCCUPATION = Dimension(
    "occupation",
    gettext_lazy("Sysselsättning"),
    (WORK_CODE, Column("studies_after")),
    lambda _context, _within: [
        Member(WORKS, _("Arbetar")),
        Member(WORKS_AND_STUDIES, _("Arbetar och studerar")),
        Member(STUDIES, _("Studerar")),
        Member(NEITHER, _("Varken arbetar eller studerar")),
        unknown_member(),
    ],
    lambda _context: _occupation,
)
