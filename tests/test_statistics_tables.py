"""The tables of background, time, results, follow-ups and years, over the known cast."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from finsam_tracker.core.models import Federation
from finsam_tracker.core.period import Period
from initiatives.models import Band
from participants.codes import FollowUpOutcome
from participants.facts import FollowUpAnswer
from participants.services.enrolment import assess_step
from participants.services.followup import answer
from reports import services
from reports.compute import compute
from reports.context import Context, Scope
from reports.render.chart import chart_sentence
from reports.result import NOT_APPLICABLE, Break, Result
from reports.tables import TABLES
from reports.trace import behind
from tests.factories import Tenant, World, noon

YEAR = Period.year(2025)


def table(key: str, federation: Federation, period: Period = YEAR, today: date | None = None, **scope: str) -> Result:
    (result,) = compute([TABLES[key]], Context(Scope(federation, **scope), period, today=today))  # type: ignore[arg-type]
    return result


def body(result: Result, column: str) -> dict[str, object]:
    """What a column says, row by row."""
    return {row.labels[0]: row.cells[result.column(column)].value for row in result.rows}


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


def test_who_has_several_kinds_of_support_stands_in_each_row_and_once_in_the_total(north: Tenant):
    north.enrol(support_before=frozenset({"municipal-support", "sickness-benefit"}))
    north.enrol(support_before=frozenset({"municipal-support"}), gender="man")
    north.enrol(support_before=frozenset({"none"}))
    north.enrol(support_before=None)
    result = table("support_before", north.federation)
    told = body(result, "total")
    assert told["Försörjningsstöd (kommun)"] == 2
    assert told["Sjukpenning/rehabpenning (FK)"] == 1
    assert told["Ingen offentlig försörjning"] == told["Uppgift saknas"] == 1
    assert told["Totalt"] == 4
    assert told["Varav med flera slag samtidigt"] == 1
    assert result.cell("share", "unknown").value == Decimal(25)
    assert result.cell("man", "municipal-support").value == 1


def test_unknown_has_a_row_only_where_it_occurs(north: Tenant):
    north.enrol(education="primary")
    assert "Uppgift saknas" not in body(table("education", north.federation), "total")
    north.enrol()
    assert body(table("education", north.federation), "total")["Uppgift saknas"] == 1


def test_an_age_that_no_class_holds_has_a_row_of_its_own(north: Tenant):
    Band.objects.filter(federation=north.federation, kind="age", low__gte=40).delete()
    north.enrol(birth_year=1960)
    assert body(table("ages", north.federation), "total")["Utanför förbundets klasser"] == 1


def test_an_initiative_without_assignments_lacks_nothing(north: Tenant):
    north.enrol(assignment="mapping")
    north.enrol()
    north.enrol(north.second)
    assert body(table("assignments", north.federation), "total") == {
        "Kartläggning": 1,
        "Insatsen registrerar inte uppdrag": 1,
        "Uppgift saknas": 1,
        "Totalt": 3,
    }


@pytest.mark.parametrize(("rule", "positive", "unjudged"), [("steps", 1, 1), ("reason", 1, 0), ("either", 2, 0)])
def test_a_positive_step_follows_the_federations_rule(north: Tenant, rule: str, positive: int, unjudged: int):
    north.federation.positive_step = rule
    north.federation.save()
    higher, same = north.enrol(), north.enrol()
    for row, steps in ((higher, (0, 2)), (same, (1, 1))):
        for day, step in zip((date(2025, 4, 1), date(2025, 8, 1)), steps, strict=True):
            assess_step(
                by=north.coordinator, participation=row, step=north.steps[step], on=day, now=noon(date(2025, 12, 1))
            )
        north.end(row)
    north.end(north.enrol(), reason="work", work_after="50")
    result = table("steps_by_initiative", north.federation)
    assert result.cell("positive", "total").value == positive
    assert result.cell("not_judged", "total").value == unjudged
    assert any(note.startswith("Förbundets regel") for note in result.notes)
    matrix = table("step_matrix", north.federation)
    assert matrix.cell("step-3", "step-1").value == 1
    assert matrix.cell("unknown", "unknown").value == 1


def test_months_have_a_mean_and_a_median_and_the_registrations_behind(north: Tenant):
    for last in (date(2025, 4, 9), date(2025, 5, 9), date(2025, 9, 6)):  # 30, 60 and 180 days
        north.end(north.enrol(start_on=date(2025, 3, 10)), exit_on=last)
    result = table("months", north.federation)
    assert result.cell("exited_mean", "total").value == Decimal("3.0")
    assert result.cell("exited_median", "total").value == Decimal("2.0")
    assert result.cell("ongoing_mean", "total") == NOT_APPLICABLE
    context = Context(Scope(north.federation), YEAR)
    (traced,) = behind(TABLES["months"], context, result.row("total"), "exited_median")
    assert traced.number() == 3


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2024, 3, 15), date(2025, 3, 14), "6-11"),
        (date(2024, 3, 15), date(2025, 3, 15), "12-23"),
        (date(2025, 1, 31), date(2025, 4, 30), "0-2"),
        (date(2025, 1, 31), date(2025, 5, 1), "3-5"),
        (date(2025, 5, 5), date(2025, 5, 5), "0-2"),
    ],
)
def test_time_in_the_initiative_is_whole_calendar_months(north: Tenant, first: date, last: date, months: str):
    north.end(north.enrol(start_on=first), exit_on=last)
    assert table("time_exited", north.federation).cell("total", months).value == 1


def test_an_ongoing_period_counts_the_time_to_today(north: Tenant):
    north.enrol(start_on=date(2025, 3, 10))
    running = table("months", north.federation, today=date(2025, 4, 9))
    assert running.cell("ongoing_mean", "total").value == Decimal("1.0")
    ended = table("months", north.federation, today=date(2026, 4, 9))
    assert ended.cell("ongoing_mean", "total").value == Decimal("9.7")


def test_support_before_and_after_meet_in_a_matrix(north: Tenant):
    both = frozenset({"municipal-support", "sickness-benefit"})
    north.end(north.enrol(support_before=both), support_after=frozenset({"none"}))
    result = table("support_change", north.federation)
    assert result.cell("none", "municipal-support").value == result.cell("none", "sickness-benefit").value == 1
    assert result.cell("none", "total").value == result.cell("total", "total").value == 1
    assert table("support_or_not", north.federation).cell("no", "yes").value == 1


def test_due_overdue_and_not_yet_due_are_three_things(north: Tenant):
    reached, overdue, later = (
        north.end(north.enrol(start_on=date(2024, 9, 2)), exit_on=day)
        for day in (date(2025, 1, 10), date(2025, 2, 10), date(2025, 6, 10))
    )
    assert overdue.pk != later.pk
    answer(
        by=north.coordinator,
        follow_up=reached.follow_ups.get(),
        facts=FollowUpAnswer(
            outcome=FollowUpOutcome.REACHED, done_on=date(2025, 7, 15), work_after="50", studies_after="none"
        ),
        now=noon(date(2025, 12, 1)),
    )
    running = table("follow_ups", north.federation, today=date(2025, 9, 1))
    told = {column.key: running.cell(column.key, "6", "norra-1").value for column in running.columns}
    assert (told["reached"], told["planned"], told["total"], told["later"]) == (1, 1, 2, 1)
    assert told["share"] == Decimal(50)
    # On the day itself it is not late yet; the day after it is.
    for today, late in ((date(2025, 12, 10), 1), (date(2025, 12, 11), 2)):
        assert table("follow_ups", north.federation, today=today).cell("planned", "6", "total").value == late
    work = table("follow_up_work", north.federation, today=date(2025, 9, 1))
    assert [work.cell(key, "6").value for key in ("works", "share", "working", "at_least", "at_most")] == [
        1,
        Decimal(50),
        Decimal(100),
        Decimal(50),
        Decimal(100),
    ]


def test_years_stand_side_by_side_with_what_breaks_the_line(north: Tenant):
    north.end(north.enrol(start_on=date(2023, 5, 1)), reason="work", work_after="50", exit_on=date(2024, 5, 1))
    north.enrol(start_on=date(2024, 12, 31))
    result = table("development", north.federation)
    assert [column.key for column in result.columns] == ["2022", "2023", "2024", "2025"]
    assert [cell.value for cell in result.row("total").cells] == [0, 1, 2, 1]
    assert [cell.value for cell in result.row("work_or_studies_percent").cells] == [None, None, Decimal(100), None]
    assert [cell.value for cell in result.row("ongoing").cells] == [0, 1, 1, 1]
    assert "2025-07-01 avslutsorsaken ”Äldre orsak” gällde inte längre" in result.notes[-1]
    assert result.breaks == (Break("2025", "avslutsorsaken ”Äldre orsak” gällde inte längre"),)
    assert Result.from_json(result.to_json()) == result
    chart = TABLES["development"].chart
    assert chart
    told = chart_sentence(result, chart)
    assert "2024: Avslutade 1, Avslutade till arbete 1, Avslutade till studier 0." in told
    assert "Linjen före 2025 visar ett brott: avslutsorsaken ”Äldre orsak” gällde inte längre." in told


def test_years_whose_registrations_are_gone_are_left_out(north: Tenant):
    north.federation.thinned_until = date(2023, 12, 31)
    result = table("development", north.federation)
    assert [column.key for column in result.columns] == ["2024", "2025"]


def test_a_scope_can_be_one_municipality_or_one_assignment(north: Tenant):
    place = north.municipalities[1]
    north.end(north.enrol(municipality=place, assignment="mapping"))
    north.enrol(municipality=place)
    north.enrol()
    narrowed = table("flows", north.federation, municipality=place.code)
    assert narrowed.cell("total", "total").value == 2
    assert narrowed.scope.endswith(place.name)
    both: dict[str, Any] = {"municipality": place.code, "assignment": "mapping"}
    assert table("flows", north.federation, **both).cell("total", "total").value == 1
    later = table("follow_ups", north.federation, municipality=north.municipalities[0].code)
    assert later.cell("later", "total", "total").value == 0
    assert table("follow_ups", north.federation, **both).cell("later", "total", "total").value == 1


def test_a_narrowed_scope_is_computed_and_never_taken_for_the_whole(north: Tenant):
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    north.enrol()
    services.refresh(north.federation, now=now)
    scope = Scope(north.federation, municipality=north.municipalities[1].code)
    assert scope.key == f"kommun={north.municipalities[1].code}"
    tables = services.tables_for(scope, YEAR, now=now)
    assert tables.results["flows"].cell("total", "total").value == 0
    assert {"table_3", "advisory_contacts", "goals"}.isdisjoint(tables.results)


def test_a_new_day_is_no_fault_in_the_nightly_rebuild(north: Tenant):
    north.enrol(start_on=date(2025, 3, 10))
    federation = north.federation
    services.refresh(federation, now=datetime(2025, 12, 2, 12, tzinfo=UTC))
    before = services.tables_for(Scope(federation), YEAR, now=noon(date(2025, 12, 2))).results["months"]
    assert services.rebuild(federation, now=datetime(2025, 12, 20, 12, tzinfo=UTC)).changed == {}
    after = services.tables_for(Scope(federation), YEAR, now=noon(date(2025, 12, 20))).results["months"]
    assert before.cell("ongoing_mean", "total").number < after.cell("ongoing_mean", "total").number
