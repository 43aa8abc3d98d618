"""Goals: set by the office in its own words, bound to a measure, and judged."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from finsam_tracker.core.models import AuditEvent, Parameter, StaleMark
from finsam_tracker.core.period import Period
from initiatives.activities import Rating
from initiatives.goal_measures import GOAL_MEASURES
from initiatives.goals import GoalFacts
from initiatives.models import ExitReason, Goal, InitiativeYear
from initiatives.services.goals import add_goal, change_goal, copy_goals, move_goal, remove_goal
from reports.compute import _STATEMENTS, compute
from reports.context import Context, Scope
from reports.documentation import document
from reports.goals import OUTCOMES
from reports.protection.protected import protect
from reports.result import ResultRow
from reports.tables import TABLES
from reports.trace import behind
from tests.conftest import StrictClient
from tests.factories import BEGINNING, Tenant, World, make_activity, make_goal, noon
from tests.test_participant_pages import PERSONNUMMER, errors_in, text_of
from tests.test_protection import sheets

PAGE = "/forbund/norra/installningar/mal/"
NOW = noon(date(2024, 12, 1))
AFTERWARDS = noon(date(2026, 2, 1))


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


def context(tenant: Tenant, period: str = "2025") -> Context:
    return Context(Scope(tenant.federation), Period.parse(period))


def goal_row(tenant: Tenant, period: str = "2025") -> ResultRow:
    (result,) = compute([TABLES["goals"]], context(tenant, period))
    return result.rows[0]


def public(tenant: Tenant) -> list[list[Any]]:
    """The goals' outcome, and whether they are met, as they may leave the house."""
    (table,) = protect(sheets(tenant.federation, "2025", ["goals"])).results
    places = table.column("outcome"), table.column("met")
    return [[row.cells[place].value for place in places] for row in table.rows]


def outcome(tenant: Tenant, period: str = "2025") -> list[Any]:
    """Count, of, outcome, verdict."""
    return [cell.value for cell in goal_row(tenant, period).cells[3:]]


def actions_on(goal: Model) -> list[tuple[str, str]]:
    acts = AuditEvent.objects.filter(subject_type="goal", subject_id=goal.pk).order_by("pk")
    return list(acts.values_list("action", "reason"))


def told(**fields: Any) -> GoalFacts:
    plain: dict[str, Any] = {"text": "Fler i arbete", "measure": "work_or_studies_share", "target": Decimal(35)}
    return GoalFacts(**(plain | fields))


def typed(**fields: str) -> dict[str, str]:
    plain = {"text": "Fler i arbete", "measure": "work_or_studies_share", "direction": "at_least", "target": "35"}
    return plain | {"initiative": ""} | fields


