"""Reports that are drafted by the clock: when, once, whole, and whom it tells."""

import re
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from finsam_tracker.core.models import AuditEvent, Federation, JobRun
from reports import tasks
from reports.models import Publication, Schedule, ScheduledRun
from reports.publishing import runs, schedules
from reports.publishing.timing import coming, due_on, due_periods
from tests.conftest import StrictClient
from tests.factories import Tenant, World, noon
from tests.test_publications import people

pytestmark = pytest.mark.django_db
ROOT = "/forbund/norra/publikationer/schema/"
ADDED = noon(date(2026, 1, 10))
BEFORE, DUE = noon(date(2026, 1, 19)), noon(date(2026, 1, 20))
State = ScheduledRun.State


def quarterly(tenant: Tenant, **told: Any) -> Schedule:
    """The quarter's report, twenty days after its last day."""
    of: dict[str, Any] = {"template": "kvartal", "rhythm": "quarter", "days": 20, "is_on": True, "now": ADDED}
    return schedules.add_schedule(by=tenant.office, federation=tenant.federation, **{**of, **told})


def drafts(tenant: Tenant) -> list[str]:
    return [draft.period for draft in tenant.federation.publications.order_by("period")]


@pytest.mark.parametrize(
    ("rhythm", "since", "days", "until", "periods"),
    [
        ("quarter", date(2026, 1, 10), 20, date(2026, 1, 19), []),
        ("quarter", date(2026, 1, 10), 20, date(2026, 1, 20), ["2025-Q4"]),
        ("quarter", date(2026, 1, 21), 20, date(2026, 4, 20), ["2026-Q1"]),
        ("half", date(2025, 1, 1), 1, date(2026, 7, 1), ["2024-H2", "2025-H1", "2025-H2", "2026-H1"]),
        ("year", date(2026, 1, 10), 365, date(2026, 12, 31), ["2025"]),
        ("year", date(2026, 11, 22), 31, date(2027, 1, 30), []),
    ],
)
def test_a_draft_is_due_so_many_days_after_its_period(
    rhythm: str, since: date, days: int, until: date, periods: list[str]
):
    schedule = Schedule(rhythm=rhythm, days=days, since=since, template="x")
    assert [period.key for period in due_periods(schedule, until)] == periods
    following = coming([schedule], until)[0]
    assert following.on == due_on(schedule, following.period) > until


class TestAScheduledRun:
    def test_it_makes_the_draft_when_its_day_has_come_once_and_tells_the_office(self, world: World, settings: Any):
        people(world.north)
        schedule = quarterly(world.north)
        assert runs.plan(BEFORE) == 0
        assert (runs.plan(DUE), runs.plan(DUE), runs.plan(DUE + timedelta(days=40))) == (1, 0, 0)
        run = schedule.runs.get()
        for _again in range(2):
            tasks.carry_out_run(run.pk)
        draft = world.north.federation.publications.get()
        assert (draft.template, draft.period, draft.problem) == ("kvartal", "2025-Q4", "")
        assert draft.content["results"]  # type: ignore[index]
        run.refresh_from_db()
        assert (run.state, run.publication, run.attempts) == (State.DONE, draft, 1)
        (letter,) = mail.outbox
        assert letter.to == [world.north.office.email]
        link = f"{settings.BASE_URL}/forbund/norra/publikationer/{draft.pk}/utkast/"
        assert link in letter.body
        plain = letter.body.replace(link, "").replace(world.north.office.name, "")
        assert re.findall(r"\d+", plain) == ["4", "2025"], "the quarter, and no figure"
        assert AuditEvent.objects.filter(action="new_publication", subject_id=draft.pk).count() == 1

    def test_two_workers_with_the_same_run_in_hand_make_one_draft(self, world: World):
        number = quarterly(world.north).runs.create(period="2025-Q4", asked_at=DUE).pk
        first, second = runs.begin_run(number, DUE), runs.begin_run(number, DUE)
        assert first
        assert second
        runs.carry_out(first, DUE)
        runs.carry_out(second, DUE)
        assert (drafts(world.north), len(mail.outbox)) == (["2025-Q4"], 1)
        assert ScheduledRun.objects.get().publication == world.north.federation.publications.get()

    def test_what_somebody_has_begun_is_left_and_what_was_thrown_away_stays_away(self, world: World):
        people(world.north)
        schedule = quarterly(world.north)
        run = schedule.runs.create(period="2025-Q4", asked_at=DUE)
        begun = Publication.objects.create(
            federation=world.north.federation,
            template="kvartal",
            period="2025-Q4",
            created_at=DUE,
            created_by=world.north.office,
        )
        tasks.carry_out_run(run.pk)
        run.refresh_from_db()
        assert (run.state, run.publication, len(mail.outbox)) == (State.EXISTED, None, 0)
        begun.delete()
        assert runs.plan(DUE) == 0
        assert drafts(world.north) == []

    def test_what_cannot_be_published_is_a_draft_that_says_why(self, world: World):
        world.north.federation.parameters.filter(key="tax_rate").delete()
        schedule = quarterly(world.north, template="helar", rhythm="year")
        tasks.carry_out_run(schedule.runs.create(period="2025", asked_at=DUE).pk)
        draft = world.north.federation.publications.get()
        assert draft.problem
        assert draft.content is None
        assert len(mail.outbox) == 1

    def test_one_that_breaks_down_is_tried_five_times_and_then_said_to_have_failed(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ):
        run = quarterly(world.north).runs.create(period="2025-Q4", asked_at=DUE)
        monkeypatch.setattr("reports.publishing.preparing.compute", lambda *_args: 1 / 0)
        for _time in range(5):
            with pytest.raises(ZeroDivisionError):
                tasks.carry_out_run(run.pk)
        runs.resume(DUE)
        run.refresh_from_db()
        assert (run.state, run.attempts, drafts(world.north)) == (State.FAILED, 5, [])
        assert JobRun.objects.filter(task="scheduled_draft", outcome=JobRun.Outcome.FAILED).count() == 5

    def test_a_mail_server_that_is_away_costs_no_draft_and_nobody_gets_two(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ):
        people(world.north)
        run = quarterly(world.north).runs.create(period="2025-Q4", asked_at=DUE)

        def away(_self: Any) -> bool:
            raise ConnectionRefusedError

        with monkeypatch.context() as patched:
            patched.setattr("django.core.mail.backends.locmem.EmailBackend.open", away)
            with pytest.raises(ConnectionRefusedError):
                tasks.carry_out_run(run.pk)
        run.refresh_from_db()
        assert (run.state, drafts(world.north), len(mail.outbox)) == (State.MADE, ["2025-Q4"], 0)
        tasks.carry_out_run(run.pk)
        run.refresh_from_db()
        assert (run.state, len(mail.outbox), run.letters.count()) == (State.DONE, 1, 1)

    def test_what_was_due_while_it_was_off_is_not_made_up_for(self, world: World):
        schedule = quarterly(world.north, is_on=False)
        assert runs.plan(DUE) == 0
        by = world.north.office
        schedules.change_schedule(by=by, schedule=schedule, days=20, is_on=True, now=noon(date(2026, 2, 1)))
        assert runs.plan(noon(date(2026, 4, 19))) == 0
        schedules.change_schedule(by=by, schedule=schedule, days=5, is_on=True, now=noon(date(2026, 4, 19)))
        assert runs.plan(noon(date(2026, 4, 19))) == 1
        assert schedule.runs.get().period == "2026-Q1"


