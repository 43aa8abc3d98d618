"""The known cast: two federations, and in the northern one a person of every role.

What a federation is made of comes from factory-boy; registrations come from the services, as in life.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from factory.declarations import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from finsam_tracker.core.models import Federation, Funding, Inhabitants, Membership, Municipality, Parameter, User
from finsam_tracker.core.permissions import Role
from initiatives.activities import ActivityEntry
from initiatives.common_lists import adopt_common_lists
from initiatives.goals import GoalFacts
from initiatives.models import (
    Activity,
    CodeItem,
    CodeKind,
    CommonGroup,
    ExitReason,
    FollowUpRule,
    Goal,
    Initiative,
    InitiativeStaff,
    OutcomeGroup,
    Step,
)
from initiatives.services.activities import register_activity
from initiatives.services.goals import add_goal
from participants.facts import Enrolment, Exit
from participants.models import Participation
from participants.services.enrolment import enrol
from participants.services.exit import end

BEGINNING = date(2022, 1, 1)
"""When the initiatives start and the people are given their roles."""
SOME_DAY = date(2025, 3, 10)
"""A start that nobody asked more of."""
PASSWORD = "en lång mening om skogen"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    name = Sequence(lambda n: f"Person {n}")
    email = Sequence(lambda n: f"person{n}@example.org")

    @classmethod
    def _create(cls, model_class: type[User], *_args: Any, **fields: Any) -> User:
        return model_class.objects.create_user(password=PASSWORD, **fields)


class FederationFactory(DjangoModelFactory[Federation]):
    class Meta:
        model = Federation

    name = Sequence(lambda n: f"Förbund {n}")
    slug = Sequence(lambda n: f"forbund-{n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = SubFactory(UserFactory)
    role = Role.COORDINATOR
    started_on = BEGINNING


class MunicipalityFactory(DjangoModelFactory[Municipality]):
    class Meta:
        model = Municipality

    name = Sequence(lambda n: f"Kommun {n}")
    code = Sequence(lambda n: f"kommun-{n}")
    position = Sequence(lambda n: n)


class InitiativeFactory(DjangoModelFactory[Initiative]):
    class Meta:
        model = Initiative

    name = Sequence(lambda n: f"Insats {n}")
    slug = Sequence(lambda n: f"insats-{n}")
    label = SelfAttribute("name")
    start_on = BEGINNING
    orientation = Initiative.Orientation.INDIVIDUAL


class OutcomeGroupFactory(DjangoModelFactory[OutcomeGroup]):
    class Meta:
        model = OutcomeGroup

    code = SelfAttribute("common")
    label = LazyAttribute(lambda o: str(CommonGroup(o.common).label))
    position = Sequence(lambda n: n)


class ExitReasonFactory(DjangoModelFactory[ExitReason]):
    class Meta:
        model = ExitReason

    federation = SelfAttribute("group.federation")
    position = Sequence(lambda n: n)


class StepFactory(DjangoModelFactory[Step]):
    class Meta:
        model = Step

    code = LazyAttribute(lambda o: f"step-{o.position}")


@dataclass
class Tenant:
    """A federation with everything in it. ``first`` and ``second`` enrol participants, ``structural`` does not."""

    federation: Federation
    first: Initiative
    second: Initiative
    structural: Initiative
    municipalities: list[Municipality]
    reasons: dict[str, ExitReason]
    steps: list[Step]
    coordinator: User
    lead: User
    office: User
    reader: User

    def enrol(self, initiative: Initiative | None = None, **facts: Any) -> Participation:
        """Somebody enrolled by the one who works there; what is not said has a plain value."""
        plain: dict[str, Any] = {
            "gender": "woman",
            "start_on": SOME_DAY,
            "birth_year": 1985,
            "municipality": self.municipalities[0],
        }
        place = initiative or self.first
        return enrol(
            by=staff_of(place), initiative=place, facts=Enrolment(**(plain | facts)), now=noon(date(2025, 12, 1))
        )

    def enrol_late(self, day: date, **facts: Any) -> Participation:
        """Somebody in the first initiative who is registered now, long after the start."""
        plain: dict[str, Any] = {"gender": "woman", "birth_year": 1985, "municipality": self.municipalities[0]}
        told = Enrolment(start_on=day, **(plain | facts))
        return enrol(by=staff_of(self.first), initiative=self.first, facts=told, now=timezone.now())

    def end(self, participation: Participation, reason: str = "moved", **facts: Any) -> Participation:
        """An exit on a plain day, unless said otherwise."""
        plain: dict[str, Any] = {"exit_on": date(2025, 9, 30), "exit_reason": self.reasons[reason]}
        told = Exit(**(plain | facts))
        now = max(noon(date(2025, 12, 1)), noon(told.exit_on))
        return end(by=staff_of(participation.initiative), participation=participation, facts=told, now=now)


@dataclass
class World:
    """Everybody. ``nobody`` is not logged in; the outsider has an account and no role."""

    north: Tenant
    south: Tenant
    operator: User
    outsider: User

    def person(self, who: str) -> User | None:
        """A person by role; those with a role in a federation are the northern ones."""
        if who == "nobody":
            return None
        found = getattr(self.north, who, None) or getattr(self, who)
        assert isinstance(found, User)
        return found


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def staff_of(initiative: Initiative) -> User:
    """Somebody who may register in the initiative."""
    staff = initiative.staff.select_related("membership__user").first()
    assert staff
    return staff.membership.user


def make_world() -> World:
    north = make_tenant("norra", "Norra Skogsbygdens samordningsförbund", ("Vägen vidare", "Klivet", "Mötesplatsen"))
    south = make_tenant("sodra", "Södra Slättbygdens samordningsförbund", ("Bron", "Nystart", "Nätverket"))
    operator = UserFactory.create(name="Drift Driftsson", is_operator=True)
    return World(north, south, operator, UserFactory.create(name="Utan Roll"))


def make_tenant(slug: str, name: str, names: tuple[str, str, str]) -> Tenant:
    federation = FederationFactory.create(slug=slug, name=name)
    adopt_common_lists(federation)
    CodeItem.objects.create(federation=federation, kind=CodeKind.ASSIGNMENT, code="mapping", label="Kartläggning")
    reasons = make_reasons(federation)
    first, second, structural = make_initiatives(federation, slug, names, reasons)
    people: dict[Role, Membership] = {
        role: MembershipFactory.create(federation=federation, role=role) for role in Role if role != Role.OPERATOR
    }
    for role, where in ((Role.COORDINATOR, first), (Role.LEAD, first)):
        InitiativeStaff.objects.create(membership=people[role], initiative=where)
    elsewhere = MembershipFactory.create(federation=federation, role=Role.COORDINATOR)
    InitiativeStaff.objects.create(membership=elsewhere, initiative=second)
    make_money(federation)
    return Tenant(
        federation=federation,
        first=first,
        second=second,
        structural=structural,
        municipalities=[
            MunicipalityFactory.create(federation=federation, name=f"{town} ({slug})")
            for town in ("Ånäs", "Ekby", "Ödala")
        ],
        reasons=reasons,
        steps=[
            StepFactory.create(federation=federation, position=n, label=label)
            for n, label in enumerate(("Kontakt", "Kartläggning", "Prövning", "Rätt ersättning"), 1)
        ],
        coordinator=people[Role.COORDINATOR].user,
        lead=people[Role.LEAD].user,
        office=people[Role.OFFICE].user,
        reader=people[Role.READER].user,
    )


def make_reasons(federation: Federation) -> dict[str, ExitReason]:
    groups = {common: OutcomeGroupFactory.create(federation=federation, common=common) for common in CommonGroup.values}
    told: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("work", "work", "Arbete", {"counts_as_positive_step": True, "purpose_reached": True}),
        ("studies", "studies", "Studier", {"counts_as_positive_step": True, "purpose_reached": True}),
        ("rehab", "rehab", "Fortsatt rehabilitering", {}),
        ("moved", "other", "Flytt", {}),
        ("old", "other", "Äldre orsak", {"valid_to": date(2025, 6, 30)}),
    )
    return {
        code: ExitReasonFactory.create(group=groups[group], code=code, label=label, **more)
        for code, group, label, more in told
    }


def make_initiatives(
    federation: Federation, slug: str, names: tuple[str, str, str], reasons: dict[str, ExitReason]
) -> tuple[Initiative, Initiative, Initiative]:
    """The first uses assignments and follows up after six months; the second does neither and knows fewer reasons."""
    first = InitiativeFactory.create(federation=federation, name=names[0], slug=f"{slug}-1", uses_assignments=True)
    first.exit_reasons.set(reasons.values())
    FollowUpRule.objects.create(initiative=first, months=6)
    second = InitiativeFactory.create(federation=federation, name=names[1], slug=f"{slug}-2")
    second.exit_reasons.set([reasons["work"], reasons["moved"]])
    structural = InitiativeFactory.create(
        federation=federation, name=names[2], slug=f"{slug}-3", orientation=Initiative.Orientation.STRUCTURAL
    )
    return first, second, structural


def make_money(federation: Federation) -> None:
    """Plain assumptions, so that every table can be computed."""
    values: dict[str, int | Decimal] = {
        "avoided_support_sek_per_year": 120_000,
        "monthly_wage_sek": 24_000,
        "tax_rate": Decimal("0.30"),
        "municipal_tax_rate": Decimal("0.20"),
        "hourly_counts_as": Decimal("0.25"),
        "young_at_most": 30,
        "long_support_months": 36,
    }
    for key, value in values.items():
        Parameter.objects.create(
            federation=federation, key=key, value=value, valid_from=BEGINNING, source="Testernas antagande"
        )


def make_funding(tenant: Tenant, year: int) -> None:
    """Inhabitants and contributions of a year, as the financing table needs them."""
    for number, municipality in enumerate(tenant.municipalities, 1):
        Inhabitants.objects.create(municipality=municipality, year=year, count=10_000 * number)
    for source, amount in ((Funding.Source.STATE, 6), (Funding.Source.REGION, 3), (Funding.Source.MUNICIPALITIES, 3)):
        Funding.objects.create(federation=tenant.federation, year=year, source=source, amount_sek=amount * 1_000_000)


def make_activity(tenant: Tenant, **told: Any) -> Activity:
    """An activity of the structural initiative, registered by the office; what is not said has a plain value."""
    plain: dict[str, Any] = {"initiative": tenant.structural, "held_on": SOME_DAY, "kind": "course", "women": 8}
    entry = ActivityEntry(**(plain | told))
    return register_activity(by=tenant.office, entry=entry, now=noon(date(2025, 12, 1)), is_another=True)


def make_goal(tenant: Tenant, year: int = 2025, **told: Any) -> Goal:
    """A goal of the federation, set by its office in the year before."""
    plain: dict[str, Any] = {"text": "Fler i arbete", "measure": "work_or_studies_share", "target": Decimal(35)}
    facts = GoalFacts(**(plain | told))
    now = noon(date(year - 1, 12, 1))
    return add_goal(by=tenant.office, federation=tenant.federation, year=year, facts=facts, now=now)
