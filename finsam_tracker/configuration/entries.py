"""Everything that the file of a federation may say, declared once: reading, checking, comparing and writing follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from finsam_tracker.configuration import shapes
from finsam_tracker.configuration.entry import Entry, keyed, table_list
from finsam_tracker.core.models import Federation, Party
from finsam_tracker.core.parameters import PARAMETERS
from finsam_tracker.core.services.federation import MOST_DAYS
from initiatives.common_lists import COMMON_LISTS
from initiatives.goal_measures import GOAL_MEASURES
from initiatives.models import BandKind, CodeKind, CommonGroup, Goal, Initiative
from reports.models.schedules import LATEST
from reports.publications import TEMPLATES
from reports.publishing.house_style import LONGEST_TEXT
from reports.publishing.timing import default_rhythm

ALL_PARTIES = "*"
WORK, STUDIES = CommonGroup.WORK, CommonGroup.STUDIES
YEAR = shapes.integer(shapes.FIRST_YEAR, shapes.LAST_YEAR)
MOST_MONTHS = 60


@dataclass(frozen=True, kw_only=True)
class PartyEntry(Entry):
    unique = (("name",),)
    identity = ("name",)
    what = "part"

    name: str = keyed(shapes.text(100))
    kind: str = keyed(shapes.choice(Party.Kind.values))


@dataclass(frozen=True, kw_only=True)
class MunicipalityEntry(Entry):
    unique = (("code",), ("name",))
    identity = ("code",)
    what = "kommun"

    code: str = keyed(shapes.code(50))
    name: str = keyed(shapes.text(60))
    inhabitants: Mapping[int, int] = keyed(shapes.by_year(shapes.integer(1, 5_000_000)), default=None)
    contributions_sek: Mapping[int, int] = keyed(shapes.by_year(shapes.sek()), default=None)


@dataclass(frozen=True, kw_only=True)
class FundingEntry(Entry):
    unique = (("year",),)
    identity = ("year",)
    what = "medel"

    year: int = keyed(YEAR)
    state: int | None = keyed(shapes.sek(), default=None)
    region: int | None = keyed(shapes.sek(), default=None)
    municipalities: int | None = keyed(shapes.sek(), default=None)


@dataclass(frozen=True, kw_only=True)
class FederationYearEntry(Entry):
    unique = (("year",),)
    identity = ("year",)
    what = "förbundets år"

    year: int = keyed(YEAR)
    own_capital_sek: int | None = keyed(shapes.integer(-999_999_999_999, 999_999_999_999), default=None)
    administration_budget_sek: int | None = keyed(shapes.sek(), default=None)
    administration_outcome_sek: int | None = keyed(shapes.integer(-999_999_999_999, 999_999_999_999), default=None)


@dataclass(frozen=True, kw_only=True)
class GroupEntry(Entry):
    unique = (("code",), ("label",))
    identity = ("code",)
    what = "utfallsgrupp"

    code: str = keyed(shapes.code(40))
    label: str = keyed(shapes.text(60))
    common: str = keyed(shapes.choice(CommonGroup.values))


@dataclass(frozen=True, kw_only=True)
class DatedEntry(Entry):
    unique = (("code",),)
    identity = ("code",)

    code: str = keyed(shapes.code(40))
    label: str = keyed(shapes.text(100))
    valid_from: date | None = keyed(shapes.day(), default=None)
    valid_to: date | None = keyed(shapes.day(), default=None)


@dataclass(frozen=True, kw_only=True)
class ReasonEntry(DatedEntry):
    what = "avslutsorsak"

    group: str = keyed(shapes.code(40))
    counts_as_positive_step: bool = keyed(shapes.flag(), default=False)
    purpose_reached: bool = keyed(shapes.flag(), default=False)
    went_on: bool = keyed(shapes.flag(), default=False)


@dataclass(frozen=True, kw_only=True)
class StepEntry(DatedEntry):
    what = "steg"


@dataclass(frozen=True, kw_only=True)
class ItemEntry(DatedEntry):
    """An item of a plain list. ``common`` None: its own code, where the common list has it; "": none, and said so."""

    what = "val"

    common: str | None = keyed(shapes.code(40, may_be_empty=True), default=None)

    def common_in(self, kind: CodeKind) -> str:
        """The code of the common item that it counts as, "" for none."""
        if self.common is not None:
            return self.common
        return self.code if self.code in {item.code for item in COMMON_LISTS[kind]} else ""


@dataclass(frozen=True, kw_only=True)
class BandEntry(Entry):
    unique = (("kind", "low"),)
    identity = ("kind", "low")
    what = "klass"

    kind: str = keyed(shapes.choice(BandKind.values))
    label: str = keyed(shapes.text(60))
    low: int = keyed(shapes.integer(0, 9999))
    high: int | None = keyed(shapes.integer(0, 9999), default=None)


@dataclass(frozen=True, kw_only=True)
class YearEntry(Entry):
    unique = (("year",),)
    identity = ("year",)
    what = "insatsens år"

    year: int = keyed(YEAR)
    budget_sek: int | None = keyed(shapes.sek(), default=None)
    outcome_sek: int | None = keyed(shapes.integer(-999_999_999_999, 999_999_999_999), default=None)
    planned_participants: int | None = keyed(shapes.integer(0, 100_000), default=None)


@dataclass(frozen=True, kw_only=True)
class InitiativeEntry(Entry):
    unique = (("slug",), ("name",))
    identity = ("slug",)
    what = "insats"

    slug: str = keyed(shapes.code(50))
    name: str = keyed(shapes.text(100))
    label: str = keyed(shapes.text(40))
    owner: str | None = keyed(shapes.text(100), default=None)
    parties: tuple[str, ...] = keyed(shapes.list_of(shapes.text(100)), default=())
    start_on: date = keyed(shapes.day())
    end_on: date | None = keyed(shapes.day(), default=None)
    orientation: str = keyed(shapes.choice(Initiative.Orientation.values))
    narrower_orientation: str = keyed(shapes.text(100), default="")
    follow_up_method: str = keyed(shapes.text(100), default="")
    esf: bool = keyed(shapes.flag(), default=False)
    target_group: str = keyed(shapes.text(200), default="")
    age_from: int | None = keyed(shapes.integer(0, 120), default=None)
    age_to: int | None = keyed(shapes.integer(0, 120), default=None)
    uses_assignments: bool = keyed(shapes.flag(), default=False)
    exit_reasons: tuple[str, ...] = keyed(shapes.list_of(shapes.code(40)), default=())
    follow_up_months: tuple[int, ...] = keyed(shapes.list_of(shapes.integer(1, MOST_MONTHS)), default=())
    years: tuple[YearEntry, ...] = keyed(table_list(YearEntry), default=())

    @property
    def has_participants(self) -> bool:
        return self.orientation == Initiative.Orientation.INDIVIDUAL

    def has_party(self, name: str) -> bool:
        return name in self.parties or ALL_PARTIES in self.parties


@dataclass(frozen=True, kw_only=True)
class GoalEntry(Entry):
    unique = (("year", "code"),)
    identity = ("year", "code")
    what = "mål"

    year: int = keyed(YEAR)
    code: str = keyed(shapes.code(40))
    text: str = keyed(shapes.text(200))
    measure: str = keyed(shapes.choice(GOAL_MEASURES))
    direction: str = keyed(shapes.choice(Goal.Direction.values), default=Goal.Direction.AT_LEAST)
    target: int | Decimal = keyed(shapes.number(2))
    initiative: str | None = keyed(shapes.code(50), default=None)


@dataclass(frozen=True, kw_only=True)
class ParameterEntry(Entry):
    unique = (("key", "valid_from"),)
    identity = ("key", "valid_from")
    what = "antagande"

    key: str = keyed(shapes.choice(PARAMETERS))
    value: int | Decimal = keyed(shapes.number(4))
    valid_from: date = keyed(shapes.day())
    source: str = keyed(shapes.text(200))


@dataclass(frozen=True, kw_only=True)
class ReportEntry(Entry):
    unique = (("template",),)
    identity = ("template",)
    what = "rapport"

    template: str = keyed(shapes.choice(TEMPLATES))
    sections: tuple[str, ...] = keyed(shapes.list_of(shapes.code(40)))


@dataclass(frozen=True, kw_only=True)
class ScheduleEntry(Entry):
    unique = (("template", "rhythm"),)
    identity = ("template", "rhythm")
    what = "schema"

    template: str = keyed(shapes.choice(TEMPLATES))
    rhythm: str | None = keyed(shapes.choice(Federation.Rhythm.values), default=None)
    days: int = keyed(shapes.integer(1, LATEST))
    is_on: bool = keyed(shapes.flag(), default=True)

    def rhythm_in(self, federation: str) -> str:
        """Its own rhythm, or the one that follows from the federation's."""
        return self.rhythm or default_rhythm(TEMPLATES[self.template], federation)


