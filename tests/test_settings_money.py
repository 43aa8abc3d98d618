"""The office's pages about the federation itself, its money and its assumptions."""

from datetime import date
from decimal import Decimal

import pytest

from finsam_tracker.core.models import Federation, FederationYear, Funding, Inhabitants, Municipality, Parameter, Party
from initiatives.contribution_table import ContributionTable
from initiatives.models import InitiativeYear
from tests.conftest import StrictClient
from tests.factories import Tenant, World, make_funding
from tests.settings_pages import PERSONNUMMER, ROOT, done, post, text_of, value_of


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


# The federation


def test_the_federation_is_renamed_and_chooses_its_rule(north: Tenant, office: StrictClient):
    told = done(office, "forbundet/", name="Norra förbundet", rhythm="quarter", positive_step="steps")
    assert "Förbundets inställningar är sparade." in told
    held = Federation.objects.get(pk=north.federation.pk)
    assert (held.name, held.rhythm, held.positive_step) == ("Norra förbundet", "quarter", "steps")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Skriv förbundets namn."),
        ({"name": "x" * 101}, "Skriv högst 100 tecken."),
        ({"name": "södra slättbygdens samordningsförbund"}, "finns redan. Välj ett annat namn."),
        ({"rhythm": "weekly"}, "Välj ett värde ur listan."),
        ({"positive_step": ""}, "Välj vad som gör en stegförflyttning positiv."),
    ],
)
def test_a_federation_that_cannot_be_gets_a_sentence(
    typed: dict[str, str], sentence: str, north: Tenant, office: StrictClient
):
    answer = post(office, "forbundet/", **({"name": "Nytt", "rhythm": "year", "positive_step": "either"} | typed))
    assert sentence in text_of(answer)
    assert Federation.objects.get(pk=north.federation.pk).name == north.federation.name


def test_parties_stand_in_swedish_order_and_are_added_changed_and_removed(north: Tenant, office: StrictClient):
    for name in ("Örby kommun", "Ängby kommun", "Åby kommun", "Zinkby kommun"):
        assert "Parten är tillagd." in done(office, "parter/ny/", name=name, kind="municipality")
    text = text_of(office.get(f"{ROOT}parter/"))
    order = [text.index(name) for name in ("Zinkby", "Åby", "Ängby", "Örby")]
    assert order == sorted(order)
    party = Party.objects.get(name="Åby kommun")
    assert "Parten är sparad." in done(office, f"parter/{party.pk}/", name="Region Åby", kind="region")
    assert "finns redan" in text_of(post(office, "parter/ny/", name="REGION ÅBY", kind="region"))
    assert "”Region Åby” är borttagen." in done(office, f"parter/{party.pk}/ta-bort/")


def test_another_federations_party_is_404(world: World, office: StrictClient):
    theirs = Party.objects.create(federation=world.south.federation, name="Deras", kind="fk")
    assert office.get(f"{ROOT}parter/{theirs.pk}/").status_code == 404
    assert post(office, f"parter/{theirs.pk}/ta-bort/").status_code == 404
    assert post(office, f"parter/{10**30}/ta-bort/").status_code == 404


def test_a_municipality_in_use_stays(north: Tenant, office: StrictClient):
    assert "Kommunen är tillagd." in done(office, "kommuner/+ny/", name="Östby")
    assert Municipality.objects.get(federation=north.federation, code="ostby").position > 1
    assert "är borttagen" in done(office, "kommuner/ostby/ta-bort/")
    north.enrol()
    used = north.municipalities[0]
    assert "används av registreringar" in done(office, f"kommuner/{used.code}/ta-bort/")
    assert "Kommunen är sparad." in done(office, f"kommuner/{used.code}/", name="Ånäs stad")


# Money


def test_contributions_are_whole_kronor_that_add_up(north: Tenant, office: StrictClient):
    done(office, "pengar/2025/medel/", state="6 000 000", region="3000000", municipalities="1 000 000 kr")
    a, b, c = (m.code for m in north.municipalities)
    done(office, "pengar/2025/kommuner/", **{f"count_{a}": "10 000", f"count_{b}": "10 000", f"count_{c}": "10000"})
    table = ContributionTable(north.federation, 2025)
    assert sorted(row.contribution or 0 for row in table.rows()) == [333_333, 333_333, 333_334]
    assert sum(row.contribution or 0 for row in table.rows()) == table.total.contribution == 1_000_000
    text = text_of(office.get(f"{ROOT}pengar/?ar=2025")).replace("\xa0", " ")
    assert "Summa 10 000 000" in text
    assert "Summa 30 000 100,0 1 000 000" in text


