"""Finding, enrolling and ending participations, through the pages that coordinators use."""

import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from finsam_tracker.core.identity_guard import Finding
from finsam_tracker.core.models import AuditEvent
from initiatives.models import Initiative
from participants.codes import FollowUpOutcome
from participants.facts import FollowUpAnswer
from participants.models import FollowUp, Participation
from participants.services.correction import void
from participants.services.enrolment import assess_step
from participants.services.followup import answer
from tests.conftest import StrictClient
from tests.drills.pages import FORM
from tests.factories import SOME_DAY, Tenant, World, noon

Browser = Callable[[str], StrictClient]
PERSONNUMMER = "19811218-9876"
NOT_A_CODE = "Det där är ingen kod."


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


def at(route: str, initiative: Initiative, *more: str) -> str:
    return reverse(route, args=[initiative.federation.slug, initiative.slug, *more])


def text_of(response: Any) -> str:
    """What a person reads: no tags, no double blanks."""
    body = re.sub(r"<(title|style)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def codes_in(response: Any) -> list[str]:
    return [row.code for row in response.context["page"]]


def errors_in(response: Any) -> dict[str, list[str]]:
    form = response.context["form"] if "form" in response.context else response.context["search"]
    return {name: [str(e) for e in errors] for name, errors in form.errors.items()}


ENROLMENT = FORM | {"gender": "woman", "support_before": ["municipal-support", "sickness-benefit"]}
EXIT = {
    "exit_on": "2025-09-30",
    "exit_reason": "work",
    "work_after": "50",
    "studies_after": "none",
    "support_after": ["none"],
}


class TestList:
    def test_it_shows_what_a_coordinator_looks_for(self, north: Tenant, coordinator: StrictClient):
        ended = north.end(
            north.enrol(gender="man", birth_year=1971, municipality=None), reason="work", work_after="100"
        )
        page = text_of(coordinator.get(at("participations", north.first), {"visa": "alla"}))
        for shown in (
            ended.code,
            "Man",
            "1971",
            "Uppgift saknas",
            "2025-03-10",
            "2025-09-30",
            "Arbete",
            "1 deltagande.",
        ):
            assert shown in page

    def test_it_shows_the_ongoing_ones_unless_asked_otherwise(self, north: Tenant, coordinator: StrictClient):
        ongoing, ended = north.enrol(), north.end(north.enrol())
        wrong = north.enrol()
        void(by=north.lead, participation=wrong, reason="fel person", now=timezone.now())
        where = at("participations", north.first)
        assert codes_in(coordinator.get(where)) == [ongoing.code]
        assert codes_in(coordinator.get(where, {"visa": "avslutade"})) == [ended.code]
        assert set(codes_in(coordinator.get(where, {"visa": "alla"}))) == {ongoing.code, ended.code}

    def test_it_holds_the_rows_of_one_initiative(self, world: World, coordinator: StrictClient):
        mine = world.north.enrol(world.north.first)
        world.north.enrol(world.north.second)
        world.south.enrol(world.south.first)
        assert codes_in(coordinator.get(at("participations", world.north.first))) == [mine.code]

    @pytest.mark.parametrize(
        ("order", "values"),
        [
            ("start", ["2024-01-01", "2024-06-01", "2025-01-01"]),
            ("-start", ["2025-01-01", "2024-06-01", "2024-01-01"]),
            ("fodelsear", ["2024-06-01", "2025-01-01", "2024-01-01"]),
            ("-fodelsear", ["2025-01-01", "2024-06-01", "2024-01-01"]),
            ("kon", ["2024-06-01", "2025-01-01", "2024-01-01"]),
            ("kommun", ["2025-01-01", "2024-01-01", "2024-06-01"]),
            ("avslut", ["2024-01-01", "2025-01-01", "2024-06-01"]),
            ("-avslut", ["2024-01-01", "2025-01-01", "2024-06-01"]),
            ("orsak", ["2024-01-01", "2025-01-01", "2024-06-01"]),
        ],
    )
    def test_every_column_orders_it_and_unknown_comes_last(
        self, order: str, values: list[str], north: Tenant, coordinator: StrictClient
    ):
        first, second, _third = north.municipalities
        a = north.enrol(start_on=date(2024, 1, 1), gender="other", birth_year=None, municipality=second)
        north.enrol(start_on=date(2024, 6, 1), gender="woman", birth_year=1970, municipality=None)
        north.enrol(start_on=date(2025, 1, 1), gender="man", birth_year=1990, municipality=first)
        north.end(a)
        answer = coordinator.get(at("participations", north.first), {"visa": "alla", "ordning": order})
        assert [str(row.start_on) for row in answer.context["page"]] == values

    def test_pages_hold_fifty_and_repeat_no_row(self, north: Tenant, coordinator: StrictClient):
        made = {north.enrol().code for _n in range(120)}
        where = at("participations", north.first)
        pages = [codes_in(coordinator.get(where, {"sida": str(n), "ordning": "kon"})) for n in (1, 2, 3)]
        assert [len(page) for page in pages] == [50, 50, 20]
        assert {code for page in pages for code in page} == made
        page = text_of(coordinator.get(where, {"sida": "2"}))
        assert "120 deltaganden. Här visas 51–100." in page
        assert "Föregående" in page
        assert "Nästa" in page

    def test_it_asks_the_database_as_often_for_two_hundred_rows_as_for_one(
        self, north: Tenant, coordinator: StrictClient
    ):
        where = at("participations", north.first) + "?visa=alla"

        def asked() -> int:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                coordinator.get(where)
            return len(queries)

        north.end(north.enrol())
        asked()  # the first look of the day is noted down
        with_one = asked()
        for _n in range(199):
            north.end(north.enrol())
        assert asked() == with_one
        assert with_one <= 11

    def test_an_empty_list_says_what_to_do(self, north: Tenant, coordinator: StrictClient):
        where = at("participations", north.first)
        assert "Skriv in den första deltagaren" in text_of(coordinator.get(where))
        north.enrol()
        assert "Inga deltaganden i urvalet" in text_of(coordinator.get(where, {"visa": "avslutade"}))

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ({"visa": "x"}, "urval som inte finns"),
            ({"ordning": "password"}, "ordning som inte finns"),
            ({"ordning": "-\0"}, "ordning som inte finns"),
            ({"visa": "<script>"}, "urval som inte finns"),
            ({"sida": "-5"}, ""),
            ({"sida": "x\0"}, ""),
            ({"sida": "9" * 5000}, ""),
        ],
    )
    def test_a_strange_address_shows_a_list_and_says_so(
        self, query: dict[str, str], sentence: str, north: Tenant, coordinator: StrictClient
    ):
        mine = north.enrol()
        answer = coordinator.get(at("participations", north.first), query)
        assert answer.status_code == 200
        assert codes_in(answer) == [mine.code]
        assert sentence in text_of(answer)
        assert "<script>" not in answer.content.decode()

    def test_an_initiative_without_participants_has_no_list(self, north: Tenant, coordinator: StrictClient):
        north.first.orientation = Initiative.Orientation.STRUCTURAL
        north.first.save()
        assert coordinator.get(at("participations", north.first)).status_code == 404


