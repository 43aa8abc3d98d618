"""What somebody could try who means harm, where no other file has it. SECURITY.md says where the rest is."""

from collections.abc import Callable

from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import override_settings

from finsam_tracker.core.models import AuditEvent
from participants.models import Participation
from tests.conftest import StrictClient
from tests.factories import World
from tests.test_participant_pages import ENROLMENT, at

Browser = Callable[[str], StrictClient]


class CountingHasher(MD5PasswordHasher):
    """Counts what costs time at a log-in."""

    algorithm = "counting"
    worked = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).worked += 1
        return super().encode(password, salt)


@override_settings(PASSWORD_HASHERS=[f"{__name__}.CountingHasher"])
def test_a_log_in_costs_the_same_work_whoever_exists(world: World, client: StrictClient):
    """A page that answers faster for an address that nobody has tells who is here."""
    person, closed = world.north.coordinator, world.north.reader
    closed.is_active = False
    for each in (person, closed):
        each.set_password("rätt lösenord i skogen")
        each.save()
    worked = {}
    for who, email in {"person": person.email, "closed": closed.email, "nobody": "ingen@example.org"}.items():
        CountingHasher.worked = 0
        answer = client.post("/logga-in/", {"username": email, "password": "fel lösenord i skogen"})
        worked[who] = (CountingHasher.worked, answer.status_code)
    assert worked == dict.fromkeys(worked, (1, 200))


def test_what_no_form_shows_is_not_read_from_a_form(world: World, coordinator: StrictClient):
    south = world.south
    more = {
        "federation": south.federation.pk,
        "initiative": south.first.pk,
        "by": south.coordinator.pk,
        "actor": south.coordinator.pk,
        "code": "AAA-AAA-A",
        "is_void": "on",
        "exit_on": "2025-09-30",
        "now": "2020-01-01",
        "pk": "1",
    }
    answer = coordinator.post(at("enrol", world.north.first), {**ENROLMENT, **more})
    assert answer.status_code == 302
    made = Participation.objects.get()
    assert (made.federation, made.initiative, made.exit_on) == (world.north.federation, world.north.first, None)
    assert (made.is_void, made.code == "AAA-AAA-A") == (False, False)
    act = AuditEvent.objects.latest("pk")
    assert act.actor == world.north.coordinator
    assert act.at.year > 2020


def test_a_profile_gives_nobody_more(world: World, coordinator: StrictClient):
    person = world.north.coordinator
    coordinator.post(
        "/min-profil/", {"language": "sv", "is_operator": "on", "email": "annan@example.org", "role": "office"}
    )
    person.refresh_from_db()
    assert not person.is_operator
    assert person.email != "annan@example.org"
    assert coordinator.get("/drift/").status_code == 403
