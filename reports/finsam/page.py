"""The page to type from, as plain values: each place with its rows, in the order of the web form."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from reports.finsam import words
from reports.finsam.export import FEDERATION, Export, Place
from reports.finsam.fields import Kind
from reports.finsam.marks import Standing, State, needs_confirmation, seen, standing_of
from reports.finsam.moved import Moved, Why, moved_since_marked, why


@dataclass(frozen=True)
class Row:
    """A value to copy, and how it stands."""

    standing: Standing
    fill_in: str
    """Where a value that is missing is filled in; empty where it is not missing, or cannot be changed."""

    @property
    def key(self) -> str:
        return self.standing.item.field.key

    @property
    def title(self) -> str:
        return str(self.standing.item.field.title)

    @property
    def is_fixed(self) -> bool:
        return self.standing.item.field.is_fixed

    @property
    def shown(self) -> str:
        return words.shown(self.standing.item.field, self.standing.item.value)

    @property
    def copied(self) -> str:
        return words.copied(self.standing.item.field, self.standing.item.value)

    @property
    def state(self) -> str:
        return self.standing.state.value

    @property
    def then(self) -> str:
        """The value that is registered."""
        mark = self.standing.mark
        return words.shown(self.standing.item.field, mark.value) if mark else ""


@dataclass(frozen=True)
class Section:
    """A place with its rows."""

    place: Place
    rows: tuple[Row, ...]

    @property
    def seen(self) -> str:
        return seen(self.place)

    @property
    def left(self) -> int:
        """How many values may be marked."""
        return sum(row.standing.is_to_do for row in self.rows)


@dataclass(frozen=True)
class MovedRow:
    """A line of what has changed."""

    place: str
    title: str
    then: str
    now: str
    difference: str


@dataclass(frozen=True)
class FinsamPage:
    """All of it. ``registered`` of ``of`` values are; ``missing`` are not known."""

    sections: tuple[Section, ...]
    registered: int
    of: int
    missing: int
    moved: tuple[MovedRow, ...]
    why: tuple[Why, ...]


def page_of(export: Export) -> FinsamPage:
    """Only reads."""
    standing = standing_of(export)
    states = [one.state for one in standing]
    moved = moved_since_marked(standing)
    return FinsamPage(
        sections=tuple(
            Section(group[0].place, tuple(Row(one, _fill_in(export, one)) for one in group))
            for _slug, rows in groupby(standing, lambda one: one.place.slug)
            for group in [list(rows)]
        ),
        registered=states.count(State.REGISTERED),
        of=len(states) - states.count(State.NOT_APPLICABLE),
        missing=states.count(State.UNKNOWN),
        moved=tuple(moved_rows(moved)),
        why=tuple(why(export, moved)),
    )


def moved_rows(moved: Iterable[Moved]) -> list[MovedRow]:
    """What has changed, in words."""
    return [
        MovedRow(
            one.place.name,
            str(one.field.title),
            words.shown(one.field, one.then),
            words.shown(one.field, one.now),
            words.difference(one.field, one.then, one.now),
        )
        for one in moved
    ]


def confirmed_rows(about: Iterable[Standing]) -> list[Row]:
    """Those to look at once more before they are marked."""
    return [Row(one, "") for one in needs_confirmation(about)]


def _fill_in(export: Export, one: Standing) -> str:
    if one.state is not State.UNKNOWN or one.item.field.is_fixed:
        return ""
    slug, year = export.federation.slug, export.asked.year
    if one.place.slug == FEDERATION:
        return reverse("settings_year", args=[slug, year])
    if one.item.field.kind is Kind.TEXT:
        return reverse("settings_change_initiative", args=[slug, one.place.slug])
    return reverse("settings_budgets", args=[slug, year])
