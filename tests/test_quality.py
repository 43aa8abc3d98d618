"""The quality of the registrations: what is found and counted, and who sees what of it."""

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from finsam_tracker.core.models import Parameter
from finsam_tracker.core.period import Period
from initiatives.models import Initiative
from participants.codes import FollowUpOutcome
from participants.facts import Enrolment, Exit, FollowUpAnswer
from participants.models import Import, Participation
from participants.quality.checks import CHECKS, noticed
from participants.quality.counting import silences
from participants.quality.lateness import Lateness, Registered
from participants.quality.moment import Moment, closed_quarter, offered_periods
from participants.services import imports
from participants.services.correction import void
from participants.services.enrolment import enrol
from participants.services.exit import end, reopen
from participants.services.followup import answer
from tests.conftest import StrictClient
from tests.factories import BEGINNING, Tenant, World, noon
from tests.spreadsheets import good_line, xlsx
from tests.test_participant_pages import at, codes_in, text_of

YEAR = "?period=2025"
OFFICE = "/forbund/norra/kvalitet/"
DONE = noon(date(2026, 6, 1))


def set_parameter(tenant: Tenant, key: str, value: int) -> None:
    Parameter.objects.create(
        federation=tenant.federation, key=key, value=value, valid_from=BEGINNING, source="Kansliet"
    )


def long_limit() -> int:
    """Months that reach back into 2023, whenever the test is run."""
    return 12 * (timezone.localdate().year - 2023)


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


@pytest.fixture
def cast(north: Tenant) -> dict[str, Participation]:
    """Somebody for each check in the first initiative, by letters; the twins and c agree but for the day."""
    set_parameter(north, "long_ongoing_months", long_limit())
    facts: dict[str, dict[str, Any]] = {
        "twin": {"start_on": date(2025, 3, 10)},
        "twin, seven days later": {"start_on": date(2025, 3, 17)},
        "eight days later": {"start_on": date(2025, 3, 25)},
        "same day": {"birth_year": 1970},
        "fifteen": {"birth_year": 2010},
        "long in support": {"birth_year": 1990, "support_months": 12 * (35 - 15 + 1) + 1},
        "as long as can be": {"birth_year": 1991, "support_months": 12 * (34 - 15 + 1)},
        "some work": {"birth_year": 1975, "education": "primary"},
        "moved and works": {"birth_year": 1974},
        "long ago": {"birth_year": 1976, "start_on": date(2022, 2, 1)},
    }
    made = {name: north.enrol(**told) for name, told in facts.items()}
    north.end(made["same day"], exit_on=date(2025, 3, 10), support_after=frozenset({"none"}))
    north.end(made["some work"], reason="work", work_after="unknown", studies_after="none")
    north.end(made["moved and works"], reason="moved", work_after="100")
    north.enrol(north.second, birth_year=1960)
    return made


EXPECTED = {
    "Försenade uppföljningar": {"same day", "some work", "moved and works"},
    "Troliga dubbletter": {"twin", "twin, seven days later"},
    "Avslutade samma dag som de startade": {"same day"},
    "Ovanlig ålder vid starten": {"fifteen"},
    "Fler månader i offentlig försörjning än som vuxen": {"long in support"},
    "Avslutade till arbete eller studier utan omfattning": {"some work"},
    "Arbetar, men avslutades av en annan orsak än arbete eller studier": {"moved and works"},
    "Har pågått ovanligt länge": {"long ago"},
}


