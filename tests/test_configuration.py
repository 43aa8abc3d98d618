"""A federation is one file: every fault in it is named by its line; it is loaded, changed and written back whole."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from finsam_tracker.configuration import entries
from finsam_tracker.configuration.current import current_file
from finsam_tracker.configuration.entry import Entry, keys_of
from finsam_tracker.configuration.faults import ConfigurationError
from finsam_tracker.configuration.loading import check, load
from finsam_tracker.configuration.locator import locate
from finsam_tracker.configuration.reading import read_document, read_federation_file
from finsam_tracker.configuration.writing import written
from finsam_tracker.core.models import AuditEvent, Federation, Inhabitants, StaleMark, User
from finsam_tracker.core.parameters import PARAMETERS
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Role
from finsam_tracker.core.services.money import set_funding
from finsam_tracker.demo.load import FILE as DEMO
from initiatives.common_lists import COMMON_LISTS
from initiatives.facts import ItemFacts
from initiatives.goal_measures import GOAL_MEASURES
from initiatives.models import CodeItem, CodeKind, ExitReason, Initiative
from initiatives.services.lists import add_item, end_item, move_item
from participants.facts import Enrolment, Exit
from participants.services.enrolment import assess_step, enrol
from participants.services.exit import end
from reports.compute import compute
from reports.context import Context, Scope
from reports.publishing.house_style import set_house_style
from reports.result import Result
from reports.tables import TABLES
from tests.configuration.planted import BASE, PLANTED, Planted
from tests.configuration.second import NOW, employ, register
from tests.factories import MembershipFactory, staff_of
from tests.test_house_style import BLUE, png, sent

YEAR = Period.year(2025)
EXAMPLE = Path(__file__).parent.parent / "finsam_tracker" / "configuration" / "example.toml"

ENTRIES = [e for e in vars(entries).values() if isinstance(e, type) and issubclass(e, Entry) and e is not Entry]

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file with this text."""

    def to_file(text: str) -> Path:
        path = tmp_path / "forbund.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def said(*arguments: object) -> tuple[str, str]:
    """What the command printed, and the error that it ended with ("" for none)."""
    out, error = StringIO(), ""
    try:
        call_command("federation", *map(str, arguments), stdout=out)
    except CommandError as ended:
        error = str(ended)
    return out.getvalue(), error


# Faults


def test_there_are_a_hundred_planted_faults():
    assert len(PLANTED) >= 100


@pytest.mark.django_db
@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_fault_is_named_by_line_and_remedy_and_nothing_is_written(planted: Planted, write: Write):
    path = write(planted.text)
    out, error = said("check", path)
    faults = [line for line in out.splitlines() if ": Obs: " not in line]
    named = [line for line in faults if line.startswith(f"{path}:{planted.line}: ") and planted.says in line]
    assert named, f"Line {planted.line} was not named. Said:\n{out}"
    assert len(faults) == 1 or planted.both, f"One fault, one sentence. Said:\n{out}"
    assert re.search(r"\. [A-ZÅÄÖ].*\.$|\.$", named[0]), "A whole sentence with a remedy."
    assert error == f"{len(faults)} fel i {path}. Ingenting är ändrat."
    assert not any(model.objects.exists() for model in (Federation, AuditEvent, StaleMark, User))


# A second federation, of another kind than the demo


@pytest.fixture
def second(db: None) -> Federation:
    """The example's federation, with participations in it."""
    assert said("load", EXAMPLE, "--yes")[1] == ""
    federation = Federation.objects.get(slug="fjalldalen")
    register(federation)
    return federation


def table(federation: Federation, key: str, period: Period = YEAR) -> Result:
    (result,) = compute([TABLES[key]], Context(Scope(federation), period))
    return result


def rows(result: Result) -> dict[str, list[object]]:
    """The values of each row, by its labels."""
    return {" / ".join(row.labels): [cell.value for cell in row.cells] for row in result.rows}


