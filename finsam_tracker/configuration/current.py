"""A federation as it is in the database, in the form that the file has."""

from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db.models import Model

from finsam_tracker.configuration.entries import (
    ALL_PARTIES,
    CODE_LISTS,
    BandEntry,
    FederationFile,
    FederationYearEntry,
    FundingEntry,
    GoalEntry,
    GroupEntry,
    InitiativeEntry,
    ItemEntry,
    MunicipalityEntry,
    ParameterEntry,
    PartyEntry,
    ReasonEntry,
    ReportEntry,
    ScheduleEntry,
    StepEntry,
    YearEntry,
)
from finsam_tracker.configuration.entry import E, keys_of
from finsam_tracker.core.models import Federation, Municipality
from initiatives.common_lists import COMMON_LISTS
from initiatives.models import CodeItem, CodeKind, Initiative
from reports.publications import TEMPLATES
from reports.publishing.house_style import look_of


def current_file(federation: Federation) -> FederationFile:
    """Everything about the federation that a file can say, in the order of its tables."""
    return _entry(
        FederationFile,
        federation,
        **asdict(look_of(federation)),
        parties=_entries(PartyEntry, federation.parties.order_by("pk")),
        municipalities=tuple(map(_municipality, federation.municipalities.prefetch_related("inhabitants"))),
        funding=_funding(federation),
        years=_entries(FederationYearEntry, federation.years.all()),
        outcome_groups=_entries(GroupEntry, federation.outcome_groups.all()),
        exit_reasons=tuple(
            _entry(ReasonEntry, reason, group=reason.group.code)
            for reason in federation.exit_reasons.select_related("group")
        ),
        steps=_entries(StepEntry, federation.steps.all()),
        bands=_entries(BandEntry, federation.bands.all()),
        initiatives=_initiatives(federation),
        goals=tuple(
            _entry(GoalEntry, goal, initiative=goal.initiative.slug if goal.initiative else None)
            for goal in federation.goals.select_related("initiative")
        ),
        parameters=_entries(ParameterEntry, federation.parameters.order_by("key", "valid_from")),
        reports=tuple(
            _entry(ReportEntry, row, sections=tuple(row.sections))
            for row in federation.arrangements.filter(template__in=TEMPLATES)
        ),
        schedules=_entries(ScheduleEntry, federation.schedules.filter(template__in=TEMPLATES)),
        **{table: _items(federation, kind) for kind, table in CODE_LISTS.items()},
    )


def _entry(entry_class: type[E], row: Model, **told: Any) -> E:
    """An entry with the row's columns of the same names; ``told`` are those that are not columns."""
    columns = [name for name in keys_of(entry_class) if name not in told and hasattr(row, name)]
    return entry_class(**{name: _plain(getattr(row, name)) for name in columns}, **told)


def _entries(entry_class: type[E], rows: Iterable[Model]) -> tuple[E, ...]:
    return tuple(_entry(entry_class, row) for row in rows)


def _plain(value: Any) -> Any:
    """Whole numbers as such: the columns of kronor give them as decimals."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _municipality(municipality: Municipality) -> MunicipalityEntry:
    rows = sorted(municipality.inhabitants.all(), key=lambda row: row.year)
    agreed = {row.year: int(row.contribution_sek) for row in rows if row.contribution_sek is not None}
    return _entry(
        MunicipalityEntry,
        municipality,
        inhabitants={row.year: row.count for row in rows} or None,
        contributions_sek=agreed or None,
    )


def _funding(federation: Federation) -> tuple[FundingEntry, ...]:
    years: dict[int, dict[str, Any]] = {}
    for row in federation.funding.order_by("year"):
        years.setdefault(row.year, {})[row.source] = int(row.amount_sek)
    return tuple(FundingEntry(year=year, **amounts) for year, amounts in years.items())


def _items(federation: Federation, kind: CodeKind) -> tuple[ItemEntry, ...]:
    rows = CodeItem.objects.filter(federation=federation, kind=kind)
    known = {item.code for item in COMMON_LISTS[kind]}
    return tuple(_entry(ItemEntry, row, common=_told(row, known)) for row in rows)


def _told(row: CodeItem, known: set[str]) -> str | None:
    """What the file has to say of a counterpart; it follows from the code where the two are the same."""
    follows = row.code if row.code in known else ""
    return None if row.common == follows else row.common


def _initiatives(federation: Federation) -> tuple[InitiativeEntry, ...]:
    everyone = set(federation.parties.values_list("name", flat=True))
    rows = federation.initiatives.select_related("owner").prefetch_related(
        "parties", "exit_reasons", "follow_up_rules", "years"
    )
    return tuple(_initiative(row, everyone) for row in rows)


def _initiative(row: Initiative, everyone: set[str]) -> InitiativeEntry:
    parties = {party.pk: party.name for party in row.parties.all()}
    names = tuple(parties[pk] for pk in sorted(parties))
    return _entry(
        InitiativeEntry,
        row,
        owner=row.owner.name if row.owner else None,
        parties=(ALL_PARTIES,) if len(names) > 1 and set(names) == everyone else names,
        exit_reasons=tuple(reason.code for reason in row.exit_reasons.all()),
        follow_up_months=tuple(rule.months for rule in row.follow_up_rules.all()),
        years=_entries(YearEntry, row.years.all()),
    )