class TestInitiative:
    def test_each_thing_to_see_over_leads_to_those_it_is(
        self, cast: dict[str, Participation], north: Tenant, coordinator: StrictClient
    ):
        shown = coordinator.get(at("initiative_quality", north.first) + YEAR)
        names = {made.code: name for name, made in cast.items()}
        led = {str(n.title): (n.count, codes_in(coordinator.get(n.address))) for n in shown.context["notices"]}
        assert {title: {names[code] for code in codes} for title, (_n, codes) in led.items()} == EXPECTED
        assert all(count == len(codes) for count, codes in led.values())
        assert "markera det ena som felregistrering" in text_of(shown)

    def test_what_is_left_out_is_counted_of_those_it_is_asked_of(
        self, cast: dict[str, Participation], north: Tenant, coordinator: StrictClient
    ):
        shown = coordinator.get(at("initiative_quality", north.first) + YEAR)
        blanks = {str(line.title): (line.part.number, line.part.of) for line in shown.context["blanks"]}
        assert blanks["Födelseår"] == (0, 10)
        assert blanks["Utbildning"] == (9, 10)
        assert blanks["Uppdrag"] == (10, 10)
        assert blanks["Arbete efter avslut"] == (1, 3)
        assert blanks["Offentlig försörjning efter avslut"] == (2, 3)
        education = next(line for line in shown.context["blanks"] if line.title == "Utbildning")
        assert education.part.percent == 90
        listed = codes_in(coordinator.get(education.address))
        assert set(listed) == {made.code for made in cast.values()} - {cast["some work"].code}
        # Another period has its own.
        other = coordinator.get(at("initiative_quality", north.first) + "?period=2022").context["blanks"]
        assert {(line.part.of) for line in other} == {0, 1}

    def test_what_is_left_out_is_asked_only_where_it_is_registered(self, north: Tenant, log_in: Any):
        other = log_in("coordinator")
        other.force_login(north.second.staff.get().membership.user)
        north.federation.steps.all().delete()
        shown = other.get(at("initiative_quality", north.second) + YEAR)
        titles = [str(line.title) for line in shown.context["blanks"]]
        assert "Uppdrag" not in titles
        assert "Stegbedömning" not in titles
        assert "Det senaste" not in text_of(shown)

    def test_a_felregistrering_is_nobodys_twin(
        self, cast: dict[str, Participation], north: Tenant, coordinator: StrictClient
    ):
        void(by=north.lead, participation=cast["twin"], reason="dubbelt", now=DONE)
        titles = [
            str(n.title) for n in coordinator.get(at("initiative_quality", north.first) + YEAR).context["notices"]
        ]
        assert "Troliga dubbletter" not in titles

    @pytest.mark.parametrize(
        "different", [{"gender": "man"}, {"birth_year": 1986}, {"birth_year": None}, {"municipality": None}]
    )
    def test_who_differs_in_anything_is_no_twin(self, different: dict[str, Any], north: Tenant):
        north.enrol()
        north.enrol(**different)
        north.enrol(north.second)
        assert not Participation.objects.all().probable_duplicates().exists()
        north.enrol(**different)
        assert Participation.objects.all().probable_duplicates().count() == (0 if None in different.values() else 2)

    @pytest.mark.parametrize(("birth_year", "is_rare"), [(2007, True), (2006, False), (1984, False), (1983, True)])
    def test_the_limits_of_the_initiative_make_an_age_rare(self, birth_year: int, is_rare: bool, north: Tenant):
        """In 2025: 19 or more by the year, and 40 or less even before the birthday."""
        Initiative.objects.filter(pk=north.first.pk).update(age_from=19, age_to=40)
        north.enrol(birth_year=birth_year)
        assert Participation.objects.all().of_rare_age().exists() is is_rare

    def test_a_limit_that_is_not_set_is_told(self, north: Tenant, coordinator: StrictClient, office: StrictClient):
        north.enrol(start_on=date(2022, 2, 1))
        shown = coordinator.get(at("initiative_quality", north.first))
        assert [(str(n.title), n.count) for n in shown.context["notices"]] == [("Har pågått ovanligt länge", None)]
        assert "Inte satt: kansliet anger efter hur många månader" in text_of(shown)
        assert "Inte satt: kansliet anger efter hur många veckor" in text_of(shown)
        page = office.get(OFFICE).content.decode()
        for key in ("long_ongoing_months", "silent_weeks"):
            where = reverse("settings_parameter", args=["norra", key])
            assert where in page
            assert office.get(where).status_code == 200

    def test_the_start_page_tells_how_many_there_are_to_see_over(self, north: Tenant, coordinator: StrictClient):
        start = at("my_initiative", north.first)
        assert "Registreringar att se över" not in text_of(coordinator.get(start))
        for _n in range(2):
            north.enrol()
        page = coordinator.get(start)
        assert "2 Registreringar att se över" in text_of(page)
        assert at("initiative_quality", north.first) in page.content.decode()

    @pytest.mark.parametrize(
        ("period", "sentence"),
        [
            ("x", "är ingen period"),
            ("2999", "har inte börjat"),
            ("0001-01-01--2025-01-01", "Så tidigt"),
            ("0003", "Så tidigt"),
            ("%00", "är ingen period"),
        ],
    )
    def test_a_period_that_is_none_is_told(
        self, period: str, sentence: str, north: Tenant, coordinator: StrictClient, office: StrictClient
    ):
        for browser, where in ((coordinator, at("initiative_quality", north.first)), (office, OFFICE)):
            assert sentence in text_of(browser.get(f"{where}?period={period}"))
        listed = coordinator.get(at("participations", north.first) + f"?kvalitet=dubbletter&period={period}")
        assert listed.status_code == 200

    def test_a_check_nobody_knows_narrows_nothing(self, north: Tenant, coordinator: StrictClient):
        made = north.enrol()
        assert codes_in(coordinator.get(at("participations", north.first) + "?kvalitet=x")) == [made.code]