def test_a_second_federation_counts_as_reckoned_by_hand(second: Federation):
    assert rows(table(second, "flows")) == {"Stegen": [5, 5, 4, 1], "Ung framåt": [3, 3, 2, 1], "Totalt": [8, 8, 6, 2]}
    third_quarter = table(second, "flows", Period.quarter(2025, 3))
    assert rows(third_quarter) == {"Stegen": [4, 0, 2, 2], "Ung framåt": [3, 0, 0, 3], "Totalt": [7, 0, 2, 5]}
    groups = table(second, "exit_groups")
    assert [c.title for c in groups.columns] == ["I jobb", "I utbildning", "Vidare med annat stöd", "Annat", "Totalt"]
    assert rows(groups) == {
        "Stegen": [2, 1, 0, 1, 4],
        "Ung framåt": [1, 0, 0, 1, 2],
        "Totalt": [3, 1, 0, 2, 6],
    }


def test_a_second_federation_has_its_own_reasons_in_table_1(second: Federation):
    assert rows(table(second, "table_1")) == {
        "Stegen / Anställd": [1, 0, 1],
        "Stegen / Startat eget företag": [0, 1, 1],
        "Stegen / Börjat studera": [1, 0, 1],
        "Stegen / Fortsatt vård eller behandling": [0, 0, 0],
        "Stegen / Flyttat från området": [0, 0, 0],
        "Stegen / Avbrutit": [0, 1, 1],
        "Stegen / Summa": [2, 2, 4],
        "Ung framåt / Anställd": [0, 1, 1],
        "Ung framåt / Börjat studera": [0, 0, 0],
        "Ung framåt / Flyttat från området": [1, 0, 1],
        "Ung framåt / Avbrutit": [0, 0, 0],
        "Ung framåt / Summa": [1, 1, 2],
        "Summa / ": [3, 3, 6],
    }, "What may be chosen from 2026 on has no row in 2025."


def test_a_second_federation_judges_its_goals_by_its_own_rule(second: Federation):
    """Three of six climbed. The rule is the ladder's alone, so nobody's reason counts."""
    goals = table(second, "goals")
    told = {row.labels[0]: [row.cells[goals.column(key)].value for key in ("count", "of", "met")] for row in goals.rows}
    assert told == {
        "Hälften av de avslutade ska gå till jobb eller studier": [4, 6, "uppnått"],
        "Minst 80 procent ska ha tagit ett steg framåt": [3, 6, "ej uppnått"],
        "Nätverkets träffar ska få minst betyget 4": [None, 0, "ej mätbart ännu"],
    }


def test_a_second_federation_shares_its_money_to_the_krona(second: Federation):
    """1 000 000 kr by 6000, 3000 and 1001 of 10001: 599 940.0, 299 970.0 and 100 089.99, and a krona left."""
    share = {key: Decimal(value) for key, value in (("b", "59.99"), ("g", "30.00"), ("t", "10.01"), ("all", "100.00"))}
    assert rows(table(second, "financing")) == {
        "Björkvattnet": [6000, share["b"], 599_940],
        "Granliden": [3000, share["g"], 299_970],
        "Tjärnberg": [1001, share["t"], 100_090],
        "Summa kommuner": [10_001, share["all"], 1_000_000],
    }
    # Participants; full time; 120 000 kr avoided and 12 x 25 000 kr x 20 % a full time; saving, contribution, net.
    assert rows(table(second, "table_3")) == {
        "Björkvattnet": [3, 1, 120_000, 60_000, 180_000, 599_940, -419_940],
        "Granliden": [3, Decimal("0.75"), 90_000, 45_000, 135_000, 299_970, -164_970],
        "Tjärnberg": [2, 0, 0, 0, 0, 100_090, -100_090],
        "Summering": [8, Decimal("1.75"), 210_000, 105_000, 315_000, 1_000_000, -685_000],
    }


# Loading


