"""The office's pages about lists, initiatives and classes."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from finsam_tracker.core.models import AuditEvent
from initiatives.models import CodeItem, CodeKind, ExitReason, Initiative, OutcomeGroup, Step
from initiatives.policies import NEVER_CHANGE
from initiatives.settings_pages import SETTINGS
from participants.models import Participation
from tests.conftest import StrictClient
from tests.factories import Tenant, World
from tests.settings_pages import PERSONNUMMER, ROOT, done, post, text_of, value_of


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


# The overview


def test_the_overview_says_what_is_missing_and_leads_to_every_page(north: Tenant, office: StrictClient):
    text = text_of(office.get(ROOT))
    year = timezone.localdate().year
    assert f"3 kommuner saknar invånare {year}." in text
    assert "Året har inga mål. Lägg till dem, eller kopiera förra årets." in text
    assert f"Medel för {year} saknas från: Staten, Regionen, Kommunerna." in text
    assert "Förbundet har inga parter." in text
    for group in SETTINGS:
        for page in group.pages:
            assert office.get(page.address(north.federation)).status_code == 200, page.route


def test_the_overview_names_reasons_that_nobody_uses_and_initiatives_without_any(north: Tenant, office: StrictClient):
    for initiative in (north.first, north.second):
        initiative.exit_reasons.remove(north.reasons["work"], north.reasons["moved"])
    text = text_of(office.get(ROOT))
    assert "Ingen insats använder ”Arbete”, ”Flytt”." in text
    assert "”Klivet” saknar avslutsorsaker." in text


def test_the_office_finds_the_settings_in_the_menu_and_begins_elsewhere(
    world: World, office: StrictClient, coordinator: StrictClient
):
    assert office.get("/")["Location"] not in (ROOT, "")
    assert f'href="{ROOT}"' in office.get(ROOT).content.decode()
    assert ROOT not in coordinator.get("/vem-far-gora-vad/").content.decode()


def test_an_office_page_never_shows_a_registration(north: Tenant, office: StrictClient):
    codes = {north.end(north.enrol(), reason="rehab").code, north.enrol().code}
    for path in ("listor/avslutsorsaker/rehab/", "insatser/norra-1/", "insatser/", "listor/avslutsorsaker/"):
        page = office.get(f"{ROOT}{path}").content.decode()
        assert not any(code in page for code in codes)


# Lists


def test_a_reason_is_added_last_with_a_code_made_of_its_label(north: Tenant, office: StrictClient):
    text = done(office, "listor/avslutsorsaker/+ny/", label="Åter till vården", group="rehab", purpose_reached="on")
    assert "”Åter till vården” är tillagd i listan." in text
    made = ExitReason.objects.get(federation=north.federation, code="ater-till-varden")
    assert (made.group.code, made.purpose_reached, made.counts_as_positive_step) == ("rehab", True, False)
    assert ExitReason.objects.filter(federation=north.federation).last() == made
    assert AuditEvent.objects.filter(action="add_item", subject_id=made.pk, actor=north.office).exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"label": ""}, "Skriv en benämning"),
        ({"label": "x" * 101}, "Skriv högst 100 tecken. Nu är det 101."),
        ({"label": "ARBETE"}, "”Arbete” finns redan i listan."),
        ({"label": f"Enligt {PERSONNUMMER}"}, "ser ut som ett personnummer"),
        ({"label": "a\x00b"}, "Null-tecken är inte tillåtna"),
        ({"label": "Anna Andersson"}, "ser ut som ett namn"),
        ({"code": "work"}, "Koden ”work” finns redan i listan."),
        ({"code": "Två Ord"}, "Skriv koden med små bokstäver"),
        ({"code": "x" * 60}, "högst 40 tecken"),
        ({"code": "total"}, "Koden ”total” använder tabellerna själva."),
        ({"group": ""}, "Välj utfallsgrupp."),
        ({"group": "finns-inte"}, "Välj ett värde ur listan."),
        ({"valid_from": "31/12"}, "är inget datum"),
        ({"valid_from": "9" * 500}, "är inget datum"),
    ],
)
def test_a_reason_that_cannot_be_gets_a_sentence_and_loses_nothing(
    typed: dict[str, str], sentence: str, north: Tenant, office: StrictClient
):
    plain = {"label": "Ny orsak", "code": "ny", "group": "rehab", "valid_from": "2025-01-01"}
    answer = post(office, "listor/avslutsorsaker/+ny/", **(plain | typed))
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert not ExitReason.objects.filter(federation=north.federation, code="ny").exists()
    for name in {"label", "code", "valid_from"} - set(typed):
        assert value_of(answer, name) == plain[name]
    assert PERSONNUMMER not in answer.content.decode()


def test_what_looks_like_a_name_is_saved_when_it_is_none(north: Tenant, office: StrictClient):
    typed = {"label": "Flytt till Karlsson-huset", "group": "other"}
    assert "ser ut som ett namn" in text_of(post(office, "listor/avslutsorsaker/+ny/", **typed))
    assert "är tillagd" in done(office, "listor/avslutsorsaker/+ny/", **typed, not_a_name="on")


REHAB = {"label": "Fortsatt rehabilitering", "group": "rehab"}


def test_a_used_reason_that_would_count_otherwise_asks_first_with_a_count(north: Tenant, office: StrictClient):
    for _n in range(3):
        north.end(north.enrol(), reason="rehab")
    path = "listor/avslutsorsaker/rehab/"
    asked = post(office, path, **REHAB, went_on="on")
    assert "Ja, räkna om 3 avslut som redan har den här orsaken" in text_of(asked)
    assert not ExitReason.objects.get(pk=north.reasons["rehab"].pk).went_on
    assert "är sparad" in done(office, path, **REHAB, went_on="on", aware="on")
    assert ExitReason.objects.get(pk=north.reasons["rehab"].pk).went_on
    act = AuditEvent.objects.get(action="change_item")
    assert act.reason == "Räknas annorlunda för 3 avslut"


def test_a_new_name_or_an_unused_reason_asks_nothing(north: Tenant, office: StrictClient):
    north.end(north.enrol(), reason="rehab")
    assert "är sparad" in done(office, "listor/avslutsorsaker/rehab/", label="Rehab", group="rehab")
    assert "är sparad" in done(office, "listor/avslutsorsaker/studies/", label="Studier", group="work")
    told = done(office, "listor/avslutsorsaker/studies/", label="Studier", group="work")
    assert "Inget ändrades" in told


def test_old_exits_keep_an_ended_reason_and_new_ones_cannot_have_it(
    north: Tenant, office: StrictClient, coordinator: StrictClient
):
    old = north.end(north.enrol(), reason="rehab")
    yesterday = timezone.localdate() - timedelta(days=1)
    assert "kan inte väljas efter den dagen" in done(
        office, "listor/avslutsorsaker/rehab/avsluta/", valid_to=yesterday.isoformat()
    )
    assert f"till och med {yesterday}" in text_of(office.get(f"{ROOT}listor/avslutsorsaker/"))
    page = coordinator.get(f"/forbund/norra/insatser/norra-1/deltaganden/{old.code}/")
    assert "Fortsatt rehabilitering" in text_of(page)
    assert Participation.objects.get(pk=old.pk).exit_reason == north.reasons["rehab"]
    assert "kan väljas igen" in done(office, "listor/avslutsorsaker/rehab/oppna-igen/")


@pytest.mark.parametrize(
    ("day", "sentence"), [("2024-12-31", "ligger före den första"), ("", "Skriv dagen"), ("x", "är inget datum")]
)
def test_an_end_before_the_beginning_is_refused(day: str, sentence: str, north: Tenant, office: StrictClient):
    Step.objects.filter(pk=north.steps[0].pk).update(valid_from=date(2025, 1, 1))
    answer = post(office, "listor/steg/step-1/avsluta/", valid_to=day)
    assert sentence in text_of(answer)
    assert Step.objects.get(pk=north.steps[0].pk).valid_to is None


def test_a_used_item_is_not_removed_even_by_a_crafted_post(north: Tenant, office: StrictClient):
    north.end(north.enrol(), reason="rehab")
    page = office.get(f"{ROOT}listor/avslutsorsaker/rehab/")
    assert "ta-bort" not in page.content.decode()
    assert "används och kan inte tas bort" in done(office, "listor/avslutsorsaker/rehab/ta-bort/")
    assert ExitReason.objects.filter(pk=north.reasons["rehab"].pk).exists()


def test_an_unused_item_is_removed(north: Tenant, office: StrictClient):
    assert "”Rätt ersättning” är borttagen." in done(office, "listor/steg/step-4/ta-bort/")
    assert not Step.objects.filter(pk=north.steps[3].pk).exists()


def test_the_ladder_is_moved_with_buttons(north: Tenant, office: StrictClient):
    assert "”Prövning” är flyttad." in done(office, "listor/steg/step-3/flytta/", riktning="upp")
    assert "Inget ändrades" in done(office, "listor/steg/step-1/flytta/", riktning="upp")
    labels = [step.label for step in Step.objects.filter(federation=north.federation)]
    assert labels == ["Kontakt", "Prövning", "Kartläggning", "Rätt ersättning"]


def test_a_national_list_asks_for_its_counterpart(north: Tenant, office: StrictClient):
    assert "Välj vad den räknas som nationellt." in text_of(
        post(office, "listor/utbildning/+ny/", label="Folkhögskola")
    )
    done(office, "listor/utbildning/+ny/", label="Folkhögskola", common="upper-secondary")
    made = CodeItem.objects.get(federation=north.federation, kind=CodeKind.EDUCATION, code="folkhogskola")
    assert made.common == "upper-secondary"
    text = text_of(office.get(f"{ROOT}listor/utbildning/"))
    assert "Räknas nationellt som" in text
    assert "Folkhögskola Gymnasium" in text


def test_an_own_list_has_no_counterpart_to_ask_for(north: Tenant, office: StrictClient):
    assert "är tillagd" in done(office, "listor/uppdrag/+ny/", label="Arbetsträning")
    assert "nationellt" not in text_of(office.get(f"{ROOT}listor/uppdrag/"))


@pytest.mark.parametrize("path", ["listor/finns-inte/", "listor/steg/finns-inte/", "klasser/finns-inte/"])
def test_what_does_not_exist_is_404(path: str, north: Tenant, office: StrictClient):
    assert office.get(f"{ROOT}{path}").status_code == 404


def test_another_federations_item_is_404_and_its_group_is_no_choice(world: World, office: StrictClient):
    own = OutcomeGroup.objects.create(federation=world.south.federation, code="eget", label="Eget", common="work")
    ExitReason.objects.create(federation=world.south.federation, code="deras", label="Deras", group=own)
    assert office.get(f"{ROOT}listor/avslutsorsaker/deras/").status_code == 404
    assert post(office, "listor/avslutsorsaker/deras/ta-bort/").status_code == 404
    answer = post(office, "listor/avslutsorsaker/+ny/", label="Ny", group="eget")
    assert "Välj ett värde ur listan." in text_of(answer)


def test_lists_ask_the_database_no_more_the_longer_they_are(
    north: Tenant, office: StrictClient, django_assert_max_num_queries: Any
):
    def queries() -> int:
        with django_assert_max_num_queries(30) as counted:
            office.get(f"{ROOT}listor/avslutsorsaker/")
        return len(counted)

    queries()  # The first look of the day is noted down.
    before = queries()
    group = north.reasons["work"].group
    for n in range(20):
        made = ExitReason.objects.create(federation=north.federation, code=f"r{n}", label=f"R{n}", group=group)
        north.first.exit_reasons.add(made)
    assert queries() == before


def test_a_colleagues_change_is_not_overwritten_unseen(north: Tenant, office: StrictClient):
    path = "listor/steg/step-1/"
    seen = value_of(office.get(f"{ROOT}{path}"), "seen")
    done(office, path, label="Första kontakten")
    answer = post(office, path, label="Kontakten", seen=seen)
    assert "Någon annan har sparat här sedan du öppnade sidan." in text_of(answer)
    assert value_of(answer, "label") == "Kontakten"
    done(office, path, label="Kontakten", seen=value_of(answer, "seen"))
    assert Step.objects.get(pk=north.steps[0].pk).label == "Kontakten"


def test_a_form_sent_after_the_session_ended_comes_back(north: Tenant, client: StrictClient):
    where = f"{ROOT}listor/steg/+ny/"
    client.post(where, {"label": "Nytt steg"})
    client.force_login(north.office)
    assert value_of(client.get(where), "label") == "Nytt steg"
    assert not Step.objects.filter(label="Nytt steg").exists()


# Outcome groups


def test_groups_are_named_and_added(north: Tenant, office: StrictClient):
    group = north.reasons["work"].group
    assert "Utfallsgruppen är sparad." in done(office, f"utfallsgrupper/{group.code}/", label="Jobb")
    assert "Utfallsgruppen är tillagd." in done(office, "utfallsgrupper/+ny/", label="Vård", common="rehab")
    assert "”Jobb” finns redan." in text_of(post(office, "utfallsgrupper/+ny/", label="JOBB", common="work"))
    assert "Välj vad gruppen betyder." in text_of(post(office, "utfallsgrupper/+ny/", label="Ny", common=""))
    assert OutcomeGroup.objects.get(federation=north.federation, code="work").label == "Jobb"


# Classes


def classes(*bands: tuple[str, str, str]) -> dict[str, str]:
    return {
        f"{part}_{number}": text
        for number, band in enumerate(bands, 1)
        for part, text in zip(("label", "low", "high"), band, strict=True)
    }


def test_classes_are_saved_in_the_order_of_their_bounds(north: Tenant, office: StrictClient):
    typed = classes(("Äldre", "30", ""), ("", "", ""), ("Unga", "15", "29"))
    assert "Klasserna är sparade." in done(office, "klasser/age/", **typed)
    assert [band.label for band in north.federation.bands.filter(kind="age")] == ["Unga", "Äldre"]


@pytest.mark.parametrize(
    ("bands", "sentence"),
    [
        ([("Äldre", "31", ""), ("Unga", "15", "29")], "Mellan klasserna fattas 30 till 30."),
        ([("Unga", "15", "30"), ("Äldre", "30", "")], "30 finns redan i klassen före."),
        ([("Unga", "15", ""), ("Äldre", "30", "")], "Bara den sista klassen kan vara utan övre gräns."),
        ([("Unga", "", "29")], "Skriv var klassen börjar, eller töm hela raden."),
        ([("Unga", "-15", "")], "Skriv ett heltal, högst 9999."),
        ([("Unga", "15", "99999"), ("Äldre", "100000", "")], "Skriv ett heltal, högst 9999."),
        ([("Unga", "femton", "")], "Skriv ett heltal, högst 9999."),
        ([("", "15", "")], "Skriv klassens benämning."),
        ([("x" * 61, "15", "")], "Skriv högst 60 tecken."),
        ([(PERSONNUMMER, "15", "")], "ser ut som ett personnummer"),
        ([], "Skriv minst en klass."),
    ],
)
def test_classes_that_do_not_hold_every_number_once_are_refused(
    bands: list[tuple[str, str, str]], sentence: str, north: Tenant, office: StrictClient
):
    before = list(north.federation.bands.filter(kind="age").values_list("code", flat=True))
    answer = post(office, "klasser/age/", **classes(*bands))
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert list(north.federation.bands.filter(kind="age").values_list("code", flat=True)) == before


def test_an_error_stands_in_the_row_it_is_about(north: Tenant, office: StrictClient):
    page = post(office, "klasser/age/", **classes(("Äldre", "31", ""), ("Unga", "15", "29"))).content.decode()
    assert 'id="id_low_1_error"' in page
    assert 'id="id_low_2_error"' not in page


# Initiatives

NEW = {"name": "Nya vägar", "label": "", "orientation": "individual", "start_on": "2025-01-01"}


def test_a_new_initiative_is_shown_once_more_before_it_is_made(north: Tenant, office: StrictClient):
    asked = post(office, "insatser/+ny/", **NEW, follow_up_method="Indikatorer", esf="on")
    text = text_of(asked)
    assert "det här kan inte ändras sedan, för Uppföljning Finsam tillåter det inte" in text
    assert "Inriktning Individinriktad Uppföljningsmetod Indikatorer ESF-finansiering Ja" in text
    assert not Initiative.objects.filter(name="Nya vägar").exists()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked.content.decode()))
    back = text_of(post(office, "insatser/+ny/", **hidden, andra=""))
    assert "Fortsätt" in back
    assert "Insatsen är skapad." in done(office, "insatser/+ny/", **hidden, skapa="")
    made = Initiative.objects.get(federation=north.federation, slug="nya-vagar")
    assert (made.label, made.follow_up_method, made.esf) == ("Nya vägar", "Indikatorer", True)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Skriv insatsens namn."),
        ({"name": "x" * 101}, "Skriv högst 100 tecken."),
        ({"name": "vägen vidare"}, "”Vägen vidare” finns redan."),
        ({"name": f"Projekt {PERSONNUMMER}"}, "ser ut som ett personnummer"),
        ({"orientation": ""}, "Välj inriktning."),
        ({"orientation": "upp"}, "Välj ett värde ur listan."),
        ({"start_on": ""}, "Skriv startdagen"),
        ({"end_on": "2024-12-31"}, "ligger före starten"),
        ({"age_from": "-3"}, "Skriv åldern i hela år"),
        ({"age_from": "999999999999"}, "Skriv åldern i hela år"),
        ({"age_from": "30", "age_to": "20"}, "Högsta åldern är lägre än den lägsta."),
        ({"owner": "999999"}, "Välj en part ur listan."),
    ],
)
def test_an_initiative_that_cannot_be_gets_a_sentence(
    typed: dict[str, str], sentence: str, north: Tenant, office: StrictClient
):
    number = Initiative.objects.count()
    answer = post(office, "insatser/+ny/", **(NEW | typed), skapa="")
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert Initiative.objects.count() == number


SECOND = {"name": "Klivet", "label": "Klivet", "start_on": "2022-01-01"}


def test_an_initiative_is_changed_and_ended(north: Tenant, office: StrictClient):
    told = done(office, "insatser/norra-2/andra/", **(SECOND | {"name": "Klivet 2", "end_on": "2025-12-31"}))
    assert "Insatsen är sparad." in told
    assert "2022-01-01 – 2025-12-31" in told
    assert "Inget ändrades" in done(
        office, "insatser/norra-2/andra/", **(SECOND | {"name": "Klivet 2", "end_on": "2025-12-31"})
    )


@pytest.mark.parametrize("typed", [{"orientation": "structural"}, {"follow_up_method": "Enkät"}, {"esf": "on"}])
def test_what_is_fixed_has_no_field_and_a_crafted_post_is_refused(
    typed: dict[str, str], north: Tenant, office: StrictClient
):
    page = office.get(f"{ROOT}insatser/norra-2/andra/").content.decode()
    assert not any(f'name="{name}"' in page for name in NEVER_CHANGE)
    answer = post(office, "insatser/norra-2/andra/", **(SECOND | {"name": "Annat"} | typed))
    assert "Uppföljning Finsam tillåter det inte" in text_of(answer)
    held = Initiative.objects.get(pk=north.second.pk)
    assert (held.name, held.orientation, held.follow_up_method, held.esf) == ("Klivet", "individual", "", False)


def test_an_initiative_drops_a_used_reason_and_its_exits_keep_it(
    north: Tenant, office: StrictClient, coordinator: StrictClient
):
    old = north.end(north.enrol(), reason="rehab")
    assert "Avslut som redan finns behåller sina." in done(
        office, "insatser/norra-1/orsaker/", reasons=["work", "moved"]
    )
    assert set(north.first.exit_reasons.values_list("code", flat=True)) == {"work", "moved"}
    assert Participation.objects.get(pk=old.pk).exit_reason == north.reasons["rehab"]
    ongoing = north.enrol()
    form = coordinator.get(f"/forbund/norra/insatser/norra-1/deltaganden/{ongoing.code}/avsluta/")
    assert "Fortsatt rehabilitering" not in text_of(form)
    assert "Kryssa för orsaker ur listan." in text_of(post(office, "insatser/norra-1/orsaker/", reasons=["deras"]))


@pytest.mark.parametrize(("typed", "held"), [("6, 12", [6, 12]), ("12;3", [3, 12]), (" 6 6 ", [6]), ("", [])])
def test_follow_up_months_are_read_as_people_write_them(
    typed: str, held: list[int], north: Tenant, office: StrictClient
):
    done(office, "insatser/norra-1/uppfoljning/", months=typed)
    assert list(north.first.follow_up_rules.values_list("months", flat=True)) == held


@pytest.mark.parametrize("typed", ["sex", "6.5", "-6", "0", "61", "9999999999", "６"])
def test_follow_up_months_that_cannot_be_are_refused(typed: str, north: Tenant, office: StrictClient):
    answer = post(office, "insatser/norra-1/uppfoljning/", months=typed)
    assert "Skriv månader efter avslut som heltal" in text_of(answer)
    assert list(north.first.follow_up_rules.values_list("months", flat=True)) == [6]


def test_a_structural_initiative_has_neither_reasons_nor_follow_ups_to_choose(north: Tenant, office: StrictClient):
    text = text_of(office.get(f"{ROOT}insatser/norra-3/"))
    assert "Välj avslutsorsaker" not in text
    assert "Ändra uppföljningen" not in text