class TestOffice:
    def test_it_sees_the_numbers_of_each_initiative(
        self, cast: dict[str, Participation], north: Tenant, office: StrictClient
    ):
        quality = office.get(OFFICE + YEAR).context["quality"]
        assert [i.slug for i in quality.initiatives] == ["norra-1", "norra-2"]
        numbers = {str(line.title): (line.cells, line.total) for line in quality.checks}
        assert numbers == {title: ([str(len(names)), "0"], str(len(names))) for title, names in EXPECTED.items()}
        blanks = {str(line.title): (line.cells, line.total) for line in quality.blanks}
        assert blanks["Utbildning"] == (["9 (90 %)", "1 (100 %)"], "10 (91 %)")
        assert blanks["Uppdrag"] == (["10 (100 %)", "."], "10 (100 %)")
        assert blanks["Arbete efter avslut"] == (["1 (33 %)", "–"], "1 (33 %)")

    def test_it_never_sees_a_row_or_another_federation(
        self, cast: dict[str, Participation], world: World, office: StrictClient
    ):
        world.south.enrol()
        page = office.get(OFFICE + YEAR).content.decode()
        assert not [code for code in Participation.objects.values_list("code", flat=True) if code in page]
        assert "/deltaganden/" not in page
        assert at("initiative_quality", world.north.first) not in page
        assert "Bron" not in page
        assert not re.findall(r"\b(?:1985|1970|2010)\b", page)

    def test_without_an_initiative_there_is_nothing_to_count(self, north: Tenant, office: StrictClient):
        north.federation.initiatives.update(end_on=date(2023, 6, 30))
        assert "Förbundet har ingen insats med deltagare i perioden." in text_of(office.get(OFFICE + YEAR))
        assert "Klivet" in text_of(office.get(OFFICE + "?period=2023"))

    def test_the_glance_leads_here(self, cast: dict[str, Participation], north: Tenant, office: StrictClient):
        page = office.get("/forbund/norra/")
        assert OFFICE in page.content.decode()
        # Of this year: the twins and the others took part in it, those who left did not.
        moment = Moment(
            Period.year(timezone.localdate().year),
            timezone.localdate(),
            north.federation.parameters_on(timezone.localdate()),
        )
        expected = noticed(Participation.objects.filter(federation=north.federation), moment).count()
        assert page.context["glance"].noticed == expected == 5

    def test_the_pages_take_as_many_queries_for_many_as_for_few(
        self, cast: dict[str, Participation], north: Tenant, office: StrictClient, coordinator: StrictClient
    ):
        pages = ((office, OFFICE + YEAR), (coordinator, at("initiative_quality", north.first) + YEAR))

        def queries() -> list[int]:
            counted = []
            for browser, where in pages:
                browser.get(where)
                with CaptureQueriesContext(connection) as captured:
                    browser.get(where)
                counted.append(len(captured))
            return counted

        few = queries()
        for n in range(6):
            north.end(north.enrol(birth_year=1950 + n // 2), exit_on=date(2025, 9, 1 + n))
            north.enrol(north.second)
        assert queries() == few
        assert max(few) <= 20


class TestSilence:
    def test_the_latest_act_of_any_kind_breaks_it(self, north: Tenant, office: StrictClient, coordinator: StrictClient):
        set_parameter(north, "silent_weeks", 4)
        ended = north.end(north.enrol())
        follow_up = ended.follow_ups.get()
        declined = FollowUpAnswer(outcome=FollowUpOutcome.DECLINED, done_on=date(2026, 4, 1))
        answer(by=north.lead, follow_up=follow_up, facts=declined, now=noon(date(2026, 4, 2)))
        parameters = north.federation.parameters_on(date(2026, 5, 1))

        def on(day: date, place: Initiative) -> tuple[date | None, int, bool | None]:
            found = silences([place], Moment(Period.year(2026), day, parameters))[place.pk]
            return found.last, found.weeks, found.is_silent

        assert on(date(2026, 4, 29), north.first) == (date(2026, 4, 2), 3, False)
        assert on(date(2026, 4, 30), north.first) == (date(2026, 4, 2), 4, True)
        # A new initiative has had no time to register in; one that has ended has nothing left to register.
        assert on(BEGINNING + timedelta(days=27), north.second) == (None, 3, False)
        north.second.end_on = date(2026, 1, 1)
        assert on(date(2026, 4, 30), north.second)[2] is False
        assert "Inget har registrerats på" in text_of(coordinator.get(at("initiative_quality", north.first)))
        assert "Tyst" in text_of(office.get(OFFICE))


def known(tenant: Tenant, start_on: date, day: date, place: Initiative | None = None) -> Participation:
    """Somebody whose start is registered on the day."""
    facts = Enrolment(gender="woman", start_on=start_on)
    return enrol(by=tenant.lead, initiative=place or tenant.first, facts=facts, now=noon(day))


def seen(tenant: Tenant, day: date, period: str = "2025-01") -> dict[str, Lateness]:
    moment = Moment(Period.parse(period), day, {})
    return {str(line.title): line for line in Registered([tenant.first], moment).of(tenant.first)}


TODAY = date(2025, 2, 10)


@pytest.fixture
def januaries(north: Tenant) -> Tenant:
    """Starts of three Januaries, by the day they were registered. On 10 February 2 of 4 and 3 of 4 were known."""
    known(north, date(2022, 6, 1), date(2022, 6, 1))
    for day in (date(2023, 1, 1), date(2023, 1, 8), date(2023, 1, 9), date(2023, 3, 15)):
        known(north, date(2023, 1, 1), day)
    for day in (date(2024, 1, 13), date(2024, 2, 10), date(2024, 2, 11), date(2024, 5, 1)):
        known(north, date(2024, 1, 10), day)
    for day in (date(2025, 1, 8), date(2025, 1, 15), date(2025, 2, 7)):
        known(north, date(2025, 1, 8), day)
    return north


class TestLateness:
    def test_starts_are_told_by_how_long_after_they_came(self, januaries: Tenant):
        starts = seen(januaries, TODAY)["Starter"]
        assert starts.period.numbers == (2, 1, 0, 0)
        assert starts.earlier.numbers == (3, 1, 3, 1)
        assert (starts.period.late, starts.earlier.late) == (0, 4)

    def test_what_came_later_in_earlier_years_is_to_be_expected_again(self, januaries: Tenant):
        """A third came later in 2023 and as many again in 2024: of the three known now that makes one to three."""
        forecast = seen(januaries, TODAY)["Starter"].forecast
        assert forecast
        assert (forecast.low, forecast.high, forecast.years) == (1, 3, 2)
        assert str(forecast) == "Preliminärt: räkna med 1–3 till."
        # Later on there is less to wait for, and in the end nothing.
        assert str(seen(januaries, date(2025, 3, 1))["Starter"].forecast) == "Preliminärt: räkna med 1 till."
        assert str(seen(januaries, date(2025, 6, 1))["Starter"].forecast) == "Inga fler är att vänta."

    def test_a_year_that_nobody_registered_whole_here_tells_nothing(self, januaries: Tenant):
        """Registrations began on 1 June 2022, so July has 2022 to 2024, and April lacks one year of two."""
        assert seen(januaries, date(2024, 5, 1), "2024-04")["Starter"].forecast is None
        assert all(line.forecast is None for line in seen(januaries, date(2024, 2, 10), "2024-01").values())

    def test_what_has_been_thinned_tells_nothing(self, januaries: Tenant):
        januaries.first.federation.thinned_until = date(2023, 12, 31)
        assert seen(januaries, TODAY)["Starter"].forecast is None
        assert seen(januaries, TODAY)["Starter"].earlier.total == 4

    def test_what_happened_before_registrations_began_is_left_out(self, north: Tenant):
        known(north, date(2024, 12, 31), date(2025, 1, 5))
        known(north, date(2025, 1, 5), date(2025, 1, 6))
        known(north, date(2025, 1, 4), date(2025, 1, 6))
        assert seen(north, TODAY)["Starter"].period.total == 1

    def test_exits_are_known_from_the_first_exit_and_felregistreringar_from_nothing(self, north: Tenant):
        made = known(north, date(2025, 1, 2), date(2025, 1, 2))
        north.end(made, exit_on=date(2025, 1, 20))
        reopen(by=north.lead, participation=made, reason="för tidigt", now=noon(date(2025, 12, 2)))
        again = Exit(exit_on=date(2025, 1, 31), exit_reason=north.reasons["moved"])
        end(by=north.lead, participation=made, facts=again, now=DONE)
        wrong = known(north, date(2025, 1, 3), date(2025, 1, 3))
        void(by=north.lead, participation=wrong, reason="fel person", now=DONE)
        lines = seen(north, TODAY)
        assert lines["Avslut"].period.numbers == (0, 0, 0, 1)
        assert lines["Starter"].period.numbers == (1, 0, 0, 0)

    def test_a_follow_up_is_late_by_the_attempt_that_counts(self, north: Tenant):
        made = known(north, date(2025, 1, 2), date(2025, 1, 2))
        follow_up = north.end(made, exit_on=date(2025, 1, 3)).follow_ups.get()
        for outcome, on, day in (
            (FollowUpOutcome.NOT_REACHED, date(2026, 1, 5), date(2026, 1, 5)),
            (FollowUpOutcome.REACHED, date(2026, 1, 10), date(2026, 1, 30)),
        ):
            answer(by=north.lead, follow_up=follow_up, facts=FollowUpAnswer(outcome=outcome, done_on=on), now=noon(day))
        assert seen(north, date(2026, 2, 5), "2026-01")["Uppföljningar"].period.numbers == (0, 1, 0, 0)

    def test_a_period_that_goes_on_gives_way_to_the_last_quarter(self, januaries: Tenant, office: StrictClient):
        moment = Moment(Period.year(2025), TODAY, {})
        assert Registered([januaries.first], moment).period.key == "2024-Q4"
        assert closed_quarter(date(2025, 4, 1)).key == "2025-Q1"
        assert [p.key for p in offered_periods(Period.month(2020, 1), TODAY)] == ["2025", "2024-Q4", "2024", "2020-01"]
        page = text_of(office.get(f"{OFFICE}?period=2024-01"))
        assert "Händelser i januari 2024" in page
        assert "Hur sent registreringarna kommer" in page
        assert "3 (75 %)" in page


class TestImport:
    def test_rows_like_those_registered_are_told_of_and_can_be_read_in(self, north: Tenant, coordinator: StrictClient):
        lines = [good_line(number, north.first) for number in range(1, 5)]
        for number, days in ((1, 7), (2, 8)):
            line = lines[number - 1]
            gender = {"Kvinna": "woman", "Man": "man"}.get(line[2], "other")
            town = north.federation.municipalities.get(name=line[4])
            north.enrol(gender=gender, birth_year=line[3], municipality=town, start_on=line[1] - timedelta(days=days))
        record = imports.receive(by=north.coordinator, initiative=north.first, file=xlsx(lines), now=DONE)
        assert record.state == Import.State.READY, record.faults
        assert record.preview["alike"] == {"number": 1, "lines": [2]}
        page = text_of(coordinator.get(at("import", north.first, str(record.pk))))
        assert "1 ny rad liknar ett redan registrerat deltagande" in page
        imports.confirm(by=north.coordinator, record=record, now=DONE)
        record.refresh_from_db()
        assert record.state == Import.State.DONE
        assert Participation.objects.all().probable_duplicates().count() == 2


def test_every_check_says_what_to_do_and_has_an_address_of_its_own():
    assert len({check.key for check in CHECKS}) == len(CHECKS)
    assert all(unquote(check.key) == check.key and str(check.remedy).endswith(".") for check in CHECKS)