class TestSearch:
    @pytest.mark.parametrize(
        "spell", [str, str.lower, lambda c: c.replace("-", ""), lambda c: f"  {c.replace('-', ' ')} "]
    )
    def test_a_code_is_found_in_any_spelling(
        self, spell: Callable[[str], str], north: Tenant, coordinator: StrictClient
    ):
        mine = north.enrol()
        answer = coordinator.post(at("participations", north.first), {"code": spell(mine.code)})
        assert answer["Location"] == at("participation", north.first, mine.code)

    def test_a_code_of_nobody_here_is_answered_with_a_sentence(self, world: World, coordinator: StrictClient):
        mine, theirs = world.north.enrol(), world.south.enrol()
        hidden = world.north.enrol(world.north.second)
        for code in (theirs.code, hidden.code):
            answer = coordinator.post(at("participations", world.north.first), {"code": code})
            assert f"Koden {code} finns inte i någon av dina insatser." in text_of(answer)
            assert codes_in(answer) == [mine.code]

    @pytest.mark.parametrize("typed", ["K7M-4RX", "hej", "K7M-4RX-" + "9" * 9, "\0", "%", "K" * 100_000])
    def test_what_is_no_code_is_answered_with_a_sentence_and_kept(
        self, typed: str, north: Tenant, coordinator: StrictClient
    ):
        north.enrol()
        answer = coordinator.post(at("participations", north.first), {"code": typed})
        assert answer.status_code == 200
        assert errors_in(answer)["code"]
        assert answer.context["search"]["code"].value() == typed

    @pytest.mark.parametrize(
        ("typed", "finding"),
        [
            (PERSONNUMMER, Finding.PERSONNUMMER),
            ("811218 9876", Finding.PERSONNUMMER),
            ("19811278-9873", Finding.SAMORDNINGSNUMMER),
            ("070-123 45 67", Finding.PHONE),
            ("anna@example.org", Finding.EMAIL),
        ],
    )
    def test_what_identifies_a_person_is_neither_looked_for_nor_shown(
        self, typed: str, finding: Finding, north: Tenant, coordinator: StrictClient
    ):
        north.enrol()
        answer = coordinator.post(at("participations", north.first), {"code": typed})
        assert errors_in(answer) == {"code": [finding.sentence]}
        assert typed not in answer.content.decode()

    def test_nothing_typed_is_answered_with_a_sentence(self, north: Tenant, coordinator: StrictClient):
        north.enrol()
        answer = coordinator.post(at("participations", north.first), {})
        assert errors_in(answer) == {"code": ["Skriv koden för deltagandet du söker."]}


