"""Every field of Uppföljning Finsam, declared once, in the order of its web form.

The export, the page to type from, what is kept of it and what is sent are made from these. Source: the fields that
Försäkringskassan's system has had since 2023; it has no age, no education and no reason, and so neither has this.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from initiatives.policies import NEVER_CHANGE
from reports.definition import DeclarationError, Population, Text
from reports.populations import EXITED, ONGOING, STARTED, TOOK_PART

SCHEMA_VERSION = "1.0"
"""Of what is exported and sent. A change that only adds raises the second number, any other the first."""


class Kind(StrEnum):
    """What a field holds: words, yes or no, kronor, a number of people, or a choice of a list."""

    TEXT = "text"
    FLAG = "flag"
    SEK = "sek"
    COUNT = "count"
    CHOICE = "choice"


class Counted(StrEnum):
    """Which participants are counted. The manual's definition is not public, so each federation chooses."""

    TOTAL = "total"
    NEW = "new"
    ONGOING = "ongoing"
    EXITED = "exited"

    @property
    def label(self) -> str:
        return str(_LABELS[self])

    @property
    def population(self) -> Population:
        return _POPULATIONS[self]


_LABELS: dict[Counted, str | Promise] = {
    Counted.TOTAL: _("Alla som deltog i perioden"),
    Counted.NEW: _("Nya i perioden"),
    Counted.ONGOING: _("Pågående vid periodens slut"),
    Counted.EXITED: _("Avslutade i perioden"),
}
_POPULATIONS = {
    Counted.TOTAL: TOOK_PART,
    Counted.NEW: STARTED,
    Counted.ONGOING: ONGOING,
    Counted.EXITED: EXITED,
}


@dataclass(frozen=True)
class Field:
    """A field of the form. ``key`` is its path in the export: ``funds.state``.

    ``is_fixed``: the national system lets nobody change it once the initiative is created. ``is_counted``: a number of
    participants, which depends on the period and on who is counted.
    """

    key: str
    title: Text
    kind: Kind
    is_fixed: bool = False
    is_counted: bool = False


OF_FEDERATION = (
    Field("funds.state", _("Tilldelade medel från staten (kr)"), Kind.SEK),
    Field("funds.region", _("Tilldelade medel från regionen (kr)"), Kind.SEK),
    Field("funds.municipalities", _("Tilldelade medel från kommunerna (kr)"), Kind.SEK),
    Field("funds.total", _("Tilldelade medel, summa (kr)"), Kind.SEK),
    Field("own_capital", _("Eget kapital vid årets början (kr)"), Kind.SEK),
    Field("administration.budget", _("Administration, budget (kr)"), Kind.SEK),
    Field("administration.outcome", _("Administration, utfall (kr)"), Kind.SEK),
)
OF_INITIATIVE = (
    Field("name", _("Namn"), Kind.TEXT),
    Field("orientation", _("Inriktning"), Kind.CHOICE, is_fixed=True),
    Field("narrower_orientation", _("Närmare inriktning"), Kind.TEXT),
    Field("follow_up_method", _("Uppföljningsmetod"), Kind.TEXT, is_fixed=True),
    Field("esf", _("ESF-finansierad"), Kind.FLAG, is_fixed=True),
    Field("target_group", _("Målgrupp"), Kind.TEXT),
    Field("budget", _("Budget (kr)"), Kind.SEK),
    Field("outcome", _("Utfall (kr)"), Kind.SEK),
    Field("planned_participants", _("Planerat antal deltagare"), Kind.COUNT),
    Field("participants.women", _("Deltagare, kvinnor"), Kind.COUNT, is_counted=True),
    Field("participants.men", _("Deltagare, män"), Kind.COUNT, is_counted=True),
    Field("participants.other", _("Deltagare, annat kön eller uppgift saknas"), Kind.COUNT, is_counted=True),
    Field("participants.total", _("Deltagare, summa"), Kind.COUNT, is_counted=True),
)
FIELDS: dict[str, Field] = {field.key: field for field in (*OF_FEDERATION, *OF_INITIATIVE)}
if {field.key for field in OF_INITIATIVE if field.is_fixed} != set(NEVER_CHANGE):
    raise DeclarationError(f"Uppföljning Finsam fixes {NEVER_CHANGE}: say is_fixed of these fields and no other.")
