"""The demo federation gives back every published figure at once, and what the report is silent about is plausible.

The plan is plain values, so it is counted here by plain loops; the loaded registrations are counted by the ORM. The
figures are read from the published file itself and not from what the demo was made from.
"""

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count, F, Q
from django.http import HttpRequest

from finsam_tracker.configuration.entries import FederationFile
from finsam_tracker.core.models import AuditEvent, Federation, Membership, User
from finsam_tracker.core.period import Period
from finsam_tracker.core.permissions import Role
from finsam_tracker.demo.acts import Act, Assess, Correct, End, Enrol, Reopen, Void, make_acts
from finsam_tracker.demo.load import HERE, SEED, federation_file, published_figures
from finsam_tracker.demo.people import DEMO_USERS, PASSWORD, one_per_role
from finsam_tracker.demo.places import municipalities_of
from finsam_tracker.demo.plan import make_plan
from finsam_tracker.demo.planned import PlannedParticipation
from initiatives.common_lists import POST_SECONDARY, WITHOUT_UPPER_SECONDARY
from initiatives.lists import Lists
from initiatives.models import CodeKind
from participants.models import FollowUp, Participation, StepAssessment
from reports.compute import compute
from reports.context import Context, Scope
from reports.tables import TABLES

GOLDEN = tomllib.loads((Path(__file__).parent / "golden" / "sormland_2025.toml").read_text(), parse_float=Decimal)
YEAR = Period.year(2025)
NAMES = {"sikta": "Sikta mot arbetslivet", "cooperari": "Cooperari", "spira": "SPIRA Sörmland"}
LABELS = {"sikta": "SIKTA", "cooperari": "Cooperari", "spira": "SPIRA"}
EXTENTS = {"100": "100%", "75": "75%", "50": "50%", "25": "25%", "hourly": "Timanställning"}
SHARES = {"100": Decimal(1), "75": Decimal("0.75"), "50": Decimal("0.5"), "25": Decimal("0.25")}
LAST_DAY = date(2026, 6, 30)

Plan = tuple[PlannedParticipation, ...]


@cache
def file() -> FederationFile:
    return federation_file()


@cache
def plan_of(seed: int) -> Plan:
    return make_plan(file(), published_figures(), seed)


@cache
def acts_of(seed: int) -> tuple[Act, ...]:
    return make_acts(plan_of(seed), file(), published_figures(), seed)


@pytest.fixture(params=[SEED, 1, 2, 3, 4, 5], ids=lambda seed: f"seed{seed}")
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def plan(seed: int) -> Plan:
    return plan_of(seed)


@pytest.fixture
def took_part(plan: Plan) -> Plan:
    return tuple(p for p in plan if p.start_on <= YEAR.end and (p.exit_on is None or p.exit_on >= YEAR.start))


@pytest.fixture
def exited(plan: Plan) -> Plan:
    return tuple(p for p in plan if p.exit_on and YEAR.start <= p.exit_on <= YEAR.end)


def assert_cells(found: Mapping[Any, Any], published: Mapping[Any, Any]) -> None:
    """Every published cell, and none beside them; the first that differs is named."""
    for cell, value in published.items():
        assert found.get(cell, 0) == value, f"{cell}: {found.get(cell, 0)} found, {value} published"
    for cell, value in found.items():
        assert cell in published or not value, f"{cell}: {value} found, nothing published"


def percent(part: int, whole: int) -> int:
    """Whole percent, a half upwards."""
    return (200 * part + whole) // (2 * whole)


def reason_labels() -> dict[str, str]:
    return {reason.code: reason.label for reason in file().exit_reasons}


def municipality_names() -> dict[str, str]:
    return {m.code: m.name for m in file().municipalities}


def published_flows() -> dict[tuple[str, str], int]:
    return {(slug, kind): number for slug, name in NAMES.items() for kind, number in GOLDEN["flows"][name].items()}


