"""The figures of a year as Uppföljning Finsam asks for them: read from the tables that everybody sees."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period, PeriodError
from initiatives.models import Initiative
from reports.compute import compute, snapshot
from reports.context import Context, Scope
from reports.finsam.fields import OF_FEDERATION, OF_INITIATIVE, SCHEMA_VERSION, Counted, Field
from reports.finsam.participants import NOBODY, Heads, participants_of
from reports.result import Cell, Result
from reports.tables.budget import BUDGET_TABLE
from reports.tables.economy import FUNDING

Plain = int | str | bool | None
"""A value as JSON has it. Kronor are whole."""
PERIODS = ("year", "half", "quarter")
FEDERATION = ""
"""The place of what is about the federation itself; an initiative's is its slug."""


class AskedError(ValueError):
    """What is asked for does not exist. ``field`` is the part that is wrong, the message a Swedish sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Asked:
    """Which year, which participants, and in which part of the year they are counted."""

    year: int
    period: Period
    counted: Counted = Counted.TOTAL

    @property
    def is_usual(self) -> bool:
        """Whether this is what is shown where nothing is chosen."""
        return self == usual(self.year)


def usual(year: int) -> Asked:
    """All who took part in the year."""
    return Asked(year, Period.year(year))


def asked_of(year: int, query: Mapping[str, str]) -> Asked:
    """What an address asks for: ``participants`` and ``period``. Raises AskedError."""
    counted = query.get("participants", "").strip() or Counted.TOTAL
    if counted not in list(Counted):
        raise AskedError("participants", _("Välj bland %s.") % ", ".join(Counted))
    return Asked(year, _period(year, query.get("period", "").strip()), Counted(counted))


def _period(year: int, text: str) -> Period:
    if not text:
        return Period.year(year)
    try:
        period = Period.parse(text)
    except PeriodError as error:
        raise AskedError("period", str(error)) from error
    if period.kind not in PERIODS or period.start.year != year:
        raise AskedError("period", _("Välj året %(year)d, eller ett halvår eller kvartal i det.") % {"year": year})
    return period


@dataclass(frozen=True)
class Item:
    """A field with its value. None is not known where ``is_missing``, and otherwise does not apply."""

    field: Field
    value: Plain
    is_missing: bool = False


@dataclass(frozen=True)
class Place:
    """The federation itself, or an initiative, with its fields in the form's order."""

    slug: str
    name: str
    items: tuple[Item, ...]

    def item(self, key: str) -> Item:
        """KeyError where the place has no such field."""
        return {item.field.key: item for item in self.items}[key]


@dataclass(frozen=True)
class Export:
    """All the figures, from one snapshot of the database. ``places``: the federation first."""

    federation: Federation
    asked: Asked
    known_at: datetime
    places: tuple[Place, ...]

    def place(self, slug: str) -> Place:
        """KeyError where there is none."""
        return {place.slug: place for place in self.places}[slug]

    def each(self) -> Iterator[tuple[Place, Item]]:
        return ((place, item) for place in self.places for item in place.items)

    @property
    def missing(self) -> list[str]:
        """The paths of what is not known: ``own_capital``, ``initiatives/<slug>/budget``."""
        return [path_of(place.slug, item.field) for place, item in self.each() if item.is_missing]


def path_of(place: str, field: Field) -> str:
    """How a field of a place is named in the export."""
    return f"initiatives/{place}/{field.key}" if place else field.key


def export_of(federation: Federation, asked: Asked, *, now: datetime) -> Export:
    """Compute it. Only reads; raises one of COMPUTE_ERRORS."""
    scope, today = Scope(federation), timezone.localdate(now)
    with snapshot():
        context = Context(scope, Period.year(asked.year), today=today)
        budget, funding = compute([BUDGET_TABLE, FUNDING], context)
        heads = participants_of(Context(scope, asked.period, today=today), asked.counted)
        own = Place(FEDERATION, federation.name, tuple(_own_items(context, budget, funding)))
    listed = [i for i in context.lists.all_initiatives if budget.has_row(i.slug) or i.slug in heads]
    places = [Place(i.slug, i.name, tuple(_items(i, budget, heads, asked.counted))) for i in listed]
    return Export(federation, asked, now, (own, *places))