class TestEnrol:
    def test_what_is_typed_is_registered(self, north: Tenant, coordinator: StrictClient):
        town = north.municipalities[2]
        answer = coordinator.post(at("enrol", north.first), ENROLMENT | {"municipality": town.code})
        made = Participation.objects.get()
        assert answer["Location"] == at("participation", north.first, made.code)
        assert (made.gender, made.birth_year, made.municipality) == ("woman", 1985, town)
        assert (made.education, made.referrer, made.assignment) == ("primary", "fk", "mapping")
        assert (made.start_on, made.asked_about_violence, made.support_months) == (date(2025, 3, 10), "yes", 40)
        assert made.support_before == {"municipal-support", "sickness-benefit"}
        assert AuditEvent.objects.get().actor == north.coordinator

    def test_the_code_is_told_once(self, north: Tenant, coordinator: StrictClient):
        answer = coordinator.post(at("enrol", north.first), ENROLMENT, follow=True)
        code = Participation.objects.get().code
        assert f"Deltagaren är inskriven med koden {code}" in text_of(answer)
        assert at("enrol", north.first) in answer.content.decode()
        again = coordinator.get(at("participation", north.first, code))
        assert "Deltagaren är inskriven" not in text_of(again)

    def test_what_is_not_known_is_said_and_not_guessed(self, north: Tenant, coordinator: StrictClient):
        unknown = dict.fromkeys(("municipality", "education", "referrer", "assignment", "support_before"), "?")
        empty = {"birth_year": "", "support_months": ""}
        coordinator.post(at("enrol", north.first), ENROLMENT | unknown | empty)
        made = Participation.objects.get()
        assert (made.municipality, made.education, made.referrer, made.assignment) == (None, None, None, None)
        assert (made.support_before, made.birth_year, made.support_months) == (None, None, None)

    def test_an_empty_form_is_answered_field_by_field(self, north: Tenant, coordinator: StrictClient):
        answer = coordinator.post(at("enrol", north.first), {})
        assert errors_in(answer) == {
            "gender": ["Välj kön."],
            "municipality": ["Välj kommun, eller Uppgift saknas."],
            "education": ["Välj utbildning, eller Uppgift saknas."],
            "start_on": ["Skriv startdatumet som åååå-mm-dd, till exempel 2025-01-31."],
            "referrer": ["Välj part, eller Uppgift saknas."],
            "assignment": ["Välj uppdrag, eller Uppgift saknas."],
            "asked_about_violence": ["Välj ja, nej eller inte än."],
            "support_before": ["Kryssa för minst ett alternativ, eller Uppgift saknas."],
        }
        page = answer.content.decode()
        for target in ("id_gender_0", "id_municipality", "id_start_on", "id_support_before_0"):
            assert f'href="#{target}"' in page
            assert f'id="{target}"' in page
        assert "<title>" in page
        assert "Fel:" in page.split("</title>")[0]

    @pytest.mark.parametrize("typed", ["2025-03-10", "2025-3-10", "20250310", " 2025-03-10 "])
    def test_a_date_is_read_as_people_write_it(self, typed: str, north: Tenant, coordinator: StrictClient):
        coordinator.post(at("enrol", north.first), ENROLMENT | {"start_on": typed})
        assert Participation.objects.get().start_on == SOME_DAY

    @pytest.mark.parametrize("typed", ["31/2/2025", "2025-02-30", "i går", "2025", "2025-03-10T10:00", "٢٠٢٥-٠٣-١٠"])
    def test_what_is_no_date_is_answered_with_what_was_typed(
        self, typed: str, north: Tenant, coordinator: StrictClient
    ):
        answer = coordinator.post(at("enrol", north.first), ENROLMENT | {"start_on": typed})
        sentence = f"”{typed}” är inget datum. Skriv det som åååå-mm-dd, till exempel 2025-01-31."
        assert errors_in(answer) == {"start_on": [sentence]}

    @pytest.mark.parametrize(
        ("field", "typed", "sentence"),
        [
            ("start_on", str(timezone.localdate() + timedelta(days=1)), "har inte varit än."),
            ("start_on", "2021-12-31", "Insatsen började 2022-01-01."),
            ("birth_year", "1850", "mellan 1950 och 2010"),
            ("birth_year", "85", "mellan 1950 och 2010"),
            ("birth_year", "nittonhundra", "Skriv födelseåret med fyra siffror"),
            ("birth_year", "-1985", "Skriv födelseåret med fyra siffror"),
            ("birth_year", "９８", "Skriv födelseåret med fyra siffror"),
            ("birth_year", "9" * 5000, "Skriv födelseåret med fyra siffror"),
            ("support_months", "901", "ett heltal mellan 0 och 900"),
            ("support_months", "3,5", "ett heltal mellan 0 och 900"),
            ("support_before", ["none", "other"], "Ingen offentlig försörjning kan inte väljas tillsammans"),
            ("support_before", ["?", "other"], "Uppgift saknas kan inte väljas tillsammans"),
            ("support_before", ["nonsense"], "Kryssa för alternativ ur listan."),
            ("gender", "x", "Välj kön ur listan."),
            ("gender", "woman\0", "Välj kön ur listan."),
            ("asked_about_violence", "maybe", "Välj ja, nej eller inte än."),
            ("education", "phd", "Välj ett värde ur listan."),
            ("education", "\0", "Välj ett värde ur listan."),
            ("referrer", "x" * 10_000, "Välj ett värde ur listan."),
            ("municipality", "1", "Välj ett värde ur listan."),
            ("municipality", "-1 OR 1=1", "Välj ett värde ur listan."),
            ("start_on", "2025-03-10\0", "Null"),
            ("birth_year", "1985\0", "Null"),
        ],
    )
    def test_bad_input_gives_a_sentence_and_changes_nothing(
        self, field: str, typed: Any, sentence: str, north: Tenant, coordinator: StrictClient
    ):
        answer = coordinator.post(at("enrol", north.first), ENROLMENT | {field: typed})
        assert answer.status_code == 200
        assert list(errors_in(answer)) == [field]
        assert sentence in " ".join(errors_in(answer)[field])
        assert not Participation.objects.exists()
        assert not AuditEvent.objects.exists()

    def test_nothing_typed_is_lost(self, north: Tenant, coordinator: StrictClient):
        typed = ENROLMENT | {"start_on": "31/2/2025", "birth_year": "åttiofem"}
        form = coordinator.post(at("enrol", north.first), typed).context["form"]
        assert {name: form[name].value() for name in typed} == typed

    def test_another_federations_municipality_does_not_exist(self, world: World, coordinator: StrictClient):
        theirs = world.south.municipalities[0].code
        answer = coordinator.post(at("enrol", world.north.first), ENROLMENT | {"municipality": theirs})
        assert errors_in(answer) == {"municipality": ["Välj ett värde ur listan."]}

    @pytest.mark.parametrize("field", ["birth_year", "start_on", "support_months"])
    def test_a_personnummer_is_stopped_in_any_field_and_not_shown(
        self, field: str, north: Tenant, coordinator: StrictClient
    ):
        answer = coordinator.post(at("enrol", north.first), ENROLMENT | {field: PERSONNUMMER})
        assert errors_in(answer) == {field: [Finding.PERSONNUMMER.sentence]}
        assert "9876" not in answer.content.decode()
        assert not Participation.objects.exists()

    def test_an_initiative_without_assignments_does_not_ask_for_one(self, north: Tenant, log_in: Browser):
        browser = StrictClient()
        browser.force_login(north.second.staff.get().membership.user)
        assert "Uppdrag" not in text_of(browser.get(at("enrol", north.second)))
        browser.post(at("enrol", north.second), ENROLMENT)
        assert Participation.objects.get().assignment is None

    def test_an_item_that_has_ended_can_be_chosen_for_its_time(self, north: Tenant, coordinator: StrictClient):
        north.federation.code_items.filter(code="self").update(valid_to=date(2025, 2, 28))
        page = text_of(coordinator.get(at("enrol", north.first)))
        assert "Egen kontakt (till och med 2025-02-28)" in page
        late = coordinator.post(at("enrol", north.first), ENROLMENT | {"referrer": "self"})
        assert errors_in(late) == {"referrer": ["”Egen kontakt” gällde inte den dagen. Välj ett annat värde."]}
        coordinator.post(at("enrol", north.first), ENROLMENT | {"referrer": "self", "start_on": "2025-02-28"})
        assert Participation.objects.get().referrer == "self"


