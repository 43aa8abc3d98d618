"""A federation made at random: its own lists, classes, rules and registrations, written many rows at a time."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

from finsam_tracker.core.models import (
    AuditEvent,
    Federation,
    FederationYear,
    Funding,
    Inhabitants,
    Municipality,
    Parameter,
    User,
)
from initiatives.common_lists import NO_SUPPORT
from initiatives.goal_measures import GOAL_MEASURES
from initiatives.models import (
    Activity,
    ActivityVersion,
    Band,
    BandKind,
    CodeItem,
    CodeKind,
    CommonGroup,
    ExitReason,
    FollowUpRule,
    Goal,
    Initiative,
    InitiativeYear,
    OutcomeGroup,
    Step,
)
from participants.codes import Asked, FollowUpOutcome, Gender, StudiesAfter, WorkAfter
from participants.models import AdvisoryContacts, FollowUp, Participation

YEAR = 2025
FIRST_DAY, LAST_DAY = date(2019, 1, 1), date(2026, 6, 30)
RECORDED_ON = date(2026, 7, 1)
LEARNT, CORRECTED = datetime(2025, 10, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
"""When everything was registered, and when some of it was found to be otherwise."""
EDUCATION = ("incomplete-primary", "primary", "incomplete-upper-secondary", "upper-secondary", "post-secondary")


@dataclass
class Made:
    """The lists of a federation that its registrations choose from."""

    chance: random.Random
    federation: Federation
    initiatives: list[Initiative]
    municipalities: list[Municipality]
    reasons: list[ExitReason]
    steps: list[Step]
    codes: dict[str, list[str]]
    rules: dict[int, list[int]]

    def maybe(self, items: Sequence[Any], blank: float = 0.15) -> Any:
        """One of the items; now and then, or where there are none, nothing."""
        return None if not items or self.chance.random() < blank else self.chance.choice(items)


def make_federation(seed: int) -> Federation:
    """The federation of a seed, with all its registrations and what was known of them before."""
    chance = random.Random(seed)
    federation = Federation.objects.create(
        slug=f"slump-{seed}",
        name=f"Förbund {seed}",
        positive_step=chance.choice(Federation.PositiveStep.values),
    )
    made = _lists(chance, federation)
    _money(made)
    act = _act(federation, seed)
    count = chance.randrange(0, 90) if made.initiatives else 0
    participations = [_participation(made, number) for number in range(count)]
    Participation.objects.bulk_create(participations)
    follow_ups = [f for p in participations for f in _follow_ups(made, p)]
    FollowUp.objects.bulk_create(follow_ups)
    contacts = list(_contacts(made))
    AdvisoryContacts.objects.bulk_create(contacts)
    activities = list(_activities(made))
    Activity.objects.bulk_create(activities)
    for rows in (participations, follow_ups, contacts, activities):
        _keep_versions(made, rows, act)
    return federation


def _validity(chance: random.Random) -> dict[str, date]:
    """Most items hold for ever, some begin or end in the middle of everything."""
    return chance.choice([{}, {}, {"valid_from": date(YEAR, 3, 1)}, {"valid_to": date(YEAR - 1, 6, 30)}])


def _lists(chance: random.Random, federation: Federation) -> Made:
    municipalities = Municipality.objects.bulk_create(
        Municipality(federation=federation, code=f"k{n}", name=f"Kommun {n}", position=n)
        for n in range(chance.randrange(1, 5))
    )
    groups = OutcomeGroup.objects.bulk_create(
        OutcomeGroup(federation=federation, code=f"g{n}", label=f"Grupp {n}", common=common, position=n)
        for n, common in enumerate(chance.choices(CommonGroup.values, k=chance.randrange(1, 6)))
    )
    reasons = ExitReason.objects.bulk_create(
        ExitReason(
            federation=federation,
            group=chance.choice(groups),
            code=f"r{n}",
            label=f"Orsak {n}",
            position=n,
            counts_as_positive_step=chance.random() < 0.4,
            purpose_reached=chance.random() < 0.4,
            went_on=chance.random() < 0.4,
            **_validity(chance),
        )
        for n in range(chance.randrange(1, 8))
    )
    steps = Step.objects.bulk_create(
        Step(federation=federation, code=f"s{n}", label=f"Steg {n}", position=n)
        for n in range(chance.choice([0, 3, 5, 10]))
    )
    initiatives, rules = _initiatives(chance, federation, reasons)
    _bands(chance, federation)
    codes = _codes(chance, federation)
    return Made(chance, federation, initiatives, municipalities, reasons, steps, codes, rules)


def _initiatives(
    chance: random.Random, federation: Federation, reasons: Sequence[ExitReason]
) -> tuple[list[Initiative], dict[int, list[int]]]:
    made = Initiative.objects.bulk_create(
        Initiative(
            federation=federation,
            slug=f"i{n}",
            name=f"Insats {n}",
            label=f"I{n}",
            start_on=date(chance.randrange(2018, 2026), 1, 1),
            end_on=chance.choice([None, date(2026, 12, 31)]),
            orientation=Initiative.Orientation.INDIVIDUAL,
            uses_assignments=chance.random() < 0.5,
            position=n,
        )
        for n in range(chance.choice([0, 1, 2, 2, 3, 3, 4, 4]))
    )
    if not made or chance.random() < 0.7:
        Initiative.objects.create(
            federation=federation,
            slug="s0",
            name="Struktur",
            label="S",
            start_on=FIRST_DAY,
            orientation=Initiative.Orientation.STRUCTURAL,
            position=9,
        )
    rules = {i.pk: chance.sample([1, 3, 6, 12], chance.randrange(0, 4)) for i in made}
    for initiative in made:
        initiative.exit_reasons.set(chance.sample(list(reasons), chance.randrange(0, len(reasons) + 1)))
    FollowUpRule.objects.bulk_create(
        # One of them was decided upon after everybody had been planned by the old rules.
        FollowUpRule(initiative_id=pk, months=months)
        for pk, some in rules.items()
        for months in (some or [24])
    )
    return made, rules


def _bands(chance: random.Random, federation: Federation) -> None:
    """Classes of each kind, sometimes with numbers that no class holds, sometimes none."""
    rows = []
    for kind in BandKind.values:
        cuts = sorted(chance.sample(range(60), chance.choice([0, 3, 6])))
        for low, following in zip(cuts, [*cuts[1:], None], strict=False):
            high = chance.choice([None, low + 40]) if following is None else following - 1
            rows.append(Band(federation=federation, kind=kind, code=f"b{low}", label=f"{low}-", low=low, high=high))
    Band.objects.bulk_create(rows)


def _codes(chance: random.Random, federation: Federation) -> dict[str, list[str]]:
    rows = []
    for kind in CodeKind.values:
        count = chance.randrange(0 if kind == CodeKind.ASSIGNMENT else 1, 6)
        found = [
            (f"{kind[:3]}{n}", chance.choice(EDUCATION) if kind == CodeKind.EDUCATION else "") for n in range(count)
        ]
        if kind == CodeKind.SUPPORT:
            found.append((NO_SUPPORT, NO_SUPPORT))
        rows += [
            CodeItem(
                federation=federation, kind=kind, code=code, label=code, common=common, position=n, **_validity(chance)
            )
            for n, (code, common) in enumerate(found)
        ]
    CodeItem.objects.bulk_create(rows)
    return {kind: [row.code for row in rows if row.kind == kind] for kind in CodeKind.values}


def _money(made: Made) -> None:
    chance, federation = made.chance, made.federation
    values: dict[str, int | Decimal] = {
        "avoided_support_sek_per_year": chance.randrange(50_000, 200_000),
        "monthly_wage_sek": chance.randrange(15_000, 40_000),
        "tax_rate": Decimal(chance.randrange(2000, 4000)) / 10_000,
        "municipal_tax_rate": Decimal(chance.randrange(1000, 3000)) / 10_000,
        "hourly_counts_as": Decimal(chance.randrange(0, 100)) / 100,
        "young_at_most": chance.randrange(20, 40),
        "long_support_months": chance.randrange(6, 60),
    }
    if chance.random() < 0.2:
        del values[chance.choice(list(values))]
    if chance.random() < 0.4:
        values["goal_min_base"] = chance.randrange(1, 40)
    Parameter.objects.bulk_create(
        Parameter(federation=federation, key=key, value=value, valid_from=FIRST_DAY, source="Slumpen")
        for key, value in values.items()
    )
    if chance.random() < 0.8:
        Inhabitants.objects.bulk_create(
            Inhabitants(municipality=m, year=YEAR, count=chance.randrange(1, 50_000)) for m in made.municipalities
        )
        Funding.objects.bulk_create(
            Funding(federation=federation, year=YEAR, source=source, amount_sek=chance.randrange(9_000_000))
            for source in Funding.Source.values
        )
    InitiativeYear.objects.bulk_create(
        InitiativeYear(
            initiative=initiative,
            year=YEAR,
            budget_sek=made.maybe(range(0, 3_000_000, 7)),
            outcome_sek=made.maybe(range(0, 3_000_000, 7)),
            planned_participants=made.maybe(range(100)),
        )
        for initiative in federation.initiatives.all()
        if chance.random() < 0.9
    )
    FederationYear.objects.create(
        federation=federation,
        year=YEAR,
        administration_budget_sek=made.maybe(range(0, 900_000, 7)),
        administration_outcome_sek=made.maybe(range(0, 900_000, 7)),
    )
    Goal.objects.bulk_create(_goal(made, n) for n in range(chance.randrange(6)))


def _goal(made: Made, number: int) -> Goal:
    """A goal of any measure, of all or of one initiative that the measure can be of."""
    chance, measure = made.chance, made.chance.choice(list(GOAL_MEASURES.values()))
    kind = Initiative.Orientation.STRUCTURAL if measure.counts_heads else Initiative.Orientation.INDIVIDUAL
    return Goal(
        federation=made.federation,
        year=YEAR,
        code=f"mal{number}",
        text=f"Mål {number}",
        measure=measure.key,
        direction=chance.choice(Goal.Direction.values),
        target=chance.randrange(5 if measure.key == "mean_rating" else 101),
        initiative=made.maybe(list(made.federation.initiatives.filter(orientation=kind)), 0.5),
        position=number,
    )


def _act(federation: Federation, seed: int) -> AuditEvent:
    actor = User.objects.create(email=f"slump{seed}@example.org", name="Slumpen", password="!")
    return AuditEvent.objects.create(
        actor=actor, federation=federation, at=LEARNT, action="import", subject_type="import", subject_id=seed
    )


def _day(chance: random.Random, first: date, last: date) -> date:
    """A day between two; often the first or last of a month, where periods begin and end."""
    day = first + timedelta(days=chance.randrange((last - first).days + 1))
    edges = (day.replace(day=1), day.replace(day=1) - timedelta(days=1), day, day)
    return min(max(chance.choice(edges), first), last)


def _support(made: Made) -> frozenset[str] | None:
    if made.chance.random() < 0.15:
        return None
    others = [code for code in made.codes[CodeKind.SUPPORT] if code != NO_SUPPORT]
    if made.chance.random() < 0.15:
        return frozenset({NO_SUPPORT})
    return frozenset(made.chance.sample(others, min(len(others), made.chance.choice([1, 1, 1, 2, 3]))))


def _participation(made: Made, number: int) -> Participation:
    chance = made.chance
    start = _day(chance, FIRST_DAY, LAST_DAY)
    first = made.maybe(made.steps, 0.3)
    row = Participation(
        federation=made.federation,
        initiative=chance.choice(made.initiatives),
        code=f"K{number}",
        recorded_on=RECORDED_ON,
        is_void=chance.random() < 0.05,
        gender=chance.choice(Gender.values),
        birth_year=chance.choice([None, *(start.year - age for age in (15, 20, 30, 31, 45, 60, 75))]),
        municipality=made.maybe(made.municipalities),
        education=made.maybe(made.codes[CodeKind.EDUCATION]),
        referrer=made.maybe(made.codes[CodeKind.REFERRER]),
        assignment=made.maybe(made.codes[CodeKind.ASSIGNMENT], 0.4),
        support_before=_support(made),  # type: ignore[misc]
        support_months=chance.choice([None, 0, 1, 11, 12, 35, 36, 120]),
        asked_about_violence=chance.choice(Asked.values),
        start_on=start,
        first_step=first,
        last_step=chance.choice(made.steps) if first else None,
    )
    if chance.random() < 0.7:
        _end(made, row)
    return row


def _end(made: Made, row: Participation) -> None:
    row.exit_on = _day(made.chance, row.start_on, min(row.start_on + timedelta(days=900), LAST_DAY))
    row.exit_reason = made.chance.choice(made.reasons)
    row.work_after = made.maybe(WorkAfter.values)
    row.studies_after = made.maybe(StudiesAfter.values)
    row.support_after = _support(made)


def _follow_ups(made: Made, participation: Participation) -> Iterable[FollowUp]:
    if participation.exit_on is None:
        return
    for months in made.rules[participation.initiative_id]:
        outcome = made.chance.choice(FollowUpOutcome.values)
        reached, done = outcome == FollowUpOutcome.REACHED, outcome != FollowUpOutcome.PLANNED
        yield FollowUp(
            federation=made.federation,
            participation=participation,
            months=months,
            recorded_on=RECORDED_ON,
            is_void=participation.is_void or made.chance.random() < 0.05,
            exit_on=participation.exit_on,
            due_on=participation.exit_on + relativedelta(months=months),
            outcome=outcome,
            done_on=RECORDED_ON if done else None,
            work_after=made.maybe(WorkAfter.values) if reached else None,
            studies_after=made.maybe(StudiesAfter.values) if reached else None,
        )


def _activities(made: Made) -> Iterable[Activity]:
    """Courses and meetings, some of them rated, all of one structural initiative where there is one."""
    chance = made.chance
    structural = made.federation.initiatives.filter(orientation=Initiative.Orientation.STRUCTURAL).first()
    for _number in range(chance.randrange(10) if structural else 0):
        answers = chance.randrange(1, 6) if chance.random() < 0.6 else None
        yield Activity(
            federation=made.federation,
            initiative=structural,
            recorded_on=RECORDED_ON,
            held_on=_day(chance, FIRST_DAY, LAST_DAY),
            kind=chance.choice(made.codes[CodeKind.ACTIVITY_KIND]),
            audience=made.maybe(made.codes[CodeKind.AUDIENCE]),
            days=made.maybe([Decimal("0.5"), Decimal(1), Decimal("2.25")]),
            women=chance.randrange(9),
            men=chance.randrange(9),
            others=chance.randrange(5, 9),
            rating_mean=Decimal(chance.randrange(100, 400)) / 100 if answers else None,
            rating_answers=answers,
            rating_scale=chance.choice([4, 4, 4, 5]) if answers else None,
            rating_useful=made.maybe(range(answers + 1), 0.3) if answers else None,
        )


def _contacts(made: Made) -> Iterable[AdvisoryContacts]:
    for initiative in made.initiatives:
        for month in range(1, 13, made.chance.randrange(1, 6)):
            for kind in made.codes[CodeKind.CONTACT_KIND]:
                yield AdvisoryContacts(
                    federation=made.federation,
                    initiative=initiative,
                    month=date(made.chance.choice([YEAR - 1, YEAR]), month, 1),
                    kind=kind,
                    referred_to=made.chance.choice(made.codes[CodeKind.CONTACT_OUTCOME]),
                    count=made.chance.randrange(0, 20),
                    recorded_on=RECORDED_ON,
                )


def _keep_versions(made: Made, rows: Sequence[Any], act: AuditEvent) -> None:
    """What is so now is the open version of each row; of every fourth, something else was known until corrected."""
    if not rows:
        return
    versions = []
    for number, row in enumerate(rows):
        now = row.as_version(act, act.at)
        versions.append(now)
        if number % 4 == 0:
            before = row.as_version(act, act.at)
            before.known_until = now.known_from = CORRECTED
            _otherwise(made, before)
            versions.append(before)
    type(versions[0]).objects.bulk_create(versions)


def _otherwise(made: Made, version: Any) -> None:
    """What somebody had registered first."""
    # A follow-up falls away with its participation.
    version.is_void = hasattr(version, "outcome") and version.participation.is_void
    if isinstance(version, ActivityVersion):
        version.women += 1
    elif isinstance(getattr(version, "gender", None), str):
        version.gender = made.chance.choice(Gender.values)
        version.municipality = made.maybe(made.municipalities)
        version.exit_on = version.exit_reason = None
        version.work_after = version.studies_after = version.support_after = None
    elif hasattr(version, "outcome"):
        version.outcome, version.done_on = FollowUpOutcome.PLANNED, None
        version.work_after = version.studies_after = version.support_after = None
    else:
        version.count += 1
