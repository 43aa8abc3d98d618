"""Assessing, following up, correcting, taking back and undoing: through the pages, with the history that it leaves."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from finsam_tracker.core.identity_guard import Finding
from finsam_tracker.core.models import AuditEvent
from initiatives.lists import Lists
from participants.codes import FollowUpOutcome
from participants.facts import Exit, FollowUpAnswer, enrolment_of, exit_of
from participants.forms.costs import COSTS
from participants.history import DEEDS, History
from participants.marks import mark_of
from participants.models import FollowUp, Participation, ParticipationVersion, StepAssessment
from participants.services.assessment import take_back_assessment
from participants.services.correction import correct, void
from participants.services.enrolment import assess_step
from participants.services.exit import end, reopen
from participants.services.followup import answer, try_again
from participants.services.saving import ChangedMeanwhileError
from participants.services.undo import UNDOABLE, undo
from reports.tables import TABLES
from tests.conftest import StrictClient
from tests.factories import Tenant, World, noon
from tests.test_participant_pages import EXIT, PERSONNUMMER, at, errors_in, text_of

Browser = Callable[[str], StrictClient]

ASSESSMENT = {"on": "2025-04-01", "step": "step-2"}
REACHED = {
    "outcome": "reached",
    "done_on": "2026-04-02",
    "work_after": "75",
    "studies_after": "none",
    "support_after": ["none"],
}
CORRECTION = {
    "gender": "man",
    "birth_year": "1985",
    "municipality": "?",
    "education": "?",
    "start_on": "2025-03-10",
    "referrer": "?",
    "assignment": "?",
    "asked_about_violence": "not_yet",
    "support_before": ["?"],
    "support_months": "",
    "reason": "fel kön",
}


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


def page_of(route: str, made: Participation, *more: Any) -> str:
    return at(route, made.initiative, made.code, *more)


def mark_in(browser: StrictClient, where: str) -> str:
    return str(browser.get(where).context["form"]["mark"].value())


def told(made: Participation) -> list[str]:
    """The history's sentences without the actor, oldest first."""
    entries = History(made, Lists(made.federation)).entries()[::-1]
    return [entry.sentence.removeprefix(f"{entry.act.actor} ") for entry in entries]


def acts() -> int:
    return AuditEvent.objects.count()


