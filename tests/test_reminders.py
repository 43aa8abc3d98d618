"""The weekly mail: numbers and a link, once a week, switched off in one click."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPServerDisconnected
from threading import Barrier
from typing import Any

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from finsam_tracker.celery import app
from finsam_tracker.core.models import AuditEvent, Federation, JobRun, User
from finsam_tracker.core.profile import choose_reminders, reminders_token
from participants import tasks
from participants.models import Reminder
from participants.services.reminders import remind_all
from tests.conftest import StrictClient
from tests.factories import Tenant, World, noon
from tests.test_participant_pages import text_of

MONDAY = datetime(2026, 3, 16, 6, tzinfo=UTC)
LINK = re.compile(r"https?://\S+")


@pytest.fixture
def north(world: World) -> Tenant:
    """Somebody overdue and without steps and facts in the first initiative; nothing anywhere else."""
    world.north.end(world.north.enrol())
    world.north.enrol()
    return world.north


def addressees() -> list[str]:
    return sorted(address for letter in mail.outbox for address in letter.to)


def wants(person: User) -> bool:
    return User.objects.get(pk=person.pk).wants_reminders


class TestLetter:
    def test_it_says_how_many_and_not_who(self, north: Tenant):
        remind_all(now=noon(date(2026, 5, 4)))
        letter = next(m for m in mail.outbox if m.to == [north.coordinator.email])
        assert letter.subject == "Finsam Tracker: det här väntar, vecka 19"
        for line in (
            f"Hej {north.coordinator.name}!",
            "Vägen vidare (Norra Skogsbygdens samordningsförbund)",
            "- 1 uppföljning är försenad",
            "- 1 deltagande har ingen stegbedömning på 6 månader",
            "- 1 deltagande saknar uppgifter",
        ):
            assert line in str(letter.body).split("\n")
        assert "den här månaden" not in letter.body

    def test_it_holds_no_code_and_no_registration(self, north: Tenant):
        codes = list(north.first.federation.code_items.values_list("label", flat=True))
        made = [north.enrol(north.first, birth_year=1971, gender="man") for _n in range(3)]
        remind_all(now=MONDAY)
        everything = "\n".join(letter.message().as_string() + str(letter.body) for letter in mail.outbox)
        for secret in (*(m.code for m in made), *codes, "1971", "Ånäs"):
            assert secret not in everything

    def test_it_holds_one_link_to_the_work_and_one_that_ends_the_mails(self, north: Tenant):
        remind_all(now=MONDAY)
        letter = mail.outbox[0]
        work, off = LINK.findall(str(letter.body))
        assert work == f"{settings.BASE_URL}/"
        assert off.startswith(f"{settings.BASE_URL}/paminnelser/av/")
        headers = letter.message()
        assert headers["List-Unsubscribe"] == f"<{off}>"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["Auto-Submitted"] == "auto-generated"

    def test_it_is_written_in_the_persons_language(self, north: Tenant, settings: Any, monkeypatch: pytest.MonkeyPatch):
        settings.LANGUAGES = [("sv", "Svenska"), ("en", "English")]
        User.objects.filter(pk=north.coordinator.pk).update(language="en")
        spoken = {}

        def token_of(user: User) -> str:
            spoken[user.email] = translation.get_language()
            return reminders_token(user)

        monkeypatch.setattr("finsam_tracker.core.letters.reminders_token", token_of)
        remind_all(now=MONDAY)
        assert spoken == {north.coordinator.email: "en", north.lead.email: "sv"}
        assert translation.get_language() == "sv"


class TestWho:
    def test_those_who_register_get_one_and_nobody_else(self, north: Tenant):
        counts = remind_all(now=MONDAY)
        assert addressees() == sorted([north.coordinator.email, north.lead.email])
        # Staff of the initiatives where nothing waits: one more in the north, three in the south.
        assert counts == {"sent": 2, "nothing": 4}

    def test_who_has_nothing_to_do_gets_no_mail(self, world: World):
        assert remind_all(now=MONDAY) == {"nothing": 6}
        assert not mail.outbox
        assert not Reminder.objects.exists()

    @pytest.mark.parametrize("how", ["switched off", "closed account", "ended membership", "moved to the office"])
    def test_who_may_not_or_will_not_gets_none(self, how: str, north: Tenant):
        person = north.coordinator
        if how == "ended membership":
            person.memberships.update(ended_on=date(2026, 1, 1))
        elif how == "moved to the office":
            person.memberships.update(role="office")
        else:
            person.wants_reminders, person.is_active = how != "switched off", how != "closed account"
            person.save()
        remind_all(now=MONDAY)
        assert addressees() == [north.lead.email]

    def test_somebody_in_two_federations_gets_one_mail_with_both(self, world: World, north: Tenant):
        world.south.enrol()
        world.south.coordinator.memberships.update(user=north.coordinator)
        remind_all(now=MONDAY)
        letter = next(m for m in mail.outbox if m.to == [north.coordinator.email])
        assert str(letter.body).index("Vägen vidare") < str(letter.body).index("Bron")
        assert Federation.objects.count() == 2


class TestOnce:
    def test_run_twice_it_sends_once(self, north: Tenant):
        tasks.send_reminders()
        tasks.send_reminders()
        assert len(mail.outbox) == 2
        runs = JobRun.objects.filter(task="send_reminders").order_by("pk")
        assert [(run.outcome, run.counts) for run in runs] == [
            ("done", {"sent": 2, "nothing": 4}),
            ("done", {"done_before": 2, "nothing": 4}),
        ]
        assert {(r.state, r.sent_at is None) for r in Reminder.objects.all()} == {("sent", False)}

    def test_the_next_week_brings_a_new_one(self, north: Tenant):
        for days in (0, 6, 7):
            remind_all(now=MONDAY + timedelta(days=days))
        assert len(mail.outbox) == 4
        assert {(r.year, r.week) for r in Reminder.objects.all()} == {(2026, 12), (2026, 13)}

    def test_the_week_of_new_year_is_one_week(self, north: Tenant):
        remind_all(now=noon(date(2025, 12, 29)))
        remind_all(now=noon(date(2026, 1, 1)))
        assert {(r.year, r.week) for r in Reminder.objects.all()} == {(2026, 1)}

    def test_one_that_was_claimed_and_never_sent_is_not_sent_later(self, north: Tenant):
        Reminder.objects.create(user=north.coordinator, year=2026, week=12, claimed_at=MONDAY)
        remind_all(now=MONDAY)
        assert addressees() == [north.lead.email]

    def test_one_that_breaks_is_not_tried_again_and_does_not_stop_the_others(
        self, north: Tenant, monkeypatch: pytest.MonkeyPatch
    ):
        send = EmailMessage.send

        def breaks(self: EmailMessage, **options: Any) -> int:
            if self.to == [north.coordinator.email]:
                raise SMTPServerDisconnected
            return send(self, **options)

        monkeypatch.setattr(EmailMessage, "send", breaks)
        assert remind_all(now=MONDAY) == {"failed": 1, "sent": 1, "nothing": 4}
        monkeypatch.undo()
        assert remind_all(now=MONDAY) == {"done_before": 2, "nothing": 4}
        assert addressees() == [north.lead.email]
        assert Reminder.objects.get(user=north.coordinator).state == "failed"

    def test_a_mail_server_that_is_away_claims_nothing_and_is_written_down(self, north: Tenant, settings: Any):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        with pytest.raises(ConnectionRefusedError):
            tasks.send_reminders()
        assert not Reminder.objects.exists()
        assert "ConnectionRefusedError" in JobRun.objects.get(task="send_reminders").error

    @pytest.mark.parametrize(
        "fault",
        [{"week": 0}, {"week": 54}, {"state": "lost"}, {"state": "sent"}, {"sent_at": MONDAY}, {}],
        ids=str,
    )
    def test_the_database_refuses(self, north: Tenant, fault: dict[str, Any]):
        plain = {"user": north.coordinator, "year": 2026, "week": 12, "claimed_at": MONDAY}
        Reminder.objects.create(**plain)
        with pytest.raises(IntegrityError), transaction.atomic():
            Reminder.objects.create(**(plain | ({"week": 13, **fault} if fault else {})))

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time anyway")
    def test_two_runs_at_the_same_moment_send_once(self, north: Tenant):
        together = Barrier(4)

        def run(_number: int) -> None:
            try:
                together.wait(10)
                remind_all(now=MONDAY)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, range(4)))
        assert addressees() == sorted([north.coordinator.email, north.lead.email])


class TestOff:
    def test_opening_the_link_changes_nothing_and_one_click_ends_the_mails(self, north: Tenant, client: StrictClient):
        remind_all(now=MONDAY)
        letter = next(m for m in mail.outbox if m.to == [north.coordinator.email])
        address = LINK.findall(str(letter.body))[1].removeprefix(settings.BASE_URL)
        assert "Sluta få påminnelser?" in text_of(client.get(address))
        assert client.head(address).status_code == 200
        assert wants(north.coordinator)
        assert "Påminnelserna är avstängda" in text_of(client.post(address))
        assert not wants(north.coordinator)
        assert AuditEvent.objects.filter(action="reminders_off", actor=north.coordinator).count() == 1
        client.post(address)
        assert AuditEvent.objects.filter(action="reminders_off").count() == 1
        remind_all(now=MONDAY + timedelta(days=7))
        assert addressees() == sorted([north.coordinator.email, north.lead.email, north.lead.email])

    def test_a_mail_program_ends_them_on_its_own(self, north: Tenant):
        """RFC 8058: a POST with no cookie, no token of a form and no redirect to follow."""
        program = StrictClient(enforce_csrf_checks=True)
        address = f"/paminnelser/av/{reminders_token(north.lead)}/"
        answer = program.post(address, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
        assert answer.status_code == 200
        assert not wants(north.lead)

    def test_the_link_opens_nothing_else(self, north: Tenant, client: StrictClient):
        client.post(f"/paminnelser/av/{reminders_token(north.lead)}/")
        assert client.get("/min-profil/").status_code == 302
        assert north.lead.email not in client.get(f"/paminnelser/av/{reminders_token(north.lead)}/").content.decode()

    @pytest.mark.parametrize("token", ["x", "MQ:1abc:def", "%00", "å" * 300, "1"])
    def test_a_link_that_was_cut_off_says_so_and_changes_nothing(self, token: str, north: Tenant, client: StrictClient):
        for act in (client.get, client.post):
            answer = act(f"/paminnelser/av/{token}/")
            assert answer.status_code == 404
            assert "Länken går inte att läsa" in text_of(answer)
        assert not AuditEvent.objects.filter(action="reminders_off").exists()

    def test_a_link_of_somebody_who_is_gone_is_no_error(self, client: StrictClient, world: World):
        token = reminders_token(world.outsider)
        world.outsider.delete()
        assert client.get(f"/paminnelser/av/{token}/").status_code == 404

    def test_choosing_the_same_again_leaves_no_trace(self, north: Tenant):
        choose_reminders(by=north.lead, wanted=True, now=timezone.now())
        assert not AuditEvent.objects.filter(subject_type="user").exists()


def test_it_runs_on_monday_mornings():
    entry = app.conf.beat_schedule["remind-weekly"]
    assert entry["task"] == "participants.tasks.send_reminders"
    assert entry["schedule"] == crontab(hour="7", minute="0", day_of_week="mon")
    assert str(app.conf.timezone) == "Europe/Stockholm"