class TestMeasures:
    def test_what_a_goal_may_be_bound_to_is_what_the_statistics_compute(self):
        assert list(GOAL_MEASURES) == list(OUTCOMES)

    @pytest.mark.parametrize("measure", OUTCOMES)
    def test_each_measure_can_be_a_goal_of_the_federation_and_of_an_initiative(self, north: Tenant, measure: str):
        place = north.structural if GOAL_MEASURES[measure].counts_heads else north.first
        make_goal(north, measure=measure, target=Decimal(5))
        make_goal(north, measure=measure, target=Decimal(5), initiative=place)
        (result,) = compute([TABLES["goals"]], context(north))
        assert [row.cells[-1].value for row in result.rows] == ["ej mätbart ännu"] * 2
        words = document(TABLES["goals"], context(north))
        assert all(term.meaning for term in (*words.populations, *words.columns, *words.terms))

    def test_counting_again_keeps_nothing_more(self, north: Tenant):
        make_goal(north, measure="women_share", target=Decimal(50), initiative=north.second)
        goal_row(north)
        kept = len(_STATEMENTS)
        goal_row(north)
        assert len(_STATEMENTS) == kept

    def test_shares_of_exits(self, north: Tenant):
        ExitReason.objects.filter(code="rehab").update(went_on=True)
        north.end(north.enrol(), "rehab")
        north.end(north.enrol(), "work", work_after="100")
        north.end(north.enrol(), "moved")
        for measure, count in (("went_on_share", 1), ("purpose_reached_share", 1), ("work_or_studies_share", 1)):
            Goal.objects.all().delete()
            make_goal(north, measure=measure, target=Decimal(33))
            assert outcome(north) == [count, 3, 33, "uppnått"], measure

    def test_numbers_of_participants_and_exits(self, north: Tenant):
        north.end(north.enrol())
        north.enrol(gender="man")
        for measure, expected in (
            ("participants", [None, None, 2, "uppnått"]),
            ("exits", [None, None, 1, "ej uppnått"]),
            ("women_share", [1, 2, 50, "uppnått"]),
        ):
            Goal.objects.all().delete()
            make_goal(north, measure=measure, target=Decimal(2))
            assert outcome(north) == expected

    def test_heads_and_ratings(self, north: Tenant):
        make_activity(north, women=39, men=13, rating=Rating(mean=Decimal("4.05"), answers=40, scale=5))
        make_goal(north, measure="structural_participants", target=Decimal(60), initiative=north.structural)
        assert outcome(north) == [None, None, 52, "ej uppnått"]
        Goal.objects.all().delete()
        make_goal(north, measure="mean_rating", target=Decimal(4))
        assert outcome(north) == [None, 40, Decimal("4.05"), "uppnått"]

    def test_heads_are_no_secret_but_what_few_have_answered_is(self, north: Tenant):
        """One activity, with two whose gender is another: neither tells of anybody in an initiative."""
        heads = {"women": 39, "men": 13, "others": 2}
        make_goal(north, measure="structural_participants", target=Decimal(60), initiative=north.structural)
        make_goal(north, measure="mean_rating", target=Decimal(4))
        make_activity(north, **heads, rating=Rating(mean=Decimal("4.05"), answers=9, scale=5))
        assert public(north) == [[54, "ej uppnått"], [None, None]]
        make_activity(north, women=20, rating=Rating(mean=Decimal("4.05"), answers=9, scale=5))
        assert public(north) == [[74, "uppnått"], [Decimal("4.05"), "uppnått"]]

    def test_a_share_who_had_use_is_of_those_who_were_asked(self, north: Tenant):
        make_goal(north, measure="useful_share", target=Decimal(90))
        make_activity(north, women=50, rating=Rating(mean=Decimal(4), answers=40, scale=5))
        assert outcome(north)[3] == "ej mätbart ännu"
        for asked, useful in ((20, 17), (10, 9)):
            rating = Rating(mean=Decimal(4), answers=asked, scale=5, useful=useful)
            make_activity(north, women=asked, rating=rating)
        assert outcome(north) == [26, 30, 87, "ej uppnått"]

    def test_planned_participants(self, north: Tenant):
        make_goal(north, measure="planned_reached_share", target=Decimal(50))
        north.enrol()
        InitiativeYear.objects.create(initiative=north.first, year=2025, planned_participants=2)
        # What is planned in the other initiative is not known, so that neither is the whole.
        assert outcome(north) == [1, None, None, "ej mätbart ännu"]
        InitiativeYear.objects.create(initiative=north.second, year=2025, planned_participants=0)
        assert outcome(north) == [1, 2, 50, "uppnått"]

    def test_a_goal_of_an_initiative_counts_only_there(self, north: Tenant):
        make_goal(north, measure="women_share", target=Decimal(50), initiative=north.second)
        north.enrol(north.first)
        north.enrol(north.second, gender="man")
        assert outcome(north) == [0, 1, 0, "ej uppnått"]
        row = goal_row(north)
        traced = behind(TABLES["goals"], context(north), row, "of")
        assert [t.registrations.get().initiative for t in traced] == [north.second]