CODE_LISTS: dict[CodeKind, str] = {
    CodeKind.EDUCATION: "education",
    CodeKind.REFERRER: "referrers",
    CodeKind.SUPPORT: "support",
    CodeKind.ASSIGNMENT: "assignments",
    CodeKind.CONTACT_KIND: "contact_kinds",
    CodeKind.CONTACT_OUTCOME: "contact_outcomes",
    CodeKind.ACTIVITY_KIND: "activity_kinds",
    CodeKind.AUDIENCE: "audiences",
}
"""The plain lists, and what the file calls each."""


@dataclass(frozen=True, kw_only=True)
class FederationFile(Entry):
    """A whole file. Each tuple keeps the order of the file; one that is empty was left out."""

    what: ClassVar[str] = "förbund"

    slug: str = keyed(shapes.code(50))
    name: str = keyed(shapes.text(100))
    rhythm: str = keyed(shapes.choice(Federation.Rhythm.values), default=Federation.Rhythm.YEAR)
    positive_step: str = keyed(shapes.choice(Federation.PositiveStep.values), default=Federation.PositiveStep.EITHER)
    status_report_rhythm: str = keyed(
        shapes.choice(Federation.StatusReportRhythm.values), default=Federation.StatusReportRhythm.HALF
    )
    status_report_days: int = keyed(shapes.integer(1, MOST_DAYS), default=30)
    colour: str = keyed(shapes.colour(), default="")
    logo: str = keyed(shapes.logo(), default="")
    logo_text: str = keyed(shapes.text(LONGEST_TEXT), default="")
    parties: tuple[PartyEntry, ...] = keyed(table_list(PartyEntry), default=())
    municipalities: tuple[MunicipalityEntry, ...] = keyed(table_list(MunicipalityEntry), default=())
    funding: tuple[FundingEntry, ...] = keyed(table_list(FundingEntry), default=())
    years: tuple[FederationYearEntry, ...] = keyed(table_list(FederationYearEntry), default=())
    outcome_groups: tuple[GroupEntry, ...] = keyed(table_list(GroupEntry), default=())
    exit_reasons: tuple[ReasonEntry, ...] = keyed(table_list(ReasonEntry), default=())
    steps: tuple[StepEntry, ...] = keyed(table_list(StepEntry), default=())
    education: tuple[ItemEntry, ...] = keyed(table_list(ItemEntry), default=())
    referrers: tuple[ItemEntry, ...] = keyed(table_list(ItemEntry), default=())
    support: tuple[ItemEntry, ...] = keyed(table_list(ItemEntry), default=())
    assignments: tuple[ItemEntry, ...] = keyed(table_list(ItemEntry), default=())
    contact_kinds: tuple[ItemEntry, ...] = keyed(table_list(ItemEntry), default=())
    contact_outcomes: tuple[ItemEntry, ...] = keyed(table_list(ItemEntry), default=())
    activity_kinds: tuple[ItemEntry, ...] = keyed(table_list(ItemEntry), default=())
    audiences: tuple[ItemEntry, ...] = keyed(table_list(ItemEntry), default=())
    bands: tuple[BandEntry, ...] = keyed(table_list(BandEntry), default=())
    initiatives: tuple[InitiativeEntry, ...] = keyed(table_list(InitiativeEntry), default=())
    goals: tuple[GoalEntry, ...] = keyed(table_list(GoalEntry), default=())
    parameters: tuple[ParameterEntry, ...] = keyed(table_list(ParameterEntry), default=())
    reports: tuple[ReportEntry, ...] = keyed(table_list(ReportEntry), default=())
    schedules: tuple[ScheduleEntry, ...] = keyed(table_list(ScheduleEntry), default=())

    def items(self, kind: CodeKind) -> tuple[ItemEntry, ...]:
        """A plain list."""
        items: tuple[ItemEntry, ...] = getattr(self, CODE_LISTS[kind])
        return items

    def with_participants(self) -> tuple[InitiativeEntry, ...]:
        """The initiatives that enrol people."""
        return tuple(i for i in self.initiatives if i.has_participants)

    def initiative(self, slug: str) -> InitiativeEntry:
        return next(i for i in self.initiatives if i.slug == slug)

    def means(self, reason: str | None) -> str | None:
        """What an exit reason means in common; None for no exit."""
        if reason is None:
            return None
        group = next(r.group for r in self.exit_reasons if r.code == reason)
        return next(g.common for g in self.outcome_groups if g.code == group)

    def is_positive(self, reason: str | None) -> bool:
        """Whether the exit reason by itself counts as a positive step."""
        return any(r.counts_as_positive_step for r in self.exit_reasons if r.code == reason)

    def parameter(self, name: str) -> Decimal:
        """The last value given for an assumption."""
        return Decimal(max((p for p in self.parameters if p.key == name), key=lambda p: p.valid_from).value)
