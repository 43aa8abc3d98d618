"""Structural activities: heads counted by the office, kept with their history, and summed in tables."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from finsam_tracker.core.models import AuditEvent, Federation, StaleMark
from finsam_tracker.core.period import Period
from initiatives.activities import ActivityEntry, Rating, entry_of
from initiatives.models import Activity, ActivityVersion, CodeItem, CodeKind
from initiatives.services.activities import correct_activity, register_activity, state_of, void_activity
from initiatives.uses import activities_outside, activities_with
from reports.compute import compute
from reports.context import Context, Scope
from reports.result import Result, Status
from reports.tables import TABLES
from tests.conftest import StrictClient
from tests.factories import SOME_DAY, InitiativeFactory, Tenant, World, make_activity, noon
from tests.test_participant_pages import PERSONNUMMER, errors_in, text_of

DECEMBER = noon(date(2025, 12, 1))
LIST = "/forbund/norra/aktiviteter/"
NEW = f"{LIST}ny/"


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


def rated(mean: str, answers: int, scale: int = 5) -> Rating:
    return Rating(mean=Decimal(mean), answers=answers, scale=scale)


def table(federation: Federation, key: str = "structural_activities", period: str = "2025", **more: Any) -> Result:
    (result,) = compute([TABLES[key]], Context(Scope(federation), Period.parse(period), **more))
    return result


def typed(tenant: Tenant, **fields: str) -> dict[str, str]:
    plain = {"initiative": tenant.structural.slug, "held_on": "2025-03-10", "kind": "course", "women": "8"}
    return plain | fields


class TestDatabase:
    @pytest.mark.parametrize(
        "fault",
        [
            {"held_on": date(2025, 12, 2)},
            {"women": 10_001},
            {"women": -1},
            {"women": 0},
            {"days": 0},
            {"days": 101},
            {"rating_mean": 4},
            {"rating_mean": 4, "rating_answers": 3},
            {"rating_answers": 3, "rating_scale": 5},
            {"rating_mean": Decimal("5.01"), "rating_answers": 3, "rating_scale": 5},
            {"rating_mean": Decimal("0.99"), "rating_answers": 3, "rating_scale": 5},
            {"rating_mean": 4, "rating_answers": 9, "rating_scale": 5},
            {"rating_mean": 4, "rating_answers": 0, "rating_scale": 5},
            {"rating_mean": 1, "rating_answers": 3, "rating_scale": 1},
            {"rating_mean": 4, "rating_answers": 3, "rating_scale": 11},
            {"rating_mean": 4, "rating_answers": 3, "rating_scale": 5, "rating_useful": 4},
            {"rating_useful": 1},
        ],
        ids=str,
    )
    def test_it_refuses(self, north: Tenant, fault: dict[str, Any]):
        plain = {"federation": north.federation, "initiative": north.structural, "kind": "course", "women": 8}
        plain |= {"held_on": SOME_DAY, "recorded_on": date(2025, 12, 1)}
        Activity.objects.create(**plain)
        with pytest.raises(IntegrityError), transaction.atomic():
            Activity.objects.create(**(plain | fault))

    def test_nothing_about_a_person_and_no_free_text_has_a_column(self):
        assert {field.name for field in Activity._meta.fields} == {
            "id", "recorded_on", "is_void", "federation", "initiative", "held_on", "kind", "audience", "days",
            "women", "men", "others", "rating_mean", "rating_answers", "rating_scale",
            "rating_useful",
        }  # fmt: skip


class TestService:
    def test_an_activity_is_registered_corrected_and_voided_with_its_history(self, north: Tenant):
        made = make_activity(north, women=8, rating=rated("4.5", 6))
        entry = ActivityEntry(initiative=north.structural, held_on=SOME_DAY, kind="network", women=7, others=2)
        for day, act in (
            (2, lambda now: correct_activity(by=north.office, activity=made, entry=entry, reason="fel antal", now=now)),
            (3, lambda now: void_activity(by=north.office, activity=made, reason="två gånger", now=now)),
        ):
            act(noon(date(2025, 12, day)))
        versions = ActivityVersion.objects.order_by("known_from")
        told = [(v.participants, v.kind, v.rating_mean, v.is_void, v.known_until is None) for v in versions]
        assert told == [
            (8, "course", Decimal("4.50"), False, False),
            (9, "network", None, False, False),
            (9, "network", None, True, True),
        ]
        acts = AuditEvent.objects.filter(subject_type="activity", subject_id=made.pk).order_by("pk")
        assert [(act.action, act.reason) for act in acts] == [
            ("register_activity", ""), ("correct_activity", "fel antal"), ("void_activity", "två gånger"),
        ]  # fmt: skip

    def test_tables_can_be_had_as_they_were_known(self, north: Tenant):
        made = make_activity(north, women=8)
        void_activity(by=north.office, activity=made, reason="fel", now=noon(date(2025, 12, 3)))
        then = table(north.federation, known_at=datetime(2025, 12, 2, tzinfo=UTC))
        assert then.cell("participants", "total").number == 8
        assert table(north.federation).cell("participants", "total").number == 0

    def test_what_is_registered_is_told_back(self, north: Tenant):
        entry = ActivityEntry(
            initiative=north.structural,
            held_on=SOME_DAY,
            kind="course",
            audience="staff",
            days=Decimal("0.5"),
            others=12,
            rating=rated("4.05", 12),
        )
        made = register_activity(by=north.office, entry=entry, now=DECEMBER)
        assert entry_of(Activity.objects.get(pk=made.pk)) == entry

    def test_a_change_makes_the_statistics_stale_from_the_earlier_day(self, north: Tenant):
        made = make_activity(north)
        StaleMark.objects.all().delete()
        later = ActivityEntry(initiative=north.structural, held_on=date(2025, 6, 1), kind="course", women=8)
        correct_activity(by=north.office, activity=made, entry=later, reason="fel datum", now=DECEMBER)
        assert [mark.from_day for mark in StaleMark.objects.all()] == [SOME_DAY]

    @pytest.mark.parametrize(
        ("fault", "field", "words"),
        [
            ({"held_on": date(2025, 12, 2)}, "held_on", "har inte varit än"),
            ({"held_on": date(2021, 12, 31)}, "held_on", "Insatsen började 2022-01-01"),
            ({"kind": "smoke"}, "kind", "finns inte i listan"),
            ({"audience": "moon"}, "audience", "finns inte i listan"),
            ({"days": Decimal("0.005")}, "days", "till exempel 0,5"),
            ({"days": Decimal(101)}, "days", "som mest 100"),
            ({"women": 0}, "others", "Skriv hur många som deltog"),
            ({"women": 10_001}, "women", "mellan 0 och 10000"),
            ({"men": -1}, "men", "mellan 0 och 10000"),
            ({"rating": rated("5.01", 3)}, "rating_mean", "mellan 1 och 5"),
            ({"rating": rated("4.055", 3)}, "rating_mean", "högst två decimaler"),
            ({"rating": rated("4", 9)}, "rating_answers", "högst de 8 som deltog"),
            ({"rating": rated("4", 0)}, "rating_answers", "minst 1"),
            ({"rating": rated("4", 3, 11)}, "rating_scale", "Välj skalans högsta betyg"),
        ],
    )
    def test_it_refuses_with_a_sentence(self, north: Tenant, fault: dict[str, Any], field: str, words: str):
        with pytest.raises(ValidationError) as refused:
            make_activity(north, **fault)
        assert words in " ".join(refused.value.message_dict[field])
        assert not Activity.objects.exists()

    def test_an_initiative_with_participants_has_no_activities(self, north: Tenant):
        with pytest.raises(ValidationError, match="strukturövergripande"):
            make_activity(north, initiative=north.first)

    def test_an_ended_kind_can_be_chosen_for_a_day_when_it_was_in_force(self, north: Tenant):
        CodeItem.objects.filter(kind=CodeKind.ACTIVITY_KIND, code="course").update(valid_to=date(2025, 6, 30))
        make_activity(north)
        with pytest.raises(ValidationError, match="gällde inte den dagen"):
            make_activity(north, held_on=date(2025, 7, 1))

    def test_one_just_like_it_is_most_often_the_same(self, north: Tenant):
        entry = entry_of(make_activity(north))
        with pytest.raises(ValidationError, match="redan registrerad"):
            register_activity(by=north.office, entry=entry, now=DECEMBER)
        register_activity(by=north.office, entry=entry, now=DECEMBER, is_another=True)
        assert Activity.objects.count() == 2

    @pytest.mark.parametrize("who", ["coordinator", "lead", "reader", "operator", "outsider"])
    def test_nobody_but_the_office_counts_heads(self, world: World, who: str):
        made, person = make_activity(world.north), world.person(who)
        assert person
        for act in (
            lambda: register_activity(by=person, entry=entry_of(made), now=DECEMBER, is_another=True),
            lambda: correct_activity(by=person, activity=made, entry=entry_of(made), reason="x", now=DECEMBER),
            lambda: void_activity(by=person, activity=made, reason="x", now=DECEMBER),
        ):
            with pytest.raises(PermissionDenied):
                act()

    def test_an_activity_does_not_move_to_another_federation(self, world: World):
        made = make_activity(world.north)
        there = ActivityEntry(initiative=world.south.structural, held_on=SOME_DAY, kind="course", women=8)
        with pytest.raises(PermissionDenied):
            correct_activity(by=world.north.office, activity=made, entry=there, reason="fel insats", now=DECEMBER)

    @pytest.mark.parametrize("reason", ["", " ", "x" * 101, f"fel, {PERSONNUMMER}"])
    def test_a_change_says_why(self, north: Tenant, reason: str):
        made = make_activity(north)
        with pytest.raises(ValidationError):
            void_activity(by=north.office, activity=made, reason=reason, now=DECEMBER)
        assert Activity.objects.counted().exists()

    def test_a_felregistrering_is_not_changed_again(self, north: Tenant):
        made = make_activity(north)
        void_activity(by=north.office, activity=made, reason="fel", now=DECEMBER)
        with pytest.raises(ValidationError, match="felregistrering"):
            correct_activity(by=north.office, activity=made, entry=entry_of(made), reason="fel", now=DECEMBER)

    def test_an_item_that_is_used_says_so(self, north: Tenant):
        make_activity(north, audience="staff")
        items = CodeItem.objects.filter(federation=north.federation)
        used = {i.code for i in items if activities_with(i).ever}
        assert used == {"course", "staff"}
        assert activities_outside(north.structural, date(2025, 4, 1), None) == 1
        assert activities_outside(north.structural, date(2025, 1, 1), date(2025, 12, 31)) == 0


class TestTables:
    def test_a_published_year_comes_back(self, north: Tenant):
        """574 participants, 90 % women; and 52, 75 % women, mean 4.05."""
        other = InitiativeFactory.create(federation=north.federation, slug="lyftet", orientation="structural")
        make_activity(north, women=300, men=57, kind="conference")
        make_activity(north, women=217, men=0)
        make_activity(north, initiative=other, women=20, men=8, rating=rated("4.20", 20))
        make_activity(north, initiative=other, women=19, men=5, rating=rated("3.80", 12))
        result = table(north.federation)
        shown = ("participants", "women_percent", "rating", "answers", "scale")
        cells = {key: [result.cell(column, key).value for column in shown] for key in ("norra-3", "lyftet")}
        assert cells["norra-3"] == [574, 90, None, 0, None]
        assert cells["lyftet"] == [52, 75, Decimal("4.05"), 32, "1–5"]
        assert result.cell("rating", "norra-3").status is Status.MISSING

    def test_a_mean_weighs_by_answers_and_rounds_half_up_once(self, north: Tenant):
        make_activity(north, women=3, rating=rated("4.33", 3))
        make_activity(north, women=1, rating=rated("5", 1))
        # (3 x 4.33 + 5) / 4 = 4.4975
        assert table(north.federation).cell("rating", "total").value == Decimal("4.50")

    def test_ratings_on_several_scales_have_no_mean(self, north: Tenant):
        make_activity(north, rating=rated("4", 3))
        make_activity(north, kind="network", rating=rated("5", 3, 6))
        for column in ("rating", "scale"):
            assert table(north.federation).cell(column, "total").status is Status.NOT_APPLICABLE
        by_kind = table(north.federation, "activities_by_kind")
        assert [by_kind.cell("rating", kind).value for kind in ("course", "network")] == [4, 5]

    def test_a_total_without_gender_has_no_share(self, north: Tenant):
        make_activity(north, women=0, others=114)
        result = table(north.federation)
        assert result.cell("participants", "total").value == 114
        assert result.cell("women_percent", "total").status is Status.NOT_APPLICABLE

    def test_the_share_is_of_those_whose_gender_is_known(self, north: Tenant):
        make_activity(north, women=3, men=1, others=96)
        assert table(north.federation).cell("women_percent", "total").value == 75

    def test_half_days_add_up(self, north: Tenant):
        for n in range(3):
            make_activity(north, women=n + 1, days=Decimal("0.1"))
        assert table(north.federation).cell("days", "total").value == Decimal("0.3")

    @pytest.mark.parametrize(("period", "number"), [("2025-Q1", 8), ("2025-Q2", 0), ("2025-03", 8), ("2024", 0)])
    def test_an_activity_belongs_to_its_day(self, north: Tenant, period: str, number: int):
        make_activity(north)
        assert table(north.federation, period=period).cell("participants", "total").value == number

    def test_an_unknown_audience_has_a_row_only_where_it_occurs(self, north: Tenant):
        assert not table(north.federation, "activities_by_audience").has_row("unknown")
        make_activity(north)
        assert table(north.federation, "activities_by_audience").cell("women", "unknown").value == 8

    def test_a_federation_without_structural_initiatives_has_an_empty_table(self, north: Tenant):
        north.structural.delete()
        assert [row.key for row in table(north.federation).rows] == [("total",)]


class TestPages:
    def test_the_office_registers_and_sees_the_year_with_sums(self, north: Tenant, office: StrictClient):
        form = typed(north, men="4", days="0,5", audience="staff", rating_mean="4,05", rating_answers="12")
        answer = office.post(NEW, form | {"rating_scale": "5", "rating_useful": "10"})
        assert answer["Location"] == f"{LIST}?ar=2025"
        correct = reverse("correct_activity", args=["norra", Activity.objects.get().pk])
        assert office.get(correct).context["form"]["rating_useful"].value() == 10
        make_activity(north, women=0, others=30)
        page = text_of(office.get(f"{LIST}?ar=2025"))
        assert "Mötesplatsen" in page
        assert "2025-03-10 Utbildning eller kurs Medarbetare hos parterna 0,5 8 4 0 12 4,05 (12)" in page
        assert "Summa 2 aktiviteter 0,5 8 4 30 42 4,05 (12)" in page

    @pytest.mark.parametrize(
        ("fields", "field", "words"),
        [
            ({"held_on": ""}, "held_on", "Skriv vilken dag"),
            ({"held_on": "10/3"}, "held_on", "är inget datum"),
            ({"held_on": "2999-01-01"}, "held_on", "har inte varit än"),
            ({"initiative": "norra-1"}, "initiative", "Välj ett värde ur listan"),
            ({"initiative": "sodra-3"}, "initiative", "Välj ett värde ur listan"),
            ({"kind": ""}, "kind", "Välj slag"),
            ({"audience": "x"}, "audience", "Välj ett värde ur listan"),
            ({"days": "en halv"}, "days", "till exempel 0,5"),
            ({"days": "1e3"}, "days", "till exempel 0,5"),
            ({"days": "0,125"}, "days", "till exempel 0,5"),
            ({"women": "åtta"}, "women", "heltal mellan 0 och 10000"),
            ({"women": "-8"}, "women", "heltal mellan 0 och 10000"),
            ({"women": "٨"}, "women", "heltal mellan 0 och 10000"),
            ({"women": "99999999999"}, "women", "heltal mellan 0 och 10000"),
            ({"women": ""}, "others", "Skriv hur många som deltog"),
            ({"women": PERSONNUMMER}, "women", "ser ut som ett personnummer"),
            ({"rating_mean": "4"}, "rating_answers", "Skriv hur många som svarade"),
            ({"rating_answers": "4"}, "rating_mean", "Skriv medelbetyget"),
            ({"rating_mean": "4,055", "rating_answers": "4"}, "rating_mean", "högst två decimaler"),
            ({"rating_mean": "7", "rating_answers": "4", "rating_scale": "5"}, "rating_mean", "mellan 1 och 5"),
            ({"rating_mean": "4", "rating_answers": "9"}, "rating_answers", "högst de 8 som deltog"),
            ({"rating_scale": "11"}, "rating_scale", "Välj ett värde ur listan"),
            ({"rating_useful": "4"}, "rating_useful", "Skriv också medelbetyget"),
            (
                {"rating_mean": "4", "rating_answers": "6", "rating_useful": "7"},
                "rating_useful",
                "av de 6 som svarade",
            ),
        ],
    )
    def test_what_is_wrong_is_told_and_nothing_is_lost(
        self, north: Tenant, office: StrictClient, fields: dict[str, str], field: str, words: str
    ):
        answer = office.post(NEW, typed(north, **fields))
        assert answer.status_code == 200
        assert words in " ".join(errors_in(answer)[field])
        assert not Activity.objects.exists()
        if PERSONNUMMER not in fields.values():
            assert answer.context["form"]["held_on"].value() == fields.get("held_on", "2025-03-10")

    def test_a_second_click_is_asked_about(self, north: Tenant, office: StrictClient):
        office.post(NEW, typed(north))
        again = office.post(NEW, typed(north))
        assert "redan registrerad" in " ".join(errors_in(again)["is_another"])
        assert 'name="is_another"' in again.content.decode()
        assert office.post(NEW, typed(north, is_another="on")).status_code == 302
        assert Activity.objects.count() == 2

    def test_a_correction_shows_what_is_registered_and_keeps_it_where_nothing_is_wrong(
        self, north: Tenant, office: StrictClient
    ):
        made = make_activity(north, days=Decimal("0.5"), rating=rated("4.05", 8))
        where = reverse("correct_activity", args=["norra", made.pk])
        form = office.get(where).context["form"]
        shown = {name: str(form[name].value() or "") for name in form.fields}
        assert (shown["days"], shown["rating_mean"], shown["women"]) == ("0,5", "4,05", "8")
        assert office.post(where, shown | {"women": "9", "reason": "fel antal"}).status_code == 302
        assert entry_of(Activity.objects.get()).women == 9
        assert entry_of(Activity.objects.get()).rating == rated("4.05", 8)

    @pytest.mark.parametrize("route", ["correct_activity", "void_activity"])
    def test_a_reason_is_asked_for_and_no_name_is_taken(self, north: Tenant, office: StrictClient, route: str):
        where = reverse(route, args=["norra", make_activity(north).pk])
        assert "reason" in errors_in(office.post(where, typed(north)))
        assert "not_a_name" in errors_in(office.post(where, typed(north, reason="Anna Andersson ringde")))
        assert Activity.objects.counted().exists()

    def test_two_who_correct_at_once_are_told(self, north: Tenant, office: StrictClient):
        made = make_activity(north)
        where, seen = reverse("correct_activity", args=["norra", made.pk]), str(state_of(made))
        entry = ActivityEntry(initiative=north.structural, held_on=SOME_DAY, kind="course", women=5)
        correct_activity(by=north.office, activity=made, entry=entry, reason="fel antal", now=DECEMBER)
        late = office.post(where, typed(north, women="6", reason="fel antal", seen=seen))
        assert "Någon annan har ändrat aktiviteten" in text_of(late)
        form = late.context["form"]
        assert form["women"].value() == "6"
        again = typed(north, women="6", reason="fel antal", seen=str(form["seen"].value()))
        assert office.post(where, again).status_code == 302
        assert Activity.objects.get().women == 6

    def test_a_felregistrering_leaves_list_and_pages(self, north: Tenant, office: StrictClient):
        made = make_activity(north)
        where = reverse("void_activity", args=["norra", made.pk])
        seen = str(state_of(made))
        assert office.post(where, {"reason": "registrerat två gånger", "seen": seen}).status_code == 302
        assert "Ingen aktivitet är registrerad" in text_of(office.get(f"{LIST}?ar=2025"))
        assert office.get(where).status_code == 404

    @pytest.mark.parametrize("year", ["x", "25", "0001", "9999", "２０２５", "2025'--"])
    def test_what_is_no_year_is_told(self, north: Tenant, office: StrictClient, year: str):
        answer = office.get(LIST, {"ar": year})
        assert answer.status_code == 200
        assert "är inget år" in text_of(answer)

    def test_another_federations_activity_is_not_there(self, world: World, office: StrictClient):
        made = make_activity(world.south)
        for route in ("correct_activity", "void_activity"):
            assert office.get(reverse(route, args=["norra", made.pk])).status_code == 404
        assert "2025-03-10" not in text_of(office.get(f"{LIST}?ar=2025"))

    def test_a_federation_without_structural_initiatives_is_told_so(self, north: Tenant, office: StrictClient):
        north.structural.delete()
        assert "ingen strukturövergripande insats" in text_of(office.get(LIST))

    def test_the_list_costs_the_same_however_long_it_is(self, north: Tenant, office: StrictClient):
        counts = []
        office.get(LIST)  # the first look of the day is noted down
        for number in (1, 20):
            while Activity.objects.count() < number:
                make_activity(north, women=Activity.objects.count() + 1)
            with CaptureQueriesContext(connection) as queries:
                office.get(f"{LIST}?ar=2025")
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_a_year_has_no_thousands_separator(self, north: Tenant, office: StrictClient):
        make_activity(north, women=1048)
        page = text_of(office.get(f"{LIST}?ar=2025"))
        assert "Aktiviteter 2025" in page
        assert "1 048" in page