@pytest.mark.parametrize("share", [1, 2, 999_999, 4_070_001])
def test_any_share_adds_up_to_the_krona(share: int, north: Tenant):
    make_funding(north, 2025)
    Funding.objects.filter(source="municipalities").update(amount_sek=share)
    table = ContributionTable(north.federation, 2025)
    assert sum(row.contribution or 0 for row in table.rows()) == share


def test_agreed_amounts_are_used_and_a_difference_is_told(north: Tenant, office: StrictClient):
    make_funding(north, 2025)
    a, b, c = (m.code for m in north.municipalities)
    counts = {f"count_{code}": "1000" for code in (a, b, c)}
    agreed = {f"contribution_{a}": "1 000 000", f"contribution_{b}": "900000"}
    refused = post(office, "pengar/2025/kommuner/", **counts, **agreed)
    assert "Avtalat bidrag ska anges för alla kommuner eller för ingen. Det saknas för Ödala (norra)." in text_of(
        refused
    )
    assert value_of(refused, f"contribution_{a}") == "1 000 000"
    done(office, "pengar/2025/kommuner/", **counts, **agreed, **{f"contribution_{c}": "50 000"})
    text = text_of(office.get(f"{ROOT}pengar/?ar=2025")).replace("\xa0", " ")
    assert "Beloppen är avtalade." in text
    assert "De skiljer sig med -1 050 000 kr från kommunernas medel ovan." in text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-1", "Skriv antalet som ett heltal"),
        ("0", "Skriv antalet invånare 16-64 år som ett heltal"),
        ("12,5", "Skriv antalet som ett heltal"),
        ("många", "Skriv antalet som ett heltal"),
        ("999999999", "Skriv antalet invånare 16-64 år som ett heltal"),
        ("99999999999", "Skriv antalet som ett heltal"),
        ("9" * 400, "Skriv antalet som ett heltal"),
        (PERSONNUMMER, "ser ut som ett personnummer"),
    ],
)
def test_inhabitants_that_cannot_be_get_a_sentence(typed: str, sentence: str, north: Tenant, office: StrictClient):
    answer = post(office, "pengar/2025/kommuner/", **{f"count_{north.municipalities[0].code}": typed})
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert not Inhabitants.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"state": "-1"}, "Beloppet kan inte vara negativt."),
        ({"state": "1,5"}, "Skriv beloppet i hela kronor"),
        ({"state": "x"}, "Skriv beloppet i hela kronor"),
        ({"state": "9" * 14}, "Beloppet är för stort."),
        ({"own_capital_sek": "9" * 14}, "Beloppet är för stort."),
        ({"administration_budget_sek": "-5"}, "Beloppet kan inte vara negativt."),
    ],
)
def test_amounts_that_cannot_be_get_a_sentence_and_save_nothing(
    typed: dict[str, str], sentence: str, north: Tenant, office: StrictClient
):
    answer = post(office, "pengar/2025/medel/", **({"region": "5"} | typed))
    assert sentence in text_of(answer)
    assert not Funding.objects.exists()
    assert not FederationYear.objects.exists()


def test_own_capital_may_be_negative_and_an_emptied_year_leaves_nothing(north: Tenant, office: StrictClient):
    done(office, "pengar/2025/medel/", own_capital_sek="−250 000", administration_budget_sek="1")
    assert FederationYear.objects.get().own_capital_sek == -250_000
    done(office, "pengar/2025/medel/")
    assert not FederationYear.objects.exists()


@pytest.mark.parametrize("year", ["1800", "99999"])
def test_a_year_that_cannot_be_is_404(year: str, north: Tenant, office: StrictClient):
    for page in ("medel", "kommuner", "insatser"):
        assert office.get(f"{ROOT}pengar/{year}/{page}/").status_code == 404
    assert "är inget år" in text_of(office.get(f"{ROOT}pengar/?ar={year}"))


def test_budgets_are_saved_all_or_none(north: Tenant, office: StrictClient):
    typed = {"budget_sek_norra-1": "1 250 000", "planned_participants_norra-1": "60", "outcome_sek_norra-2": "x"}
    wrong = typed | {"budget_sek_norra-2": "-1"}
    refused = text_of(post(office, "pengar/2025/insatser/", **wrong))
    assert "Skriv beloppet i hela kronor" in refused
    assert "Beloppet kan inte vara negativt." in refused
    too_many = typed | {"outcome_sek_norra-2": "", "planned_participants_norra-2": "100001"}
    assert "mellan 0 och 100000" in text_of(post(office, "pengar/2025/insatser/", **too_many))
    assert not InitiativeYear.objects.exists()
    done(office, "pengar/2025/insatser/", **(typed | {"outcome_sek_norra-2": "7"}))
    held = InitiativeYear.objects.values_list("initiative__slug", "budget_sek", "outcome_sek", "planned_participants")
    assert set(held) == {("norra-1", Decimal(1_250_000), None, 60), ("norra-2", None, Decimal(7), None)}
    assert "Summa 1 250 000 7 60" in text_of(office.get(f"{ROOT}pengar/?ar=2025")).replace("\xa0", " ")