class TestSentTwice:
    def ticket(self, coordinator: StrictClient, where: str) -> str:
        return str(coordinator.get(where).context["form"]["ticket"].value())

    def test_a_double_click_enrols_once(self, north: Tenant, coordinator: StrictClient):
        where = at("enrol", north.first)
        form = ENROLMENT | {"ticket": self.ticket(coordinator, where)}
        answers = [coordinator.post(where, form) for _click in range(2)]
        made = Participation.objects.get()
        assert {answer["Location"] for answer in answers} == {at("participation", north.first, made.code)}
        assert AuditEvent.objects.count() == 1

    def test_the_next_participant_typed_over_the_old_form_is_another(self, north: Tenant, coordinator: StrictClient):
        where = at("enrol", north.first)
        form = ENROLMENT | {"ticket": self.ticket(coordinator, where)}
        coordinator.post(where, form)
        coordinator.post(where, form | {"birth_year": "1990"})
        assert sorted(p.birth_year or 0 for p in Participation.objects.all()) == [1985, 1990]

    @pytest.mark.parametrize("ticket", ["", "x", "\0", "IksyMyI6x:y", "9" * 10_000])
    def test_a_ticket_of_ones_own_making_gives_no_code(self, ticket: str, north: Tenant, coordinator: StrictClient):
        answer = coordinator.post(at("enrol", north.first), ENROLMENT | {"ticket": ticket})
        assert answer["Location"] == at("participation", north.first, Participation.objects.get().code)

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory is one connection: nobody is first")
    def test_two_clicks_in_the_same_moment_enrol_once(self, north: Tenant, log_in: Browser):
        where, browsers = at("enrol", north.first), [log_in("coordinator") for _click in range(4)]
        form = ENROLMENT | {"ticket": self.ticket(browsers[0], where)}
        together = Barrier(len(browsers))

        def click(browser: StrictClient) -> str:
            together.wait()
            try:
                return str(browser.post(where, form)["Location"])
            finally:
                connection.close()

        with ThreadPoolExecutor(len(browsers)) as pool:
            answers = set(pool.map(click, browsers))
        assert answers == {at("participation", north.first, Participation.objects.get().code)}

    def test_a_ticket_of_another_initiative_gives_no_code(
        self, north: Tenant, coordinator: StrictClient, lead: StrictClient
    ):
        ticket = self.ticket(lead, at("enrol", north.first))
        for browser in (coordinator, lead):
            browser.post(at("enrol", north.first), ENROLMENT | {"ticket": ticket})
        assert Participation.objects.count() == 2


