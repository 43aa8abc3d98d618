"""The lägesrapport of an initiative: asked for, written, sent, answered; frozen when sent, and never let out."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from finsam_tracker.celery import app
from finsam_tracker.core import kept
from finsam_tracker.core.models import AuditEvent, Federation, JobRun
from finsam_tracker.core.period import Period
from initiatives.facts import YearFacts
from initiatives.models import InitiativeStaff
from initiatives.services.initiatives import set_initiative_year
from participants.models import Reminder
from reports import tasks
from reports.models import FrozenError, Sending, StatusReport
from reports.status_reports import services
from reports.status_reports.arrivals import tell_offices
from reports.status_reports.boxes import mark_of
from reports.status_reports.edition import edition_of
from reports.status_reports.periods import due_day, last_closed
from reports.status_reports.reminders import remind_leads
from tests.conftest import StrictClient
from tests.factories import Tenant, World, make_goal, noon
from tests.status_reports import NOW, TEXTS, asked, fresh, sent, written
from tests.test_participant_pages import text_of

OWN = "/forbund/norra/insatser/norra-1/lagesrapporter/"
PAGE = f"{OWN}2025-H1/"
OFFICE = "/forbund/norra/lagesrapporter/"
AT_OFFICE = f"{OFFICE}2025-H1/norra-1/"


@pytest.fixture
def north(world: World) -> Tenant:
    """Three who took part in the first half of 2025, one of them ended; a plan and two goals."""
    north = world.north
    north.enrol()
    north.enrol(gender="man")
    north.end(north.enrol(), exit_on=date(2025, 5, 31))
    facts = YearFacts(planned_participants=40)
    set_initiative_year(by=north.office, initiative=north.first, year=2025, facts=facts, now=NOW)
    make_goal(north)
    make_goal(north, text="Egna målet", measure="participants", initiative=north.first)
    make_goal(north, text="Hela förbundets antal", measure="participants")
    return north


def seen_in(browser: StrictClient, address: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', browser.get(address).content.decode())
    assert found
    return found[1]


def test_a_report_goes_to_the_office_and_back_and_to_the_office_again(
    north: Tenant, lead: StrictClient, coordinator: StrictClient, office: StrictClient
):
    asked(north)
    start = text_of(lead.get("/forbund/norra/insatser/norra-1/"))
    assert "Lägesrapport första halvåret 2025" in start
    assert "är försenad. Den skulle ha skickats senast 2025-07-30." in start
    assert (
        "Lägesrapport"
        not in text_of(coordinator.get("/forbund/norra/insatser/norra-1/"))
        .split("I siffror")[0]
        .split("Att göra", 2)[2]
    )
    assert "Inte påbörjad, försenad" in text_of(lead.get(PAGE))
    assert "Insatsen har inte skickat rapporten än" in text_of(office.get(AT_OFFICE))
    assert office.get(f"{AT_OFFICE}rapport.pdf").status_code == 404
    seen = seen_in(lead, f"{PAGE}skriv/")
    page = lead.post(f"{PAGE}skriv/", TEXTS | {"seen": seen, "plan": ""}, follow=True)
    assert "är sparat som utkast" in text_of(page)
    assert "Alla platser är tagna." not in text_of(office.get(AT_OFFICE))
    page = lead.post(f"{PAGE}skicka/", {"seen": seen_in(lead, PAGE)}, follow=True)
    assert "Rapporten är inte klar. Skriv under: Plan framåt." in text_of(page)
    lead.post(f"{PAGE}skriv/", TEXTS | {"seen": seen_in(lead, f"{PAGE}skriv/")})
    assert "Alla platser är tagna." in text_of(coordinator.get(PAGE))
    assert "Skicka till kansliet" not in text_of(coordinator.get(PAGE))
    seen = seen_in(lead, PAGE)
    for _click in range(2):
        page = lead.post(f"{PAGE}skicka/", {"seen": seen}, follow=True)
        assert "Rapporten är skickad till kansliet." in text_of(page)
    assert f"{PAGE}skriv/" not in page.content.decode()
    assert "väntar på svar" in text_of(office.get(OFFICE))
    told = text_of(office.get(AT_OFFICE))
    assert "Fler besök hos arbetsgivare." in told
    assert "Från årets början till och med 2025-06-30 deltog 3. Planerat antal för hela 2025 är 40." in told
    assert "Skriv vad som behöver ändras" in text_of(office.post(f"{AT_OFFICE}svara/", {"answer": "returned"}))
    back = {"answer": "returned", "comment": "Skriv mer om avvikelserna."}
    assert "tillbaka hos insatsen" in text_of(office.post(f"{AT_OFFICE}svara/", back | {"number": "1"}, follow=True))
    assert "Skriv mer om avvikelserna." in text_of(lead.get(f"{PAGE}skriv/"))
    better = TEXTS | {"deviations": "En grupp startade sent.", "seen": seen_in(lead, f"{PAGE}skriv/")}
    lead.post(f"{PAGE}skriv/", better)
    assert "En grupp startade sent." not in text_of(office.get(AT_OFFICE))
    lead.post(f"{PAGE}skicka/", {"seen": seen_in(lead, PAGE)})
    # A page that was open since the first sending does not answer the second one unread; then it does.
    unread = office.post(f"{AT_OFFICE}svara/", {"answer": "accepted", "comment": "Tack!", "number": "1"})
    assert "Läs den och svara sedan." in text_of(unread)
    answer = {name: unread.context["form"][name].value() for name in ("answer", "comment", "number")}
    told = text_of(office.post(f"{AT_OFFICE}svara/", answer, follow=True))
    assert "Rapporten är godkänd." in told
    for sentence in (
        f"{north.lead} skickade rapporten.",
        f"{north.office} lämnade tillbaka rapporten: ”Skriv mer om avvikelserna.”",
        f"{north.office} godkände rapporten: ”Tack!”",
        "Rapporten begärdes.",
    ):
        assert sentence in told
    assert "godkänd" in text_of(lead.get(OWN))
    acts = AuditEvent.objects.filter(
        subject_type="statusreport", subject_id=StatusReport.objects.get(initiative=north.first).pk
    )
    assert [act.action.partition("_")[0] for act in acts.order_by("pk")] == [
        *("ask", "write", "write", "send", "return", "write", "send", "accept")
    ]


def test_an_accepted_report_is_opened_again_with_a_reason(north: Tenant, lead: StrictClient, office: StrictClient):
    report = sent(north)
    again = f"{AT_OFFICE}oppna-igen/"
    assert "Rapporten är inte godkänd" in text_of(office.post(again, {"reason": "Fel siffror."}))
    services.answer(by=north.office, report=report, number=1, answer="accepted", comment="Tack!", now=NOW)
    assert "Öppna rapporten igen" in text_of(office.get(AT_OFFICE))
    assert "Skriv varför rapporten öppnas igen" in text_of(office.post(again, {"reason": " "}))
    page = text_of(office.post(again, {"reason": "Två avslut kom sent."}, follow=True))
    assert "tillbaka hos insatsen" in page
    assert f"{north.office} öppnade rapporten igen: ”Två avslut kom sent.”" in page
    assert "Två avslut kom sent." in text_of(lead.get(f"{PAGE}skriv/"))
    lead.post(f"{PAGE}skicka/", {"seen": seen_in(lead, PAGE)})
    services.answer(by=north.office, report=fresh(report), number=2, answer="accepted", comment="", now=NOW)
    assert fresh(report).state == "accepted"


class TestFigures:
    def test_they_are_the_initiatives_own_and_stay_as_they_were_sent(self, north: Tenant, office: StrictClient):
        north.enrol(north.second)
        report = sent(north)
        before = office.get(f"{AT_OFFICE}rapport.pdf").content
        edition = edition_of(report.sendings.get())
        results = {result.table: result for result in edition.results}
        flows = results["flows"]
        assert [[cell.value for cell in row.cells] for row in flows.rows] == [[3, 3, 1, 2]]
        assert [row.labels[0] for row in results["initiative_goals"].rows] == [
            "Fler i arbete (förbundets mål)",
            "Egna målet",
        ]
        assert {"exit_groups", "steps_by_initiative"} <= results.keys()
        north.enrol()
        Federation.objects.filter(pk=north.federation.pk).update(name="Ett nytt namn")
        assert edition_of(fresh(report).sendings.get()) == edition
        assert office.get(f"{AT_OFFICE}rapport.pdf").content == before
        assert "deltog 3." in text_of(office.get(AT_OFFICE))

    def test_an_empty_half_says_so(self, world: World, lead: StrictClient):
        asked(world.north)
        page = text_of(lead.get(PAGE))
        assert "Ingen avslutades i perioden." in page
        assert "Ingen uppföljning skulle göras i perioden." in page
        assert "Planerat antal för 2025 är inte angivet." in page
        assert "Året har inga mål som kan mätas i insatsen." in page

    def test_a_document_says_on_each_page_that_it_is_internal(self, north: Tenant, lead: StrictClient):
        sent(north)
        word = lead.get(f"{PAGE}rapport.docx")
        assert word["Content-Disposition"] == 'attachment; filename="lagesrapport-norra-1-2025-H1.docx"'
        with zipfile.ZipFile(io.BytesIO(word.content)) as parts:
            footer = next(parts.read(name).decode() for name in parts.namelist() if "footer" in name)
            body = parts.read("word/document.xml").decode()
        assert "Internt – inte skyddat mot röjande" in footer
        for text in ("Ny grupp i augusti.", "Skickad till kansliet 2025-07-02.", "Deltagare under perioden"):
            assert text in body
        assert lead.get(f"{PAGE}rapport.pdf").content.startswith(b"%PDF")
        assert lead.get(f"{PAGE}rapport.json").status_code == 404

    def test_what_cannot_be_counted_stops_the_sending_with_a_sentence(self, north: Tenant, lead: StrictClient):
        report = written(north)
        Federation.objects.filter(pk=north.federation.pk).update(thinned_until=date(2025, 12, 31))
        page = lead.post(f"{PAGE}skicka/", {"seen": mark_of(report)}, follow=True)
        assert "är gallrade" in text_of(page)
        assert "är gallrade" in text_of(lead.get(f"{PAGE}skriv/"))
        assert lead.get(f"{PAGE}rapport.pdf").status_code == 302
        assert not Sending.objects.exists()


class TestWriting:
    def test_nobody_overwrites_what_a_colleague_wrote_and_nothing_typed_is_lost(
        self, north: Tenant, lead: StrictClient
    ):
        report = asked(north)
        seen = seen_in(lead, f"{PAGE}skriv/")
        services.write(by=north.lead, report=report, texts=TEXTS, seen=mark_of(report), now=NOW)
        mine = {"progress": "Mitt.", "deviations": "Min.", "plan": "Mina."}
        page = lead.post(f"{PAGE}skriv/", mine | {"seen": seen})
        assert "Någon annan har skrivit här" in text_of(page)
        assert "Alla platser är tagna." in text_of(page)
        assert ">\nMitt.</textarea>" in page.content.decode()
        again = re.search(r'name="seen" value="(\w+)"', page.content.decode())
        assert again
        assert lead.post(f"{PAGE}skriv/", mine | {"seen": again[1]}).status_code == 302
        # A second click on the same button is no other's change.
        assert lead.post(f"{PAGE}skriv/", mine | {"seen": again[1]}).status_code == 302
        assert fresh(report).progress == "Mitt."
        assert AuditEvent.objects.filter(action="write_status_report").count() == 2

    def test_what_was_written_meanwhile_is_not_sent_unread(self, north: Tenant, lead: StrictClient):
        report = written(north)
        seen = seen_in(lead, PAGE)
        services.write(by=north.lead, report=report, texts=TEXTS | {"plan": "Ny."}, seen=mark_of(report), now=NOW)
        assert "Läs igenom den och skicka igen" in text_of(lead.post(f"{PAGE}skicka/", {"seen": seen}, follow=True))
        assert not Sending.objects.exists()

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("Ring 070-123 45 67", "telefonnummer"),
            ("19811218-9876", "personnummer"),
            ("å" * 4001, "Skriv högst 4000 tecken."),
            ("Anna Svensson slutade.", "ser ut som ett namn"),
        ],
    )
    def test_bad_texts_are_told_and_the_others_stay(self, north: Tenant, lead: StrictClient, text: str, told: str):
        asked(north)
        answer = lead.post(f"{PAGE}skriv/", TEXTS | {"progress": text, "seen": seen_in(lead, f"{PAGE}skriv/")})
        assert told in text_of(answer)
        assert "Fler besök hos arbetsgivare." in text_of(answer)
        assert ("070-123" in answer.content.decode()) is False
        assert StatusReport.objects.get(initiative=north.first).state == "not_begun"

    def test_a_long_text_survives_that_the_session_ends(self, north: Tenant, client: StrictClient):
        asked(north)
        long = (Path(kept.__file__).parents[1] / "decisions/0016-publications.md").read_text()[:2500]
        answer = client.post(f"{PAGE}skriv/", {"progress": long, "deviations": "Inga.", "plan": "Mer."})
        assert answer.status_code == 302
        client.force_login(north.lead)
        page = client.get(f"{PAGE}skriv/")
        assert "Du blev utloggad." in text_of(page)
        assert page.context["form"]["progress"].value() == long

    def test_what_is_sent_is_not_written_and_what_is_answered_not_answered_again(
        self, north: Tenant, office: StrictClient
    ):
        report = sent(north)
        with pytest.raises(ValidationError, match="kan inte ändras"):
            services.write(by=north.lead, report=report, texts={}, seen=mark_of(report), now=NOW)
        with pytest.raises(ValidationError, match="kan inte ändras"):
            services.send(by=north.lead, report=report, seen=mark_of(report), now=NOW)
        services.answer(by=north.office, report=report, number=1, answer="accepted", comment="", now=NOW)
        answer = office.post(f"{AT_OFFICE}svara/", {"answer": "returned", "comment": "Mer."})
        assert "väntar inte på svar" in text_of(answer)
        assert "Mer." in text_of(answer)
        assert fresh(report).state == "accepted"

    def test_the_services_ask_who_it_is(self, world: World, north: Tenant):
        report = sent(north)
        for other in (north.coordinator, north.office, world.south.lead):
            with pytest.raises(PermissionDenied):
                services.write(by=other, report=report, texts=TEXTS, seen=mark_of(report), now=NOW)
            with pytest.raises(PermissionDenied):
                services.send(by=other, report=report, seen=mark_of(report), now=NOW)
        for other in (north.lead, world.south.office):
            with pytest.raises(PermissionDenied):
                services.answer(by=other, report=report, number=1, answer="accepted", comment="", now=NOW)
            with pytest.raises(PermissionDenied):
                services.ask(
                    by=other, federation=north.federation, period=Period.year(2025), due_on=date(2026, 1, 30), now=NOW
                )


class TestAsking:
    def test_it_is_done_when_the_period_closes_and_once(self, world: World):
        north = world.north
        for day in (date(2025, 6, 30), date(2025, 7, 1), date(2025, 7, 30), date(2025, 7, 31)):
            services.ask_on_time(north.federation, now=noon(day))
            assert StatusReport.objects.count() == (0 if day == date(2025, 6, 30) else 2)
        assert {r.initiative for r in StatusReport.objects.all()} == {north.first, north.second}
        assert {(r.period, r.due_on, r.state) for r in StatusReport.objects.all()} == {
            ("2025-H1", date(2025, 7, 30), "not_begun")
        }

    def test_an_initiative_that_did_not_run_is_not_asked_and_nobody_is_late_from_the_start(
        self, world: World, office: StrictClient
    ):
        north = world.north
        north.second.end_on = date(2022, 5, 1)
        north.second.save()
        closed = last_closed(north.federation, timezone.localdate())
        assert closed
        assert "Begär för" in text_of(office.get(OFFICE))
        assert "1 lägesrapport är begärd." in text_of(office.post(f"{OFFICE}begar/", follow=True))
        report = StatusReport.objects.get()
        assert (report.initiative, report.period) == (north.first, closed.key)
        assert report.due_on >= timezone.localdate()
        assert "0 lägesrapporter är begärda." in text_of(office.post(f"{OFFICE}begar/", follow=True))

    @pytest.mark.parametrize(
        ("rhythm", "key"), [("none", None), ("quarter", "2025-Q3"), ("half", "2025-H1"), ("year", "2024")]
    )
    def test_the_federation_chooses_the_rhythm(self, world: World, rhythm: str, key: str | None):
        federation = world.north.federation
        federation.status_report_rhythm, federation.status_report_days = rhythm, 45
        closed = last_closed(federation, date(2025, 11, 22))
        assert (closed.key if closed else None) == key
        if closed:
            assert due_day(federation, closed, closed.end) == closed.end + timedelta(days=45)

    def test_the_office_sets_rhythm_and_days(self, world: World, office: StrictClient):
        address = "/forbund/norra/installningar/lagesrapporter/"
        for wrong in ("0", "181", "många", ""):
            answer = office.post(address, {"status_report_rhythm": "quarter", "status_report_days": wrong})
            assert "Skriv ett antal dagar" in text_of(answer) or "Skriv antalet dagar" in text_of(answer)
        page = office.post(address, {"status_report_rhythm": "quarter", "status_report_days": "20"}, follow=True)
        assert "Varje kvartal, hos kansliet senast 20 dagar efter periodens slut." in text_of(page)
        office.post(
            "/forbund/norra/installningar/forbundet/", {"name": "Norra", "rhythm": "year", "positive_step": "steps"}
        )
        held = Federation.objects.get(slug="norra")
        assert (held.name, held.status_report_rhythm, held.status_report_days) == ("Norra", "quarter", 20)

    def test_the_overview_says_how_each_stands(self, north: Tenant, office: StrictClient):
        asked(north)
        page = text_of(office.get(OFFICE))
        assert "inte påbörjad, försenad" in page
        assert "Ingen insatsledare kan skriva den." in page  # of the second initiative
        sent_one = StatusReport.objects.get(initiative=north.first)
        services.write(by=north.lead, report=sent_one, texts=TEXTS, seen=mark_of(sent_one), now=NOW)
        assert "utkast, försenad" in text_of(office.get(OFFICE))
        assert office.get(f"{OFFICE}?period=x").status_code == 200
        assert office.get(f"{OFFICE}2024-H1/norra-1/").status_code == 404

    def test_what_is_not_needed_is_called_off_and_may_be_asked_for_again(
        self, north: Tenant, office: StrictClient, lead: StrictClient
    ):
        report = written(north)
        page = text_of(office.post(f"{AT_OFFICE}behovs/", {"needed": "nej"}, follow=True))
        assert f"{north.office} sade att rapporten inte behövs." in page
        assert "Behövs inte" in page
        assert remind_leads(now=noon(date(2025, 8, 1))) == {"nothing": 2}
        refused = lead.post(f"{PAGE}skriv/", TEXTS | {"plan": "Ny.", "seen": mark_of(fresh(report))})
        assert "Be kansliet begära den igen." in text_of(refused)
        assert "inget att avstå från" in text_of(office.post(f"{AT_OFFICE}behovs/", follow=True))
        office.post(f"{AT_OFFICE}behovs/", {"needed": "ja"})
        again = fresh(report)
        assert (again.state, again.plan) == ("draft", TEXTS["plan"])
        assert again.due_on > timezone.localdate()
        assert "redan begärd" in text_of(office.post(f"{AT_OFFICE}behovs/", {"needed": "ja"}, follow=True))

    def test_the_overview_asks_as_often_however_many(
        self, north: Tenant, office: StrictClient, django_assert_max_num_queries: Callable[[int], Any]
    ):
        sent(north)
        with django_assert_max_num_queries(14):
            office.get(OFFICE)


class TestReminding:
    DUE = date(2025, 7, 30)

    def run(self, day: date) -> dict[str, int]:
        return dict(remind_leads(now=noon(day)))

    def test_from_two_weeks_before_once_a_week_until_it_is_sent(self, north: Tenant):
        asked(north)
        assert self.run(date(2025, 7, 15)) == {"nothing": 2}
        assert self.run(date(2025, 7, 16)) == {"sent": 1, "nothing": 1}
        assert self.run(date(2025, 7, 18)) == {"done_before": 1, "nothing": 1}
        assert self.run(date(2025, 8, 4)) == {"sent": 1, "nothing": 1}
        first, second = mail.outbox
        assert first.to == [north.lead.email]
        assert "Vägen vidare, första halvåret 2025, ska skickas till kansliet senast 2025-07-30." in first.body
        assert "är försenad" in second.body
        assert f"{PAGE}\n" in first.body
        assert "List-Unsubscribe" in first.extra_headers
        assert not re.search(r"(?<![\d-])3(?![\d-])", re.sub(r"https?://\S+", "", str(first.body)))
        report = StatusReport.objects.get(initiative=north.first)
        services.write(by=north.lead, report=report, texts=TEXTS, seen=mark_of(report), now=NOW)
        services.send(by=north.lead, report=fresh(report), seen=mark_of(fresh(report)), now=NOW)
        assert self.run(date(2025, 8, 11)) == {"nothing": 2}
        back = {"answer": "returned", "comment": "Mer."}
        services.answer(by=north.office, report=fresh(report), number=1, now=NOW, **back)
        assert self.run(date(2025, 8, 12)) == {"sent": 1, "nothing": 1}
        assert "lämnat tillbaka" in mail.outbox[-1].body
        assert "Mer." not in mail.outbox[-1].body

    def test_the_office_is_told_once_that_a_report_has_come(self, north: Tenant):
        report = sent(north)
        assert tell_offices(now=NOW) == {"sent": 1}
        assert tell_offices(now=NOW) == {}
        (letter,) = mail.outbox
        assert letter.to == [north.office.email]
        assert f"{settings.BASE_URL}{AT_OFFICE}\n" in str(letter.body)
        assert "List-Unsubscribe" in letter.extra_headers
        assert TEXTS["progress"] not in str(letter.body)
        back = {"answer": "returned", "comment": "Mer."}
        services.answer(by=north.office, report=report, number=1, now=NOW, **back)
        services.send(by=north.lead, report=fresh(report), seen=mark_of(fresh(report)), now=NOW)
        north.office.wants_reminders = False
        north.office.save()
        assert tell_offices(now=NOW) == {}

    def test_the_weekly_mail_about_registrations_is_another(self, north: Tenant):
        asked(north)
        at = {"year": 2025, "week": 30, "claimed_at": NOW}
        Reminder.objects.create(user=north.lead, **at)
        assert self.run(date(2025, 7, 22))["sent"] == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            Reminder.objects.create(user=north.lead, kind="other", **at | {"week": 31})

    def test_who_wants_no_mails_or_only_reads_gets_none(self, north: Tenant):
        asked(north)
        north.lead.wants_reminders = False
        north.lead.save()
        assert self.run(date(2025, 7, 22)) == {"nothing": 1} or not mail.outbox
        assert not mail.outbox

    def test_the_daily_job_asks_and_reminds_and_may_run_twice(self, north: Tenant, monkeypatch: pytest.MonkeyPatch):
        now = datetime(2025, 7, 20, 8, tzinfo=UTC)
        monkeypatch.setattr("reports.tasks.timezone.now", lambda: now)
        tasks.status_reports()
        tasks.status_reports()
        runs = JobRun.objects.filter(task="status_reports").order_by("pk")
        assert [run.counts["asked"] for run in runs] == [4, 0]
        assert len(mail.outbox) == 2  # the leads of the two federations
        assert app.conf.beat_schedule["status-reports"]["task"] == "reports.tasks.status_reports"


class TestDatabase:
    def test_what_was_sent_is_never_written_again(self, north: Tenant):
        sending = sent(north).sendings.get()
        sending.content = {}
        with pytest.raises(FrozenError):
            sending.save()
        with pytest.raises(FrozenError):
            sending.delete()

    @pytest.mark.parametrize(
        "fault",
        [
            {"answer": "accepted"},
            {"answer": "returned", "answered_at": NOW},
            {"comment": "x"},
            {"answer": "lost"},
            {"reopened_at": NOW},
            {"reopened_why": "x"},
            {},
        ],
        ids=str,
    )
    def test_it_refuses_half_an_answer_and_two_that_wait(self, north: Tenant, fault: dict[str, Any]):
        report = sent(north)
        if fault:
            with pytest.raises(IntegrityError), transaction.atomic():
                report.sendings.update(**fault)
            return
        with pytest.raises(IntegrityError), transaction.atomic():
            Sending.objects.create(report=report, number=2, sent_at=NOW, sent_by=north.lead, content={})

    @pytest.mark.parametrize(
        "fault",
        [{"state": "lost"}, {"state": "draft"}, {"progress": "x"}, {"written_at": NOW}, {"state": "called_off"}],
        ids=str,
    )
    def test_it_refuses_a_report_that_contradicts_itself(self, north: Tenant, fault: dict[str, Any]):
        report = asked(north)
        with pytest.raises(IntegrityError), transaction.atomic():
            StatusReport.objects.filter(pk=report.pk).update(**fault)
        with pytest.raises(IntegrityError), transaction.atomic():
            StatusReport.objects.create(initiative=north.first, period="2025-H1", due_on=NOW, asked_at=NOW)


def test_another_lead_of_the_same_initiative_may_go_on(world: World, north: Tenant):
    report = written(north)
    membership = world.north.federation.memberships.get(user=north.coordinator)
    membership.role = "lead"
    membership.save()
    assert InitiativeStaff.objects.filter(membership=membership, initiative=north.first).exists()
    services.send(by=north.coordinator, report=report, seen=mark_of(report), now=NOW)
    assert fresh(report).state == "sent"
