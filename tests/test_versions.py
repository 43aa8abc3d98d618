"""A definition that changes: old periods keep theirs, and the two stand side by side with what the change means."""

from dataclasses import replace
from datetime import date

import pytest

from finsam_tracker.core.period import Period
from reports import services
from reports.context import Context, Scope
from reports.definition import Count, DeclarationError, Figure, Table
from reports.documentation import document
from reports.populations import EXITED, TOOK_PART
from reports.tables import TABLES
from reports.versions import compare_versions
from tests.conftest import StrictClient
from tests.factories import World, noon

FLOWS = TABLES["flows"]
OLD = replace(
    FLOWS,
    definition="Hur många som avslutades.",
    figures=(Figure("total", "Totalt", Count(EXITED)),),
    valid_from=date(2023, 1, 1),
    valid_to=date(2024, 12, 31),
    notes=(),
)
NEW = replace(
    OLD,
    definition="Hur många som deltog.",
    figures=(Figure("total", "Totalt", Count(TOOK_PART)),),
    version=2,
    valid_from=date(2025, 1, 1),
    valid_to=None,
    earlier=(OLD,),
)
YEAR = Period.year(2025)


@pytest.fixture
def world(world: World) -> World:
    """Two who took part in 2025, one of whom left."""
    world.north.enrol(start_on=date(2024, 5, 2))
    world.north.end(world.north.enrol(start_on=date(2024, 5, 1)), exit_on=date(2025, 2, 3))
    return world


def test_each_period_has_the_definition_that_was_in_force_on_its_last_day():
    assert [NEW.on(day).version for day in (date(2020, 1, 1), date(2024, 12, 31), date(2025, 1, 1))] == [1, 1, 2]
    assert FLOWS.on(date(2000, 1, 1)) is FLOWS


@pytest.mark.parametrize(
    ("earlier", "complaint"),
    [
        (replace(OLD, key="other"), "same key"),
        (replace(OLD, version=2), "latest first"),
        (replace(OLD, valid_to=date(2024, 11, 30)), "the day before"),
    ],
)
def test_a_history_with_a_gap_or_out_of_order_is_refused_when_it_is_declared(earlier: Table, complaint: str):
    with pytest.raises(DeclarationError, match=complaint):
        replace(NEW, earlier=(earlier,))


def test_old_and_new_stand_side_by_side_with_the_effect_in_participations(world: World):
    (change,) = compare_versions("flows", Scope(world.north.federation), YEAR, {"flows": NEW})
    assert (change.before.version, change.after.version) == (1, 2)
    assert change.before.cell("total", "total").number == 1
    assert change.after.cell("total", "total").number == 2
    assert (change.left_out, change.taken_in) == (0, 1)
    assert [(c.labels, c.before.value, c.after.value) for c in change.cells] == [
        (("Vägen vidare",), 1, 2),
        (("Totalt",), 1, 2),
    ]
    assert change.effect == "0 deltaganden räknas inte längre. 1 deltagande har kommit till. 2 rutor är andra."


def test_a_change_that_makes_no_difference_says_so(world: World):
    same = replace(NEW, figures=OLD.figures)
    (change,) = compare_versions("flows", Scope(world.north.federation), YEAR, {"flows": same})
    assert change.effect == "Ändringen gör ingen skillnad för den här perioden."


def test_a_table_that_has_never_changed_has_nothing_to_compare(world: World):
    assert compare_versions("flows", Scope(world.north.federation), YEAR) == []


def test_stored_figures_keep_their_definition(world: World, monkeypatch: pytest.MonkeyPatch):
    federation, now = world.north.federation, noon(date(2026, 1, 5))
    services.refresh(federation, now=now)
    monkeypatch.setitem(TABLES, "flows", NEW)
    for year, version in ((2024, 1), (2025, 2)):
        tables = services.tables_for(Scope(federation), Period.year(year), now=now)
        assert tables.results["flows"].version == version
    assert services.rebuild(federation, now=now).changed["2025"] == ["flows"]


def test_the_definition_page_shows_the_history_and_the_effect(
    world: World, office: StrictClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(TABLES, "flows", NEW)
    page = office.get("/forbund/norra/statistik/flows/sa-raknas/?period=2025").content.decode()
    assert "Version 1, 2023-01-01 till och med 2024-12-31" in page
    assert "Hur många som avslutades." in page
    assert "1 deltagande har kommit till." in page
    assert 'id="before-0-caption"' in page


def test_the_definition_says_whom_other_tables_count(world: World):
    context = Context(Scope(world.north.federation), YEAR)
    words = document(TABLES["table_1"], context, others=TABLES.values())
    working = next(term for term in words.others if term.title.startswith("Arbetar efter insatsen"))
    assert "vilken avslutsorsak de än har" in working.meaning
    assert "Räknas i ”Tabell 2. Arbetar efter insatsen, efter omfattning”" in working.meaning