def _own_items(context: Context, budget: Result, funding: Result) -> Iterator[Item]:
    known = {f"funds.{row.key[0]}": _plain(row.cells[funding.column("amount")]) for row in funding.rows}
    if None in known.values():
        # The table adds up what there is; a part that is not known makes the sum unknown here.
        known["funds.total"] = None
    own = context.federation_year
    capital = own.own_capital_sek if own else None
    known["own_capital"] = None if capital is None else int(capital)
    for column in ("budget", "outcome"):
        known[f"administration.{column}"] = _plain(budget.cell(column, "administration"))
    return (Item(field, known[field.key], known[field.key] is None) for field in OF_FEDERATION)


def _items(initiative: Initiative, budget: Result, heads: Mapping[str, Heads], counted: Counted) -> Iterator[Item]:
    is_structural = initiative.orientation == Initiative.Orientation.STRUCTURAL
    people: Heads | None = heads.get(initiative.slug, NOBODY)
    if is_structural and counted is not Counted.TOTAL:
        people = None
    for field in OF_INITIATIVE:
        if field.is_counted:
            yield Item(field, people[field.key] if people else None)
        elif field.key == "planned_participants" and is_structural:
            yield Item(field, None)
        elif field.key in ("budget", "outcome", "planned_participants"):
            yield _of_year(field, budget, initiative.slug)
        else:
            value = getattr(initiative, field.key)
            yield Item(field, None if value == "" else value, value == "")


def _of_year(field: Field, budget: Result, slug: str) -> Item:
    column = {"planned_participants": "planned"}.get(field.key, field.key)
    value = _plain(budget.cell(column, slug)) if budget.has_row(slug) else None
    return Item(field, value, value is None)


def _plain(cell: Cell) -> int | None:
    return None if cell.value is None else int(cell.number)


def payload_of(export: Export) -> dict[str, Any]:
    """What is exported and sent, as JSON has it. ``serializers.ExportSerializer`` describes the same."""
    asked = export.asked
    whole: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "generated_at": timezone.localtime(export.known_at).isoformat(),
        "known_at": timezone.localtime(export.known_at).isoformat(),
        "federation": {"slug": export.federation.slug, "name": export.federation.name},
        "year": asked.year,
        "participants": {
            "counted": asked.counted.value,
            "period": asked.period.key,
            "start": asked.period.start.isoformat(),
            "end": asked.period.end.isoformat(),
        },
    }
    own, *initiatives = export.places
    whole |= _nested(own)
    whole["initiatives"] = [{"slug": place.slug, **_nested(place)} for place in initiatives]
    whole["missing"] = export.missing
    # Of all but the times: the same figures have the same.
    figures = {key: value for key, value in whole.items() if key not in ("generated_at", "known_at")}
    return {**whole, "figures_sha256": digest_of(figures)}


def _nested(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in place.items:
        *groups, last = item.field.key.split(".")
        inner = found
        for group in groups:
            inner = inner.setdefault(group, {})
        inner[last] = item.value
    return found


def digest_of(value: Any) -> str:
    """SHA-256 of a value as JSON has it."""
    return hashlib.sha256(canonical(value)).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON in one way: sorted, without spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def values_in(payload: Mapping[str, Any]) -> dict[str, Plain]:
    """Every value of a payload by its path, as ``path_of`` names it."""
    found = {field.key: _at(payload, field.key) for field in OF_FEDERATION}
    for initiative in payload["initiatives"]:
        slug = initiative["slug"]
        found |= {path_of(slug, field): _at(initiative, field.key) for field in OF_INITIATIVE}
    return found


def _at(told: Mapping[str, Any], key: str) -> Any:
    for part in key.split("."):
        told = told[part]
    return told
