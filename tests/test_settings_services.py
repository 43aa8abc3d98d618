"""What sets a federation up: the services that the office's pages and the configuration file share."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model

from finsam_tracker.core.models import AuditEvent, Federation, FederationYear, Funding, Inhabitants, StaleMark, User
from finsam_tracker.core.services import federation as places
from finsam_tracker.core.services import money, parameters
from finsam_tracker.core.texts import code_from
from initiatives.facts import BandFacts, InitiativeFacts, ItemFacts, ReasonFacts, Validity, YearFacts
from initiatives.models import BandKind, CodeItem, CodeKind, ExitReason, Step
from initiatives.policies import LOWEST_CLASS
from initiatives.services import bands, initiatives, lists
from participants.models.participation import YOUNGEST
from tests.factories import Tenant, World, make_funding, noon

NOW = noon(date(2025, 12, 1))
PERSONNUMMER = "19811218-9876"


@pytest.fixture
def north(world: World) -> Tenant:
    return world.north


def acts(action: str, subject: Model) -> list[str]:
    """The reasons of the acts of a kind on something, oldest first."""
    name = subject._meta.model_name
    rows = AuditEvent.objects.filter(action=action, subject_type=name, subject_id=subject.pk)
    return list(rows.order_by("pk").values_list("reason", flat=True))


def refused(error: "pytest.ExceptionInfo[ValidationError]") -> set[str]:
    """The fields that a service had something against."""
    return set(error.value.message_dict)


@pytest.mark.parametrize("who", ["coordinator", "lead", "reader", "operator", "outsider"])
def test_only_the_office_of_the_federation_sets_it_up(who: str, world: World, north: Tenant):
    person = world.person(who)
    assert person
    for act in (
        lambda: money.set_funding(by=person, federation=north.federation, year=2025, amounts={}, now=NOW),
        lambda: lists.remove_item(by=person, item=north.steps[0], now=NOW),
        lambda: initiatives.set_follow_up_months(by=person, initiative=north.first, months=[3], now=NOW),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_an_office_does_not_set_another_federation_up(world: World):
    with pytest.raises(PermissionDenied):
        lists.remove_item(by=world.north.office, item=world.south.steps[0], now=NOW)


def test_the_system_may_make_a_federation_and_set_it_up(db: None):
    system = User.objects.system()
    facts = places.FederationFacts("Östra förbundet", "quarter", "steps")
    made = places.create_federation(by=system, slug="ostra", facts=facts, now=NOW)
    places.add_municipality(by=system, federation=made, code="by", name="By", now=NOW)
    assert (made.name, made.rhythm, made.positive_step) == ("Östra förbundet", "quarter", "steps")
    assert acts("create_federation", made) == [""]


@pytest.mark.parametrize(
    ("slug", "facts", "fields"),
    [
        ("norra", places.FederationFacts("Nytt"), {"slug"}),
        ("Ny Plats", places.FederationFacts("Nytt"), {"slug"}),
        ("ny", places.FederationFacts("norra SKOGSBYGDENS samordningsförbund"), {"name"}),
        ("ny", places.FederationFacts(""), {"name"}),
        ("ny", places.FederationFacts("Nytt", "weekly", "luck"), {"rhythm", "positive_step"}),
    ],
)
def test_a_federation_that_cannot_be_is_refused(
    slug: str, facts: places.FederationFacts, fields: set[str], world: World
):
    with pytest.raises(ValidationError) as error:
        places.create_federation(by=world.operator, slug=slug, facts=facts, now=NOW)
    assert refused(error) == fields


def test_a_changed_rule_for_positive_steps_leaves_a_stale_mark_and_a_new_name_does_not(north: Tenant):
    federation = north.federation
    facts = places.FederationFacts("Nya norra", federation.rhythm, federation.positive_step)
    assert places.change_federation(by=north.office, federation=federation, facts=facts, now=NOW)
    assert not StaleMark.objects.exists()
    facts = places.FederationFacts("Nya norra", federation.rhythm, Federation.PositiveStep.STEPS)
    assert places.change_federation(by=north.office, federation=federation, facts=facts, now=NOW)
    assert not places.change_federation(by=north.office, federation=federation, facts=facts, now=NOW)
    assert acts("change_federation", federation) == ["", ""]


def test_a_party_that_owns_an_initiative_and_a_municipality_in_use_stay(north: Tenant):
    party = places.add_party(
        by=north.office, federation=north.federation, name="Ekby kommun", kind="municipality", now=NOW
    )
    facts = InitiativeFacts.of(north.first)
    owned = InitiativeFacts(**(vars(facts) | {"owner": party}))
    assert initiatives.change_initiative(by=north.office, initiative=north.first, facts=owned, now=NOW)
    north.enrol()
    with pytest.raises(ValidationError, match="äger en insats"):
        places.remove_party(by=north.office, party=party, now=NOW)
    with pytest.raises(ValidationError, match="används av registreringar"):
        places.remove_municipality(by=north.office, municipality=north.municipalities[0], now=NOW)
    places.remove_municipality(by=north.office, municipality=north.municipalities[1], now=NOW)
    assert north.federation.municipalities.count() == 2


def test_agreed_contributions_are_for_all_municipalities_or_for_none(north: Tenant):
    codes = [m.code for m in north.municipalities]
    settled = {code: money.Settled(1000, Decimal(5)) for code in codes}
    settled[codes[2]] = money.Settled(1000)
    with pytest.raises(ValidationError, match="alla kommuner eller för ingen"):
        money.set_inhabitants(by=north.office, federation=north.federation, year=2025, settled=settled, now=NOW)
    settled[codes[2]] = money.Settled(1000, Decimal(7))
    for expected in (True, False):
        assert expected == money.set_inhabitants(
            by=north.office, federation=north.federation, year=2025, settled=settled, now=NOW
        )
    assert sum(row.contribution_sek or 0 for row in Inhabitants.objects.all()) == 17


@pytest.mark.parametrize(
    ("settled", "field"),
    [
        ({"x": money.Settled(5)}, "__all__"),
        ({"{}": money.Settled(0)}, "count_{}"),
        ({"{}": money.Settled(-4)}, "count_{}"),
        ({"{}": money.Settled(10**9)}, "count_{}"),
    ],
)
def test_inhabitants_that_cannot_be_are_refused(settled: dict[str, money.Settled], field: str, north: Tenant):
    code = north.municipalities[0].code
    told = {name.format(code): known for name, known in settled.items()}
    with pytest.raises(ValidationError) as error:
        money.set_inhabitants(by=north.office, federation=north.federation, year=2025, settled=told, now=NOW)
    assert field.format(code) in refused(error)


def test_money_is_kept_by_the_year_and_what_is_not_known_leaves_no_row(north: Tenant):
    make_funding(north, 2025)
    amounts = {"state": Decimal(7_000_000), "region": None}
    assert money.set_funding(by=north.office, federation=north.federation, year=2025, amounts=amounts, now=NOW)
    held = dict(Funding.objects.values_list("source", "amount_sek"))
    assert held == {"state": 7_000_000, "municipalities": 3_000_000}
    facts = money.YearOfFederation(own_capital_sek=Decimal(-5))
    assert money.set_federation_year(by=north.office, federation=north.federation, year=2025, facts=facts, now=NOW)
    none = money.YearOfFederation()
    assert money.set_federation_year(by=north.office, federation=north.federation, year=2025, facts=none, now=NOW)
    assert not FederationYear.objects.exists()
    assert set(StaleMark.objects.values_list("from_day", flat=True)) == {date(2025, 1, 1)}


@pytest.mark.parametrize("amount", ["-1", "0.5", "1e15", "NaN", "Infinity"])
def test_amounts_that_cannot_be_are_refused(amount: str, north: Tenant):
    amounts = {"state": Decimal(amount)}
    with pytest.raises(ValidationError) as error:
        money.set_funding(by=north.office, federation=north.federation, year=2025, amounts=amounts, now=NOW)
    assert refused(error) == {"state"}


def test_an_assumption_gets_a_value_from_a_day_on_and_only_a_future_one_is_taken_away(north: Tenant):
    made = parameters.add_parameter(
        by=north.office,
        federation=north.federation,
        key="tax_rate",
        value=Decimal("0.33"),
        valid_from=date(2026, 1, 1),
        source="Beslut",
        now=NOW,
    )
    assert north.federation.parameters_on(date(2025, 12, 31))["tax_rate"].value == Decimal("0.30")
    assert north.federation.parameters_on(date(2026, 1, 1))["tax_rate"].value == Decimal("0.33")
    parameters.correct_parameter(by=north.office, parameter=made, value=Decimal("0.34"), source="Beslut 2", now=NOW)
    assert acts("correct_parameter", made) == ["tax_rate 2026-01-01: 0.33 -> 0.34"]
    old = north.federation.parameters.get(key="tax_rate", valid_from=date(2022, 1, 1))
    with pytest.raises(ValidationError, match="har börjat gälla"):
        parameters.remove_parameter(by=north.office, parameter=old, now=NOW)
    parameters.remove_parameter(by=north.office, parameter=made, now=NOW)
    assert north.federation.parameters.filter(key="tax_rate").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "luck"}, "key"),
        ({"value": Decimal(2)}, "value"),
        ({"value": Decimal("-0.1")}, "value"),
        ({"value": Decimal("NaN")}, "value"),
        ({"value": Decimal("0.33333")}, "value"),
        ({"source": " "}, "source"),
        ({"source": "x" * 201}, "source"),
        ({"source": f"enligt {PERSONNUMMER}"}, "source"),
        ({"source": "a\x00b"}, "source"),
        ({"valid_from": date(2022, 1, 1)}, "valid_from"),
    ],
)
def test_assumptions_that_cannot_be_are_refused(changes: dict[str, object], field: str, north: Tenant):
    facts: dict[str, object] = {
        "key": "tax_rate",
        "value": Decimal("0.3"),
        "valid_from": date(2025, 1, 1),
        "source": "Beslut",
    }
    with pytest.raises(ValidationError) as error:
        parameters.add_parameter(by=north.office, federation=north.federation, **(facts | changes), now=NOW)  # type: ignore[arg-type]
    assert refused(error) == {field}


FACTS = InitiativeFacts("Ny väg", "Ny väg", date(2025, 1, 1), "individual")


def test_an_initiative_is_made_with_its_reasons_follow_ups_and_years(north: Tenant):
    by = north.office
    made = initiatives.create_initiative(by=by, federation=north.federation, slug="ny-vag", facts=FACTS, now=NOW)
    assert initiatives.set_exit_reasons(by=by, initiative=made, reasons=[north.reasons["work"]], now=NOW)
    assert initiatives.set_follow_up_months(by=by, initiative=made, months=[12, 3], now=NOW)
    assert initiatives.set_follow_up_months(by=by, initiative=made, months=[6, 12], now=NOW)
    assert not initiatives.set_follow_up_months(by=by, initiative=made, months=[6, 12], now=NOW)
    year = YearFacts(Decimal(100), Decimal(90), 30)
    assert initiatives.set_initiative_year(by=by, initiative=made, year=2025, facts=year, now=NOW)
    assert list(made.exit_reasons.all()) == [north.reasons["work"]]
    assert list(made.follow_up_rules.values_list("months", flat=True)) == [6, 12]
    assert made.years.get().planned_participants == 30
    assert initiatives.set_initiative_year(by=by, initiative=made, year=2025, facts=YearFacts(), now=NOW)
    assert not made.years.exists()


@pytest.mark.parametrize(
    ("slug", "changes", "field"),
    [
        ("norra-1", {}, "slug"),
        ("Ny väg", {}, "slug"),
        ("x" * 51, {}, "slug"),
        ("ny", {"name": "vägen VIDARE"}, "name"),
        ("ny", {"name": ""}, "name"),
        ("ny", {"name": "x" * 101}, "name"),
        ("ny", {"name": f"Anna {PERSONNUMMER}"}, "name"),
        ("ny", {"label": "x" * 41}, "label"),
        ("ny", {"end_on": date(2024, 12, 31)}, "end_on"),
        ("ny", {"orientation": "upwards"}, "orientation"),
        ("ny", {"age_from": 40, "age_to": 30}, "age_to"),
        ("ny", {"age_from": -1}, "age_from"),
        ("ny", {"age_to": 40_000}, "age_to"),
        ("ny", {"orientation": "structural", "uses_assignments": True}, "uses_assignments"),
    ],
)
def test_initiatives_that_cannot_be_are_refused(slug: str, changes: dict[str, object], field: str, north: Tenant):
    facts = InitiativeFacts(**(vars(FACTS) | changes))
    with pytest.raises(ValidationError) as error:
        initiatives.create_initiative(by=north.office, federation=north.federation, slug=slug, facts=facts, now=NOW)
    assert refused(error) == {field}


@pytest.mark.parametrize(
    ("name", "value"), [("orientation", "structural"), ("follow_up_method", "Enkät"), ("esf", True)]
)
def test_what_the_national_system_fixes_is_never_changed(name: str, value: object, north: Tenant):
    facts = InitiativeFacts(**(vars(InitiativeFacts.of(north.second)) | {name: value, "name": "Nytt namn"}))
    with pytest.raises(ValidationError, match="Uppföljning Finsam tillåter det inte") as error:
        initiatives.change_initiative(by=north.office, initiative=north.second, facts=facts, now=NOW)
    assert refused(error) == {name}
    north.second.refresh_from_db()
    assert north.second.name == "Klivet"


def test_an_initiative_is_not_ended_before_its_participants_started(north: Tenant):
    north.enrol(north.second, start_on=date(2025, 3, 10))
    facts = vars(InitiativeFacts.of(north.second))
    for field, day in (("end_on", date(2025, 3, 9)), ("start_on", date(2025, 3, 11))):
        moved = InitiativeFacts(**(facts | {field: day}))
        with pytest.raises(ValidationError, match="1 registrerade deltaganden") as error:
            initiatives.change_initiative(by=north.office, initiative=north.second, facts=moved, now=NOW)
        assert refused(error) == {field}
    ended = InitiativeFacts(**(facts | {"end_on": date(2025, 12, 31)}))
    assert initiatives.change_initiative(by=north.office, initiative=north.second, facts=ended, now=NOW)


def test_another_federations_reasons_groups_and_parties_are_refused(world: World):
    north, south = world.north, world.south
    reasons = [south.reasons["work"]]
    with pytest.raises(ValidationError):
        initiatives.set_exit_reasons(by=north.office, initiative=north.first, reasons=reasons, now=NOW)
    facts = ReasonFacts("Ny", south.reasons["work"].group)
    with pytest.raises(ValidationError):
        lists.add_reason(by=north.office, federation=north.federation, code="ny", facts=facts, now=NOW)
    theirs = places.add_party(by=south.office, federation=south.federation, name="FK", kind="fk", now=NOW)
    for more in ({"owner": theirs}, {"parties": (theirs,)}):
        facts_of_new = InitiativeFacts(**(vars(FACTS) | more))
        with pytest.raises(ValidationError):
            initiatives.create_initiative(
                by=north.office, federation=north.federation, slug="ny", facts=facts_of_new, now=NOW
            )


def test_a_used_reason_is_ended_and_old_exits_keep_it(north: Tenant):
    ended = north.end(north.enrol(), reason="rehab")
    rehab = north.reasons["rehab"]
    with pytest.raises(ValidationError, match="används och kan inte tas bort"):
        lists.remove_item(by=north.office, item=rehab, now=NOW)
    assert lists.end_item(by=north.office, item=rehab, last_day=date(2025, 10, 31), now=NOW)
    without = [reason for reason in north.reasons.values() if reason != rehab]
    assert initiatives.set_exit_reasons(by=north.office, initiative=north.first, reasons=without, now=NOW)
    ended.refresh_from_db()
    assert ended.exit_reason == rehab
    later = north.enrol()
    with pytest.raises(ValidationError):
        north.end(later, reason="rehab", exit_on=date(2025, 11, 15))
    assert lists.reopen_item(by=north.office, item=rehab, now=NOW)
    rehab.refresh_from_db()
    assert rehab.valid_to is None


def test_a_reason_that_an_initiative_uses_or_the_history_knows_is_not_removed(north: Tenant):
    with pytest.raises(ValidationError, match="används"):
        lists.remove_item(by=north.office, item=north.reasons["studies"], now=NOW)
    facts = ReasonFacts("Ny orsak", north.reasons["work"].group)
    made = lists.add_reason(by=north.office, federation=north.federation, code="ny", facts=facts, now=NOW)
    lists.remove_item(by=north.office, item=made, now=NOW)
    assert not ExitReason.objects.filter(code="ny").exists()


def test_a_reason_that_counts_otherwise_says_so_in_the_record_with_its_number_of_exits(north: Tenant):
    for _n in range(2):
        north.end(north.enrol(), reason="rehab")
    StaleMark.objects.all().delete()
    rehab = north.reasons["rehab"]
    facts = ReasonFacts("Rehabilitering", rehab.group, purpose_reached=True)
    assert lists.change_reason(by=north.office, reason=rehab, facts=facts, now=NOW)
    assert acts("change_item", rehab) == ["Räknas annorlunda för 2 avslut"]
    renamed = ReasonFacts("Rehab", rehab.group, purpose_reached=True)
    assert lists.change_reason(by=north.office, reason=rehab, facts=renamed, now=NOW)
    assert acts("change_item", rehab)[1] == ""


def test_two_items_of_one_label_never_hold_on_the_same_day(north: Tenant):
    federation, work = north.federation, north.reasons["work"].group
    with pytest.raises(ValidationError, match="finns redan i listan"):
        lists.add_reason(by=north.office, federation=federation, code="a", facts=ReasonFacts("ARBETE", work), now=NOW)
    facts, later = ReasonFacts("Äldre orsak", work), Validity(date(2025, 7, 1))
    lists.add_reason(by=north.office, federation=federation, code="b", facts=facts, validity=later, now=NOW)
    with pytest.raises(ValidationError, match="finns redan i listan"):
        lists.reopen_item(by=north.office, item=north.reasons["old"], now=NOW)


@pytest.mark.parametrize("code", ["", "Å", "a b", "a+b", "A", "x" * 41, "work", "?", "-a", "a\n"])
def test_codes_that_cannot_be_are_refused(code: str, north: Tenant):
    facts = ReasonFacts("Ny orsak", north.reasons["work"].group)
    with pytest.raises(ValidationError) as error:
        lists.add_reason(by=north.office, federation=north.federation, code=code, facts=facts, now=NOW)
    assert refused(error) == {"code"}


def test_a_validity_that_ends_before_it_begins_is_refused(north: Tenant):
    facts, validity = ItemFacts("Steg fem"), Validity(date(2025, 1, 1), date(2024, 1, 1))
    with pytest.raises(ValidationError) as error:
        lists.add_step(
            by=north.office, federation=north.federation, code="fem", facts=facts, validity=validity, now=NOW
        )
    assert refused(error) == {"valid_to"}


def test_the_ladder_is_reordered_and_every_step_keeps_a_place_of_its_own(north: Tenant):
    top = lists.add_step(by=north.office, federation=north.federation, code="topp", facts=ItemFacts("Topp"), now=NOW)
    assert lists.move_item(by=north.office, item=top, up=True, now=NOW)
    labels = [step.label for step in Step.objects.filter(federation=north.federation)]
    assert labels == ["Kontakt", "Kartläggning", "Prövning", "Topp", "Rätt ersättning"]
    assert not lists.move_item(by=north.office, item=Step.objects.get(pk=north.steps[0].pk), up=True, now=NOW)
    places_held = Step.objects.filter(federation=north.federation).values_list("position", flat=True)
    assert list(places_held) == [1, 2, 3, 4, 5]


def test_an_ended_step_that_lost_its_place_comes_back_at_the_top(north: Tenant):
    first = north.steps[0]
    lists.end_item(by=north.office, item=first, last_day=date(2025, 1, 1), now=NOW)
    Step.objects.filter(pk=first.pk).update(position=2)
    first.refresh_from_db()
    assert lists.reopen_item(by=north.office, item=first, now=NOW)
    assert Step.objects.filter(federation=north.federation).last() == first


def support(north: Tenant, code: str) -> CodeItem:
    return CodeItem.objects.get(federation=north.federation, kind=CodeKind.SUPPORT, code=code)


def test_a_support_code_fits_in_a_set_and_says_what_it_counts_as(north: Tenant):
    def add(code: str, common: str = "other") -> CodeItem:
        facts = ItemFacts(f"Stöd {code}", common)
        return lists.add_item(
            by=north.office, federation=north.federation, kind="support", code=code, facts=facts, now=NOW
        )

    for code, common, field in (
        ("none-at-all", "other", "code"),
        ("lokalt", "", "common"),
        ("lokalt", "luck", "common"),
    ):
        with pytest.raises(ValidationError) as error:
            add(code, common)
        assert refused(error) == {field}
    add("x" * 40)
    with pytest.raises(ValidationError, match="kortare kod"):
        add("y" * 40)
    add("lokalt")
    everything = frozenset(north.federation.code_items.filter(kind="support").values_list("code", flat=True)) - {"none"}
    north.enrol(support_before=everything)
    with pytest.raises(ValidationError, match="används"):
        lists.remove_item(by=north.office, item=support(north, "lokalt"), now=NOW)


def test_a_code_that_is_part_of_another_is_not_taken_for_used(north: Tenant):
    north.enrol(support_before=frozenset({"activity-support"}))
    facts = ItemFacts("Aktivitet", "other")
    made = lists.add_item(
        by=north.office, federation=north.federation, kind="support", code="activity", facts=facts, now=NOW
    )
    lists.remove_item(by=north.office, item=made, now=NOW)
    with pytest.raises(ValidationError, match="används"):
        lists.remove_item(by=north.office, item=support(north, "activity-support"), now=NOW)


def test_that_there_is_no_support_can_always_be_said(north: Tenant):
    none = support(north, "none")
    with pytest.raises(ValidationError, match="behövs alltid"):
        lists.end_item(by=north.office, item=none, last_day=date(2025, 1, 1), now=NOW)
    with pytest.raises(ValidationError, match="behövs alltid"):
        lists.remove_item(by=north.office, item=none, now=NOW)


def test_groups_get_names_of_their_own(north: Tenant):
    group = north.reasons["work"].group
    assert lists.change_group(by=north.office, group=group, label="Jobb", now=NOW)
    with pytest.raises(ValidationError):
        lists.change_group(by=north.office, group=group, label="studier", now=NOW)
    made = lists.add_group(
        by=north.office, federation=north.federation, code="eget", label="Eget", common="work", now=NOW
    )
    assert made.position > group.position


AGES = [BandFacts("Ung", 16, 29), BandFacts("Äldre", 30, 65)]


def test_classes_are_set_all_at_once(north: Tenant):
    for expected in (True, False):
        assert expected == bands.set_bands(
            by=north.office, federation=north.federation, kind="age", bands=AGES, now=NOW
        )
    held = north.federation.bands.filter(kind="age").values_list("code", "low", "high")
    assert list(held) == [("16-29", 16, 29), ("30-65", 30, 65)]


@pytest.mark.parametrize(
    ("classes", "field"),
    [
        ([], "__all__"),
        ([BandFacts("Ung", 15, None), BandFacts("Äldre", 30, None)], "high_1"),
        ([BandFacts("Ung", 15, 29), BandFacts("Äldre", 31, None)], "low_2"),
        ([BandFacts("Ung", 15, 29), BandFacts("Äldre", 29, None)], "low_2"),
        ([BandFacts("Ung", 15, 14), BandFacts("Äldre", 15, None)], "high_1"),
        ([BandFacts("Ung", 15, 29), BandFacts("UNG", 30, None)], "label_2"),
        ([BandFacts("", 15, None)], "label_1"),
        ([BandFacts("Ung", 15, 99_999), BandFacts("Äldre", 100_000, None)], "high_1"),
    ],
)
def test_classes_with_gaps_or_overlaps_are_refused(classes: list[BandFacts], field: str, north: Tenant):
    with pytest.raises(ValidationError) as error:
        bands.set_bands(by=north.office, federation=north.federation, kind="age", bands=classes, now=NOW)
    assert field in refused(error)


def test_the_lowest_age_class_begins_with_the_youngest_participant():
    assert LOWEST_CLASS[BandKind.AGE] == YOUNGEST


def test_a_code_is_made_out_of_a_label():
    assert code_from("Flytt från orten (län)", set()) == "flytt-fran-orten-lan"
    assert code_from("Å", {"a", "a-2"}) == "a-3"
    assert code_from("!", set()) == "kod"
    assert code_from("Total", set()) == "total-2"
    assert len(code_from("ord " * 40, set())) <= 40
