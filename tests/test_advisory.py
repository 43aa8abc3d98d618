"""Advisory contacts: counted by the month, kept with their history, and summed in a table."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from finsam_tracker.core.models import AuditEvent, Federation, StaleMark
from finsam_tracker.core.period import Period
from initiatives.models import CodeItem, CodeKind
from participants.advisory import contacts_of
from participants.models import AdvisoryContacts, AdvisoryContactsVersion
from participants.services.advisory import count_contacts
from reports.compute import compute
from reports.context import Context, Scope
from reports.result import Result
from reports.tables import TABLES
from tests.conftest import StrictClient
from tests.factories import Tenant, World, noon
from tests.test_participant_pages import PERSONNUMMER, at, errors_in, text_of

MARCH = Period.month(2025, 3)
APRIL_1 = noon(date(2025, 4, 1))
TO_AF = "phone.af"


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


def count(tenant: Tenant, counts: dict[tuple[str, str], int], **more: Any) -> int:
    """Counted by the coordinator, in March where nothing else is said."""
    told: dict[str, Any] = {"by": tenant.coordinator, "initiative": tenant.first, "month": MARCH, "now": APRIL_1}
    return count_contacts(**(told | more), counts=counts)


def where(tenant: Tenant, month: str = "2025-03") -> str:
    return f"{at('advisory_contacts', tenant.first)}?manad={month}"


def table(federation: Federation, period: str, known_at: datetime | None = None) -> Result:
    (result,) = compute([TABLES["advisory_contacts"]], Context(Scope(federation), Period.parse(period), known_at))
    return result


class TestDatabase:
    @pytest.mark.parametrize(
        "fault",
        [
            {"month": date(2025, 3, 2)},
            {"month": date(2025, 5, 1)},
            {"count": 10_001},
            {"count": -1},
            {"kind": "phone", "referred_to": "af"},
        ],
        ids=["not a first day", "in the future", "too many", "less than none", "twice"],
    )
    def test_it_refuses(self, north: Tenant, fault: dict[str, Any]):
        plain = {"kind": "meeting", "referred_to": "fk", "month": MARCH.start, "count": 1}
        more = {"federation": north.federation, "initiative": north.first, "recorded_on": date(2025, 4, 1)}
        AdvisoryContacts.objects.create(**(plain | more | {"kind": "phone", "referred_to": "af"}))
        AdvisoryContacts.objects.create(**(plain | more))
        with pytest.raises(IntegrityError), transaction.atomic():
            AdvisoryContacts.objects.create(**(plain | more | {"kind": "digital"} | fault))

    def test_nothing_about_a_person_has_a_column(self):
        assert {field.name for field in AdvisoryContacts._meta.fields} == {
            "id", "recorded_on", "is_void", "federation", "initiative", "month", "kind", "referred_to", "count",
        }  # fmt: skip


class TestService:
    def test_a_month_is_counted_and_counted_again(self, north: Tenant):
        assert count(north, {("phone", "af"): 3, ("meeting", "none"): 0}) == 1
        assert count(north, {("phone", "af"): 4, ("meeting", "none"): 2}) == 2
        assert contacts_of(north.first, MARCH).counts == {("phone", "af"): 4, ("meeting", "none"): 2}
        acts = AuditEvent.objects.filter(subject_type="initiative", action="count_contacts")
        assert [(act.actor, act.subject_id) for act in acts] == [(north.coordinator, north.first.pk)] * 2

    def test_every_number_keeps_its_history(self, north: Tenant):
        for day, number in ((1, 3), (2, 5), (3, 0)):
            count(north, {("phone", "af"): number}, now=noon(date(2025, 4, day)))
        versions = AdvisoryContactsVersion.objects.order_by("known_from")
        assert [(v.count, v.known_until is None) for v in versions] == [(3, False), (5, False), (0, True)]
        then = table(north.federation, "2025", known_at=datetime(2025, 4, 2, 20, tzinfo=UTC))
        assert then.cell("total", "total", "total").number == 5
        assert table(north.federation, "2025").cell("total", "total", "total").number == 0

    def test_what_is_the_same_leaves_no_trace(self, north: Tenant):
        count(north, {("phone", "af"): 3})
        StaleMark.objects.all().delete()
        before = AuditEvent.objects.count()
        assert count(north, {("phone", "af"): 3, ("meeting", "af"): 0}) == 0
        assert AuditEvent.objects.count() == before
        assert not StaleMark.objects.exists()

    def test_a_change_makes_the_statistics_stale_from_its_month(self, north: Tenant):
        StaleMark.objects.all().delete()
        count(north, {("phone", "af"): 3})
        assert [mark.from_day for mark in StaleMark.objects.all()] == [MARCH.start]

    @pytest.mark.parametrize(
        ("counts", "more", "words"),
        [
            ({("phone", "af"): 10_001}, {}, "Skriv ett heltal mellan 0 och 10000"),
            ({("phone", "af"): -1}, {}, "Skriv ett heltal mellan 0 och 10000"),
            ({("smoke", "af"): 1}, {}, "fanns inte i listan den månaden"),
            ({("phone", "moon"): 1}, {}, "fanns inte i listan den månaden"),
            ({("phone", "af"): 1}, {"month": Period.month(2025, 5)}, "har inte börjat än"),
            ({("phone", "af"): 1}, {"month": Period.month(2021, 12)}, "Insatsen började 2022-01-01"),
        ],
    )
    def test_it_refuses_with_a_sentence(
        self, north: Tenant, counts: dict[tuple[str, str], int], more: dict[str, Any], words: str
    ):
        with pytest.raises(ValidationError) as refused:
            count(north, counts, **more)
        assert words in " ".join(refused.value.messages)
        assert not AdvisoryContacts.objects.exists()

    def test_a_month_after_the_initiative_ended_is_refused(self, north: Tenant):
        north.first.end_on = date(2025, 2, 28)
        with pytest.raises(ValidationError, match="Insatsen slutade 2025-02-28"):
            count(north, {("phone", "af"): 1})

    def test_only_those_who_work_there_count(self, world: World):
        for person in (world.north.office, world.south.coordinator, world.operator):
            with pytest.raises(PermissionDenied):
                count(world.north, {("phone", "af"): 1}, by=person)

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time anyway")
    def test_two_who_save_the_same_month_at_once_both_get_an_answer(self, north: Tenant):
        together = Barrier(2)

        def save(number: int) -> str:
            try:
                together.wait(10)
                count(north, {("phone", "af"): number}, seen=0)
            except ValidationError as refused:
                return " ".join(refused.messages)
            finally:
                connection.close()
            return ""

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(save, (1, 2)))
        assert answers[0] == ""
        assert "Någon annan har sparat mars 2025" in answers[1]
        assert AdvisoryContacts.objects.get().count in (1, 2)


class TestPage:
    def test_a_month_is_typed_and_shown_with_its_sums(self, north: Tenant, coordinator: StrictClient):
        typed = {"phone.af": "3", "phone.none": "2", "meeting.af": " 4 ", "seen": "0"}
        answer = coordinator.post(where(north), typed)
        assert answer["Location"] == where(north)
        page = coordinator.get(where(north))
        assert "Samtalen i mars 2025 är sparade." in text_of(page)
        form = page.context["form"]
        assert [(row.kind.code, row.total) for row in form.rows()] == [
            ("phone", 5), ("meeting", 4), ("digital", 0), ("writing", 0),
        ]  # fmt: skip
        assert {to.code: n for to, n in form.column_totals() if n} == {"af": 7, "none": 2}
        assert form.total() == 9
        assert form[TO_AF].value() == 3

    def test_an_emptied_square_is_nought(self, north: Tenant, coordinator: StrictClient):
        count(north, {("phone", "af"): 3})
        state = str(contacts_of(north.first, MARCH).state)
        assert coordinator.post(where(north), {TO_AF: "", "seen": state}).status_code == 302
        assert AdvisoryContacts.objects.get().count == 0
        assert coordinator.get(where(north)).context["form"][TO_AF].value() is None

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("tolv", "Skriv ett heltal mellan 0 och 10000."),
            ("-1", "Skriv ett heltal mellan 0 och 10000."),
            ("1,5", "Skriv ett heltal mellan 0 och 10000."),
            ("10001", "Skriv ett heltal mellan 0 och 10000."),
            ("9" * 400, "Skriv ett heltal mellan 0 och 10000."),
            ("²", "Skriv ett heltal mellan 0 och 10000."),
            ("\0", "Null-tecken är inte tillåtna."),
        ],
    )
    def test_bad_input_gives_a_sentence_and_loses_nothing(
        self, typed: str, sentence: str, north: Tenant, coordinator: StrictClient
    ):
        answer = coordinator.post(where(north), {TO_AF: typed, "meeting.fk": "7", "seen": "0"})
        assert answer.status_code == 200
        assert errors_in(answer) == {TO_AF: [sentence]}
        form = answer.context["form"]
        assert (form[TO_AF].value(), form["meeting.fk"].value()) == (typed, "7")
        assert f"Telefon, Arbetsförmedlingen: {sentence}" in text_of(answer)
        assert not AdvisoryContacts.objects.exists()

    def test_every_fault_is_told_of_at_once(self, north: Tenant, coordinator: StrictClient):
        typed = {TO_AF: "tolv", "meeting.fk": "10001", "digital.fk": "-3", "seen": "0"}
        assert set(errors_in(coordinator.post(where(north), typed))) == {TO_AF, "meeting.fk", "digital.fk"}

    def test_a_personnummer_is_not_shown_again(self, north: Tenant, coordinator: StrictClient):
        answer = coordinator.post(where(north), {TO_AF: PERSONNUMMER, "meeting.fk": "7"})
        assert "ser ut som ett personnummer" in text_of(answer)
        assert PERSONNUMMER not in answer.content.decode()
        assert answer.context["form"]["meeting.fk"].value() == "7"

    @pytest.mark.parametrize(
        ("month", "sentence"),
        [
            ("2999-01", "Månaden januari 2999 har inte börjat än."),
            ("2021-12", "Insatsen började 2022-01-01, efter december 2021."),
            ("2025", "”2025” är ingen månad."),
            ("mars", "”mars” är ingen månad."),
            ("2025-13", "”2025-13” är ingen månad."),
            ("0000-01", "”0000-01” är ingen månad."),
            ("x" * 300, "är ingen månad."),
        ],
    )
    def test_an_address_without_a_month_says_so_and_saves_nothing(
        self, month: str, sentence: str, north: Tenant, coordinator: StrictClient
    ):
        shown = coordinator.get(where(north, month))
        assert sentence in text_of(shown)
        assert shown.context["month"] == Period.parse(timezone.localdate().strftime("%Y-%m"))
        posted = coordinator.post(where(north, month), {TO_AF: "3"})
        assert sentence in text_of(posted)
        assert posted.context["form"][TO_AF].value() == "3"
        assert not AdvisoryContacts.objects.exists()

    def test_without_a_month_it_opens_the_present_one_and_leads_back(self, north: Tenant, coordinator: StrictClient):
        page = coordinator.get(at("advisory_contacts", north.first))
        assert page.context["after"] is None
        before = coordinator.get(page.context["before"][0])
        assert before.context["after"] == (page.context["address"], page.context["month"].label)

    def test_the_first_month_of_the_initiative_leads_no_further_back(self, north: Tenant, coordinator: StrictClient):
        assert coordinator.get(where(north, "2022-01")).context["before"] is None

    def test_the_second_who_saves_sees_what_changed_and_loses_nothing(self, north: Tenant, coordinator: StrictClient):
        seen = coordinator.get(where(north)).context["form"]["seen"].value()
        count(north, {("phone", "af"): 3}, by=north.lead)
        typed = {TO_AF: "5", "meeting.fk": "1", "seen": str(seen)}
        answer = coordinator.post(where(north), typed)
        page = text_of(answer)
        assert "Någon annan har sparat mars 2025 sedan du öppnade sidan." in page
        assert "Telefon, Arbetsförmedlingen: Nu sparat: 3." in page
        assert answer.context["form"][TO_AF].value() == "5"
        assert AdvisoryContacts.objects.get().count == 3
        again = {**typed, "seen": answer.context["form"]["seen"].value()}
        assert coordinator.post(where(north), again).status_code == 302
        assert contacts_of(north.first, MARCH).counts == {("phone", "af"): 5, ("meeting", "fk"): 1}

    def test_a_form_that_lost_its_state_is_asked_to_look_again(self, north: Tenant, coordinator: StrictClient):
        answer = coordinator.post(where(north), {TO_AF: "5", "seen": "x"})
        assert "Någon annan har sparat" in text_of(answer)

    def test_an_ended_item_is_offered_where_it_was_in_force_or_is_used(self, north: Tenant, coordinator: StrictClient):
        count(north, {("writing", "af"): 2})
        CodeItem.objects.filter(kind=CodeKind.CONTACT_KIND, code="writing").update(valid_to=date(2025, 2, 28))
        for month, offered in (("2025-02", True), ("2025-03", True), ("2025-04", False)):
            form = coordinator.get(where(north, month)).context["form"]
            assert ("writing" in [kind.code for kind in form.kinds]) is offered, month

    def test_a_federation_without_the_lists_is_told_whom_to_ask(self, north: Tenant, coordinator: StrictClient):
        CodeItem.objects.filter(kind=CodeKind.CONTACT_KIND).delete()
        assert "Be kansliet" in text_of(coordinator.get(where(north)))

    def test_the_number_of_queries_does_not_grow(self, north: Tenant, coordinator: StrictClient):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                coordinator.get(where(north))
            return len(captured)

        queries()  # the first look of the day is noted down
        few = queries()
        count(north, {(kind, to): 1 for kind in ("phone", "meeting") for to in ("af", "fk", "none")})
        assert queries() == few


class TestTable:
    def test_it_sums_contacts_by_kind_and_referral(self, north: Tenant):
        count(north, {("phone", "af"): 3, ("phone", "none"): 2, ("meeting", "af"): 4})
        count(north, {("phone", "af"): 10}, month=Period.month(2025, 4))
        result = table(north.federation, "2025-Q1")
        slug = north.first.slug
        assert result.cell("af", slug, "phone").number == 3
        assert result.cell("total", slug, "phone").number == 5
        assert result.cell("af", "total", "total").number == 7
        assert result.counts == "Samtal räknas, inte personer: den som får råd två gånger räknas två gånger."
        assert table(north.federation, "2025").cell("total", "total", "total").number == 19

    def test_a_month_belongs_to_the_period_it_begins_in(self, north: Tenant):
        count(north, {("phone", "af"): 3})
        halves = ("2025-01-01--2025-03-14", "2025-03-15--2025-12-31")
        totals = [table(north.federation, period).cell("total", "total", "total").number for period in halves]
        assert totals == [3, 0]

    def test_another_federation_and_another_initiative_are_not_in_it(self, world: World):
        count(world.south, {("phone", "af"): 3})
        assert table(world.north.federation, "2025").cell("total", "total", "total").number == 0
        scope = Scope(world.south.federation, world.south.second)
        (own,) = compute([TABLES["advisory_contacts"]], Context(scope, Period.year(2025)))
        assert own.cell("total", "total", "total").number == 0

    def test_the_office_sees_it_and_how_it_is_counted(self, north: Tenant, office: StrictClient):
        count(north, {("phone", "af"): 3})
        page = text_of(office.get("/forbund/norra/statistik/?period=2025"))
        assert "Rådgivande samtal" in page
        words = text_of(office.get("/forbund/norra/statistik/advisory_contacts/sa-raknas/?period=2025"))
        assert "Alla samtal i de månader som börjar i perioden." in words
        assert "Felregistreringar" not in words


def test_a_federation_from_before_gets_the_lists(north: Tenant, django_apps: Callable[[], Any]):
    lists = CodeItem.objects.filter(kind__in=[CodeKind.CONTACT_KIND, CodeKind.CONTACT_OUTCOME])
    before = sorted(lists.values_list("federation", "kind", "code", "label", "position"))
    lists.delete()
    django_apps()
    assert sorted(lists.values_list("federation", "kind", "code", "label", "position")) == before


@pytest.fixture
def django_apps() -> Callable[[], Any]:
    """Runs the migration's own step on the present models."""
    from importlib import import_module

    from django.apps import apps

    migration = import_module("initiatives.migrations.0002_advisory_contact_lists")
    return lambda: migration.give_lists(apps, None)
