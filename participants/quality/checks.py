"""What is looked for in the registrations: declarations, from which pages, lists and counts come.

Nothing of it is forbidden: what cannot be is refused when it is registered (``participants.policies``).
"""

from collections.abc import Callable
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core.parameters import LONG_ONGOING_MONTHS, ParameterSpec
from initiatives.lists import Lists
from initiatives.models import Initiative
from participants.models import ParticipationQuerySet
from participants.quality.moment import Moment

Rows = Callable[[ParticipationQuerySet, Moment], ParticipationQuerySet]


def _took_part(rows: ParticipationQuerySet, moment: Moment) -> ParticipationQuerySet:
    return rows.took_part_in(moment.period)


def _exited(rows: ParticipationQuerySet, moment: Moment) -> ParticipationQuerySet:
    return rows.exited_in(moment.period)


def _long_ongoing(rows: ParticipationQuerySet, moment: Moment) -> ParticipationQuerySet:
    months = moment.value(LONG_ONGOING_MONTHS)
    if months is None:
        return rows.none()
    return rows.ongoing_since_before(moment.today - relativedelta(months=months))


@dataclass(frozen=True)
class Check:
    """Something rare: which registrations, and what to do about them. ``key`` stands in addresses.

    Where the federation has not set ``parameter``, nothing is found.
    """

    key: str
    title: str | Promise
    remedy: str | Promise
    rows: Rows
    parameter: ParameterSpec | None = None

    def is_set(self, moment: Moment) -> bool:
        """Whether it can be looked for."""
        return self.parameter is None or moment.value(self.parameter) is not None


@dataclass(frozen=True)
class Blank:
    """Something that may be left out: of whom it is asked, and how it shows that it is not there."""

    key: str
    title: str | Promise
    population: Rows
    lacks: Q
    applies: Callable[[Initiative, Lists], bool] = lambda _initiative, _lists: True

    def rows(self, rows: ParticipationQuerySet, moment: Moment) -> ParticipationQuerySet:
        """Those that lack it."""
        return self.population(rows, moment).filter(self.lacks)


CHECKS = (
    Check(
        "dubbletter",
        _("Troliga dubbletter"),
        _(
            "Samma kön, födelseår och kommun, och start inom en vecka. Öppna dem och jämför. "
            "Är det samma deltagande: markera det ena som felregistrering. Är det två personer: låt dem stå."
        ),
        lambda rows, moment: _took_part(rows, moment).probable_duplicates(),
    ),
    Check(
        "samma-dag",
        _("Avslutade samma dag som de startade"),
        _("Kontrollera start och avslut. Blev det inget deltagande: markera det som felregistrering."),
        lambda rows, moment: _exited(rows, moment).ended_the_day_they_started(),
    ),
    Check(
        "ovanlig-alder",
        _("Ovanlig ålder vid starten"),
        _(
            "Ålder utanför insatsens gränser, eller den lägsta eller högsta som går att registrera. "
            "Rätta födelseåret om det är fel."
        ),
        lambda rows, moment: _took_part(rows, moment).of_rare_age(),
    ),
    Check(
        "lang-forsorjning",
        _("Fler månader i offentlig försörjning än som vuxen"),
        _("Månaderna före starten är fler än de kan ha varit vid den åldern. Kontrollera månaderna och födelseåret."),
        lambda rows, moment: _took_part(rows, moment).in_support_longer_than_grown_up(),
    ),
    Check(
        "utan-omfattning",
        _("Avslutade till arbete eller studier utan omfattning"),
        _("Hur mycket personen arbetar eller studerar saknas. Vet du det: rätta avslutet."),
        lambda rows, moment: _exited(rows, moment).left_for_an_unknown_extent(),
    ),
    Check(
        "arbetar-av-annan-orsak",
        _("Arbetar, men avslutades av en annan orsak än arbete eller studier"),
        _(
            "Stämmer både orsaken och arbetet? Rätta det som är fel. "
            "Stämmer båda räknas personen bland dem som arbetar."
        ),
        lambda rows, moment: _exited(rows, moment).working_though_they_left_for_else(),
    ),
    Check(
        "lange-pagaende",
        _("Har pågått ovanligt länge"),
        _("Pågår deltagandet fortfarande? Har det slutat: registrera avslutet med den dag det slutade."),
        _long_ongoing,
        LONG_ONGOING_MONTHS,
    ),
)


def _uses_assignments(initiative: Initiative, _lists: Lists) -> bool:
    return initiative.uses_assignments


def _has_ladder(_initiative: Initiative, lists: Lists) -> bool:
    return bool(lists.steps)


BLANKS = (
    Blank("utan-fodelsear", _("Födelseår"), _took_part, Q(birth_year=None)),
    Blank("utan-kommun", _("Kommun"), _took_part, Q(municipality=None)),
    Blank("utan-utbildning", _("Utbildning"), _took_part, Q(education=None)),
    Blank("utan-part", _("Aktualiserande part"), _took_part, Q(referrer=None)),
    Blank(
        "utan-uppdrag",
        _("Uppdrag"),
        _took_part,
        Q(assignment=None, initiative__uses_assignments=True),
        _uses_assignments,
    ),
    Blank("utan-forsorjning-fore", _("Offentlig försörjning före start"), _took_part, Q(support_before=None)),
    Blank("utan-manader", _("Månader i offentlig försörjning"), _took_part, Q(support_months=None)),
    Blank("utan-steg", _("Stegbedömning"), _took_part, Q(first_step=None), _has_ladder),
    Blank("utan-arbete", _("Arbete efter avslut"), _exited, Q(work_after=None)),
    Blank("utan-studier", _("Studier efter avslut"), _exited, Q(studies_after=None)),
    Blank("utan-forsorjning-efter", _("Offentlig försörjning efter avslut"), _exited, Q(support_after=None)),
)
NAMED: dict[str, Check | Blank] = {found.key: found for found in (*CHECKS, *BLANKS)}
"""Everything that a list can be narrowed to, by the word in its address."""


def noticed(rows: ParticipationQuerySet, moment: Moment) -> ParticipationQuerySet:
    """What any check finds, each registration once."""
    found = Q(pk__in=[])
    for check in CHECKS:
        if check.is_set(moment):
            found |= Q(pk__in=check.rows(rows, moment).order_by().values("pk"))
    return rows.counted().filter(found)
