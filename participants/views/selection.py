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
from participants.models import ParticipationQuerySet

SHOWN: dict[str, str | Promise] = {
    "pagaende": gettext_lazy("Pågående"),
    "avslutade": gettext_lazy("Avslutade"),
    "alla": gettext_lazy("Alla"),
}


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
        if "ordning" in query:
            column = query["ordning"].removeprefix("-")
            if column in COLUMNS:
                wanted = replace(wanted, order=column, descending=query["ordning"].startswith("-"))
            else:
                complaints.append(
                    _("Adressen bad om en ordning som inte finns. Listan börjar med den senaste starten.")
                )
        return replace(wanted, page=query.get("sida", "1")), complaints

    @property
    def address(self) -> str:
        """The selection as the query of an address."""
        order = f"-{self.order}" if self.descending else self.order
        return "?" + urlencode({"visa": self.show, "ordning": order, "sida": self.page})

    def on_page(self, number: int) -> str:
        """The address of another page of the same list."""
        return replace(self, page=str(number)).address

    def filters(self) -> list[tuple[str | Promise, str, bool]]:
        """Each choice of rows: its name, its address and whether it is the present one."""
        return [(name, replace(self, show=key, page="1").address, key == self.show) for key, name in SHOWN.items()]

    def headers(self) -> list[Header]:
        """The headings, in order."""
        return [self._header(key, column) for key, column in COLUMNS.items()]

    def _header(self, key: str, column: Column) -> Header:
        present = key == self.order
        direction = ("descending" if self.descending else "ascending") if present else ""
        turned = replace(self, order=key, descending=present and not self.descending, page="1")
        return Header(column.title, turned.address, direction)

    def of(self, rows: ParticipationQuerySet) -> ParticipationQuerySet:
        """The rows in the order asked for. Rows alike keep one order, so that no page repeats another's."""
        sets = {"pagaende": rows.ongoing, "avslutade": rows.exited, "alla": rows.counted}
        return sets[self.show]().order_by(self._ordering(), "-start_on", "pk")

    def _ordering(self) -> OrderBy:
        return OrderBy(COLUMNS[self.order].ordered_by, descending=self.descending, nulls_last=True)
