"""Which participations a list shows, and in which order: read off the address, and written into links."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django.db.models import Case, F, Value, When
from django.db.models.expressions import OrderBy
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.codes import Gender
from participants.forms.choices import UNKNOWN
from participants.forms.filters import FOLLOW_UPS, YES
from participants.models import ParticipationQuerySet
from participants.quality.checks import NAMED
from participants.quality.moment import Moment
from participants.todo import Waiting

SHOWN: dict[str, str | Promise] = {
    "pagaende": gettext_lazy("Pågående"),
    "avslutade": gettext_lazy("Avslutade"),
    "alla": gettext_lazy("Alla"),
}
LONGEST_CODE = 40
LONGEST_PERIOD = 24


@dataclass(frozen=True)
class Column:
    """A column of the list: its heading, and what it is ordered by."""

    title: str | Promise
    ordered_by: F | Case


COLUMNS: dict[str, Column] = {
    "kod": Column(gettext_lazy("Kod"), F("code")),
    "kon": Column(
        gettext_lazy("Kön"), Case(*(When(gender=g, then=Value(place)) for place, g in enumerate(Gender.values)))
    ),
    "fodelsear": Column(gettext_lazy("Födelseår"), F("birth_year")),
    # In the order that the federation's tables have; the database's own would put Ä before Å.
    "kommun": Column(gettext_lazy("Kommun"), F("municipality__position")),
    "start": Column(gettext_lazy("Start"), F("start_on")),
    "avslut": Column(gettext_lazy("Avslut"), F("exit_on")),
    "orsak": Column(gettext_lazy("Avslutsorsak"), F("exit_reason__position")),
}


@dataclass(frozen=True)
class Header:
    """A heading as the page shows it: a link that orders by the column, or turns the order round."""

    title: str | Promise
    address: str
    direction: str


@dataclass(frozen=True)
class Selection:
    """What the address asks for. ``page`` is kept as typed; the paginator makes the best of it."""

    show: str = "pagaende"
    follow_up: str = ""
    assignment: str = ""
    with_blanks: bool = False
    without_step: bool = False
    # What the pages about quality look for, and the period they look in; kept as typed, as the page is.
    quality: str = ""
    period: str = ""
    order: str = "start"
    descending: bool = True
    page: str = "1"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """The selection, and a sentence about each part of the address that could not be followed."""
        complaints = []
        wanted, asked = cls(), query.get("visa", cls.show)
        if asked in SHOWN:
            wanted = replace(wanted, show=asked)
        else:
            complaints.append(_("Adressen bad om ett urval som inte finns. Här visas de pågående."))
        wanted, complaint = wanted.narrowed(query)
        complaints += complaint
        if "ordning" in query:
            column = query["ordning"].removeprefix("-")
            if column in COLUMNS:
                wanted = replace(wanted, order=column, descending=query["ordning"].startswith("-"))
            else:
                complaints.append(
                    _("Adressen bad om en ordning som inte finns. Listan börjar med den senaste starten.")
                )
        return replace(wanted, page=query.get("sida", "1")), complaints

    def narrowed(self, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """The selection with the filters that the address asks for."""
        follow_up = query.get("uppfoljning", "")
        known = not follow_up or follow_up in FOLLOW_UPS
        narrowed = replace(
            self,
            follow_up=follow_up if known else "",
            # PostgreSQL would stop at a character that no code has.
            assignment="".join(c for c in query.get("uppdrag", "")[:LONGEST_CODE] if c.isprintable()),
            with_blanks=query.get("saknas") == YES,
            without_step=query.get("utan_steg") == YES,
            quality=query.get("kvalitet", "") if query.get("kvalitet") in NAMED else "",
            period=query.get("period", "")[:LONGEST_PERIOD],
        )
        if narrowed.follow_up and narrowed.show == "pagaende":
            # Only what has ended is followed up.
            narrowed = replace(narrowed, show="alla")
        return narrowed, [] if known else [_("Adressen bad om ett läge för uppföljning som inte finns.")]

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is on."""
        return bool(self.follow_up or self.assignment or self.with_blanks or self.without_step or self.quality)

    def cleared(self) -> str:
        """The address of the same list without filters."""
        return Selection(show=self.show, order=self.order, descending=self.descending).address

    def as_initial(self) -> dict[str, object]:
        """The filters as their form shows them."""
        return {
            "visa": self.show,
            "ordning": self._order,
            "uppfoljning": self.follow_up,
            "uppdrag": self.assignment,
            "saknas": self.with_blanks,
            "utan_steg": self.without_step,
            "kvalitet": self.quality,
            "period": self.period,
        }

    @property
    def _order(self) -> str:
        return f"-{self.order}" if self.descending else self.order

    @property
    def address(self) -> str:
        """The selection as the query of an address."""
        filters = {
            "uppfoljning": self.follow_up,
            "uppdrag": self.assignment,
            "saknas": YES if self.with_blanks else "",
            "utan_steg": YES if self.without_step else "",
            "kvalitet": self.quality,
            "period": self.period,
        }
        on = {name: value for name, value in filters.items() if value}
        return "?" + urlencode({"visa": self.show, **on, "ordning": self._order, "sida": self.page})

    def on_page(self, number: int) -> str:
        """The address of another page of the same list."""
        return replace(self, page=str(number)).address

    def filters(self) -> list[tuple[str | Promise, str, bool]]:
        """Each choice of rows: its name, its address and whether it is the present one."""
        return [
            # With a state of follow-up the ongoing ones would be none: that choice leaves the state behind.
            (name, replace(self, show=key, page="1", follow_up=self._state_for(key)).address, key == self.show)
            for key, name in SHOWN.items()
        ]

    def _state_for(self, show: str) -> str:
        return "" if show == "pagaende" else self.follow_up

    def headers(self) -> list[Header]:
        """The headings, in order."""
        return [self._header(key, column) for key, column in COLUMNS.items()]

    def _header(self, key: str, column: Column) -> Header:
        present = key == self.order
        direction = ("descending" if self.descending else "ascending") if present else ""
        turned = replace(self, order=key, descending=present and not self.descending, page="1")
        return Header(column.title, turned.address, direction)

    def of(self, rows: ParticipationQuerySet, waiting: Waiting, moment: Moment) -> ParticipationQuerySet:
        """The rows in the order asked for. Rows alike keep one order, so that no page repeats another's."""
        sets = {"pagaende": rows.ongoing, "avslutade": rows.exited, "alla": rows.counted}
        shown = sets[self.show]()
        if self.quality:
            shown = shown.filter(pk__in=NAMED[self.quality].rows(rows, moment).order_by().values("pk"))
        return self._narrow(shown, waiting).order_by(self._ordering(), "-start_on", "pk")

    def _narrow(self, rows: ParticipationQuerySet, waiting: Waiting) -> ParticipationQuerySet:
        due = {"forsenad": waiting.overdue, "manad": waiting.due_this_month, "kommande": waiting.coming}
        if self.follow_up == "gjord":
            rows = rows.followed_up()
        elif self.follow_up:
            rows = rows.filter(pk__in=due[self.follow_up].order_by().values("participation"))
        if self.assignment:
            rows = rows.filter(assignment=None if self.assignment == UNKNOWN else self.assignment)
        if self.with_blanks:
            rows = rows.filter(pk__in=waiting.blanks.order_by().values("pk"))
        if self.without_step:
            rows = rows.filter(pk__in=waiting.without_step.order_by().values("pk"))
        return rows

    def _ordering(self) -> OrderBy:
        return OrderBy(COLUMNS[self.order].ordered_by, descending=self.descending, nulls_last=True)