class TestAssess:
    def test_what_is_typed_is_registered(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        answered = coordinator.post(page_of("assess", made), ASSESSMENT, follow=True)
        made.refresh_from_db()
        assert made.last_step == north.steps[1]
        page = text_of(answered)
        assert f"Bedömningen av {made.code} är sparad. Ångra" in page
        assert "2025-04-01 Kartläggning" in page

    def test_the_form_starts_from_today_and_tells_the_latest(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        form = coordinator.get(page_of("assess", made)).context["form"]
        assert form["on"].value() == str(timezone.localdate())
        coordinator.post(page_of("assess", made), ASSESSMENT)
        assert "Senast bedömt 2025-04-01: Kartläggning." in text_of(coordinator.get(page_of("assess", made)))

    @pytest.mark.parametrize(
        ("field", "typed", "sentence"),
        [
            ("on", "", "Skriv datumet som åååå-mm-dd"),
            ("on", "i går", "är inget datum"),
            ("on", "2025-03-09", "ligger före starten 2025-03-10"),
            ("on", "2999-01-01", "har inte varit än"),
            ("on", PERSONNUMMER, Finding.PERSONNUMMER.sentence),
            ("step", "", "Välj steg."),
            ("step", "step-9", "Välj ett värde ur listan."),
            ("step", "\0", "Välj ett värde ur listan."),
        ],
    )
    def test_bad_input_gives_a_sentence_and_changes_nothing(
        self, field: str, typed: str, sentence: str, north: Tenant, coordinator: StrictClient
    ):
        made = north.enrol()
        before = acts()
        answered = coordinator.post(page_of("assess", made), ASSESSMENT | {field: typed})
        assert answered.status_code == 200
        assert sentence in " ".join(errors_in(answered)[field])
        assert acts() == before

    def test_a_federation_without_steps_says_so(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        north.federation.steps.all().delete()
        assert "Förbundet har inga steg än." in text_of(coordinator.get(page_of("assess", made)))
        assert "Bedöm steg" not in text_of(coordinator.get(page_of("participation", made)))

    def test_an_assessment_is_taken_back_with_a_reason(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        coordinator.post(page_of("assess", made), ASSESSMENT)
        where = page_of("take_back_assessment", made, "2025-04-01")
        assert errors_in(coordinator.post(where, {"reason": " "}))["reason"]
        coordinator.post(where, {"reason": "fel steg"})
        made.refresh_from_db()
        assert (made.first_step, made.last_step) == (None, None)
        assert not made.assessments.counted().exists()
        assert told(made)[1:] == [
            "bedömde steget 2025-04-01: Kartläggning.",
            "tog bort stegbedömningen 2025-04-01, Kartläggning: fel steg.",
        ]
        assert "redan borttagen" in text_of(coordinator.post(where, {"reason": "igen"}))

    @pytest.mark.parametrize("on", ["2025-04-02", "x", "2025-13-01", "9" * 50])
    def test_an_assessment_of_no_day_has_no_page(self, on: str, north: Tenant, coordinator: StrictClient):
        assert coordinator.get(page_of("take_back_assessment", north.enrol(), on)).status_code == 404


class TestFollowUp:
    @pytest.fixture
    def made(self, north: Tenant) -> Participation:
        return north.end(north.enrol())

    def test_one_who_was_reached(self, made: Participation, coordinator: StrictClient):
        coordinator.post(page_of("follow_up", made, 6), REACHED)
        row = FollowUp.objects.get()
        assert (row.outcome, row.done_on, row.work_after) == ("reached", date(2026, 4, 2), "75")
        assert (row.studies_after, row.support_after) == ("none", {"none"})
        assert told(made)[-1] == (
            "följde upp efter 6 månader, 2026-04-02: nådd, arbetar 75%, studerar inte, "
            "försörjning: Ingen offentlig försörjning."
        )

    @pytest.mark.parametrize(("outcome", "word"), [("declined", "avböjt"), ("closed", "dött ärende")])
    def test_one_who_was_not(self, outcome: str, word: str, made: Participation, coordinator: StrictClient):
        coordinator.post(page_of("follow_up", made, 6), {"outcome": outcome, "done_on": "2026-04-02"})
        assert FollowUp.objects.get().outcome == outcome
        assert told(made)[-1] == f"följde upp efter 6 månader, 2026-04-02: {word}."

    def test_one_to_try_again_stays_planned_with_the_attempt_counted(
        self, made: Participation, coordinator: StrictClient
    ):
        where = page_of("follow_up", made, 6)
        for day in ("2026-04-02", "2026-04-09"):
            coordinator.post(where, {"outcome": "again", "done_on": day})
        row = FollowUp.objects.get()
        assert (row.outcome, row.done_on, row.attempts()) == ("planned", None, 2)
        assert "2 försök har inte nått deltagaren." in text_of(coordinator.get(where))
        assert told(made)[-1] == (
            "följde upp efter 6 månader, 2026-04-09: ej nådd och ska försöka nå deltagaren igen för uppföljningen "
            "efter 6 månader."
        )

    def test_one_not_reached_can_be_planned_again(self, made: Participation, coordinator: StrictClient):
        coordinator.post(page_of("follow_up", made, 6), {"outcome": "not_reached", "done_on": "2026-04-02"})
        assert "Försök igen" in text_of(coordinator.get(page_of("participation", made)))
        coordinator.post(page_of("plan_again", made, 6))
        assert FollowUp.objects.get().outcome == FollowUpOutcome.PLANNED
        refused = coordinator.post(page_of("plan_again", made, 6))
        assert "Bara en uppföljning som inte nådde deltagaren" in text_of(refused)

    def test_a_done_one_is_corrected_with_a_reason(self, made: Participation, coordinator: StrictClient):
        where = page_of("follow_up", made, 6)
        coordinator.post(where, REACHED)
        form = coordinator.get(where).context["form"]
        shown = {name: form[name].value() for name in REACHED}
        assert shown == REACHED
        assert "reason" in errors_in(coordinator.post(where, REACHED | {"work_after": "50"}))
        coordinator.post(where, REACHED | {"work_after": "50", "reason": "fel val i listan"})
        assert FollowUp.objects.get().work_after == "50"
        assert told(made)[-1].startswith("ändrade uppföljningen efter 6 månader till 2026-04-02: nådd, arbetar 50%")

    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            ({"outcome": ""}, "outcome", "Välj vad det blev av uppföljningen."),
            ({"outcome": "planned"}, "outcome", "Välj ett utfall ur listan."),
            ({"outcome": "x\0"}, "outcome", "Välj ett utfall ur listan."),
            ({"outcome": "declined"}, "outcome", "anges bara när deltagaren nåddes"),
            ({"done_on": "2025-09-29"}, "done_on", "ligger före avslutet 2025-09-30"),
            ({"done_on": "2999-01-01"}, "done_on", "har inte varit än"),
            ({"work_after": ""}, "work_after", "Välj hur mycket deltagaren arbetar"),
            ({"work_after": "60"}, "work_after", "Välj ett värde ur listan."),
            ({"studies_after": ""}, "studies_after", "Välj hur mycket deltagaren studerar"),
            ({"support_after": []}, "support_after", "Kryssa för minst ett alternativ"),
            ({"support_after": ["none", "other"]}, "support_after", "kan inte väljas tillsammans"),
            ({"done_on": PERSONNUMMER}, "done_on", Finding.PERSONNUMMER.sentence),
        ],
    )
    def test_bad_input_gives_a_sentence_and_changes_nothing(
        self, changes: dict[str, Any], field: str, sentence: str, made: Participation, coordinator: StrictClient
    ):
        before = acts()
        answered = coordinator.post(page_of("follow_up", made, 6), REACHED | changes)
        assert answered.status_code == 200
        assert sentence in " ".join(errors_in(answered)[field])
        assert acts() == before

    def test_a_follow_up_that_nobody_planned_has_no_page(self, made: Participation, coordinator: StrictClient):
        for months in (7, 999_999_999_999_999_999_999):
            assert coordinator.get(page_of("follow_up", made, months)).status_code == 404

    def test_only_one_who_was_reached_is_asked_about_more(self, made: Participation, coordinator: StrictClient):
        where = page_of("follow_up_fields", made, 6)
        assert 'name="work_after"' in coordinator.post(where, {"outcome": "reached"}).content.decode()
        assert 'name="work_after"' not in coordinator.post(where, {"outcome": "declined"}).content.decode()


class TestExitFields:
    def test_a_reason_asks_what_it_needs_and_no_more(self, north: Tenant, coordinator: StrictClient):
        where = page_of("exit_fields", north.enrol())
        asked = {
            reason: re.findall(r'name="(\w+_after)"', coordinator.post(where, {"exit_reason": reason}).content.decode())
            for reason in ("work", "studies", "moved", "", "nonsense")
        }
        assert asked == {"work": ["work_after"], "studies": ["studies_after"], "moved": [], "": [], "nonsense": []}

    def test_reasons_follow_the_date(self, north: Tenant, coordinator: StrictClient):
        where = page_of("exit_fields", north.enrol())
        for day, offered in (("2025-06-30", True), ("20250701", False), ("i går", True), ("", True)):
            page = coordinator.post(
                where, {"exit_on": day, "exit_reason": "moved"}, headers={"HX-Trigger": "exit-reasons"}
            )
            assert ("Äldre orsak" in text_of(page)) is offered, day
            assert 'value="moved" selected' in page.content.decode()

    def test_what_one_has_chosen_stays(self, north: Tenant, coordinator: StrictClient):
        page = coordinator.post(page_of("exit_fields", north.enrol()), {"exit_reason": "work", "work_after": "50"})
        assert 'value="50" selected' in page.content.decode()
        assert "(kan lämnas tomt)" not in text_of(page)

    def test_without_a_script_everything_is_on_the_page(self, north: Tenant, coordinator: StrictClient):
        page = coordinator.get(page_of("exit", north.enrol())).content.decode()
        assert 'name="work_after"' in page
        assert 'name="studies_after"' in page

    def test_what_the_reason_does_not_need_may_be_left_out(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        typed = {"exit_on": "2025-09-30", "exit_reason": "moved", "support_after": ["none"]}
        coordinator.post(page_of("exit", made), typed)
        made.refresh_from_db()
        assert (made.work_after, made.studies_after, made.support_after) == (None, None, {"none"})

    def test_a_fragment_is_not_answered_with_the_log_in_page(self, north: Tenant, client: StrictClient):
        answered = client.post(page_of("exit_fields", north.enrol()), headers={"HX-Request": "true"})
        assert answered.status_code == 401


class TestCorrect:
    def test_what_is_changed_is_registered_and_told(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        town = north.municipalities[0]
        coordinator.post(page_of("correct", made), CORRECTION | {"municipality": town.code, "birth_year": "1986"})
        made.refresh_from_db()
        assert (made.gender, made.birth_year, made.municipality) == ("man", 1986, town)
        assert told(made)[-1] == "rättade kön från Kvinna till Man och födelseår från 1985 till 1986: fel kön."

    def test_the_form_holds_what_is_registered(self, north: Tenant, coordinator: StrictClient):
        made = north.end(
            north.enrol(municipality=None, support_before=frozenset({"other", "student-aid"})), "work", work_after="50"
        )
        form = coordinator.get(page_of("correct", made)).context["form"]
        shown = {name: form[name].value() for name in form.fields if name not in ("mark", "reason")}
        assert shown == {
            "gender": "woman",
            "birth_year": 1985,
            "municipality": "?",
            "education": "?",
            "start_on": "2025-03-10",
            "referrer": "?",
            "assignment": "?",
            "asked_about_violence": "not_yet",
            "support_before": ["other", "student-aid"],
            "support_months": None,
            "exit_on": "2025-09-30",
            "exit_reason": "work",
            "work_after": "50",
            "studies_after": "?",
            "support_after": ["?"],
        }

    def test_an_exit_is_corrected_on_the_same_page(self, north: Tenant, coordinator: StrictClient):
        made = north.end(north.enrol())
        coordinator.post(
            page_of("correct", made),
            CORRECTION
            | EXIT
            | {"gender": "woman", "municipality": north.municipalities[0].code, "exit_on": "2025-08-31"},
        )
        made.refresh_from_db()
        assert (made.exit_on, made.exit_reason, made.work_after) == (date(2025, 8, 31), north.reasons["work"], "50")
        assert FollowUp.objects.counted().get().due_on == date(2026, 2, 28)
        assert "avslutsorsak från Flytt till Arbete" in told(made)[-1]

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("", "Skriv kort varför"),
            ("x" * 101, "Skriv högst 100 tecken om varför."),
            (PERSONNUMMER, Finding.PERSONNUMMER.sentence),
            ("ring 070-123 45 67", Finding.PHONE.sentence),
            ("8112 18-98 76", Finding.PERSONNUMMER.sentence),
        ],
    )
    def test_the_reason_is_short_and_about_nobody(
        self, typed: str, sentence: str, north: Tenant, coordinator: StrictClient
    ):
        made = north.enrol()
        before = acts()
        answered = coordinator.post(page_of("correct", made), CORRECTION | {"reason": typed})
        assert sentence in " ".join(errors_in(answered)["reason"])
        assert acts() == before
        assert "9876" not in answered.content.decode()

    def test_what_looks_like_a_name_asks_for_a_second_look(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        typed = CORRECTION | {"reason": "Anna ringde", "municipality": north.municipalities[0].code}
        answered = coordinator.post(page_of("correct", made), typed)
        assert "ser ut som ett namn" in text_of(answered)
        made.refresh_from_db()
        assert made.gender == "woman"
        coordinator.post(page_of("correct", made), typed | {"not_a_name": "on"})
        made.refresh_from_db()
        assert made.gender == "man"

    def test_bad_input_gives_sentences_by_field(self, north: Tenant, coordinator: StrictClient):
        made = north.end(north.enrol())
        answered = coordinator.post(page_of("correct", made), {})
        assert set(errors_in(answered)) == {
            "gender", "municipality", "education", "start_on", "referrer", "assignment", "asked_about_violence",
            "support_before", "exit_on", "exit_reason", "support_after", "reason",
        }  # fmt: skip


class TestTakeBack:
    def test_an_exit_is_opened_again(self, north: Tenant, coordinator: StrictClient):
        made = north.end(north.enrol())
        coordinator.post(page_of("reopen", made), {"reason": "kom tillbaka"})
        made.refresh_from_db()
        assert made.is_ongoing
        assert told(made)[-1] == "öppnade deltagandet igen: kom tillbaka."

    def test_a_felregistrering_leaves_every_list_and_is_found_by_its_code(
        self, north: Tenant, coordinator: StrictClient
    ):
        made = north.enrol()
        coordinator.post(page_of("void", made), {"reason": "registrerat två gånger"})
        made.refresh_from_db()
        assert made.is_void
        for show in ("pagaende", "avslutade", "alla"):
            assert not coordinator.get(at("participations", north.first), {"visa": show}).context["page"].object_list
        found = coordinator.post(at("participations", north.first), {"code": made.code}, follow=True)
        assert "Felregistrering" in text_of(found)
        page = text_of(coordinator.get(page_of("history", made)))
        assert "tog bort deltagandet som felregistrering: registrerat två gånger." in page
        assert "Felregistrering: räknas inte" in page

    def test_nothing_more_is_done_with_a_felregistrering(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        void(by=north.lead, participation=made, reason="fel", now=timezone.now())
        for route in ("assess", "correct", "void", "exit", "reopen"):
            assert coordinator.get(page_of(route, made))["Location"] == page_of("participation", made), route


class TestUndo:
    """Everything is as it was before the act, and the history says so."""

    @pytest.mark.parametrize(
        "act",
        ["enrol", "exit", "assess_step", "follow_up", "try_again", "correct", "reopen", "void", "take_back_assessment"],
    )
    def test_each_act_can_be_undone(self, act: str, north: Tenant, coordinator: StrictClient):
        now, by = noon(date(2025, 12, 1)), north.coordinator
        made = north.enrol()
        AuditEvent.objects.update(actor=north.coordinator)
        if act in ("follow_up", "try_again", "reopen"):
            made = north.end(made)
        if act == "try_again":
            told_ = FollowUpAnswer(outcome=FollowUpOutcome.NOT_REACHED, done_on=date(2025, 11, 1))
            answer(by=by, follow_up=made.follow_ups.get(), facts=told_, now=now)
        if act == "take_back_assessment":
            assess_step(by=by, participation=made, step=north.steps[0], on=date(2025, 4, 1), now=now)
        before = self.state(made)
        later = now + timedelta(minutes=1)
        self.do(act, made, north, later)
        changed = self.state(made)
        undo(
            by=by,
            participation=Participation.objects.select_related("initiative__federation", "federation").get(),
            now=later + timedelta(minutes=1),
        )
        after = self.state(made)
        if act == "enrol":
            assert after["void"]
        else:
            assert changed != before
            assert after == before
        assert told(made)[-1] == f"ångrade {DEEDS[act]}."

    def state(self, made: Participation) -> dict[str, Any]:
        row = Participation.objects.get(pk=made.pk)
        return {
            "void": row.is_void,
            "start": enrolment_of(row),
            "exit": exit_of(row),
            "steps": (row.first_step, row.last_step),
            "assessments": list(row.assessments.counted().values_list("on", "step")),
            "follow_ups": sorted(row.follow_ups.counted().values_list("months", "due_on", "outcome", "done_on")),
        }

    def do(self, act: str, made: Participation, north: Tenant, now: Any) -> None:
        by = north.coordinator
        exit_ = Exit(exit_on=date(2025, 9, 30), exit_reason=north.reasons["moved"])
        answered = FollowUpAnswer(outcome=FollowUpOutcome.DECLINED, done_on=date(2025, 11, 1))
        if act == "exit":
            end(by=by, participation=made, facts=exit_, now=now)
        elif act == "assess_step":
            assess_step(by=by, participation=made, step=north.steps[1], on=date(2025, 4, 1), now=now)
        elif act == "follow_up":
            answer(by=by, follow_up=made.follow_ups.get(), facts=answered, now=now)
        elif act == "try_again":
            try_again(by=by, follow_up=made.follow_ups.get(), now=now)
        elif act == "correct":
            changed = enrolment_of(made).__class__(**{**vars(enrolment_of(made)), "gender": "man"})
            correct(by=by, participation=made, enrolment=changed, exit_=None, reason="fel kön", now=now)
        elif act == "reopen":
            reopen(by=by, participation=made, reason="fel", now=now)
        elif act == "void":
            void(by=by, participation=made, reason="fel", now=now)
        elif act == "take_back_assessment":
            take_back_assessment(by=by, assessment=StepAssessment.objects.get(), reason="fel", now=now)

    def test_every_act_that_can_be_undone_has_a_name(self):
        assert set(DEEDS) == UNDOABLE

    def test_the_link_undoes_what_was_just_done(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        answered = coordinator.post(page_of("exit", made), EXIT, follow=True)
        assert f'href="{page_of("undo", made)}"' in answered.content.decode()
        assert "avslutade deltagandet 2025-09-30: Arbete, arbetar 50%" in text_of(
            coordinator.get(page_of("undo", made))
        )
        coordinator.post(page_of("undo", made))
        made.refresh_from_db()
        assert made.is_ongoing
        assert not FollowUp.objects.counted().exists()

    def test_a_moved_exit_gets_its_own_follow_ups_back(self, north: Tenant, coordinator: StrictClient):
        made = north.end(north.enrol())
        form = CORRECTION | EXIT | {"municipality": north.municipalities[0].code, "exit_on": "2025-08-31"}
        coordinator.post(page_of("correct", made), form)
        coordinator.post(page_of("undo", made))
        assert FollowUp.objects.counted().get().due_on == date(2026, 3, 30)

    def test_only_ones_own_latest_and_recent_act(self, north: Tenant, coordinator: StrictClient, lead: StrictClient):
        made = north.enrol()
        coordinator.post(page_of("exit", made), EXIT)
        assert lead.get(page_of("undo", made)).status_code == 302
        AuditEvent.objects.update(at=timezone.now() - timedelta(hours=25))
        answered = coordinator.post(page_of("undo", made), follow=True)
        assert "Det finns inget att ångra." in text_of(answered)
        made.refresh_from_db()
        assert made.exit_on
        assert "Ångra" not in text_of(coordinator.get(page_of("participation", made)))

    def test_what_is_undone_is_not_undone_again(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        coordinator.post(page_of("exit", made), EXIT)
        coordinator.post(page_of("undo", made))
        assert coordinator.get(page_of("undo", made)).status_code == 302


class TestHistory:
    def test_it_reads_as_sentences_newest_first(self, north: Tenant, coordinator: StrictClient):
        made = north.end(north.enrol(), "work", work_after="50")
        page = text_of(coordinator.get(page_of("history", made)))
        who = str(made.initiative.staff.select_related("membership__user")[0].membership.user)
        exit_at, start_at = (page.index(f"{who} {what}") for what in ("avslutade", "skrev in"))
        assert exit_at < start_at
        assert re.search(r"2025-12-01 12:00 " + who, page)

    def test_it_asks_the_database_as_often_for_many_acts_as_for_few(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        where = page_of("history", made)

        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                coordinator.get(where)
            return len(queries)

        coordinator.post(page_of("assess", made), ASSESSMENT)
        asked()  # the first look of the day is noted down
        few = asked()
        for day in range(2, 20):
            coordinator.post(page_of("assess", made), ASSESSMENT | {"on": f"2025-04-{day:02}"})
        assert asked() == few


class TestTwoAtOnce:
    """The second to save sees what the first did, and loses nothing."""

    def test_the_second_sees_what_happened_and_keeps_what_was_typed(
        self, north: Tenant, coordinator: StrictClient, lead: StrictClient
    ):
        made = north.enrol()
        where = page_of("correct", made)
        mine = CORRECTION | {"mark": mark_in(coordinator, where), "municipality": north.municipalities[0].code}
        theirs = mine | {"mark": mark_in(lead, where), "gender": "woman", "birth_year": "1990", "reason": "fel år"}
        lead.post(where, theirs)
        before = ParticipationVersion.objects.count()
        answered = coordinator.post(where, mine)
        page = text_of(answered)
        assert "Deltagandet har ändrats medan du skrev" in page
        assert f"{north.lead} rättade födelseår från 1985 till 1990: fel år." in page
        assert "Spara ändå" in page
        assert ParticipationVersion.objects.count() == before
        form = answered.context["form"]
        assert {name: form[name].value() for name in CORRECTION} == {name: mine[name] for name in CORRECTION}
        coordinator.post(where, mine | {"mark": form["mark"].value()})
        made.refresh_from_db()
        assert (made.gender, made.birth_year) == ("man", 1985)

    def test_an_exit_over_anothers_exit(self, north: Tenant, coordinator: StrictClient, lead: StrictClient):
        made = north.enrol()
        where = page_of("exit", made)
        mine, theirs = (EXIT | {"mark": mark_in(browser, where)} for browser in (coordinator, lead))
        lead.post(where, theirs | {"exit_reason": "moved", "exit_on": "2025-08-31"})
        answered = coordinator.post(where, mine)
        assert f"{north.lead} avslutade deltagandet 2025-08-31: Flytt" in text_of(answered)
        coordinator.post(where, mine | {"mark": answered.context["form"]["mark"].value()})
        made.refresh_from_db()
        assert (made.exit_on, made.exit_reason) == (date(2025, 9, 30), north.reasons["work"])
        assert told(made)[-1].endswith("två avslut samtidigt.")

    def test_every_form_sees_it(self, north: Tenant, coordinator: StrictClient):
        made = north.end(north.enrol())
        forms: dict[str, dict[str, Any]] = {
            page_of("correct", made): CORRECTION | EXIT | {"municipality": north.municipalities[0].code},
            page_of("assess", made): ASSESSMENT,
            page_of("follow_up", made, 6): REACHED,
            page_of("reopen", made): {"reason": "fel"},
            page_of("void", made): {"reason": "fel"},
        }
        typed = {where: form | {"mark": mark_in(coordinator, where)} for where, form in forms.items()}
        assess_step(by=north.lead, participation=made, step=north.steps[0], on=date(2025, 5, 1), now=timezone.now())
        before = acts()
        for where, form in typed.items():
            assert "Spara ändå" in text_of(coordinator.post(where, form)), where
        assert acts() == before

    @pytest.mark.parametrize("mark", ["", "x", "\0", "WzEsMSwxXQ:x:y", "9" * 5000])
    def test_a_mark_of_ones_own_making_is_no_mark(self, mark: str, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        coordinator.post(page_of("exit", made), EXIT | {"mark": mark})
        made.refresh_from_db()
        assert made.exit_on

    def test_the_service_writes_nothing_over_what_was_not_seen(self, north: Tenant):
        made = north.enrol()
        seen = mark_of(made)
        assess_step(by=north.lead, participation=made, step=north.steps[0], on=date(2025, 5, 1), now=timezone.now())
        before = acts()
        with pytest.raises(ChangedMeanwhileError):
            void(by=north.coordinator, participation=made, reason="fel", now=timezone.now(), seen=seen)
        assert acts() == before

    def test_a_double_click_does_it_once(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        town = north.municipalities[0].code
        steps: list[tuple[str, dict[str, Any]]] = [
            (page_of("assess", made), ASSESSMENT),
            (page_of("correct", made), CORRECTION | {"municipality": town}),
            (page_of("exit", made), EXIT),
            (page_of("follow_up", made, 6), {"outcome": "again", "done_on": "2026-04-01"}),
            (page_of("follow_up", made, 6), REACHED),
            (page_of("reopen", made), {"reason": "fel"}),
            (page_of("void", made), {"reason": "fel"}),
        ]
        for where, typed in steps:
            form = typed | {"mark": mark_in(coordinator, where)}
            before = acts()
            answers = [coordinator.post(where, form) for _click in range(2)]
            assert [a.status_code for a in answers] == [302, 302], where
            assert acts() == before + 1, where


class TestCost:
    def test_a_blank_tells_which_figure_suffers(self, north: Tenant, coordinator: StrictClient):
        page = text_of(coordinator.get(at("enrol", north.first)))
        assert "Utan kommun syns deltagandet som Uppgift saknas i Tabell 3." in page
        assert "Mer fakta om deltagare" in page
        assert "Utan omfattning räknas inga heltider" in text_of(coordinator.get(page_of("exit", north.enrol())))

    def test_the_tables_that_it_names_exist(self):
        titles = " ".join(str(table.title) for table in TABLES.values())
        for sentence in COSTS.values():
            for name in re.findall(r"Tabell \d|Mer fakta om deltagare", str(sentence)):
                assert name in titles


class TestRareCombination:
    def enrol(self, coordinator: StrictClient, north: Tenant, **changes: Any) -> str:
        typed = {
            **CORRECTION,
            "gender": "woman",
            "municipality": north.municipalities[0].code,
            "education": "primary",
            **changes,
        }
        return text_of(coordinator.post(at("enrol", north.first), typed, follow=True))

    def test_one_who_stands_alone_is_told_mildly_and_enrolled(self, north: Tenant, coordinator: StrictClient):
        told_ = [("Färre än tre i insatsen" in self.enrol(coordinator, north)) for _n in range(4)]
        assert told_ == [True, True, False, False]
        assert Participation.objects.count() == 4

    @pytest.mark.parametrize("unknown", [{"birth_year": ""}, {"municipality": "?"}])
    def test_what_is_not_known_points_at_nobody(
        self, unknown: dict[str, str], north: Tenant, coordinator: StrictClient
    ):
        assert "Färre än tre" not in self.enrol(coordinator, north, **unknown)

    def test_others_in_the_age_group_count(self, north: Tenant, coordinator: StrictClient):
        for year in (1976, 1985):
            self.enrol(coordinator, north, birth_year=str(year))
        assert "Färre än tre" not in self.enrol(coordinator, north, birth_year="1980")
        assert "Färre än tre" in self.enrol(coordinator, north, birth_year="1990")

    def test_it_is_not_logged(self, north: Tenant, coordinator: StrictClient, caplog: pytest.LogCaptureFixture):
        self.enrol(coordinator, north)
        assert "Färre" not in caplog.text