@pytest.fixture
def base(write: Write, db: None) -> Path:
    """The small file, and its federation."""
    path = write(BASE)
    assert said("load", path, "--yes")[1] == ""
    return path


def lines_of_change(path: Path, old: str, new: str) -> list[str]:
    """Puts something else into the file, and tells what loading it would change."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")
    out, error = said("load", path, "--dry-run")
    assert error == ""
    return [
        line for line in out.splitlines() if not line.startswith(("Oförändrat", "Ingenting")) and ": Obs: " not in line
    ]


def snapshot() -> tuple[object, ...]:
    """Whatever a load could change."""
    texts = tuple(written(current_file(federation)) for federation in Federation.objects.order_by("pk"))
    return texts, AuditEvent.objects.count(), StaleMark.objects.count(), User.objects.count()


def test_the_example_has_no_fault():
    document = read_document(EXAMPLE)
    assert (document.faults.faults, document.faults.warnings) == ([], [])


def test_the_line_of_every_key_is_found_in_a_whole_file():
    text = EXAMPLE.read_text(encoding="utf-8")
    lines = text.split("\n")
    places = {at: line for at, line in locate(text).items() if at and isinstance(at[-1], str)}
    assert len(places) > 200
    assert [at for at, line in places.items() if str(at[-1]) not in lines[line - 1]] == []


@pytest.mark.django_db
def test_a_loaded_file_is_what_was_in_it(base: Path):
    federation = Federation.objects.get(slug="provet")
    assert (federation.rhythm, federation.positive_step) == ("half", "either")
    contributions = Inhabitants.objects.filter(municipality__federation=federation, year=2025)
    agreed = {count: Decimal(amount or 0) for count, amount in contributions.values_list("count", "contribution_sek")}
    assert agreed == {500: 200_000, 1000: 300_000}
    assert federation.years.get().own_capital_sek == -12_000
    reason = federation.exit_reasons.get(code="left")
    assert (reason.group.label, reason.valid_from, reason.valid_to) == ("Resten", date(2024, 1, 1), date(2030, 12, 31))
    bridge = federation.initiatives.get(slug="bron")
    assert {party.name for party in bridge.parties.all()} == {"Ekby kommun", "Försäkringskassan"}
    assert [rule.months for rule in bridge.follow_up_rules.all()] == [6]
    assert bridge.years.get().planned_participants == 30
    levels = CodeItem.objects.filter(federation=federation, kind=CodeKind.EDUCATION)
    assert list(levels.values_list("code", "common")) == [("school", "primary"), ("upper-secondary",) * 2]
    referrers = CodeItem.objects.filter(federation=federation, kind=CodeKind.REFERRER)
    assert [item.code for item in referrers] == [item.code for item in COMMON_LISTS[CodeKind.REFERRER]]
    assert federation.goals.get().target == 33
    assert federation.parameters.get().value == Decimal("0.31")


@pytest.mark.django_db
def test_a_second_load_changes_nothing(base: Path):
    before = snapshot()
    out, error = said("load", base)
    assert (error, out.splitlines()[-1]) == ("", "Förbundet är redan som filen säger.")
    assert snapshot() == before


@pytest.mark.django_db
def test_every_change_is_an_act_of_the_system_and_asks_for_new_tables(base: Path):
    federation = Federation.objects.get(slug="provet")
    acts = AuditEvent.objects.filter(federation=federation)
    assert {act.actor for act in acts} == {User.objects.system()}
    told = {"create_federation", "add_party", "add_item", "create_initiative", "add_goal", "set_funding"}
    assert told <= set(acts.values_list("action", flat=True))
    StaleMark.objects.all().delete()
    before = acts.count()
    lines_of_change(base, "value = 0.31", "value = 0.32")
    assert said("load", base, "--yes")[1] == ""
    assert acts.all().count() == before + 1
    assert StaleMark.objects.get(federation=federation).from_day == date(2024, 6, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('rhythm = "half"', 'rhythm = "year"', "Ändras: förbund Provets samordningsförbund: rhythm ”half” → ”year”"),
        ('name = "Ekby"', 'name = "Ekbyn"', "Ändras: kommun Ekbyn: name ”Ekby” → ”Ekbyn”"),
        ("2025 = 1000 }", "2025 = 1001 }", "Ändras: invånare och bidrag 2025: ekby 1000, 300000 → 1001, 300000"),
        ("region = 500_001", "region = 500_000", "Ändras: medel 2025: region 500001 → 500000"),
        ("own_capital_sek = -12_000\n", "", "own_capital_sek -12000 → inget"),
        ('label = "Jobb"', 'label = "Arbete"', "Ändras: utfallsgrupp Arbete: label ”Jobb” → ”Arbete”"),
        (
            "counts_as_positive_step = true",
            "went_on = true",
            "counts_as_positive_step true → false, went_on false → true",
        ),
        (
            'label = "Anställd"',
            'label = "Anställd"\nvalid_to = 2026-06-30',
            "Avslutas: avslutsorsak Anställd: valid_to inget → 2026-06-30",
        ),
        ("valid_to = 2030-12-31\n", "", "Ändras: avslutsorsak Slutade: valid_to 2030-12-31 → inget"),
        ('label = "Börjar"', 'label = "Startar"', "Ändras: steg Startar: label ”Börjar” → ”Startar”"),
        (
            'common = "primary"',
            'common = "post-secondary"',
            "Ändras: val i lista Skola (education): common ”primary” → ”post-secondary”",
        ),
        (
            'high = 29\n[[bands]]\nkind = "age"\nlabel = "Äldre"\nlow = 30',
            'high = 39\n[[bands]]\nkind = "age"\nlabel = "Äldre"\nlow = 40',
            "Ändras: klasser för Ålder",
        ),
        (
            "end_on = 2027-06-30",
            "end_on = 2028-06-30",
            "Ändras: insats Bron till arbete: end_on 2027-06-30 → 2028-06-30",
        ),
        (
            "start_on = 2025-02-03",
            "start_on = 2025-02-03\nend_on = 2026-12-31",
            "Avslutas: insats Kurser för alla: end_on inget → 2026-12-31",
        ),
        (
            'exit_reasons = ["hired", "left"]',
            'exit_reasons = ["left"]',
            "Ändras: avslutsorsaker i Bron till arbete: codes hired och left → left",
        ),
        (
            "follow_up_months = [6]",
            "follow_up_months = [3, 12]",
            "Ändras: uppföljning i Bron till arbete: months 6 → 3 och 12",
        ),
        (
            "planned_participants = 30",
            "planned_participants = 31",
            "Bron till arbete 2025: planned_participants 30 → 31",
        ),
        ("target = 33", "target = 34", "Ändras: mål 2025 Var tredje till arbete: target 33 → 34"),
        ("value = 0.31", "value = 0.315", "Ändras: antagande tax_rate från 2024-06-01: value 0.31 → 0.315"),
        (
            'parties = ["Ekby kommun", "Försäkringskassan"]',
            'parties = ["Ekby kommun"]',
            "parties Ekby kommun och Försäkringskassan → Ekby kommun",
        ),
        ('kind = "fk"', 'kind = "af"', "Ändras: part Försäkringskassan: kind ”fk” → ”af”"),
        ('rhythm = "half"', 'rhythm = "half"\ncolour = "1F4E79"', "Tillkommer: rapporternas utseende"),
        (
            "[[parameters]]",
            (
                '[[parameters]]\nkey = "young_at_most"\nvalue = 29\nvalid_from = 2025-01-01\nsource = "Beslut"\n'
                "[[parameters]]"
            ),
            "Tillkommer: antagande young_at_most från 2025-01-01",
        ),
    ],
)
def test_a_change_in_the_file_is_told_and_made_and_is_the_only_one(base: Path, old: str, new: str, told: str):
    (line,) = lines_of_change(base, old, new)
    assert told in line
    assert said("load", base, "--yes")[1] == ""
    assert said("load", base)[0].endswith("Förbundet är redan som filen säger.\n")


@pytest.mark.django_db
def test_a_new_step_in_the_middle_moves_the_ladder(base: Path):
    told = lines_of_change(
        base,
        '[[steps]]\ncode = "second"',
        '[[steps]]\ncode = "between"\nlabel = "Mitt emellan"\n[[steps]]\ncode = "second"',
    )
    assert told == [
        "Tillkommer: steg Mitt emellan",
        "Ändras: ordning i steps: codes ”first”, ”second” → ”first”, ”between”, ”second”",
    ]
    assert said("load", base, "--yes")[1] == ""
    steps = Federation.objects.get(slug="provet").steps.all()
    assert [(step.code, step.position) for step in steps] == [("first", 1), ("between", 2), ("second", 3)]


@pytest.mark.django_db
def test_municipalities_groups_and_initiatives_change_places(base: Path):
    text = base.read_text(encoding="utf-8")
    for table in ("municipalities", "outcome_groups", "initiatives"):
        first, second = (m.group() for m in re.finditer(rf"\[\[{table}\]\]\n(?:[^\[\n].*\n)*", text))
        text = text.replace(first, "§").replace(second, f"{second}{first}").replace("§", "")
    base.write_text(text, encoding="utf-8")
    out, error = said("load", base, "--yes")
    assert (error, out.count("Ändras: ordning i")) == ("", 3)
    federation = Federation.objects.get(slug="provet")
    assert [m.code for m in federation.municipalities.all()] == ["anas", "ekby"]
    assert [g.code for g in federation.outcome_groups.all()] == ["rest", "work"]
    assert [i.slug for i in federation.initiatives.all()] == ["kurser", "bron"]
    assert said("load", base)[0].endswith("Förbundet är redan som filen säger.\n")


@pytest.mark.django_db
def test_goals_change_places(base: Path):
    text = base.read_text(encoding="utf-8")
    first = text[text.index("[[goals]]") : text.index("[[parameters]]")]
    second = first.replace('"jobs"', '"more-jobs"').replace("Var tredje", "Varannan").replace("33", "50")
    base.write_text(text.replace(first, first + second), encoding="utf-8")
    assert said("load", base, "--yes")[1] == ""
    base.write_text(text.replace(first, second + first), encoding="utf-8")
    out, _error = said("load", base, "--yes")
    assert out.startswith("Ändras: ordning i goals 2025: codes ”jobs”, ”more-jobs” → ”more-jobs”, ”jobs”\n")
    assert [goal.code for goal in Federation.objects.get(slug="provet").goals.all()] == ["more-jobs", "jobs"]


@pytest.mark.django_db
def test_what_only_the_federation_has_is_told_and_left(base: Path):
    told = lines_of_change(base, BASE[BASE.index("[[goals]]") :], "")
    assert told == [
        "Lämnas: antagande tax_rate från 2024-06-01 finns i förbundet men inte i filen.",
        "Lämnas: mål 2025 Var tredje till arbete finns i förbundet men inte i filen.",
        "Förbundet är redan som filen säger.",
    ]
    assert said("load", base, "--yes")[1] == ""
    assert Federation.objects.get(slug="provet").goals.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("answer", "is_loaded"), [("j", True), ("ja", True), ("n", False), ("", False)])
def test_loading_asks_first(write: Write, monkeypatch: pytest.MonkeyPatch, answer: str, is_loaded: bool):
    monkeypatch.setattr("sys.stdin", StringIO(f"{answer}\n"))
    out, _error = said("load", write(BASE))
    assert "Tillkommer: insats Bron till arbete" in out
    assert Federation.objects.exists() == is_loaded
    assert ("Ingenting är ändrat." in out) != is_loaded


@pytest.mark.django_db
def test_where_nobody_can_answer_nothing_is_loaded(write: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", StringIO(""))
    out, _error = said("load", write(BASE))
    assert "Kör med --yes" in out
    assert not Federation.objects.exists()


@pytest.mark.django_db
def test_a_federation_that_changed_meanwhile_is_not_loaded_over(base: Path):
    lines_of_change(base, "target = 33", "target = 34")
    checked = check(base, now=timezone.now())
    Federation.objects.update(rhythm="quarter")
    before = snapshot()
    with pytest.raises(ConfigurationError, match="Kör kommandot igen"):
        load(checked.document, by=User.objects.system(), now=timezone.now(), seen=checked.lines)
    assert snapshot() == before


@pytest.mark.django_db
def test_somebody_of_the_office_may_load_and_is_the_actor(base: Path):
    federation = Federation.objects.get(slug="provet")
    office = MembershipFactory.create(federation=federation, role=Role.OFFICE).user
    lines_of_change(base, "target = 33", "target = 34")
    assert said("load", base, "--yes", "--by", office.email.upper())[1] == ""
    assert AuditEvent.objects.get(actor=office).action == "change_goal"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.READER])
def test_others_may_not_load(base: Path, role: Role):
    federation = Federation.objects.get(slug="provet")
    person = MembershipFactory.create(federation=federation, role=role).user
    lines_of_change(base, "target = 33", "target = 34")
    before = snapshot()
    assert "får inte ställa in förbundet. Utelämna --by" in said("load", base, "--yes", "--by", person.email)[1]
    assert "Ingen har e-postadressen" in said("load", base, "--yes", "--by", "x@example.org")[1]
    assert snapshot() == before


# Faults against what is there


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('orientation = "structural"', 'orientation = "individual"', "Uppföljning Finsam tillåter det inte"),
        ('follow_up_method = "Individnivå"', 'follow_up_method = "Enkät"', "Avsluta insatsen och skapa en ny"),
        ("esf = false", "esf = true", "ESF-finansieringen kan inte ändras"),
        ('common = "work"', 'common = "studies"', "Lägg till en ny grupp"),
    ],
)
def test_what_cannot_be_changed_is_refused_by_line(base: Path, old: str, new: str, says: str):
    base.write_text(BASE.replace(old, new), encoding="utf-8")
    before = snapshot()
    line = BASE[: BASE.index(old)].count("\n") + 1
    for arguments in (("check", base), ("load", base, "--yes")):
        out, error = said(*arguments)
        assert [f for f in out.splitlines() if f.startswith(f"{base}:{line}: ") and says in f], out
        assert error.endswith("Ingenting är ändrat.")
    assert snapshot() == before


@pytest.mark.django_db
def test_a_name_that_another_federation_has_is_refused(base: Path):
    base.write_text(BASE.replace('"provet"', '"annat"'), encoding="utf-8")
    before = snapshot()
    out, _error = said("check", base)
    assert f"{base}:3: förbund Provets samordningsförbund: " in out
    assert "finns redan. Välj ett annat namn." in out
    assert snapshot() == before


GONE = {
    "reason": ('[[exit_reasons]]\ncode = "hired"', "exit_reasons", "avslutsorsak"),
    "step": ('[[steps]]\ncode = "first"', "steps", "steg"),
    "education": ('[[education]]\ncode = "school"', "education", "val i lista"),
    "support": ('[[support]]\ncode = "cash"', "support", "val i lista"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("gone", GONE)
def test_a_code_in_use_is_ended_and_not_left_out(base: Path, gone: str):
    use_every_code()
    start, table, kind = GONE[gone]
    text = base.read_text(encoding="utf-8")
    block = re.search(rf"{re.escape(start)}\n(?:[^\[\n].*\n)*", text)
    assert block
    text = text.replace(block.group(), "").replace('exit_reasons = ["hired", "left"]', 'exit_reasons = ["left"]')
    if gone == "step":
        text = text.replace("[[education]]", '[[steps]]\ncode = "third"\nlabel = "Ett till"\n[[education]]', 1)
    base.write_text(text, encoding="utf-8")
    line = text[: text.index(f"[[{table}]]")].count("\n") + 1
    out, error = said("check", base)
    (fault,) = [told for told in out.splitlines() if ": Obs: " not in told]
    assert fault.startswith(f"{base}:{line}: {kind} ")
    assert "används av registreringar men finns inte i filen. Lägg tillbaka den, och avsluta den med valid_to" in fault
    assert error == f"1 fel i {base}. Ingenting är ändrat."


def use_every_code() -> None:
    federation = Federation.objects.get(slug="provet")
    employ(federation)
    initiative = federation.initiatives.get(slug="bron")
    by = staff_of(initiative)
    facts = Enrolment(
        gender="woman",
        start_on=date(2025, 3, 3),
        birth_year=1990,
        education="school",
        support_before=frozenset({"cash"}),
    )
    participation = enrol(by=by, initiative=initiative, facts=facts, now=NOW)
    assess_step(
        by=by, participation=participation, step=federation.steps.get(code="first"), on=date(2025, 3, 4), now=NOW
    )
    hired = federation.exit_reasons.get(code="hired")
    told = Exit(exit_on=date(2025, 9, 1), exit_reason=hired, work_after="100", studies_after="none")
    end(by=by, participation=participation, facts=told, now=NOW)


@pytest.mark.django_db
def test_a_code_nobody_uses_is_left(base: Path):
    told = lines_of_change(base, '[[education]]\ncode = "school"\nlabel = "Skola"\ncommon = "primary"\n', "")
    assert told[0] == "Lämnas: val i lista Skola (education) finns i förbundet men inte i filen."


@pytest.mark.django_db
def test_warnings_are_told_and_do_not_hinder(write: Write):
    text = BASE.replace('exit_reasons = ["hired", "left"]', 'exit_reasons = ["hired"]')
    text = text.replace("low = 15", "low = 18").replace("low = 30", "low = 30\nhigh = 64")
    text = text.replace("valid_to = 2030-12-31\n", "").replace(
        "region = 500_001\nmunicipalities = 500_000", "municipalities = 500_001"
    )
    path = write(text.replace("{ year = 2025, budget_sek", "{ year = 2029, budget_sek"))
    out, error = said("check", path)
    told = [line.split(": Obs: ")[1].split(".")[0] for line in out.splitlines() if ": Obs: " in line]
    assert told == [
        "Kommunernas bidrag 2025 blir tillsammans 500000, men här står 500001",
        "Ingen insats använder avslutsorsaken ”left”",
        "Klasserna för age börjar vid 18",
        "Klasserna för age slutar vid 64",
        "Insatsen pågår inte 2029",
    ]
    assert (out.splitlines()[-1], error) == ("Inga fel.", "")


@pytest.mark.django_db
def test_what_is_no_file_is_refused(tmp_path: Path):
    assert "kan inte läsas. Kontrollera namnet." in said("check", tmp_path / "nothing.toml")[1]
    assert "kan inte läsas. Kontrollera namnet." in said("load", tmp_path, "--yes")[1]
    path = tmp_path / "latin.toml"
    path.write_bytes('slug = "x"\nname = "Förbund"\n'.encode("latin-1"))
    out, error = said("check", path)
    assert out == f"{path}:2: Filen är inte skriven i UTF-8. Spara den på nytt med den teckenkodningen.\n"
    assert error == f"1 fel i {path}. Ingenting är ändrat."


@pytest.mark.django_db
def test_a_file_of_another_editor_is_read(tmp_path: Path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + BASE.replace("esf = false", "esf = 0").replace("\n", "\r\n").encode())
    line = BASE[: BASE.index("esf = ")].count("\n") + 1
    assert said("check", path)[0].startswith(f"{path}:{line}: esf: ")


# Writing back


@pytest.mark.django_db
@pytest.mark.parametrize("source", ["base", "example", "demo"])
def test_a_written_file_says_the_same(source: str, write: Write, tmp_path: Path):
    path = {"base": write(BASE), "example": EXAMPLE, "demo": DEMO}[source]
    assert said("load", path, "--yes")[1] == ""
    slug = Federation.objects.get().slug
    back = tmp_path / "back.toml"
    assert said("dump", slug, back)[1] == ""
    assert said("check", back) == ("Inga fel.\n", "")
    before = snapshot()
    assert said("load", back)[0].endswith("Förbundet är redan som filen säger.\n")
    assert snapshot() == before
    assert said("dump", slug)[0] == back.read_text(encoding="utf-8")


@pytest.mark.django_db
def test_a_written_file_makes_the_same_federation_elsewhere(base: Path, tmp_path: Path):
    back = tmp_path / "back.toml"
    said("dump", "provet", back)
    text = back.read_text(encoding="utf-8")
    for rows_of in (Initiative.objects.all(), ExitReason.objects.all(), Federation.objects.all()):
        rows_of.delete()
    assert said("load", back, "--yes")[1] == ""
    assert said("dump", "provet")[0] == text


@pytest.mark.django_db
def test_what_the_office_changed_on_its_pages_is_in_the_file(base: Path, tmp_path: Path):
    federation = Federation.objects.get(slug="provet")
    by, now = MembershipFactory.create(federation=federation, role=Role.OFFICE).user, NOW
    reason = federation.exit_reasons.get(code="hired")
    end_item(by=by, item=reason, last_day=date(2026, 3, 31), now=now)
    move_item(by=by, item=federation.steps.get(code="second"), up=True, now=now)
    facts = ItemFacts('Annan "kontakt" \\ Å', "")
    add_item(by=by, federation=federation, kind=CodeKind.CONTACT_KIND, code="region", facts=facts, now=now)
    set_funding(by=by, federation=federation, year=2025, amounts={"region": None}, now=now)
    set_house_style(by=by, federation=federation, colour=BLUE, logo_text="Provet", logo=sent(png()), now=now)
    back = tmp_path / "back.toml"
    said("dump", "provet", back)
    assert said("check", back) == ("Inga fel.\n", "")
    assert said("load", back)[0].endswith("Förbundet är redan som filen säger.\n")
    file = read_federation_file(back)
    assert [step.code for step in file.steps] == ["second", "first"]
    assert file.exit_reasons[0].valid_to == date(2026, 3, 31)
    assert file.contact_kinds[1].label == facts.label
    assert file.funding[0].region is None
    assert (file.colour, file.logo_text) == (BLUE, "Provet")
    told = back.read_text(encoding="utf-8")
    federation.house_style.delete()
    assert "Tillkommer: rapporternas utseende" in said("load", back, "--yes")[0]
    assert said("dump", "provet")[0] == told


@pytest.mark.django_db
def test_a_federation_that_does_not_exist_is_not_written(base: Path):
    assert said("dump", "provat")[1] == "Förbundet ”provat” finns inte. De som finns: provet."


# The guide


@pytest.mark.parametrize("entry_class", ENTRIES, ids=lambda entry_class: entry_class.__name__)
def test_the_guide_explains_every_key(entry_class: type[Entry]):
    guide = (EXAMPLE.parent / "README.md").read_text(encoding="utf-8")
    assert [key for key in keys_of(entry_class) if f"`{key}`" not in guide and f"[[{key}]]" not in guide] == []


def test_the_guide_names_every_code_to_choose_from():
    guide = (EXAMPLE.parent / "README.md").read_text(encoding="utf-8")
    codes = {item.code for items in COMMON_LISTS.values() for item in items} | set(GOAL_MEASURES) | set(PARAMETERS)
    assert [code for code in sorted(codes) if f"`{code}`" not in guide] == []
