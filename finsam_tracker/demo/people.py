"""Who logs in to the demo: somebody in each role. None of them is anybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from finsam_tracker.core.models import Federation, Membership, User
from finsam_tracker.core.permissions import Role
from initiatives.models import Initiative, InitiativeStaff

PASSWORD = "visa-siffrorna-2025"  # noqa: S105 - printed for everybody: the demo holds invented registrations only
SINCE = date(2023, 8, 1)


@dataclass(frozen=True)
class DemoUser:
    """A log-in; ``initiative`` for those who work in one."""

    email: str
    name: str
    role: Role
    initiative: str | None = None


DEMO_USERS = (
    DemoUser("anna.sikta@demo.example", "Anna Demosson", Role.COORDINATOR, "sikta"),
    DemoUser("omar.cooperari@demo.example", "Omar Demosson", Role.COORDINATOR, "cooperari"),
    DemoUser("elin.spira@demo.example", "Elin Demosson", Role.COORDINATOR, "spira"),
    DemoUser("karin.leder@demo.example", "Karin Demosson", Role.LEAD, "sikta"),
    DemoUser("per.kansli@demo.example", "Per Demosson", Role.OFFICE),
    DemoUser("leila.styrelse@demo.example", "Leila Demosson", Role.READER),
    DemoUser("drift@demo.example", "Drift Demosson", Role.OPERATOR),
)


def one_per_role(users: Iterable[DemoUser] = DEMO_USERS) -> tuple[DemoUser, ...]:
    """The first log-in of each role, for printing."""
    first: dict[Role, DemoUser] = {}
    for user in users:
        first.setdefault(user.role, user)
    return tuple(first.values())


def create_people(federation: Federation) -> dict[str, User]:
    """Make the log-ins; returns each initiative's coordinator."""
    initiatives = {i.slug: i for i in federation.initiatives.all()}
    password = make_password(PASSWORD)  # one slow digest for all: the password is public anyway
    coordinators: dict[str, User] = {}
    for entry in DEMO_USERS:
        user = User(email=entry.email, name=entry.name, password=password, is_operator=entry.role == Role.OPERATOR)
        user.save()
        if not user.is_operator:
            _employ(user, federation, entry, initiatives)
        if entry.role == Role.COORDINATOR and entry.initiative:
            coordinators[entry.initiative] = user
    return coordinators


def _employ(user: User, federation: Federation, entry: DemoUser, initiatives: dict[str, Initiative]) -> None:
    membership = Membership.objects.create(user=user, federation=federation, role=entry.role, started_on=SINCE)
    if entry.initiative:
        InitiativeStaff.objects.create(membership=membership, initiative=initiatives[entry.initiative])
