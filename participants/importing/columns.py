"""The sheets and columns of the spreadsheet: template, export, check and explanation all come from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from participants.importing.words import Words

Text = str | Promise


class Kind(Enum):
    """What a column holds."""

    CODE = "code"
    CHOICE = "choice"
    DAY = "day"
    YEAR = "year"
    MONTHS = "months"
    MEMBER = "member"
    SET = "set"


@dataclass(frozen=True)
class Column:
    """A column. ``field`` is where its value is kept; the columns of one set of codes share it and tell ``member``."""

    field: str
    title: str
    kind: Kind
    about: Text
    without: Text = ""
    is_required: bool = False
    others: tuple[str, ...] = ()
    member: str = ""
    is_offered: bool = True
    """Whether the template has it; the others are read where somebody has them."""


@dataclass(frozen=True)
class SheetOf:
    """A sheet: its name, what a row of it is, and its columns in order."""

    name: str
    about: Text
    columns: tuple[Column, ...]


PARTICIPATIONS = "Deltaganden"
STEPS = "Stegbedömningar"
FOLLOW_UPS = "Uppföljningar"
EXPLANATION = "Så fyller du i"
LISTS = "Listor"
OURS_TO_SKIP = (EXPLANATION, LISTS)

YES = "Ja"

_CODE_ABOUT = _("Koden som systemet gav deltagandet. Lämna tomt för ett nytt deltagande, så får det en kod.")
_CODE_NEEDED = _("Koden som systemet gav deltagandet.")
_DAY = _("Datum som åååå-mm-dd, till exempel 2025-01-31.")
_MISSING_ROW = _("Utan värdet hamnar deltagandet på raden Uppgift saknas i fördelningen.")


def sheets_of(words: Words) -> tuple[SheetOf, ...]:
    """The sheets of an initiative, in order."""
    return (
        SheetOf(PARTICIPATIONS, _("En rad är ett deltagande."), tuple(_participation(words))),
        SheetOf(STEPS, _("En rad är en bedömning av var på stegen deltagaren står en dag."), _STEPS),
        SheetOf(FOLLOW_UPS, _("En rad är en uppföljning efter avslut."), tuple(_follow_up(words))),
    )


def _participation(words: Words) -> Sequence[Column]:
    assignment = (
        Column("assignment", "Uppdrag", Kind.CHOICE, _("Välj ur listan."), _("Saknas i tabellerna per uppdrag.")),
    )
    return [
        Column("code", "Kod", Kind.CODE, _CODE_ABOUT),
        Column("start_on", "Startdatum", Kind.DAY, _DAY, is_required=True, others=("start", "inskrivning")),
        Column("gender", "Kön", Kind.CHOICE, _("Välj ur listan."), is_required=True),
        Column(
            "birth_year",
            "Födelseår",
            Kind.YEAR,
            _("Bara året, med fyra siffror. Aldrig födelsedatum."),
            _("Utan födelseår hamnar deltagandet på raden Uppgift saknas i åldersfördelningen."),
        ),
        Column(
            "municipality_id",
            "Kommun",
            Kind.CHOICE,
            _("Välj ur listan."),
            _("Utan kommun syns deltagandet som Uppgift saknas i Tabell 3."),
            others=("municipality",),
        ),
        Column("education", "Utbildning", Kind.CHOICE, _("Den högsta avslutade nivån. Välj ur listan."), _MISSING_ROW),
        Column("referrer", "Aktualiserande part", Kind.CHOICE, _("Välj ur listan."), _MISSING_ROW),
        *(assignment if words.initiative.uses_assignments else ()),
        Column(
            "asked_about_violence",
            "Fråga om våld ställd",
            Kind.CHOICE,
            _("Ja, Nej eller Inte än. Tomt betyder Inte än."),
            others=("fråga om våld",),
        ),
        *_support(words, "support_before", "Före: ", "Offentlig försörjning före"),
        Column(
            "support_months",
            "Månader i offentlig försörjning",
            Kind.MONTHS,
            _("Hela månader i sträck fram till start; avbrott på upp till en månad räknas inte. 0 för ingen tid."),
            _("Utan antal syns deltagandet som Uppgift saknas i tabellen om tid i försörjning."),
            others=("månader i offentlig försörjning före start", "månader i försörjning"),
        ),
        Column("exit_on", "Avslutsdatum", Kind.DAY, _("Tomt medan deltagandet pågår."), others=("avslut",)),
        Column(
            "exit_reason_id",
            "Avslutsorsak",
            Kind.CHOICE,
            _("Välj ur listan. Behövs när avslutsdatum finns."),
            others=("exit_reason",),
        ),
        *_after(words),
    ]


def _after(words: Words) -> list[Column]:
    return [
        Column(
            "work_after",
            "Arbetar efter",
            Kind.CHOICE,
            _("Välj ur listan. Behövs när avslutsorsaken är arbete."),
            _("Utan värdet räknas deltagandet inte i Tabell 2 om arbete efter avslut."),
            others=("arbete efter", "arbete efter avslut"),
        ),
        Column(
            "studies_after",
            "Studerar efter",
            Kind.CHOICE,
            _("Välj ur listan. Behövs när avslutsorsaken är studier."),
            _MISSING_ROW,
            others=("studier efter", "studier efter avslut"),
        ),
        *_support(words, "support_after", "Efter: ", "Offentlig försörjning efter"),
    ]


def _support(words: Words, field: str, prefix: str, whole: str) -> list[Column]:
    """A column for each kind: a drop-down cannot choose several at once, and typed lists go wrong."""
    about = _("Ja för varje slag som gäller; tomt för de andra. Lämna alla tomma om det inte är känt.")
    members = [
        Column(field, f"{prefix}{c.label}", Kind.MEMBER, about, _MISSING_ROW, member=str(c.key))
        for c in words.of[field].choices
    ]
    several = _("Flera skilda med semikolon, i stället för en kolumn för varje.")
    return [*members, Column(field, whole, Kind.SET, several, _MISSING_ROW, is_offered=False)]


_STEPS = (
    Column("code", "Kod", Kind.CODE, _CODE_NEEDED, is_required=True),
    Column("on", "Datum", Kind.DAY, _DAY, is_required=True),
    Column("step_id", "Steg", Kind.CHOICE, _("Välj ur listan."), is_required=True, others=("step",)),
)


def _follow_up(words: Words) -> list[Column]:
    return [
        Column("code", "Kod", Kind.CODE, _CODE_NEEDED, is_required=True),
        Column(
            "months",
            "Månader efter avslut",
            Kind.MONTHS,
            _("Vilken uppföljning det är, till exempel 6."),
            is_required=True,
            others=("månader",),
        ),
        Column("outcome", "Utfall", Kind.CHOICE, _("Välj ur listan."), is_required=True),
        Column("done_on", "Datum", Kind.DAY, _("Dagen då uppföljningen gjordes. Tomt för en planerad.")),
        Column("work_after", "Arbetar", Kind.CHOICE, _("Bara när deltagaren nåddes."), others=("arbete",)),
        Column("studies_after", "Studerar", Kind.CHOICE, _("Bara när deltagaren nåddes."), others=("studier",)),
        *_support(words, "support_after", "", "Offentlig försörjning"),
    ]