class TestDetail:
    def test_it_says_everything_in_the_federations_words(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol(
            education="post-secondary",
            referrer="self",
            assignment="mapping",
            support_before=frozenset({"none"}),
            support_months=1234 - 1000,
            asked_about_violence="no",
        )
        assess_step(
            by=north.lead, participation=made, step=north.steps[1], on=date(2025, 4, 1), now=noon(date(2025, 12, 1))
        )
        north.end(made, reason="studies", studies_after="75", support_after=frozenset({"student-aid", "other"}))
        page = text_of(coordinator.get(at("participation", north.first, made.code)))
        for pair in (
            "Kön Kvinna",
            "Födelseår 1985",
            f"Kommun {north.municipalities[0].name}",
            "Utbildning Eftergymnasial",
            "Startdatum 2025-03-10",
            "Aktualiserande part Egen kontakt",
            "Uppdrag Kartläggning",
            "Fråga om våld ställd Nej",
            "Offentlig försörjning Ingen offentlig försörjning",
            "Månader i offentlig försörjning 234",
            "Avslutsdatum 2025-09-30",
            "Avslutsorsak Studier",
            "Arbete efter avslut Uppgift saknas",
            "Studier efter avslut Studerar 75%",
            "Offentlig försörjning efter avslut Studiemedel (CSN) Annan offentlig försörjning",
            "2025-04-01 Kartläggning",
        ):
            assert pair in page, pair

    def test_an_overdue_follow_up_and_one_not_yet_due_are_two_things(self, north: Tenant, coordinator: StrictClient):
        yesterday = timezone.localdate() - timedelta(days=1)
        late, early = north.end(north.enrol()), north.end(north.enrol(), exit_on=yesterday)
        assert "Försenad" in text_of(coordinator.get(at("participation", north.first, late.code)))
        page = text_of(coordinator.get(at("participation", north.first, early.code)))
        assert "Planerad" in page
        assert "Försenad" not in page

    def test_a_follow_up_that_reached_the_participant_says_what_it_found(
        self, north: Tenant, coordinator: StrictClient
    ):
        made = north.end(north.enrol())
        facts = FollowUpAnswer(outcome=FollowUpOutcome.REACHED, done_on=date(2026, 4, 2), work_after="75")
        answer(by=north.lead, follow_up=FollowUp.objects.get(), facts=facts, now=noon(date(2026, 4, 3)))
        page = text_of(coordinator.get(at("participation", north.first, made.code)))
        assert "6 månader 2026-03-30 Nådd 2026-04-02 75% Uppgift saknas Uppgift saknas" in page

    def test_a_felregistrering_is_found_and_marked(self, north: Tenant, coordinator: StrictClient):
        wrong = north.enrol()
        void(by=north.lead, participation=wrong, reason="fel person", now=timezone.now())
        page = text_of(coordinator.get(at("participation", north.first, wrong.code)))
        assert "Felregistrering: räknas inte i någon statistik." in page
        assert "Avsluta deltagandet" not in page

    @pytest.mark.parametrize("code", ["K7M-4RX", "hej", "K7M-4RX-4"])
    def test_a_code_of_nobody_has_no_page(self, code: str, north: Tenant, coordinator: StrictClient):
        assert coordinator.get(at("participation", north.first, code)).status_code == 404


class TestExit:
    def test_what_is_typed_is_registered(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        answered = coordinator.post(at("exit", north.first, made.code), EXIT)
        assert answered["Location"] == at("participation", north.first, made.code)
        made.refresh_from_db()
        assert (made.exit_on, made.exit_reason) == (date(2025, 9, 30), north.reasons["work"])
        assert (made.work_after, made.studies_after, made.support_after) == ("50", "none", {"none"})
        assert f"Deltagandet {made.code} är avslutat." in text_of(coordinator.get(answered["Location"]))
        assert FollowUp.objects.get().due_on == date(2026, 3, 30)

    def test_what_is_not_known_is_said_and_not_guessed(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        unknown = dict.fromkeys(("work_after", "studies_after", "support_after"), "?") | {"exit_reason": "moved"}
        coordinator.post(at("exit", north.first, made.code), EXIT | unknown)
        made.refresh_from_db()
        assert (made.work_after, made.studies_after, made.support_after) == (None, None, None)

    def test_reasons_stand_under_their_outcome_group(self, north: Tenant, coordinator: StrictClient):
        form = coordinator.get(at("exit", north.first, north.enrol().code)).context["form"]
        assert [
            (group, [label for _code, label in reasons]) for group, reasons in form.fields["exit_reason"].choices[1:]
        ] == [
            ("Arbete", ["Arbete"]),
            ("Studier", ["Studier"]),
            ("Rehab", ["Fortsatt rehabilitering"]),
            ("Övrigt", ["Flytt", "Äldre orsak (till och med 2025-06-30)"]),
        ]

    def test_a_reason_is_offered_where_the_initiative_uses_it_and_it_was_in_force(self, north: Tenant):
        browser = StrictClient()
        browser.force_login(north.second.staff.get().membership.user)
        made = north.enrol(north.second)
        refused = browser.post(at("exit", north.second, made.code), EXIT | {"exit_reason": "studies"})
        assert errors_in(refused) == {"exit_reason": ["Välj ett värde ur listan."]}

    def test_a_reason_that_ended_before_the_start_is_not_offered(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol(start_on=date(2025, 8, 1))
        assert "Äldre orsak" not in text_of(coordinator.get(at("exit", north.first, made.code)))

    @pytest.mark.parametrize(
        ("field", "typed", "sentence"),
        [
            ("exit_on", "2025-03-09", "Avslutet 2025-03-09 ligger före starten 2025-03-10."),
            ("exit_on", "2999-01-01", "2999-01-01 har inte varit än."),
            ("exit_on", "30/9", "”30/9” är inget datum."),
            ("exit_reason", "", "Välj avslutsorsak."),
            ("exit_reason", "old", "Avslutsorsaken ”Äldre orsak” gällde inte den dagen."),
            ("exit_reason", "retired", "Välj ett värde ur listan."),
            ("exit_reason", "\0", "Välj ett värde ur listan."),
            ("work_after", "none", "Avslutsorsaken är arbete."),
            ("work_after", "60", "Välj ett värde ur listan."),
            ("work_after", "", "Välj hur mycket deltagaren arbetar, eller Uppgift saknas."),
            ("studies_after", "60", "Välj ett värde ur listan."),
            ("support_after", ["none", "other"], "Ingen offentlig försörjning kan inte väljas tillsammans"),
            ("support_after", [], "Kryssa för minst ett alternativ, eller Uppgift saknas."),
        ],
    )
    def test_bad_input_gives_a_sentence_and_changes_nothing(
        self, field: str, typed: Any, sentence: str, north: Tenant, coordinator: StrictClient
    ):
        made = north.enrol()
        before = AuditEvent.objects.count()
        answered = coordinator.post(at("exit", north.first, made.code), EXIT | {field: typed})
        assert answered.status_code == 200
        assert list(errors_in(answered)) == [field]
        assert sentence in " ".join(errors_in(answered)[field])
        made.refresh_from_db()
        assert made.is_ongoing
        assert AuditEvent.objects.count() == before

    def test_what_has_ended_is_shown_and_not_ended_again(self, north: Tenant, coordinator: StrictClient):
        made = north.end(north.enrol())
        for answered in (
            coordinator.get(at("exit", north.first, made.code), follow=True),
            coordinator.post(at("exit", north.first, made.code), EXIT, follow=True),
        ):
            assert "Deltagandet pågår inte längre." in text_of(answered)
        made.refresh_from_db()
        assert made.exit_reason == north.reasons["moved"]


def test_years_are_not_printed_as_amounts(north: Tenant, coordinator: StrictClient):
    made = north.enrol(birth_year=1985)
    for where in (at("participations", north.first), at("participation", north.first, made.code)):
        assert "1985" in text_of(coordinator.get(where))


def test_no_row_is_left_in_a_browsers_cache(north: Tenant, coordinator: StrictClient):
    made = north.enrol()
    for where in (at("participations", north.first), at("participation", north.first, made.code)):
        assert "no-store" in coordinator.get(where)["Cache-Control"]


def test_no_page_breaks_its_own_security_policy(north: Tenant, coordinator: StrictClient):
    made = north.enrol()
    pages = [at("participations", north.first), at("enrol", north.first)]
    pages += [at(route, north.first, made.code) for route in ("participation", "exit")]
    for where in pages:
        answered = coordinator.get(where)
        assert "script-src 'self'" in answered["Content-Security-Policy"]
        body = answered.content.decode()
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", body), where
