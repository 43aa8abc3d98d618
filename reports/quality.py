"""The quality of a federation's registrations as counts by initiative: never a row, never a code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation
from initiatives.lists import Lists
from initiatives.models import Initiative
from participants.quality import counting
from participants.quality.checks import BLANKS, CHECKS, Blank
from participants.quality.counting import Part, Silence
from participants.quality.lateness import LATE_AFTER, Lateness, Registered
from participants.quality.moment import Moment

NOBODY, NOT_ASKED = "–", "."
"""Where there is nobody to count or no limit to count by; and what the initiative does not register."""


@dataclass(frozen=True)
class Line:
    """A number for each initiative and their sum. ``setting`` is where its missing limit is set."""

    title: str | Promise
    cells: list[str]
    total: str
    setting: str = ""


@dataclass(frozen=True)
class Quality:
    """Everything on the page."""

    initiatives: list[Initiative]
    checks: list[Line]
    blanks: list[Line]
    registered: Registered
    lateness: list[Lateness]
    late: list[Line]
    silences: list[tuple[Initiative, Silence]]


def quality_of(federation: Federation, moment: Moment) -> Quality:
    """The counts of the initiatives that are under way in the period, or now."""
    lists = Lists(federation)
    initiatives = [i for i in lists.initiatives if i.runs_in(moment.period) or i.runs_on(moment.today)]
    for initiative in initiatives:
        initiative.federation = federation
    registered, silences = Registered(initiatives, moment), counting.silences(initiatives, moment)
    return Quality(
        initiatives=initiatives,
        checks=list(_checks(federation, initiatives, moment)),
        blanks=list(_blanks(initiatives, moment, lists)),
        registered=registered,
        lateness=registered.of(*initiatives),
        late=_late(initiatives, registered),
        silences=[(i, silences[i.pk]) for i in initiatives],
    )


def _checks(federation: Federation, initiatives: Sequence[Initiative], moment: Moment) -> Iterator[Line]:
    yield _line(_("Försenade uppföljningar"), initiatives, counting.overdue(initiatives, moment.today))
    found = counting.found_by_checks(initiatives, moment)
    for check in CHECKS:
        if check.is_set(moment):
            yield _line(check.title, initiatives, found[check.key])
        elif check.parameter:
            setting = reverse("settings_parameter", args=[federation.slug, check.parameter.key])
            yield Line(check.title, [NOBODY] * len(initiatives), NOBODY, setting)


def _line(title: str | Promise, initiatives: Sequence[Initiative], found: counting.ByInitiative) -> Line:
    numbers = [found.get(i.pk, 0) for i in initiatives]
    return Line(title, [str(number) for number in numbers], str(sum(numbers)))


def _blanks(initiatives: Sequence[Initiative], moment: Moment, lists: Lists) -> Iterator[Line]:
    found = counting.blanks(initiatives, moment)
    for blank in BLANKS:
        parts = [_part(blank, i, lists, found) for i in initiatives]
        asked = [part for part in parts if part]
        if asked:
            yield Line(blank.title, [_told(part) for part in parts], _told(sum(asked, Part(0, 0))))


def _part(blank: Blank, initiative: Initiative, lists: Lists, found: dict[str, dict[int, Part]]) -> Part | None:
    return found[blank.key].get(initiative.pk, Part(0, 0)) if blank.applies(initiative, lists) else None


def _late(initiatives: Sequence[Initiative], registered: Registered) -> list[Line]:
    """How many of each kind of event came late, by initiative."""
    each = [_late_parts(registered.of(i)) for i in initiatives]
    every = registered.of(*initiatives)
    return [
        Line(whole.title, [_told(parts[place]) for parts in each], _told(total))
        for place, (whole, total) in enumerate(zip(every, _late_parts(every), strict=True))
    ]


def _late_parts(found: Sequence[Lateness]) -> list[Part]:
    return [Part(kind.period.late, kind.period.total) for kind in found]


def _told(part: Part | None) -> str:
    if part is None:
        return NOT_ASKED
    return f"{part.number} ({part.percent} %)" if part.of else NOBODY


def late_sentence() -> str:
    """What the table of late registrations holds."""
    return _("Registrerade mer än %d dagar efter händelsen, och andelen av alla.") % LATE_AFTER
