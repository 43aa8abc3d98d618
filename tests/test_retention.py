"""Old registrations become counts: planned, stoppable, done once, and the figures of the time stay."""

from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from finsam_tracker.core.models import AuditEvent, JobRun, Parameter
from finsam_tracker.core.period import Period
from participants.models import FollowUp, Participation, ParticipationVersion, StepAssessment
from participants.services.correction import void
from participants.services.enrolment import assess_step
from reports import services, tasks, thinning
from reports.compute import ThinnedError
from reports.context import Scope
from reports.models import StoredTable, Thinning
from tests.conftest import StrictClient
from tests.factories import BEGINNING, Tenant, World, noon

pytestmark = pytest.mark.usefixtures("tasks_run_here")

Browser = Callable[[str], StrictClient]
NOW = noon(date(2026, 2, 1))
LATER = NOW + timedelta(days=31)
LAST_DAY = date(2023, 12, 31)
"""With a rule of two years, what ended in 2023 or before is old in 2026."""


@pytest.fixture
def north(world: World) -> Tenant:
    """Three ended in 2022 and 2023, one was a mistake, one ended later and one goes on."""
    tenant = world.north
    for start, exit_ in (("2022-02-01", "2022-09-30"), ("2022-03-01", "2023-05-31"), ("2023-01-10", "2023-12-31")):
        row = tenant.enrol(start_on=date.fromisoformat(start))
        assess_step(
            by=tenant.coordinator, participation=row, step=tenant.steps[0], on=row.start_on, now=noon(date(2025, 12, 1))
        )
        tenant.end(row, exit_on=date.fromisoformat(exit_))
    mistake = tenant.enrol(start_on=date(2022, 5, 1))
    void(by=tenant.coordinator, participation=mistake, reason="fel insats", now=noon(date(2025, 12, 1)))
    tenant.end(tenant.enrol(start_on=date(2023, 6, 1)), exit_on=date(2024, 1, 1))
    tenant.enrol(start_on=date(2022, 6, 1))
    set_rule(tenant, 2)
    return tenant


def set_rule(tenant: Tenant, years: int, since: date = BEGINNING) -> None:
    Parameter.objects.create(
        federation=tenant.federation, key="retention_years", value=years, valid_from=since, source="Styrelsen"
    )


def planned(tenant: Tenant) -> Thinning:
    plan = thinning.plan(tenant.federation, now=NOW)
    assert plan
    return plan


def thin(tenant: Tenant) -> Thinning:
    planned(tenant)
    done = thinning.carry_out_due(tenant.federation, now=LATER)
    assert done
    return done


def payloads(tenant: Tenant, period: str) -> dict[str, Any]:
    rows = StoredTable.objects.filter(table_set__federation=tenant.federation, table_set__scope="", superseded_at=None)
    return dict(rows.filter(table_set__period=period).values_list("key", "payload"))


def test_a_plan_says_how_many_by_initiative_and_year_and_waits_a_month(north: Tenant):
    plan = planned(north)
    assert plan.exited_until == LAST_DAY
    assert plan.counts == {north.first.slug: {"2022": 1, "2023": 2}}
    assert plan.due_on == date(2026, 3, 3)
    assert thinning.carry_out_due(north.federation, now=NOW + timedelta(days=29)) is None
    assert Participation.objects.filter(federation=north.federation).count() == 6


def test_a_federation_without_a_rule_keeps_everything(world: World):
    world.south.end(world.south.enrol(start_on=date(2022, 2, 1)), exit_on=date(2022, 3, 1))
    assert thinning.plan(world.south.federation, now=NOW) is None
    tasks.thin_all()
    assert not Thinning.objects.exists()


def test_it_takes_the_rows_and_their_history_and_nothing_else(north: Tenant, world: World):
    theirs = world.south.end(world.south.enrol(start_on=date(2022, 2, 1)), exit_on=date(2022, 3, 1))
    done = thin(north)
    left = Participation.objects.filter(federation=north.federation)
    assert set(left.values_list("start_on", "exit_on")) == {
        (date(2023, 6, 1), date(2024, 1, 1)),
        (date(2022, 6, 1), None),
    }
    assert set(ParticipationVersion.objects.values_list("registration", flat=True)) == {
        theirs.pk,
        *left.values_list("pk", flat=True),
    }
    assert not StepAssessment.objects.exists()
    assert set(FollowUp.objects.values_list("participation__exit_on", flat=True)) == {date(2024, 1, 1), theirs.exit_on}
    assert done.total == 3
    assert AuditEvent.objects.filter(action="thin", federation=north.federation).count() == 1


