"""Who looked at what kind of page and changed what kind of thing; and nothing about whom it was about."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from finsam_tracker.access_log.words import DEEDS, PAGES
from finsam_tracker.core.models import AuditEvent
from finsam_tracker.core.records import AccessEvent
from finsam_tracker.core.tasks import forget_old
from finsam_tracker.core.tokens import issue_token
from tests.access import ACCESS, method_and_name, parts_of
from tests.conftest import StrictClient
from tests.factories import World
from tests.test_participant_pages import ENROLMENT, at, errors_in, text_of

pytestmark = pytest.mark.usefixtures("tasks_run_here")

Browser = Callable[[str], StrictClient]
ROOT = Path(__file__).resolve().parent.parent
LOG = "/forbund/norra/atkomstlogg/"


def looked(world: World, kind: str = "participation", days_ago: int = 0) -> None:
    at_ = timezone.now() - timedelta(days=days_ago)
    AccessEvent.objects.create(
        user=world.north.coordinator, federation=world.north.federation, day=at_.date(), kind=kind, first_at=at_
    )


class TestNoting:
    def test_a_look_is_noted_once_a_day(self, world: World, coordinator: StrictClient):
        for _look in range(3):
            for _registration in range(2):
                coordinator.get(at("participation", world.north.first, world.north.enrol().code))
        noted = AccessEvent.objects.get()
        assert (noted.user, noted.federation, noted.kind) == (
            world.north.coordinator,
            world.north.federation,
            "participation",
        )

    def test_what_is_refused_or_nobodys_is_not_a_look(
        self, world: World, coordinator: StrictClient, lead: StrictClient
    ):
        coordinator.get("/forbund/norra/statistik/")
        coordinator.get(at("participations", world.south.first))
        coordinator.get("/min-profil/")
        StrictClient().get(at("participations", world.north.first))
        lead.post(at("enrol", world.north.first), {})
        assert not AccessEvent.objects.exists()

    def test_files_and_the_rest_interface_count(self, world: World, office: StrictClient):
        office.get("/forbund/norra/statistik/flows.csv?period=2025")
        token = issue_token(world.north.office).token
        address = "/api/v1/federations/norra/tables/"
        assert StrictClient().get(address, headers={"Authorization": f"Token {token}"}).status_code == 200
        assert "api-tables" in set(AccessEvent.objects.values_list("kind", flat=True))

    def test_a_second_look_writes_nothing(self, world: World, coordinator: StrictClient):
        where = at("participations", world.north.first)
        coordinator.get(where)
        first = AccessEvent.objects.get().first_at
        coordinator.get(where)
        assert AccessEvent.objects.get().first_at == first


class TestReading:
    def test_the_office_reads_who_looked_and_who_changed(
        self, world: World, coordinator: StrictClient, office: StrictClient
    ):
        coordinator.post(at("enrol", world.north.first), ENROLMENT)
        made = world.north.enrol()
        coordinator.get(at("participation", world.north.first, made.code))
        page = text_of(office.get(LOG))
        who = world.north.coordinator.name
        assert f"{who} tittade på ett deltagande." in page
        assert f"{who} skrev in en deltagare." in page

    def test_no_registration_stands_in_it(self, world: World, coordinator: StrictClient, office: StrictClient):
        made = world.north.enrol()
        coordinator.get(at("participation", world.north.first, made.code))
        AuditEvent.objects.update(reason="hemlig anledning")
        page = office.get(LOG).content.decode()
        for hidden in (made.code, "hemlig anledning", made.pk):
            assert f">{hidden}<" not in page
            assert isinstance(hidden, int) or hidden not in page

    def test_another_federations_log_is_not_in_it(self, world: World, office: StrictClient):
        world.south.enrol()
        assert world.south.coordinator.name not in office.get(LOG).content.decode()
        assert "Inget i urvalet." in text_of(office.get(f"{LOG}?fran=2001-01-01&till=2001-01-02"))

    def test_it_is_narrowed_by_person_kind_and_days(self, world: World, office: StrictClient):
        looked(world, "participation")
        looked(world, "history", days_ago=40)
        world.north.enrol()
        person, today = world.north.coordinator.pk, timezone.localdate()
        history, page, act = (
            "tittade på ett deltagandes historik",
            "tittade på ett deltagande.",
            "skrev in en deltagare.",
        )

        def shows(query: str) -> list[bool]:
            text = text_of(office.get(f"{LOG}?{query}")).rpartition("Rensa urvalet")[2]
            return [words in text for words in (history, page, act)]

        assert shows("") == [True, True, True]
        assert shows(f"person={person}") == [True, True, True]
        assert shows(f"person={world.north.reader.pk}") == [False, False, False]
        assert shows("slag=seen") == [True, True, False]
        assert shows("slag=done") == [False, False, True]
        assert shows("slag=seen:history") == [True, False, False]
        assert shows("slag=done:enrol") == [False, False, True]
        assert shows(f"fran={today - timedelta(days=1)}&slag=seen") == [False, True, False]
        assert shows(f"till={today - timedelta(days=1)}&slag=seen") == [True, False, False]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("person=999999", "person"),
            ("person=x", "person"),
            ("slag=seen:finns-inte", "slag"),
            ("slag=%00", "slag"),
            ("fran=igår", "fran"),
            ("fran=2025-02-01&till=2025-01-01", "till"),
        ],
    )
    def test_what_cannot_be_followed_is_told(self, query: str, field: str, world: World, office: StrictClient):
        answer = office.get(f"{LOG}?{query}")
        assert answer.status_code == 200
        assert errors_in(answer)[field]

    def test_a_long_log_has_pages_that_keep_the_choice(self, world: World, office: StrictClient):
        kept = {"user": world.north.coordinator, "federation": world.north.federation, "kind": "participation"}
        now = timezone.now()
        AccessEvent.objects.bulk_create(
            AccessEvent(day=now.date() - timedelta(days=n), first_at=now - timedelta(days=n), **kept)
            for n in range(230)
        )
        first = office.get(f"{LOG}?slag=seen")
        assert "Här visas 1–100." in text_of(first)
        assert "?slag=seen&amp;sida=2" in first.content.decode()
        for strange in ("3", "999", "x"):
            assert office.get(f"{LOG}?slag=seen&sida={strange}").status_code == 200


def test_what_is_older_than_two_years_is_forgotten(world: World):
    looked(world, "history", days_ago=731)
    looked(world, "participation", days_ago=729)
    forget_old.delay()
    assert AccessEvent.objects.get().kind == "participation"


def test_every_page_of_a_federation_has_a_name_in_the_log():
    shown = {
        name for method, name in map(method_and_name, ACCESS) if method == "get" and "federation" in parts_of(name)
    }
    assert shown - set(PAGES) == set(), "Say in access_log/words.py what it is called."
    assert set(PAGES) - shown == set(), "left from a route that is gone"


def test_every_act_has_a_name_in_the_log_or_is_ones_own():
    own = {"change_password", "choose_language", "reminders_on", "reminders_off", "log_out_elsewhere"}
    own |= {"set_up_app", "remove_app", "add_passkey", "rename_passkey", "remove_passkey"}
    written: set[str] = set()
    for path in ROOT.rglob("*.py"):
        if path.relative_to(ROOT).parts[0] in ("finsam_tracker", "initiatives", "participants", "reports"):
            written |= set(re.findall(r'(?:\baction=|Act\(by, [\w.]+, )"(\w+)"', path.read_text()))
    no_acts = {"append", "store_true", "reset_password"}
    assert written - set(DEEDS) - own - no_acts == set(), "Say in access_log/words.py what it is called."
