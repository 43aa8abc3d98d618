"""What a figure is made of: its counts, each broken down one level, and the formula that joins them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from finsam_tracker.core.models import User
from participants.models import Participation, ParticipationQuerySet
from reports.compute import columns_of
from reports.context import Context
from reports.definition import (
    TOTAL,
    UNKNOWN,
    Assumption,
    Count,
    Dimension,
    Measure,
    Named,
    OfAll,
    Registrations,
    Table,
)
from reports.dimensions.common import (
    CONTACT_KIND,
    EXIT_REASON,
    GENDER,
    INITIATIVE,
    MUNICIPALITY,
    REFERRED_TO,
)
from reports.grouping import Asked, Groups, count_by
from reports.result import ResultRow, RowKind
from reports.trace import measure_of, registrations_of

Codes = dict[Dimension, str]
EVERYWHERE = (INITIATIVE, EXIT_REASON, GENDER, MUNICIPALITY, CONTACT_KIND, REFERRED_TO)
"""What any figure is broken down by, where its rows have it, besides its own table's rows and columns."""


@dataclass(frozen=True)
class Part:
    """A count that a figure is made of: what it counts in words, by what rule, and the rows."""

    count: Count
    codes: Codes
    words: str
    rows: Registrations

    @property
    def rule(self) -> str:
        return str(self.count.population.rule)

    @property
    def number(self) -> int:
        """How many the rows stand for."""
        return self.count.population.number(self.rows)


@dataclass(frozen=True)
class Breakdown:
    """A count by the items of a dimension. The items add up to the count; those with none are left out."""

    title: str
    items: tuple[tuple[str, int], ...]

    @property
    def sum(self) -> int:
        return sum(number for _label, number in self.items)


@dataclass(frozen=True)
class Behind:
    """A figure taken apart: its formula, its counts, and the assumptions between them."""

    formula: str
    parts: tuple[Part, ...]
    assumptions: tuple[Assumption, ...]

    @property
    def is_count(self) -> bool:
        """Whether the figure is a count itself, and no formula over counts."""
        return len(self.parts) == 1 and self.formula == self.parts[0].count.words()


def taken_apart(table: Table, context: Context, row: ResultRow, column: str) -> Behind:
    """What is behind a cell. KeyError where there is no such cell."""
    measure, split = measure_of(table, context, row, column)
    rows: Codes = dict(zip(table.rows, row.key, strict=True)) if row.kind is not RowKind.LINE else {}
    columns: Codes = {split: column} if split is not None else {}
    found: list[tuple[Count, Codes]] = []
    for one in _counts(measure, rows, columns):
        if one not in found:
            found.append(one)
    leaves = dict.fromkeys(leaf for leaf in measure.leaves if isinstance(leaf, Assumption))
    parts = tuple(_part(count, codes, context) for count, codes in found)
    return Behind(_formula(measure), parts, tuple(leaves))


def _counts(measure: Measure, rows: Codes, columns: Codes) -> Iterator[tuple[Count, Codes]]:
    if isinstance(measure, Count):
        yield measure, {**rows, **columns}
    for part in measure.parts():
        yield from _counts(part, {} if isinstance(measure, OfAll) else rows, columns)


def _formula(measure: Measure) -> str:
    return measure.measure.words() if isinstance(measure, Named) else measure.words()


def _part(count: Count, codes: Codes, context: Context) -> Part:
    words = count.words()
    if count.dimension is not None and not count.title:
        labels = [_label(count.dimension, code, context) for code in sorted(count.codes)]
        words = f"{words}: {', '.join(labels)}"
    return Part(count, codes, words, registrations_of(count, codes, context))


def _label(dimension: Dimension, code: str, context: Context) -> str:
    return next((m.label for m in dimension.members(context, {}) if m.code == code), code)


def breakdowns(table: Table, part: Part, context: Context) -> list[Breakdown]:
    """The count one level down, by each dimension that is still open. Counted in one query."""
    usable = [dimension for dimension in _open(table, part, context) if _has(part.rows, dimension)]
    sets = {tuple(c.name for c in columns): columns for columns in (columns_of([d]) for d in usable)}
    if not sets:
        return []
    asked = Asked(part.rows, list(sets.values()), part.count.population.weight)
    counted = count_by({"behind": asked})["behind"]
    found = (_breakdown(d, counted[tuple(c.name for c in columns_of([d]))], part, context) for d in usable)
    return [breakdown for breakdown in found if breakdown and len(breakdown.items) > 0]


def _open(table: Table, part: Part, context: Context) -> list[Dimension]:
    """The dimensions that the figure is not about already: its own table's first."""
    closed = {dimension.key for dimension, code in part.codes.items() if code != TOTAL}
    if context.scope.initiative is not None:
        closed.add(INITIATIVE.key)
    own = [dimension for dimension in part.codes if dimension in (*table.rows, *table.splits)]
    candidates = {dimension.key: dimension for dimension in (*own, *EVERYWHERE)}
    return [dimension for key, dimension in candidates.items() if key not in closed]


def _has(rows: Registrations, dimension: Dimension) -> bool:
    """Whether the rows have the dimension's columns as they are."""
    known = {field.attname for field in rows.model._meta.concrete_fields}  # noqa: SLF001 - Meta API
    known |= {field.name for field in rows.model._meta.concrete_fields}  # noqa: SLF001
    return all(column.expression is None and column.name in known for column in dimension.columns)


def _breakdown(dimension: Dimension, groups: Groups, part: Part, context: Context) -> Breakdown | None:
    place = dimension.placer(context)
    tally: Counter[str] = Counter()
    for raws, number in groups:
        tally[str(place(*raws))] += number
    within: Mapping[str, str] = {d.key: code for d, code in part.codes.items() if code != TOTAL}
    labels = {str(m.code): m.label for m in dimension.members(context, within)}
    if UNKNOWN in tally and UNKNOWN not in labels and dimension not in part.codes:
        # Such as the exit reason of those who have not left: it is not missing, it is not there yet.
        return None
    in_order = [*(code for code in labels if code in tally), *sorted(tally.keys() - labels.keys())]
    told = (labels.get(code, _("Uppgift saknas") if code == UNKNOWN else code) for code in in_order)
    items = tuple((label, tally[code]) for label, code in zip(told, in_order, strict=True) if tally[code])
    return Breakdown(str(dimension.title), items)


def people_behind(part: Part, user: User) -> ParticipationQuerySet | None:
    """The participations of a count that the person may see as rows; None where the rows are of something else."""
    fields: set[Any] = {field.attname for field in part.rows.model._meta.concrete_fields}  # noqa: SLF001 - Meta API
    path = "pk" if part.rows.model is Participation else "registration_id" if "code" in fields else "participation_id"
    if path != "pk" and path not in fields:
        return None
    return Participation.objects.visible_to(user).filter(pk__in=part.rows.order_by().values(path))