class TestVerdict:
    def test_at_most(self, north: Tenant):
        make_goal(north, measure="exits", target=Decimal(1), direction="at_most")
        north.end(north.enrol())
        assert outcome(north)[-1] == "uppnått"
        north.end(north.enrol())
        assert outcome(north)[-1] == "ej uppnått"

    def test_it_is_judged_before_rounding(self, north: Tenant):
        make_goal(north, measure="women_share", target=Decimal(67))
        for gender in ("woman", "woman", "man"):
            north.enrol(gender=gender)
        assert outcome(north) == [2, 3, 67, "ej uppnått"]

    def test_too_few_to_say_only_where_the_federation_has_said_how_few(self, north: Tenant):
        make_goal(north, measure="women_share", target=Decimal(50))
        north.enrol()
        assert outcome(north)[-1] == "uppnått"
        Parameter.objects.create(
            federation=north.federation, key="goal_min_base", value=2, valid_from=BEGINNING, source="Styrelsen"
        )
        assert outcome(north) == [1, 1, 100, "för få för att säga"]
        north.enrol()
        assert outcome(north)[-1] == "uppnått"

    def test_a_number_is_never_too_few_to_say(self, north: Tenant):
        Parameter.objects.create(
            federation=north.federation, key="goal_min_base", value=20, valid_from=BEGINNING, source="Styrelsen"
        )
        make_goal(north, measure="participants", target=Decimal(2))
        north.enrol()
        assert outcome(north)[-1] == "ej uppnått"

    def test_a_part_of_a_year_is_not_held_against_a_number_for_the_year(self, north: Tenant):
        make_goal(north, measure="participants", target=Decimal(2))
        north.enrol()
        assert outcome(north, "2025-H1") == [None, None, 1, None]

    def test_the_table_says_direction_and_unit(self, north: Tenant):
        make_goal(north, measure="exits", target=Decimal(3), direction="at_most")
        assert [cell.value for cell in goal_row(north).cells[:3]] == ["högst", 3, "antal"]

    def test_the_limit_stands_under_the_table_where_there_is_one(self, north: Tenant):
        assert not compute([TABLES["goals"]], context(north))[0].parameters
        Parameter.objects.create(
            federation=north.federation, key="goal_min_base", value=5, valid_from=BEGINNING, source="Styrelsen"
        )
        assert [p.value for p in compute([TABLES["goals"]], context(north))[0].parameters] == ["5"]