def test_the_figures_of_the_time_stay_as_they_were(north: Tenant, office: StrictClient):
    services.rebuild(north.federation, now=NOW)
    before = {year: payloads(north, year) for year in ("2022", "2023")}
    assert before["2023"]
    thin(north)
    services.rebuild(north.federation, now=LATER)
    assert {year: payloads(north, year) for year in ("2022", "2023")} == before
    answer = office.get(reverse("statistics", args=[north.federation.slug]), {"period": "2023"})
    assert answer.status_code == HTTPStatus.OK
    flows = answer.context["tables"].results["flows"]
    assert [cell.value for cell in flows.rows[0].cells] == [4, 2, 2, 2]


@pytest.mark.parametrize("period", ["2022-H2", "2023-Q4", "2022-Q1"])
def test_halves_and_quarters_are_kept_first_and_each_initiatives_too(north: Tenant, period: str):
    thin(north)
    for scope in (Scope(north.federation), Scope(north.federation, north.first)):
        assert services.tables_for(scope, Period.parse(period), now=LATER).results["flows"]


def test_what_can_no_longer_be_computed_is_refused_in_a_sentence(north: Tenant, office: StrictClient):
    thin(north)
    with pytest.raises(ThinnedError):
        services.tables_for(Scope(north.federation), Period.parse("2023-11"), now=LATER)
    answer = office.get(reverse("statistics", args=[north.federation.slug]), {"period": "2023-11"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "till och med 2023-12-31 är gallrade" in answer.content.decode()
    later = services.tables_for(Scope(north.federation), Period.parse("2024-01"), now=LATER)
    assert [cell.value for cell in later.results["flows"].rows[0].cells] == [2, 0, 1, 1]


def test_nobody_can_register_an_exit_in_the_thinned_time(north: Tenant):
    thin(north)
    late = north.enrol(start_on=date(2023, 2, 1))
    with pytest.raises(ValidationError, match="gallrade"):
        north.end(late, exit_on=LAST_DAY)
    north.end(late, exit_on=date(2024, 1, 1))


def test_it_is_done_once_and_the_next_year_has_its_own(north: Tenant):
    thin(north)
    assert thinning.carry_out_due(north.federation, now=LATER) is None
    assert thinning.plan(north.federation, now=LATER) is None
    next_year = thinning.plan(north.federation, now=noon(date(2027, 1, 2)))
    assert next_year
    assert next_year.counts == {north.first.slug: {"2024": 1}}


def test_a_plan_beyond_a_rule_that_has_become_longer_waits(north: Tenant):
    planned(north)
    set_rule(north, 10, since=date(2026, 2, 15))
    assert thinning.carry_out_due(north.federation, now=LATER) is None
    assert Participation.objects.filter(federation=north.federation).count() == 6


def no_room(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
    if sql.startswith('INSERT INTO "reports_storedtable"'):
        raise OperationalError("No space left on device")
    return execute(sql, *more)


def test_nothing_is_taken_when_the_figures_cannot_be_kept(north: Tenant):
    planned(north)
    with connection.execute_wrapper(no_room), pytest.raises(OperationalError):
        thinning.carry_out_due(north.federation, now=LATER)
    assert Participation.objects.filter(federation=north.federation).count() == 6
    assert Thinning.objects.get().state == Thinning.State.PLANNED


def test_the_nightly_job_plans_and_writes_its_run_down(north: Tenant):
    tasks.thin_all()
    run = JobRun.objects.get(task="thin_federation")
    assert run.counts == {"thinned": 0, "planned": 3}
    assert Thinning.objects.get().due_on == timezone.localdate() + thinning.GRACE


class TestPage:
    def test_it_says_what_when_and_how_to_stop(self, north: Tenant, office: StrictClient):
        planned(north)
        text = office.get(reverse("retention", args=[north.federation.slug])).content.decode()
        assert "3 deltaganden gallras 2026-03-03." in text
        assert "2 år efter avslut" in text

    def test_it_says_which_assumptions_lack_a_value_while_there_is_time(self, north: Tenant, office: StrictClient):
        """A wage from 2023 on: what leans on it in 2022, also in that year's halves, would be kept empty."""
        address = reverse("retention", args=[north.federation.slug])
        assert "saknar värde" not in office.get(address).content.decode()
        planned(north)
        wages = Parameter.objects.filter(federation=north.federation, key="monthly_wage_sek")
        wages.delete()
        missing = {one.title: one.years for one in office.get(address).context["lacking"]}
        assert missing["Månadslön"] == (2022, 2023)
        wages.create(federation=north.federation, key="monthly_wage_sek", value=30000, valid_from=date(2023, 1, 1))
        answer = office.get(address)
        assert {one.title: one.years for one in answer.context["lacking"]}["Månadslön"] == (2022,)
        assert "Månadslön: 2022" in answer.content.decode()
        wages.update(valid_from=BEGINNING)
        assert "Månadslön: " not in office.get(address).content.decode()

    def test_a_rule_that_is_tried_says_so_too(self, north: Tenant, office: StrictClient):
        Parameter.objects.filter(federation=north.federation, key="monthly_wage_sek").delete()
        address = reverse("retention", args=[north.federation.slug])
        answer = office.get(address, {"years": timezone.localdate().year - 2022 - 1})
        assert "Månadslön: 2022" in answer.content.decode()
        assert "Månadslön" not in office.get(address, {"years": 50}).content.decode()

    def test_a_stopped_plan_takes_nothing_until_it_is_planned_again(self, north: Tenant, office: StrictClient):
        plan = planned(north)
        stop = reverse("stop_thinning", args=[north.federation.slug, plan.pk])
        answer = office.post(stop, {"reason": "utvärderingen pågår"}, follow=True)
        assert "Stoppad av" in answer.content.decode()
        assert thinning.carry_out_due(north.federation, now=LATER) is None
        again = office.post(reverse("resume_thinning", args=[north.federation.slug, plan.pk]), follow=True)
        assert "Gallringen är planerad igen." in again.content.decode()
        plan.refresh_from_db()
        assert plan.due_on == timezone.localdate() + thinning.GRACE

    @pytest.mark.parametrize("reason", ["", "19121212-1212 vill det", "x" * 101])
    def test_a_stop_needs_a_reason_about_nobody(self, north: Tenant, office: StrictClient, reason: str):
        plan = planned(north)
        answer = office.post(reverse("stop_thinning", args=[north.federation.slug, plan.pk]), {"reason": reason})
        assert answer.status_code == HTTPStatus.OK
        assert answer.context["form"].errors["reason"]
        plan.refresh_from_db()
        assert plan.state == Thinning.State.PLANNED

    def test_what_is_done_cannot_be_stopped(self, north: Tenant, office: StrictClient):
        done = thin(north)
        answer = office.post(reverse("stop_thinning", args=[north.federation.slug, done.pk]), {"reason": "för sent"})
        assert "redan gjord" in answer.content.decode()
        resumed = office.post(reverse("resume_thinning", args=[north.federation.slug, done.pk]), follow=True)
        assert "redan gjord" in resumed.content.decode()

    def test_a_rule_can_be_tried_without_setting_it(self, north: Tenant, office: StrictClient):
        years = timezone.localdate().year - 2022 - 1
        answer = office.get(reverse("retention", args=[north.federation.slug]), {"years": years})
        assert answer.context["preview"].sums == [1]
        none = office.get(reverse("retention", args=[north.federation.slug]), {"years": 50})
        assert "skulle inte ta bort något" in none.content.decode()

    @pytest.mark.parametrize("years", ["", "0", "101", "tio", "-3"])
    def test_what_is_no_number_of_years_is_answered_in_a_sentence(
        self, north: Tenant, office: StrictClient, years: str
    ):
        answer = office.get(reverse("retention", args=[north.federation.slug]), {"years": years})
        assert answer.status_code == HTTPStatus.BAD_REQUEST
        assert answer.context["form"].errors["years"]

    def test_anothers_plan_does_not_exist(self, north: Tenant, log_in: Browser, world: World):
        plan = planned(north)
        browser = StrictClient()
        browser.force_login(world.south.office)
        address = reverse("stop_thinning", args=[world.south.federation.slug, plan.pk])
        assert browser.get(address).status_code == HTTPStatus.NOT_FOUND
