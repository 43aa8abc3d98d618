"""Everything is closed unless it says otherwise."""

import re
from copy import deepcopy
from http import HTTPStatus
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from finsam_tracker.core.models import Federation
from finsam_tracker.core.permissions import ROLES, Permission, Role
from tests.access import ACCESS, NOT_OURS, PLACES, WHO, address, method_and_name, routes, site_at
from tests.conftest import StrictClient
from tests.factories import World

ROOT = Path(__file__).resolve().parent.parent
LINES = [(line, place) for line, route in ACCESS.items() for place in PLACES if getattr(route, place)]


@pytest.fixture(scope="module")
def logged_in(_cast: World) -> dict[str, SimpleCookie]:
    """Everybody's cookies by role: a log-in costs as much as a page, and these tests open five thousand pages."""
    clients = {who: StrictClient() for who in WHO}
    for who, client in clients.items():
        if person := _cast.person(who):
            client.force_login(person)
    return {who: client.cookies for who, client in clients.items()}


@pytest.mark.parametrize(("line", "place"), LINES)
def test_each_person_gets_what_the_table_says(line: str, place: str, logged_in: dict[str, SimpleCookie], world: World):
    target = address(line, site_at(place, world))
    method, _name = method_and_name(line)

    def status(who: str) -> int:
        client = StrictClient()
        client.cookies = deepcopy(logged_in[who])
        found: int = getattr(client, method)(target).status_code
        return found

    expected = ACCESS[line].expected(place)
    assert {who: status(who) for who in expected} == expected, target


def test_every_route_is_classified():
    classified = {method_and_name(line)[1] for line in ACCESS}
    unknown = {name for name, _pattern, _parts in routes()} - classified - set(NOT_OURS)
    assert not unknown, f"Say in tests/access.py who may open {sorted(unknown)}."


def test_no_line_of_the_table_is_left_from_a_route_that_is_gone():
    assert {method_and_name(line)[1] for line in ACCESS} <= {name for name, _pattern, _parts in routes()}


@pytest.mark.parametrize("line", [line for line, route in ACCESS.items() if route.other_federation])
def test_what_is_not_yours_answers_as_what_does_not_exist(line: str, world: World, coordinator: StrictClient):
    theirs = address(line, site_at("other_federation", world))
    nowhere = theirs.replace(world.south.federation.slug, "finns-inte")
    method, _name = method_and_name(line)
    answers = [getattr(coordinator, method)(target) for target in (theirs, nowhere)]
    assert [answer.status_code for answer in answers] == [404, 404]
    first, second = (re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode()) for answer in answers)
    assert first == second


def test_a_page_that_only_shows_cannot_be_posted_to(world: World, coordinator: StrictClient):
    site = site_at("own", world)
    for line in ("start", "roles", "operations", "participation"):
        assert coordinator.post(address(line, site)).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_a_form_sent_from_elsewhere_is_refused_in_swedish(world: World):
    browser = StrictClient(enforce_csrf_checks=True)
    browser.force_login(world.north.coordinator)
    answer = browser.post(address("POST enrol", site_at("own", world)))
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Sidan var för gammal" in answer.content.decode()


def test_an_ended_membership_closes_every_door_at_once(world: World, coordinator: StrictClient):
    target = address("participations", site_at("own", world))
    assert coordinator.get(target).status_code == HTTPStatus.OK
    world.north.coordinator.memberships.update(ended_on=world.north.first.start_on)
    assert coordinator.get(target).status_code == HTTPStatus.NOT_FOUND


def test_a_coordinator_moved_to_the_office_sees_no_row_any_more(world: World, coordinator: StrictClient):
    target = address("participations", site_at("own", world))
    world.north.coordinator.memberships.update(role=Role.OFFICE)
    assert coordinator.get(target).status_code == HTTPStatus.NOT_FOUND


def test_no_role_has_both_rows_and_the_figures_of_the_federation():
    for role, declaration in ROLES.items():
        both = {Permission.SEE_ROWS, Permission.SEE_FEDERATION_TABLES} <= declaration.permissions
        assert not both, role


def test_the_page_about_roles_says_what_the_declarations_say(db: None, client: StrictClient):
    text = client.get("/vem-far-gora-vad/").content.decode()
    for declaration in ROLES.values():
        assert str(declaration.title) in text
        assert str(declaration.sentence) in text
    for permission in Permission:
        assert text.count(f"<li>{permission.sentence}</li>") == sum(
            permission in declaration.permissions for declaration in ROLES.values()
        )


# Rows are reached through visible_to and its like; a manager used otherwise is a hole until somebody says why not.

GUARDED = re.compile(r"(?:^|/)(?:views|forms|api|tasks)(?:/.+)?\.py$")
GUARDS = ("visible_to", "staffed_by", "operated_by", "with_code")
UNGUARDED = re.compile(rf"(\w+)\.(?:objects|_default_manager|_base_manager)\b(?!\s*\.\s*(?:{'|'.join(GUARDS)})\()")
ALLOWED: dict[str, set[str]] = {
    # A job works for a federation and not for a person.
    "reports/tasks.py": {"Federation", "JobRun", "Publication", "StaleMark", "TableSet", "User"},
    "participants/tasks.py": {"Import", "JobRun"},
    "finsam_tracker/core/tasks.py": {"AccessEvent", "AuthToken", "JobRun", "Session"},
}


def test_no_page_form_api_or_job_reaches_past_visible_to():
    reached = {}
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith((".", "tests/")) or not GUARDED.search(name):
            continue
        models = set(UNGUARDED.findall(path.read_text())) - ALLOWED.get(name, set())
        if models:
            reached[name] = sorted(models)
    assert not reached, "Use visible_to(user), or say in ALLOWED why not."


def test_the_check_above_sees_what_it_should():
    assert UNGUARDED.findall("Participation.objects.filter(x)") == ["Participation"]
    assert UNGUARDED.findall("return Initiative.objects") == ["Initiative"]
    assert not UNGUARDED.findall("Participation.objects.visible_to(user).filter(x)")
    assert GUARDED.search("participants/views/detail.py")
    assert GUARDED.search("finsam_tracker/core/views.py")
    assert GUARDED.search("finsam_tracker/api.py")
    assert not GUARDED.search("participants/models/views_of.py")


def test_nobody_sees_another_federation_by_the_sets_that_pages_start_from(world: World):
    for who in ("coordinator", "lead", "office", "reader"):
        person = world.person(who)
        assert person
        assert list(Federation.objects.visible_to(person)) == [world.north.federation]
    assert not Federation.objects.visible_to(world.operator).exists()
    assert not Federation.objects.operated_by(world.north.office).exists()