def test_the_financing_table_of_the_statistics_uses_agreed_amounts(north: Tenant, office: StrictClient):
    make_funding(north, 2025)
    agreed = {f"contribution_{m.code}": "1 234 567" for m in north.municipalities}
    counts = {f"count_{m.code}": "1000" for m in north.municipalities}
    done(office, "pengar/2025/kommuner/", **counts, **agreed)
    answer = office.get("/forbund/norra/statistik/financing.csv?period=2025")
    assert answer.content.decode().count("1234567") == 3


# Assumptions


def test_an_assumption_gets_a_value_with_its_day_and_source(north: Tenant, office: StrictClient):
    told = done(office, "antaganden/tax_rate/", value="0,3275", valid_from="2025-1-1", source="SKR, skattesatser")
    assert "Värdet är tillagt." in told
    assert "2025-01-01 0,3275 SKR, skattesatser Gäller nu" in told
    assert "2022-01-01 0,3 Testernas antagande Tidigare" in told


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"value": ""}, "Skriv ett värde mellan 0 och 1"),
        ({"value": "30 procent"}, "Skriv värdet som ett tal"),
        ({"value": "1,01"}, "Skriv ett värde mellan 0 och 1"),
        ({"value": "-0,1"}, "Skriv ett värde mellan 0 och 1"),
        ({"value": "1e-3"}, "Skriv värdet som ett tal"),
        ({"value": "9" * 50}, "Skriv värdet som ett tal"),
        ({"value": "0,123456"}, "högst fyra decimaler"),
        ({"valid_from": "2022-01-01"}, "Det finns redan ett värde som gäller från 2022-01-01."),
        ({"valid_from": "snart"}, "är inget datum"),
        ({"source": ""}, "Skriv varifrån värdet kommer"),
        ({"source": "x" * 201}, "Skriv högst 200 tecken."),
        ({"source": f"ring {PERSONNUMMER}"}, "ser ut som ett personnummer"),
        ({"source": "Anna Andersson på SKR"}, "ser ut som ett namn"),
    ],
)
def test_an_assumption_that_cannot_be_gets_a_sentence(
    typed: dict[str, str], sentence: str, north: Tenant, office: StrictClient
):
    plain = {"value": "0,3", "valid_from": "2025-01-01", "source": "Beslut"}
    answer = post(office, "antaganden/tax_rate/", **(plain | typed))
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert Parameter.objects.filter(federation=north.federation, key="tax_rate").count() == 1


def test_a_value_is_corrected_and_only_a_future_one_removed(north: Tenant, office: StrictClient):
    told = done(office, "antaganden/tax_rate/2022-01-01/", value="0,31", source="Rättad")
    assert "Värdet är rättat." in told
    assert "har börjat gälla och kan inte tas bort" in done(office, "antaganden/tax_rate/2022-01-01/ta-bort/")
    done(office, "antaganden/tax_rate/", value="0,4", valid_from="2099-01-01", source="Prognos")
    assert "Värdet från 2099-01-01 är borttaget." in done(office, "antaganden/tax_rate/2099-01-01/ta-bort/")
    held = Parameter.objects.filter(federation=north.federation, key="tax_rate")
    assert [(row.valid_from, row.value) for row in held] == [(date(2022, 1, 1), Decimal("0.31"))]


@pytest.mark.parametrize("path", ["antaganden/tur/", "antaganden/tax_rate/idag/", "antaganden/tax_rate/2023-01-01/"])
def test_an_assumption_that_does_not_exist_is_404(path: str, north: Tenant, office: StrictClient):
    assert office.get(f"{ROOT}{path}").status_code == 404


def test_a_period_takes_the_value_of_its_last_day(north: Tenant, office: StrictClient):
    done(office, "antaganden/tax_rate/", value="0,5", valid_from="2025-01-01", source="Beslut")
    assert north.federation.parameters_on(date(2024, 12, 31))["tax_rate"].value == Decimal("0.3")
    assert north.federation.parameters_on(date(2025, 12, 31))["tax_rate"].value == Decimal("0.5")


def test_another_federations_party_is_no_owner(world: World, office: StrictClient):
    theirs = Party.objects.create(federation=world.south.federation, name="Deras", kind="fk")
    typed = {"name": "Klivet", "label": "Klivet", "start_on": "2022-01-01", "owner": str(theirs.pk)}
    assert "Välj en part ur listan." in text_of(post(office, "insatser/norra-2/andra/", **typed))
    world.north.second.refresh_from_db()
    assert world.north.second.owner is None