class TestService:
    def test_a_goal_is_added_changed_and_removed_with_its_acts(self, north: Tenant):
        goal = add_goal(by=north.office, federation=north.federation, year=2025, facts=told(), now=NOW)
        assert (goal.code, goal.position) == ("fler-i-arbete", 1)
        assert change_goal(by=north.office, goal=goal, facts=told(target=Decimal(40)), now=NOW)
        assert not change_goal(by=north.office, goal=goal, facts=told(target=Decimal(40)), now=NOW)
        kept = goal.pk
        remove_goal(by=north.office, goal=goal, now=NOW)
        acts = AuditEvent.objects.filter(subject_type="goal", subject_id=kept).order_by("pk")
        assert [act.action for act in acts] == ["add_goal", "change_goal", "remove_goal"]
        assert not Goal.objects.exists()

    def test_a_change_makes_the_year_stale(self, north: Tenant):
        StaleMark.objects.all().delete()
        make_goal(north)
        assert [mark.from_day for mark in StaleMark.objects.all()] == [date(2025, 1, 1)]

    def test_a_year_that_has_ended_is_changed_only_with_a_reason(self, north: Tenant):
        goal = make_goal(north)
        for act in (
            lambda: add_goal(by=north.office, federation=north.federation, year=2025, facts=told(), now=AFTERWARDS),
            lambda: change_goal(by=north.office, goal=goal, facts=told(target=Decimal(1)), now=AFTERWARDS),
            lambda: remove_goal(by=north.office, goal=goal, now=AFTERWARDS),
            lambda: copy_goals(by=north.office, federation=north.federation, year=2025, now=AFTERWARDS),
        ):
            with pytest.raises(ValidationError) as refused:
                act()
            assert "reason" in refused.value.message_dict
        changed = told(target=Decimal(1))
        change_goal(by=north.office, goal=goal, facts=changed, now=AFTERWARDS, reason="beslut i styrelsen")
        assert actions_on(goal)[-1] == ("change_goal", "beslut i styrelsen")

    def test_goals_change_places(self, north: Tenant):
        first, second, third = (make_goal(north, text=text) for text in ("Ett", "Två", "Tre"))
        assert move_goal(by=north.office, goal=third, up=True, now=NOW)
        assert not move_goal(by=north.office, goal=first, up=True, now=NOW)
        assert [goal.text for goal in Goal.objects.all()] == ["Ett", "Tre", "Två"]
        assert move_goal(by=north.office, goal=first, up=False, now=NOW)
        assert [goal.text for goal in Goal.objects.all()] == ["Tre", "Ett", "Två"]
        assert second.code == "tva"

    def test_last_years_goals_are_taken_over_once(self, north: Tenant):
        make_goal(north, 2024)
        make_goal(north, 2024, text="Fler kvinnor", measure="women_share")
        make_goal(north, 2025, text="Fler i arbete", target=Decimal(40))
        assert copy_goals(by=north.office, federation=north.federation, year=2025, now=NOW) == 1
        assert copy_goals(by=north.office, federation=north.federation, year=2025, now=NOW) == 0
        rows = Goal.objects.filter(year=2025).values_list("code", "target", "position")
        assert list(rows) == [("fler-i-arbete", Decimal(40), 1), ("fler-kvinnor", Decimal(35), 2)]
        assert Goal.objects.filter(year=2024).count() == 2

    def test_two_goals_with_one_text_get_a_code_each(self, north: Tenant):
        assert [make_goal(north).code for _n in range(2)] == ["fler-i-arbete", "fler-i-arbete-2"]

    @pytest.mark.parametrize(
        ("fault", "field", "words"),
        [
            ({"text": " "}, "text", "egna ord"),
            ({"text": "x" * 201}, "text", "högst 200 tecken"),
            ({"text": f"Hjälp {PERSONNUMMER}"}, "text", "personnummer"),
            ({"measure": "joy"}, "measure", "Välj ett mått"),
            ({"direction": "about"}, "direction", "minst eller högst"),
            ({"target": Decimal(101)}, "target", "mellan 0 och 100"),
            ({"target": Decimal(-1)}, "target", "mellan 0 och 100"),
            ({"target": Decimal("35.555")}, "target", "mellan 0 och 100"),
            ({"measure": "participants", "target": Decimal("1.5")}, "target", "heltal"),
            ({"measure": "mean_rating", "target": Decimal(35)}, "target", "mellan 1 och 10"),
        ],
    )
    def test_it_refuses_with_a_sentence(self, north: Tenant, fault: dict[str, Any], field: str, words: str):
        with pytest.raises(ValidationError) as refused:
            make_goal(north, **fault)
        assert words in " ".join(refused.value.message_dict[field])

    def test_a_measure_is_bound_to_an_initiative_that_has_it(self, world: World):
        for initiative, measure, words in (
            (world.north.structural, "exits", "individinriktad"),
            (world.north.first, "mean_rating", "strukturövergripande"),
            (world.south.first, "exits", "hör till förbundet"),
        ):
            with pytest.raises(ValidationError, match=words):
                make_goal(world.north, measure=measure, target=Decimal(3), initiative=initiative)

    @pytest.mark.parametrize("who", ["coordinator", "lead", "reader", "operator", "outsider"])
    def test_only_the_office_sets_goals(self, world: World, who: str):
        person, goal = world.person(who), make_goal(world.north)
        assert person
        for act in (
            lambda: add_goal(by=person, federation=world.north.federation, year=2025, facts=told(), now=NOW),
            lambda: change_goal(by=person, goal=goal, facts=told(), now=NOW),
            lambda: remove_goal(by=person, goal=goal, now=NOW),
            lambda: move_goal(by=person, goal=goal, up=True, now=NOW),
            lambda: copy_goals(by=person, federation=world.north.federation, year=2026, now=NOW),
        ):
            with pytest.raises(PermissionDenied):
                act()

    @pytest.mark.parametrize("fault", [{"direction": "about"}, {"target": -1}])
    def test_the_database_refuses(self, north: Tenant, fault: dict[str, Any]):
        plain = {"federation": north.federation, "year": 2025, "code": "x", "text": "x", "measure": "exits"}
        with pytest.raises(IntegrityError), transaction.atomic():
            Goal.objects.create(**({"target": 1} | plain | fault))