def published_table_1() -> dict[tuple[str, str, str], int]:
    return {
        (slug, reason, gender): pair[n]
        for slug, label in LABELS.items()
        for reason, pair in GOLDEN["table1"][label].items()
        if reason != "Summa"
        for n, gender in enumerate(("woman", "man"))
    }


def published_extents() -> dict[str, int]:
    return {code: GOLDEN["table2"][label]["count"] for code, label in EXTENTS.items()}


def published_municipalities(column: str) -> dict[str, Decimal]:
    return {name: GOLDEN["table3"][name][column] for name in municipality_names().values()}


def share_of(work_after: str | None) -> Decimal:
    return SHARES.get(work_after or "", Decimal("0.25") if work_after == "hourly" else Decimal(0))


def position_of(step: str) -> int:
    return [s.code for s in file().steps].index(step)


def has_positive_step(p: PlannedParticipation) -> bool:
    climbed = bool(p.steps) and position_of(p.steps[-1].step) > position_of(p.steps[0].step)
    return climbed or file().is_positive(p.exit_reason)


# The figures, each counted from the plan


def test_the_plan_fits_the_flows(plan: Plan):
    found: Counter[tuple[str, str]] = Counter()
    for p in plan:
        new = YEAR.start <= p.start_on <= YEAR.end
        left = p.exit_on is not None and YEAR.start <= p.exit_on <= YEAR.end
        left_before = p.exit_on is not None and p.exit_on < YEAR.start
        for kind, counts in (("total", not left_before), ("new", new), ("exited", left)):
            found[p.initiative, kind] += counts
        found[p.initiative, "ongoing"] += not left and not left_before
    assert_cells(found, published_flows())


def test_the_plan_fits_table_1(exited: Plan):
    labels = reason_labels()
    found = Counter((p.initiative, labels[str(p.exit_reason)], p.gender) for p in exited)
    assert_cells(found, published_table_1())


def test_the_plan_fits_the_extents_of_work(exited: Plan):
    assert_cells(Counter(p.work_after for p in exited if p.works), published_extents())


def test_all_who_left_to_work_do_and_one_student_works_a_quarter(exited: Plan):
    for p in exited:
        assert p.works or p.exit_reason != "work", f"{p} left to work and does not"
    beside = [(p.exit_reason, p.work_after) for p in exited if p.works and p.exit_reason != "work"]
    assert beside == [("studies", "25")]


def test_the_plan_fits_the_participants_per_municipality(took_part: Plan):
    names = municipality_names()
    found = Counter(names[str(p.municipality)] for p in took_part)
    assert_cells(found, published_municipalities("participants"))


def test_the_plan_fits_the_full_time_equivalents_per_municipality(exited: Plan):
    found = dict.fromkeys(municipality_names().values(), Decimal(0))
    for p in exited:
        found[municipality_names()[str(p.municipality)]] += share_of(p.work_after)
    assert_cells(found, published_municipalities("fte"))
    idle = {name for name, share in published_municipalities("fte").items() if not share}
    for p in exited:
        assert not (p.works and municipality_names()[str(p.municipality)] in idle), f"{p} works where nobody does"


def test_nobody_takes_part_outside_the_municipalities_of_the_initiative(plan: Plan):
    for p in plan:
        allowed = municipalities_of(file(), p.initiative)
        assert p.municipality in (*allowed, None), f"{p.initiative} does not run in {p.municipality}"


def test_the_plan_fits_the_facts(took_part: Plan):
    facts = {
        "women_percent": [p.gender == "woman" for p in took_part],
        "men_percent": [p.gender == "man" for p in took_part],
        "aged_30_or_younger_percent": [p.age <= 30 for p in took_part],
        "public_support_3_years_or_more_percent": [(p.support_months or 0) >= 36 for p in took_part],
        "without_complete_upper_secondary_percent": [p.education in WITHOUT_UPPER_SECONDARY for p in took_part],
        "post_secondary_percent": [p.education in POST_SECONDARY for p in took_part],
    }
    assert_cells({name: percent(sum(are), len(are)) for name, are in facts.items()}, GOLDEN["facts"])


