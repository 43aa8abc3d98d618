"""The file that describes a federation: parties, municipalities, money, lists, initiatives, goals and assumptions.

Read into plain values, so that a plan can be made from it without a database.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

ALL_PARTIES = "*"
INDIVIDUAL = "individual"
WORK, STUDIES = "work", "studies"
"""The meanings of outcome groups that registrations depend on (``initiatives.models.CommonGroup``)."""


class FederationFileError(ValueError):
    """The file cannot be read as a federation; the message is a Swedish sentence that says where."""


@dataclass(frozen=True)
class PartyEntry:
    name: str
    kind: str


@dataclass(frozen=True)
class MunicipalityEntry:
    """``party`` is the municipality as a member: an initiative of that party may take participants from here."""

    code: str
    name: str
    party: str
    inhabitants: Mapping[str, int]


@dataclass(frozen=True)
class FundingEntry:
    year: int
    state: int
    region: int
    municipalities: int


@dataclass(frozen=True)
class GroupEntry:
    code: str
    label: str
    common: str


@dataclass(frozen=True)
class ReasonEntry:
    code: str
    label: str
    group: str
    counts_as_positive_step: bool = False
    went_on: bool = False
    purpose_reached: bool = False


@dataclass(frozen=True)
class ItemEntry:
    """A step or an assignment type: their order in the file is their order in the federation."""

    code: str
    label: str


@dataclass(frozen=True)
class YearEntry:
    year: int
    budget_sek: int
    outcome_sek: int
    planned_participants: int | None = None


@dataclass(frozen=True)
class InitiativeEntry:
    slug: str
    name: str
    label: str
    owner: str
    parties: list[str]
    start_on: date
    end_on: date
    orientation: str
    narrower_orientation: str
    follow_up_method: str
    esf: bool
    target_group: str
    age_from: int | None = None
    age_to: int | None = None
    uses_assignments: bool = False
    exit_reasons: list[str] = field(default_factory=list)
    follow_up_months: list[int] = field(default_factory=list)
    years: list[dict[str, Any]] = field(default_factory=list)

    @property
    def year_entries(self) -> tuple[YearEntry, ...]:
        return tuple(YearEntry(**row) for row in self.years)

    def has_party(self, name: str) -> bool:
        return name in self.parties or ALL_PARTIES in self.parties


@dataclass(frozen=True)
class GoalEntry:
    year: int
    code: str
    text: str
    measure: str
    target: int | Decimal


@dataclass(frozen=True)
class ParameterEntry:
    key: str
    value: int | Decimal
    valid_from: date
    source: str


@dataclass(frozen=True)
class FederationFile:
    """A whole file. Each tuple keeps the order of the file."""

    slug: str
    name: str
    parties: tuple[PartyEntry, ...]
    municipalities: tuple[MunicipalityEntry, ...]
    funding: tuple[FundingEntry, ...]
    outcome_groups: tuple[GroupEntry, ...]
    exit_reasons: tuple[ReasonEntry, ...]
    steps: tuple[ItemEntry, ...]
    assignments: tuple[ItemEntry, ...]
    initiatives: tuple[InitiativeEntry, ...]
    goals: tuple[GoalEntry, ...]
    parameters: tuple[ParameterEntry, ...]

    def with_participants(self) -> tuple[InitiativeEntry, ...]:
        """The initiatives that enrol people."""
        return tuple(i for i in self.initiatives if i.orientation == INDIVIDUAL)

    def initiative(self, slug: str) -> InitiativeEntry:
        return next(i for i in self.initiatives if i.slug == slug)

    def municipalities_of(self, slug: str) -> tuple[str, ...]:
        """The codes of the municipalities that are parties of an initiative."""
        initiative = self.initiative(slug)
        return tuple(m.code for m in self.municipalities if initiative.has_party(m.party))

    def means(self, reason: str | None) -> str | None:
        """What an exit reason means in common; None for no exit."""
        if reason is None:
            return None
        group = next(r.group for r in self.exit_reasons if r.code == reason)
        return next(g.common for g in self.outcome_groups if g.code == group)

    def is_positive(self, reason: str | None) -> bool:
        """Whether the exit reason by itself counts as a positive step."""
        return any(r.counts_as_positive_step for r in self.exit_reasons if r.code == reason)

    def parameter(self, key: str) -> Decimal:
        """The last value given for an assumption."""
        return Decimal(max((p for p in self.parameters if p.key == key), key=lambda p: p.valid_from).value)


def read_federation_file(path: Path) -> FederationFile:
    """The federation that a file describes; raises FederationFileError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise FederationFileError(f"{path.name} kan inte läsas som TOML: {error}.") from error

    def entries(name: str, make: Callable[..., T]) -> tuple[T, ...]:
        return tuple(_entry(path.name, name, number, make, row) for number, row in enumerate(data.get(name, ()), 1))

    return FederationFile(
        slug=_required(path.name, data, "slug"),
        name=_required(path.name, data, "name"),
        parties=entries("parties", PartyEntry),
        municipalities=entries("municipalities", MunicipalityEntry),
        funding=entries("funding", FundingEntry),
        outcome_groups=entries("outcome_groups", GroupEntry),
        exit_reasons=entries("exit_reasons", ReasonEntry),
        steps=entries("steps", ItemEntry),
        assignments=entries("assignments", ItemEntry),
        initiatives=entries("initiatives", InitiativeEntry),
        goals=entries("goals", GoalEntry),
        parameters=entries("parameters", ParameterEntry),
    )


def _entry(file: str, table: str, number: int, make: Callable[..., T], row: dict[str, Any]) -> T:
    try:
        return make(**row)
    except TypeError as error:  # an unknown key or a missing one; Python's message names it
        raise FederationFileError(
            f"{file}: post {number} under [[{table}]] har ett okänt fält, eller saknar ett: {error}."
        ) from error


def _required(file: str, data: Mapping[str, Any], key: str) -> str:
    if key not in data:
        raise FederationFileError(f"{file} saknar ”{key}”. Skriv det överst i filen.")
    return str(data[key])
