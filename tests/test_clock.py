"""A clock that is set back, or jumps ahead, loses nothing, does nothing twice and takes nothing away."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.utils import timezone

from finsam_tracker.beat import Scheduler
from finsam_tracker.clients.services import revoke_key
from finsam_tracker.core import clock
from finsam_tracker.core.clock import WrongClockError
from finsam_tracker.core.jobs import is_cut_off
from finsam_tracker.core.models import JobRun
from finsam_tracker.core.records import Session
from finsam_tracker.core.tasks import forget_old
from participants.models import Import, Participation, ParticipationVersion
from participants.models.imports import KEPT_FOR
from participants.services import imports
from participants.services.correction import void
from reports.finsam.delivery import WAITS
from reports.models import FinsamDelivery, FinsamSwitch, Publication
from reports.models.finsam import LONGEST_WAIT
from tests.conftest import StrictClient
from tests.factories import World
from tests.machines import key_for
from tests.spreadsheets import good_lines, xlsx
from tests.test_participant_pages import at

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
EARLIER = datetime(2020, 1, 1, tzinfo=UTC)


SCHEDULE: dict[str, dict[str, Any]] = {
    "often": {"task": "x", "schedule": 30.0},
    "rarely": {"task": "y", "schedule": 3600.0},
}


class Beat(Scheduler):
    """With a clock that can be set, and nobody to ask."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.schedule_of_tests = {
            name: self.Entry(name, app=current_app, last_run_at=NOW, **entry) for name, entry in SCHEDULE.items()
        }
        super().__init__(current_app, self.schedule_of_tests, lazy=True)

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        self.asked.append(entry.name)

    def at(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """What is asked for then."""
        monkeypatch.setattr(current_app, "now", lambda: now)
        self.asked = []
        while not self.tick():
            pass
        return self.asked


def test_beat_asks_once_after_a_jump_ahead_and_goes_on_after_one_back(monkeypatch: pytest.MonkeyPatch):
    beat = Beat()
    assert beat.at(NOW + timedelta(seconds=31), monkeypatch) == ["often"]
    assert sorted(beat.at(NOW + 1000 * HOUR, monkeypatch)) == ["often", "rarely"]
    assert beat.at(NOW, monkeypatch) == []
    assert beat.at(NOW + timedelta(seconds=31), monkeypatch) == ["often"]
    assert sorted(beat.at(NOW + 2 * HOUR, monkeypatch)) == ["often", "rarely"]


def test_what_is_changed_after_the_clock_was_set_back_is_kept_in_order(world: World):
    tenant, person = world.north, world.north.coordinator
    row = tenant.enrol_late(date(2025, 3, 10))
    last = ParticipationVersion.objects.get(registration=row).known_from
    void(by=person, participation=row, reason="Fel insats", now=last - 2 * HOUR)
    versions = ParticipationVersion.objects.filter(registration=row).order_by("pk")
    assert [(one.known_from, one.known_until) for one in versions] == [(last, last), (last, None)]
    assert not Participation.objects.counted().exists()


def test_a_file_changes_what_was_registered_by_a_clock_ahead(world: World):
    tenant, person = world.north, world.north.coordinator
    row = tenant.enrol_late(date(2025, 3, 10))
    ahead = timezone.now() + HOUR
    ParticipationVersion.objects.update(known_from=ahead)
    line = good_lines(1, tenant.first)[0]
    line[0] = row.code
    now = timezone.now()
    record = imports.receive(by=person, initiative=tenant.first, file=xlsx([line]), now=now)
    assert record.state == Import.State.READY, record.faults
    imports.confirm(by=person, record=record, now=now)
    latest = ParticipationVersion.objects.filter(registration=row).order_by("pk").last()
    assert latest
    assert (latest.known_from, latest.known_until) == (ahead, None)


def test_a_file_that_was_said_yes_to_is_not_forgotten_when_the_clock_jumps(world: World):
    person, first = world.north.coordinator, world.north.first
    record = imports.receive(by=person, initiative=first, file=xlsx(good_lines(2, first)), now=NOW)
    Import.objects.update(state=Import.State.CONFIRMED)
    assert imports.expire(NOW + 10 * KEPT_FOR) == 0
    imports.carry_out(record.pk, NOW - HOUR)
    record.refresh_from_db()
    assert (record.state, Participation.objects.count()) == (Import.State.DONE, 2)


def test_a_key_can_be_revoked_before_it_was_made(world: World):
    key, _secret = key_for(world)
    ended = revoke_key(by=world.north.lead, key=key, now=key.made_at - HOUR)
    assert ended.revoked_at == key.made_at


def test_a_run_from_the_future_is_cut_off_and_one_of_now_is_not():
    runs = [JobRun(task="refresh_federation", started_at=NOW + many * HOUR) for many in (5, 0, -5)]
    assert [is_cut_off(run, NOW) for run in runs] == [True, False, True]


def test_a_session_that_was_used_in_the_future_ends_an_hour_from_now(world: World):
    client = StrictClient()
    client.force_login(world.north.coordinator)
    Session.objects.update(last_seen_at=timezone.now() + 1000 * HOUR)
    assert client.get(at("enrol", world.north.first)).status_code == 200
    assert Session.objects.get().last_seen_at <= timezone.now()  # type: ignore[operator]


def test_a_draft_from_the_future_is_asked_for_again(world: World):
    office, federation = world.north.office, world.north.federation
    for period, hours in (("2025-Q1", 5), ("2025-Q2", -0.1), ("2025-Q3", 0), ("2025-Q4", -5)):
        Publication.objects.create(
            federation=federation,
            template="kvartal",
            period=period,
            created_at=NOW + timedelta(hours=hours),
            created_by=office,
        )
    left = Publication.objects.left_uncomputed(NOW).order_by("period")
    assert list(left.values_list("period", flat=True)) == ["2025-Q1", "2025-Q2"]


def test_a_delivery_does_not_wait_for_a_time_that_is_too_far_away(world: World):
    federation = world.north.federation
    assert max(WAITS) <= LONGEST_WAIT
    FinsamSwitch.objects.create(federation=federation, is_on=True)
    made = FinsamDelivery.objects.create(
        federation=federation,
        year=2025,
        number=1,
        key="a",
        body="{}",
        figures="b",
        asked_by=world.north.office,
        asked_at=NOW,
        next_at=NOW + HOUR,
    )
    assert not FinsamDelivery.objects.due_at(NOW).exists()
    far = NOW + 1000 * HOUR
    FinsamDelivery.objects.filter(pk=made.pk).update(next_at=far, leased_until=far)
    assert FinsamDelivery.objects.due_at(NOW).exists()


def test_nothing_is_taken_away_by_a_clock_that_the_database_does_not_share(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    Session.objects.create(session_key="a", session_data="b", expire_date=EARLIER)
    with monkeypatch.context() as wrong:
        wrong.setattr(clock, "clock_difference", lambda _now: -HOUR)
        with pytest.raises(WrongClockError, match="Ställ klockorna"):
            forget_old()
    assert Session.objects.filter(session_key="a").exists()
    assert JobRun.objects.get(task="forget_old").error.startswith("WrongClockError: Klockan skiljer 1:00:00")
    forget_old()
    assert not Session.objects.filter(session_key="a").exists()