def test_the_plan_fits_the_outcomes_of_the_goals(took_part: Plan, exited: Plan):
    asked = [p.asked_about_violence == "yes" for p in took_part]
    occupied = [file().means(p.exit_reason) in ("work", "studies") for p in exited]
    positive = [has_positive_step(p) for p in exited]
    goals = {"work_or_studies": occupied, "positive_step": positive, "asked_about_violence": asked}
    found = {name: percent(sum(are), len(are)) for name, are in goals.items()}
    assert_cells(found, {name: GOLDEN["goals"][name]["outcome_percent"] for name in goals})


# What no figure says


def test_the_years_before_are_there_with_every_reason(plan: Plan):
    before = [p for p in plan if p.exit_on and p.exit_on < YEAR.start]
    assert 150 <= len(before) <= 250
    for initiative in file().with_participants():
        used = {p.exit_reason for p in before if p.initiative == initiative.slug}
        assert used == set(initiative.exit_reasons), initiative.slug


def test_something_is_unknown_but_nothing_that_the_published_tables_need(plan: Plan, took_part: Plan):
    for name in ("education", "referrer", "support_before", "support_months"):
        unknown = sum(getattr(p, name) is None for p in took_part)
        assert 5 <= unknown <= len(took_part) / 5, f"{name}: {unknown} unknown"
    assert any(p.exit_on and p.support_after is None for p in took_part)
    assert all(p.municipality and p.gender in ("woman", "man") for p in took_part)
    assert any(p.municipality is None for p in plan)


def test_ages_fit_their_initiative(plan: Plan):
    for p in plan:
        initiative = file().initiative(p.initiative)
        assert int(initiative.age_from or 0) <= p.age <= int(initiative.age_to or 0), f"{p.age} in {p.initiative}"
    cooperari = [p.age for p in plan if p.initiative == "cooperari"]
    assert sum(age > 40 for age in cooperari) > len(cooperari) / 2


def test_time_in_support_fits_age_and_support(plan: Plan):
    for p in plan:
        if p.support_before is None:
            assert p.support_months is None
        elif "none" in p.support_before:
            assert len(p.support_before) == 1
            assert p.support_months == 0
        elif p.support_months is not None:
            assert 0 < p.support_months <= 12 * max(1, p.age - 17), f"{p.support_months} months at {p.age}"


