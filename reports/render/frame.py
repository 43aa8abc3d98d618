"""What stands around a table: above it what it is about, beneath it notes, assumptions and what the signs mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from reports.render.numbers import SIGN_WORDS, SIGNS, stored_decimals, sv_decimal
from reports.result import Result, ResultRow, RowKind, Status, UsedParameter


@dataclass(frozen=True)
class Computed:
    """When figures were computed. ``is_stale``: registrations have been made since that are not in them.

    ``known_on``: the past day whose knowledge they show.
    """

    at: datetime
    is_stale: bool = False
    known_on: date | None = None

    @property
    def sentence(self) -> str:
        when = _("Beräknad %(day)s kl. %(time)s.") % {
            "day": f"{localtime(self.at):%Y-%m-%d}",
            "time": f"{localtime(self.at):%H.%M}",
        }
        if self.known_on:
            return f"{when} {_('Som det var känt %s.') % self.known_on.isoformat()}"
        return f"{when} {_('Nyare registreringar är inte med än.')}" if self.is_stale else when


def about(result: Result) -> str:
    """Whose figures, over which part, in which period."""
    parts = (result.federation, result.scope if result.scope != result.federation else "", result.period_label)
    return " · ".join(filter(None, parts))


def notes(result: Result) -> tuple[str, ...]:
    """What the table counts, and its notes."""
    return tuple(filter(None, (result.counts, *result.notes)))


def assumptions(result: Result) -> tuple[str, ...]:
    """A sentence about each assumption that the table leans on."""
    return tuple(map(_assumption, result.parameters))


def legend(result: Result) -> str:
    """What the signs in the table mean; empty where it has none."""
    used = {cell.status for row in result.rows for cell in row.cells} - {Status.VALUE}
    meanings = [f"{SIGNS[status]} {SIGN_WORDS[status]}" for status in SIGNS if status in used]
    return _("Tecken: %s.") % ", ".join(meanings) if meanings else ""


def full_title(group: str, title: str) -> str:
    """The heading of a column that must do without the heading above it."""
    return f"{group}: {title}" if group else title


def repeats(rows: Sequence[ResultRow]) -> list[int]:
    """For each row, how many of its first labels the row above says already. The last label is never one of them."""
    return [0, *(_shared(above, row) for above, row in pairwise(rows))][: len(rows)]


def _shared(above: ResultRow, row: ResultRow) -> int:
    if RowKind.LINE in (above.kind, row.kind):
        return 0
    return next((at for at in range(len(row.key)) if row.key[: at + 1] != above.key[: at + 1]), 0)


def _assumption(parameter: UsedParameter) -> str:
    return _("%(title)s: %(value)s %(unit)s (från %(since)s; källa: %(source)s)") % {
        "title": parameter.title,
        "value": swedish(parameter.value),
        "unit": parameter.unit,
        "since": parameter.valid_from,
        "source": parameter.source,
    }


def swedish(value: str) -> str:
    """A number that is kept as text, as people write it; any other text as it is."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    return sv_decimal(number, stored_decimals(number)) if number.is_finite() else value