def test_a_schedule_follows_the_federation_and_is_the_office_s_own(world: World):
    north = world.north
    Federation.objects.filter(pk=north.federation.pk).update(rhythm="quarter")
    north.federation.refresh_from_db()
    assert quarterly(north, rhythm="").rhythm == "quarter"
    assert quarterly(north, template="medlemsmote", rhythm="").rhythm == "year"
    with pytest.raises(ValidationError, match="redan ett schema"):
        quarterly(north)
    with pytest.raises(ValidationError, match="görs bara för kvartal"):
        quarterly(north, rhythm="half")
    with pytest.raises(ValidationError, match="mellan 1 och 365"):
        quarterly(north, template="halvar", rhythm="half", days=0)
    with pytest.raises(PermissionDenied):
        schedules.remove_schedule(by=world.south.office, schedule=Schedule.objects.all()[0], now=DUE)


def test_the_office_sets_it_up_runs_it_and_sees_how_it_went(world: World, office: StrictClient):
    people(world.north)
    assert "Det finns inget schema än" in office.get(ROOT).content.decode()
    told = {"template": "helar", "rhythm": "", "days": "tjugo", "is_on": "ja"}
    refused = office.post(f"{ROOT}nytt/", told).content.decode()
    assert "Skriv antalet dagar som ett heltal" in refused
    assert 'value="tjugo"' in refused
    office.post(f"{ROOT}nytt/", told | {"days": "31"})
    schedule = Schedule.objects.get()
    page = office.get(ROOT).content.decode()
    assert "Helårsrapport" in page
    assert f"{coming([schedule], schedule.since)[0].on}" in page
    page = office.post(f"{ROOT}{schedule.pk}/kor/", follow=True).content.decode()
    run = schedule.runs.get()
    assert "är på gång" in page
    tasks.carry_out_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.asked_by, len(mail.outbox)) == (State.DONE, world.north.office, 0), (
        "who asked needs no letter"
    )
    page = office.get(ROOT).content.decode()
    assert f"/publikationer/{run.publication_id}/utkast/" in page
    assert "hx-get" not in page
    again = office.post(f"{ROOT}{schedule.pk}/kor/", follow=True).content.decode()
    assert "Rapporten finns redan för den perioden" in again
    ScheduledRun.objects.update(state=State.WAITING, ended_at=None)
    page = office.get(ROOT).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "räknas, skyddas och prövas" in page
    assert office.post(f"{ROOT}{schedule.pk}/", {"days": "400", "is_on": "nej"}).status_code == HTTPStatus.OK
    office.post(f"{ROOT}{schedule.pk}/", {"days": "40", "is_on": "nej"})
    assert "Alla scheman är av." in office.get(ROOT).content.decode()
    office.post(f"{ROOT}{schedule.pk}/ta-bort/")
    assert not Schedule.objects.exists()
    assert world.north.federation.publications.count() == 1
    acts = AuditEvent.objects.filter(subject_type="schedule").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["add_schedule", "run_schedule", "change_schedule", "remove_schedule"]