def test_stays_last_some_months_and_a_few_last_long(exited: Plan):
    days = sorted((p.exit_on - p.start_on).days for p in exited if p.exit_on)
    assert 150 <= days[len(days) // 2] <= 420
    assert days[0] >= 14
    assert days[-1] > 540


def test_everything_happens_on_working_days_and_little_in_july(plan: Plan):
    days = [day for p in plan for day in (p.start_on, p.exit_on, *(s.on for s in p.steps)) if day]
    days += [p.follow_up.done_on for p in plan if p.follow_up]
    assert [day for day in days if day.weekday() > 4] == []
    starts_and_exits = [day for p in plan for day in (p.start_on, p.exit_on) if day]
    assert sum(day.month == 7 for day in starts_and_exits) < len(starts_and_exits) / 50


def test_starts_and_exits_are_spread_over_the_year(plan: Plan, exited: Plan):
    new = [p.start_on for p in plan if p.start_on in YEAR]
    left = [p.exit_on for p in exited if p.exit_on]
    for month in (m for m in range(1, 13) if m != 7):
        assert sum(day.month == month for day in new) >= 10, f"starts in month {month}"
        assert sum(day.month == month for day in left) >= 8, f"exits in month {month}"


@pytest.mark.parametrize(
    "trait",
    [lambda p: p.gender == "woman", lambda p: p.municipality == "eskilstuna", lambda p: p.age <= 30],
    ids=["women", "Eskilstuna", "young"],
)
def test_who_comes_is_not_ordered_by_when(plan: Plan, trait: Any):
    sikta = [p for p in plan if p.initiative == "sikta"]
    half = len(sikta) // 2
    early, late = (sum(map(trait, part)) / half for part in (sikta[:half], sikta[half:]))
    assert abs(early - late) < 0.15


def test_steps_lie_within_the_stay_in_order(plan: Plan):
    for p in plan:
        days = [step.on for step in p.steps]
        assert days == sorted(set(days)), f"{p}"
        assert all(p.start_on <= day <= (p.exit_on or YEAR.end) for day in days), f"{p}"


def test_follow_ups_are_made_for_most_and_lag_for_some(plan: Plan):
    outcomes = Counter(p.follow_up.outcome if p.follow_up else "overdue" for p in plan if p.exit_on)
    total = sum(outcomes.values())
    found = {outcome: percent(number, total) for outcome, number in outcomes.items()}
    assert found == {"reached": 65, "not_reached": 15, "declined": 8, "closed": 2, "overdue": 10}
    for p in plan:
        if p.follow_up and p.exit_on:
            assert p.exit_on + timedelta(days=150) <= p.follow_up.done_on <= LAST_DAY


# The acts


def test_acts_come_in_the_order_of_time_each_after_the_one_before_it(seed: int):
    acts = acts_of(seed)
    assert [act.at for act in acts] == sorted(act.at for act in acts)
    last: dict[int, datetime] = {}
    for act in acts:
        assert act.number not in last or last[act.number] < act.at, f"{act}"
        last[act.number] = act.at


def test_the_year_is_registered_by_the_end_of_january_and_nothing_after_june(seed: int):
    for act in acts_of(seed):
        assert act.at.date() <= LAST_DAY
        if isinstance(act, Enrol | Assess | End | Correct | Reopen | Void):
            assert act.at.date() <= date(2026, 1, 31), f"{act}"


def test_nothing_is_registered_before_it_happened(seed: int):
    for act in acts_of(seed):
        day = event_of(act)
        assert day is None or day <= act.at.date(), f"{act}"


def event_of(act: Act) -> date | None:
    if isinstance(act, Enrol):
        return act.facts.start_on
    if isinstance(act, End):
        return act.facts.exit_on
    return act.step.on if isinstance(act, Assess) else None


def test_some_registrations_come_weeks_late(seed: int):
    lags = [(act.at.date() - day).days for act in acts_of(seed) if (day := event_of(act))]
    assert sum(lag >= 14 for lag in lags) > len(lags) / 50
    assert sorted(lags)[len(lags) // 2] <= 7


def test_there_is_a_history_of_every_kind(seed: int):
    acts = Counter(type(act) for act in acts_of(seed))
    assert min(acts[kind] for kind in (Correct, Reopen, Void)) >= 5


def test_the_last_state_registered_is_the_planned_one(seed: int):
    """Whatever was wrong at first has been put right."""
    start: dict[int, PlannedParticipation] = {}
    left: dict[int, PlannedParticipation | None] = {}
    for act in acts_of(seed):
        if isinstance(act, Enrol | Correct):
            start[act.number] = act.facts
        if isinstance(act, Reopen):
            left[act.number] = None
        elif isinstance(act, End) or (isinstance(act, Correct) and act.ended):
            left[act.number] = act.facts
    for p in plan_of(seed):
        assert start[p.number] == p
        assert left.get(p.number) == (p if p.exit_on else None)


# The same on every machine


def digest(plan: Plan, acts: Sequence[Act]) -> str:
    """Of all values; the order inside a set is no value."""
    rows = [asdict(p) for p in plan]
    times = [(type(act).__name__, act.at, act.number) for act in acts]
    text = json.dumps(
        [rows, times], default=lambda value: sorted(value) if isinstance(value, frozenset) else str(value)
    )
    return hashlib.sha256(text.encode()).hexdigest()


def in_another_process(code: str, hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-W", "ignore", "-c", code]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=HERE.parents[1])
    return answer.stdout.strip()


def test_the_same_seed_gives_the_same_plan_in_every_process():
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'finsam_tracker.settings'\n"
        "import django; django.setup()\n"
        "from tests.test_demo import *\n"
        "print(digest(plan_of(SEED), acts_of(SEED)))"
    )
    here = digest(plan_of(SEED), acts_of(SEED))
    assert in_another_process(code, "4711") == here


def test_another_seed_gives_another_plan():
    assert digest(plan_of(1), acts_of(1)) != digest(plan_of(2), acts_of(2))


# The loaded demo


@pytest.mark.django_db
def test_the_loaded_demo_fits_the_flows(demo: Federation):
    sets = {
        "total": Participation.objects.took_part_in(YEAR),
        "new": Participation.objects.started_in(YEAR),
        "exited": Participation.objects.exited_in(YEAR),
        "ongoing": Participation.objects.ongoing_at_end_of(YEAR),
    }
    found = {
        (slug, kind): rows.filter(federation=demo, initiative__slug=slug).count()
        for slug in NAMES
        for kind, rows in sets.items()
    }
    assert_cells(found, published_flows())


@pytest.mark.django_db
def test_the_loaded_demo_fits_table_1(demo: Federation):
    rows = Participation.objects.filter(federation=demo).exited_in(YEAR)
    counted = rows.values_list("initiative__slug", "exit_reason__label", "gender").annotate(n=Count("pk"))
    assert_cells({(slug, reason, gender): n for slug, reason, gender, n in counted}, published_table_1())


@pytest.mark.django_db
def test_the_loaded_demo_fits_tables_2_and_3(demo: Federation):
    here = Participation.objects.filter(federation=demo)
    working = here.working_after_exit_in(YEAR)
    assert_cells(Counter(working.values_list("work_after", flat=True)), published_extents())
    lived = Counter(here.took_part_in(YEAR).values_list("municipality__name", flat=True))
    assert_cells(lived, published_municipalities("participants"))


@pytest.mark.django_db
def test_every_registration_has_versions_and_its_present_state_is_the_open_one(demo: Federation):
    for model in (Participation, StepAssessment, FollowUp):
        rows = model._default_manager.all()
        assert rows.exists()
        open_versions = Count("versions", filter=Q(versions__known_until=None))
        assert not rows.annotate(n=open_versions).exclude(n=1).exists(), model.__name__
        version = model.version_model
        facts = [f.attname for f in version.facts_model._meta.fields]
        current = sorted(map(str, rows.values_list("pk", *facts)))
        kept = sorted(map(str, version.objects.filter(known_until=None).values_list("registration_id", *facts)))
        assert current == kept, model.__name__


@pytest.mark.django_db
def test_every_registration_was_made_by_somebody_of_its_initiative(demo: Federation):
    acts = AuditEvent.objects.filter(federation=demo, subject_type="participation")
    assert set(Participation.objects.values_list("pk", flat=True)) == set(acts.values_list("subject_id", flat=True))
    assert {"enrol", "assess_step", "exit", "follow_up", "correct", "reopen", "void"} == set(
        acts.values_list("action", flat=True)
    )
    strangers = Participation.objects.exclude(initiative__staff__membership__user=F("versions__act__actor"))
    assert not strangers.exists()


@pytest.mark.django_db
def test_no_date_lies_in_the_future(demo: Federation):
    late = [
        Participation.objects.filter(
            Q(start_on__gt=YEAR.end) | Q(exit_on__gt=YEAR.end) | Q(recorded_on__gt=date(2026, 1, 31))
        ),
        StepAssessment.objects.filter(Q(on__gt=YEAR.end) | Q(recorded_on__gt=date(2026, 1, 31))),
        FollowUp.objects.filter(Q(done_on__gt=LAST_DAY) | Q(due_on__gt=LAST_DAY) | Q(recorded_on__gt=LAST_DAY)),
        AuditEvent.objects.filter(at__date__gt=LAST_DAY),
    ]
    assert [list(rows) for rows in late] == [[], [], [], []]


@pytest.mark.django_db
def test_some_are_felregistreringar_and_in_no_figure(demo: Federation):
    void = Participation.objects.filter(federation=demo, is_void=True)
    assert void.count() == 8
    assert not Participation.objects.took_part_in(Period.since_start(LAST_DAY)).filter(pk__in=void).exists()


@pytest.mark.django_db
def test_the_lists_are_those_of_the_file(demo: Federation):
    lists = Lists(demo)
    golden = GOLDEN["exit_reason_group"]
    assert {reason.label: reason.group.label for reason in lists.reasons} == golden
    assert [reason.label for reason in lists.reasons] == list(golden)
    assert [m.name for m in lists.municipalities] == [
        name for name in GOLDEN["table3"] if name in municipality_names().values()
    ]
    published = [i["name"] for i in GOLDEN["initiatives"]]
    assert [i.name for i in demo.initiatives.all()] == [*published, *(set(GOLDEN["structural"]) - set(published))]
    assert [party.name for party in demo.parties.order_by("pk")] == GOLDEN["federation"]["parties"]
    assert [item.label for item in lists.codes(CodeKind.ASSIGNMENT)] == ["Kartläggning/myndighetsstöd", "Arbetsträning"]


@pytest.mark.django_db
def test_each_initiative_uses_the_reasons_it_published(demo: Federation):
    for initiative in Lists(demo).initiatives:
        used = set(initiative.exit_reasons.values_list("label", flat=True))
        assert used == set(GOLDEN["table1"][initiative.label]) - {"Summa"}, initiative.label


@pytest.mark.django_db
def test_there_is_a_log_in_for_every_role(demo: Federation):
    assert {user.role for user in DEMO_USERS} == set(Role)
    for entry in DEMO_USERS:
        user = authenticate(HttpRequest(), username=entry.email, password=PASSWORD)
        assert isinstance(user, User), entry.email
        validate_password(PASSWORD, user)
        roles = list(Membership.objects.filter(user=user).values_list("role", flat=True))
        assert roles == ([] if user.is_operator else [entry.role])


@pytest.mark.django_db
def test_a_second_load_changes_nothing_and_says_how_to_log_in(demo: Federation, settings: Any):
    settings.EMBEDDED = True
    before = AuditEvent.objects.count(), User.objects.count()
    said = StringIO()
    call_command("demo", stdout=said, stderr=StringIO())
    assert (AuditEvent.objects.count(), User.objects.count()) == before
    for text in (PASSWORD, *(user.email for user in one_per_role())):
        assert text in said.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("command", [("demo",), ("start", "--no-serve")])
def test_a_deployment_refuses_a_federation_whose_password_everybody_knows(command: tuple[str, ...], settings: Any):
    settings.EMBEDDED = False
    with pytest.raises(CommandError):
        call_command(*command)


@pytest.mark.django_db
def test_start_prints_table_1_a_log_in_per_role_and_the_address(demo: Federation, settings: Any):
    settings.EMBEDDED = True
    said = StringIO()
    call_command("start", "--no-serve", "--port", "8123", stdout=said)
    for text in ("Sjukersättning beviljad", "334", "http://127.0.0.1:8123/", PASSWORD):
        assert text in said.getvalue()
    for user in one_per_role():
        assert user.email in said.getvalue()


@pytest.mark.django_db
def test_it_has_some_hundred_advisory_contacts_in_every_initiative(demo: Federation):
    (contacts,) = compute([TABLES["advisory_contacts"]], Context(Scope(demo), Period.year(2025)))
    assert 200 <= contacts.cell("total", "total", "total").number <= 600
    for slug in ("sikta", "cooperari", "spira"):
        assert contacts.cell("total", slug, "total").number > 40
