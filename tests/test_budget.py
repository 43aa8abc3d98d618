"""Budget and outcome: what is not known is missing and never nought, and every sum is the sum of its parts."""

from decimal import Decimal

import pytest

from finsam_tracker.core.models import FederationYear
from finsam_tracker.core.period import Period
from initiatives.models import InitiativeYear
from reports.compute import compute
from reports.context import Context, Scope
from reports.reconcile import reconcile
from reports.result import Result, Status
from reports.tables import TABLES
from tests.factories import Tenant, World


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


def results(tenant: Tenant, period: str = "2025") -> dict[str, Result]:
    chosen = [TABLES["flows"], TABLES["budget"]]
    return {r.table: r for r in compute(chosen, Context(Scope(tenant.federation), Period.parse(period)))}


def budget(tenant: Tenant, period: str = "2025") -> Result:
    return results(tenant, period)["budget"]


def make_year(tenant: Tenant) -> None:
    """All that a year can have: two initiatives with participants, one with activities, and the administration."""
    for initiative, money, used, planned in (
        (tenant.first, 1_000_000, 900_000, 4),
        (tenant.second, 500_000, 600_000, 2),
        (tenant.structural, 250_000, 250_000, None),
    ):
        InitiativeYear.objects.create(
            initiative=initiative, year=2025, budget_sek=money, outcome_sek=used, planned_participants=planned
        )
    FederationYear.objects.create(
        federation=tenant.federation, year=2025, administration_budget_sek=400_000, administration_outcome_sek=390_000
    )
    for place in (tenant.first, tenant.first, tenant.first, tenant.second):
        tenant.enrol(place)


def row(result: Result, key: str) -> list[object]:
    return [cell.value for cell in result.row(key).cells]


def test_a_year_where_all_is_known(north: Tenant):
    make_year(north)
    result = budget(north)
    assert row(result, "norra-1") == [1_000_000, 900_000, -100_000, Decimal("-10.0"), 4, 3, 300_000]
    assert row(result, "norra-2") == [500_000, 600_000, 100_000, Decimal("20.0"), 2, 1, 600_000]
    assert row(result, "norra-3") == [250_000, 250_000, 0, Decimal("0.0"), None, None, None]
    # A participant costs what the initiatives that enrol have used: 1 500 000 for four.
    assert row(result, "total") == [1_750_000, 1_750_000, 0, Decimal("0.0"), 6, 4, 375_000]
    assert row(result, "administration") == [400_000, 390_000, -10_000, Decimal("-2.5"), None, None, None]
    assert row(result, "everything")[:4] == [2_150_000, 2_140_000, -10_000, Decimal("-0.5")]


def test_amounts_are_decimals(north: Tenant):
    make_year(north)
    assert all(isinstance(cell.value, Decimal) for cell in budget(north).row("norra-1").cells[:3])


def test_what_is_missing_is_missing_and_so_is_its_sum(north: Tenant):
    make_year(north)
    InitiativeYear.objects.filter(initiative=north.second).update(outcome_sek=None)
    result = budget(north)
    for key in ("norra-2", "total", "everything"):
        assert result.cell("outcome", key).status is Status.MISSING
        assert result.cell("deviation", key).status is Status.MISSING
    assert result.cell("budget", "total").value == 1_750_000
    assert result.cell("cost", "total").status is Status.MISSING


def test_an_initiative_without_a_year_makes_the_sum_missing(north: Tenant):
    make_year(north)
    InitiativeYear.objects.filter(initiative=north.structural).delete()
    result = budget(north)
    assert result.cell("budget", "norra-3").status is Status.MISSING
    assert result.cell("budget", "total").status is Status.MISSING
    assert result.cell("planned", "total").value == 6


def test_without_administration_only_the_whole_is_missing(north: Tenant):
    make_year(north)
    FederationYear.objects.all().delete()
    result = budget(north)
    assert result.cell("budget", "everything").status is Status.MISSING
    assert result.cell("budget", "total").value == 1_750_000


@pytest.mark.parametrize("period", ["2025-H1", "2025-12", "2025-01-01--2025-12-31", "start--2025-12-31"])
def test_money_is_for_whole_years(north: Tenant, period: str):
    make_year(north)
    result = budget(north, period)
    for key in ("norra-1", "total", "administration", "everything"):
        assert result.cell("budget", key).status is Status.NOT_APPLICABLE
    assert result.cell("participants", "total").value is not None


def test_another_year_is_not_taken(north: Tenant):
    make_year(north)
    assert budget(north, "2024").cell("budget", "norra-1").status is Status.MISSING


def test_an_ended_initiative_has_a_row_only_where_it_has_something(north: Tenant):
    north.second.end_on = north.second.start_on
    north.second.save()
    assert not budget(north).has_row("norra-2")
    InitiativeYear.objects.create(initiative=north.second, year=2025, outcome_sek=5)
    assert budget(north).cell("outcome", "norra-2").value == 5


def test_nobody_took_part_so_nobody_cost_anything_that_can_be_said(north: Tenant):
    InitiativeYear.objects.create(initiative=north.first, year=2025, budget_sek=1, outcome_sek=1)
    assert budget(north).cell("participants", "norra-1").value == 0
    assert budget(north).cell("cost", "norra-1").status is Status.MISSING


def test_a_budget_of_nought_has_no_percentage(north: Tenant):
    InitiativeYear.objects.create(initiative=north.first, year=2025, budget_sek=0, outcome_sek=1)
    assert budget(north).cell("deviation_percent", "norra-1").status is Status.NOT_APPLICABLE


def test_the_sums_hold_and_a_changed_cell_is_found(north: Tenant):
    make_year(north)
    told = results(north)
    assert not [check.sentence for check in reconcile(told) if not check.holds]
    for column in ("budget", "outcome", "deviation", "participants"):
        broken = told["budget"].to_json()
        broken["rows"][0][3][told["budget"].column(column)] = 7
        assert [c for c in reconcile({**told, "budget": Result.from_json(broken)}) if not c.holds], column


def test_another_federations_money_is_not_counted(world: World):
    make_year(world.south)
    assert budget(world.north).cell("budget", "norra-1").status is Status.MISSING
