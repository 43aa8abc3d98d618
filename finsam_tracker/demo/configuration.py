"""Writes a federation's file into the database: what an office decides before anything can be registered."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from finsam_tracker.core.models import Federation, Funding, Inhabitants, Municipality, Parameter, Party
from finsam_tracker.core.parameters import PARAMETERS
from finsam_tracker.demo.federation_file import (
    FederationFile,
    FederationFileError,
    GoalEntry,
    InitiativeEntry,
    ParameterEntry,
)
from initiatives.common_lists import adopt_common_lists
from initiatives.models import (
    CodeItem,
    CodeKind,
    ExitReason,
    FollowUpRule,
    Goal,
    Initiative,
    InitiativeYear,
    OutcomeGroup,
    Step,
)

M = TypeVar("M", bound=models.Model)


@transaction.atomic
def create_federation(file: FederationFile) -> Federation:
    """A new federation as the file describes it; raises FederationFileError, and then nothing is written."""
    federation = _saved(Federation(slug=file.slug, name=file.name))
    _create_parties(federation, file)
    _create_money(federation, file)
    adopt_common_lists(federation)
    _create_lists(federation, file)
    for position, entry in enumerate(file.initiatives, 1):
        _create_initiative(federation, entry, position)
    for position, goal in enumerate(file.goals, 1):
        _create_goal(federation, goal, position)
    return federation


def _saved(row: M) -> M:
    """The row, checked and saved; what is wrong is said with the row it is wrong in."""
    try:
        row.full_clean()
    except ValidationError as error:
        fields = " ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
        raise FederationFileError(f"”{row}” ({row._meta.verbose_name}): {fields}") from error  # noqa: SLF001 - Meta API
    row.save()
    return row


def _create_parties(federation: Federation, file: FederationFile) -> None:
    for party in file.parties:
        _saved(Party(federation=federation, name=party.name, kind=party.kind))
    for position, entry in enumerate(file.municipalities, 1):
        municipality = _saved(Municipality(federation=federation, code=entry.code, name=entry.name, position=position))
        for year, count in entry.inhabitants.items():
            _saved(Inhabitants(municipality=municipality, year=int(year), count=count))


def _create_money(federation: Federation, file: FederationFile) -> None:
    for entry in file.funding:
        for source in Funding.Source.values:
            amount = Decimal(getattr(entry, source))
            _saved(Funding(federation=federation, year=entry.year, source=source, amount_sek=amount))
    for parameter in file.parameters:
        _create_parameter(federation, parameter)


def _create_parameter(federation: Federation, entry: ParameterEntry) -> None:
    spec = PARAMETERS.get(entry.key)
    if spec is None:
        known = ", ".join(PARAMETERS)
        raise FederationFileError(f"”{entry.key}” är inget känt antagande. Välj bland {known}.")
    if not spec.low <= entry.value <= spec.high:
        raise FederationFileError(f"{entry.key}: {entry.value} ligger inte mellan {spec.low} och {spec.high}.")
    _saved(
        Parameter(
            federation=federation,
            key=entry.key,
            value=Decimal(entry.value),
            valid_from=entry.valid_from,
            source=entry.source,
        )
    )


def _create_lists(federation: Federation, file: FederationFile) -> None:
    for position, group in enumerate(file.outcome_groups, 1):
        _saved(
            OutcomeGroup(
                federation=federation, code=group.code, label=group.label, common=group.common, position=position
            )
        )
    groups = {group.code: group for group in federation.outcome_groups.all()}
    for position, reason in enumerate(file.exit_reasons, 1):
        _saved(
            ExitReason(
                federation=federation,
                code=reason.code,
                label=reason.label,
                position=position,
                group=_found(groups, reason.group, "outcome_groups"),
                counts_as_positive_step=reason.counts_as_positive_step,
                purpose_reached=reason.purpose_reached,
                went_on=reason.went_on,
            )
        )
    for position, step in enumerate(file.steps, 1):
        _saved(Step(federation=federation, code=step.code, label=step.label, position=position))
    for position, item in enumerate(file.assignments, 1):
        kind = CodeKind.ASSIGNMENT
        _saved(CodeItem(federation=federation, kind=kind, code=item.code, label=item.label, position=position))


def _create_initiative(federation: Federation, entry: InitiativeEntry, position: int) -> None:
    parties = {party.name: party for party in federation.parties.all()}
    initiative = _saved(
        Initiative(
            federation=federation,
            slug=entry.slug,
            name=entry.name,
            label=entry.label,
            owner=_found(parties, entry.owner, "parties"),
            start_on=entry.start_on,
            end_on=entry.end_on,
            orientation=entry.orientation,
            narrower_orientation=entry.narrower_orientation,
            follow_up_method=entry.follow_up_method,
            esf=entry.esf,
            target_group=entry.target_group,
            age_from=entry.age_from,
            age_to=entry.age_to,
            uses_assignments=entry.uses_assignments,
            position=position,
        )
    )
    initiative.parties.set(party for name, party in parties.items() if entry.has_party(name))
    initiative.exit_reasons.set(_reasons(federation, entry.exit_reasons))
    for months in entry.follow_up_months:
        _saved(FollowUpRule(initiative=initiative, months=months))
    for year in entry.year_entries:
        _saved(
            InitiativeYear(
                initiative=initiative,
                year=year.year,
                budget_sek=Decimal(year.budget_sek),
                outcome_sek=Decimal(year.outcome_sek),
                planned_participants=year.planned_participants,
            )
        )


def _reasons(federation: Federation, codes: Iterable[str]) -> list[ExitReason]:
    known = {reason.code: reason for reason in federation.exit_reasons.all()}
    return [_found(known, code, "exit_reasons") for code in codes]


def _create_goal(federation: Federation, entry: GoalEntry, position: int) -> None:
    _saved(
        Goal(
            federation=federation,
            year=entry.year,
            code=entry.code,
            text=entry.text,
            measure=entry.measure,
            target=Decimal(entry.target),
            position=position,
        )
    )


def _found(rows: dict[str, M], key: str, table: str) -> M:
    if key not in rows:
        raise FederationFileError(f"”{key}” finns inte under [[{table}]]. Lägg till det där, eller rätta stavningen.")
    return rows[key]