class TestPages:
    def test_the_office_adds_a_goal_and_finds_it_in_its_year(self, north: Tenant, office: StrictClient):
        answer = office.post(f"{PAGE}2099/nytt/", typed(target="35,5", initiative="norra-1"))
        assert answer["Location"] == f"{PAGE}?ar=2099"
        page = text_of(office.get(answer["Location"]))
        assert "Fler i arbete andel av de avslutade som gick till arbete eller studier minst 35,5 procent" in page
        assert "Vägen vidare" in page

    @pytest.mark.parametrize(
        ("fields", "field", "words"),
        [
            ({"text": ""}, "text", "egna ord"),
            ({"text": f"Hjälp {PERSONNUMMER}"}, "text", "personnummer"),
            ({"text": "Anna Andersson får arbete"}, "not_a_name", "ser ut som ett namn"),
            ({"measure": ""}, "measure", "Välj ett mått"),
            ({"measure": "joy"}, "measure", "ur listan"),
            ({"target": ""}, "target", "Skriv målvärdet"),
            ({"target": "många"}, "target", "Skriv målvärdet som ett tal"),
            ({"target": "-5"}, "target", "mellan 0 och 100"),
            ({"target": "1" * 12}, "target", "Skriv målvärdet"),
            ({"direction": "x"}, "direction", "minst eller högst"),
            ({"initiative": "sodra-1"}, "initiative", "ur listan"),
            ({"initiative": "norra-3"}, "initiative", "individinriktad"),
        ],
    )
    def test_what_is_wrong_is_told(
        self, north: Tenant, office: StrictClient, fields: dict[str, str], field: str, words: str
    ):
        answer = office.post(f"{PAGE}2099/nytt/", typed(**fields))
        assert answer.status_code == 200
        assert words in " ".join(errors_in(answer)[field])
        assert not Goal.objects.exists()

    def test_an_ended_year_asks_why_and_a_coming_one_does_not(self, north: Tenant, office: StrictClient):
        for year, asked in ((2025, True), (2099, False)):
            make_goal(north, year)
            for page in ("nytt/", "fler-i-arbete/", "fler-i-arbete/ta-bort/"):
                form = office.get(f"{PAGE}{year}/{page}").context["form"]
                assert ("reason" in form.fields) is asked, page

    def test_a_goal_is_changed_moved_copied_and_removed(self, north: Tenant, office: StrictClient):
        make_goal(north, 2098)
        make_goal(north, 2098, text="Fler kvinnor", measure="women_share")
        assert "Kopiera 2 mål från 2098" in text_of(office.get(f"{PAGE}?ar=2099"))
        office.post(f"{PAGE}2099/kopiera/")
        office.post(f"{PAGE}2099/fler-kvinnor/flytta/", {"at": "upp"})
        office.post(f"{PAGE}2099/fler-i-arbete/", typed(target="41"))
        rows = Goal.objects.filter(year=2099).values_list("code", "target")
        assert list(rows) == [("fler-kvinnor", Decimal(35)), ("fler-i-arbete", Decimal(41))]
        office.post(f"{PAGE}2099/fler-kvinnor/ta-bort/")
        assert [goal.code for goal in Goal.objects.filter(year=2099)] == ["fler-i-arbete"]

    @pytest.mark.parametrize("address", ["1066/nytt/", "2025/finns-inte/", "99999999999999999999/nytt/"])
    def test_what_cannot_be_there_is_not(self, north: Tenant, office: StrictClient, address: str):
        assert office.get(f"{PAGE}{address}").status_code == 404

    def test_a_goal_bound_to_a_measure_that_is_gone_is_still_listed(self, north: Tenant, office: StrictClient):
        Goal.objects.create(federation=north.federation, year=2025, code="x", text="Nöjda", measure="joy", target=9)
        assert "Nöjda joy minst 9" in text_of(office.get(f"{PAGE}?ar=2025"))

    def test_another_federations_goals_are_not_there(self, world: World, office: StrictClient):
        make_goal(world.south, text="Söderns mål")
        assert "Söderns mål" not in text_of(office.get(f"{PAGE}?ar=2025"))
        assert office.get(f"{PAGE}2025/soderns-mal/").status_code == 404
