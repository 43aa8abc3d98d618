"""Keys of machines: who makes them, what they open, and how they end."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from finsam_tracker.clients.models import ApiKey
from finsam_tracker.clients.scopes import PERMISSIONS, Scope
from finsam_tracker.clients.services import key_of, make_key, revoke_key, rotate_key
from finsam_tracker.core.models import AuditEvent, Membership, User
from finsam_tracker.core.permissions import Role
from participants.models import ParticipationVersion
from tests.conftest import StrictClient
from tests.factories import PASSWORD, World
from tests.machines import API, NEXT_YEAR, ROWS, Machine, key_for, start

Browser = Callable[[str], StrictClient]
TABLES = f"{API}federations/norra/tables/"
FORM = {"name": "Verksamhetssystemet", "scopes": "write_registrations", "expires_on": NEXT_YEAR.isoformat()}


def secret_on(page: Any) -> str:
    found = re.search(r"finsam_[0-9a-f]{10}_[\w-]{43}", page.content.decode())
    assert found, page.content.decode()
    return found[0]


def opens(secret: str) -> int:
    return int(Machine(secret).get().status_code)


def test_a_lead_makes_a_key_that_is_shown_once_and_kept_as_a_digest(world: World, lead: StrictClient):
    page = lead.post(reverse("initiative_make_key", args=["norra", "norra-1"]), FORM)
    secret = secret_on(page)
    assert "no-store" in page["Cache-Control"]
    machine = Machine(secret)
    assert machine.post("", start()).status_code == 201
    listed = lead.get(reverse("initiative_keys", args=["norra", "norra-1"])).content.decode()
    assert "Verksamhetssystemet" in listed
    assert timezone.localdate().isoformat() in listed
    assert secret not in listed
    key = ApiKey.objects.get()
    assert f"finsam_{key.prefix}_…" in listed
    assert secret not in [str(value) for value in vars(key).values()]


def test_all_that_a_key_does_is_written_down_by_its_name(world: World, lead: StrictClient):
    key, secret = key_for(world)
    code = Machine(secret).post("", start()).json()["code"]
    assert ParticipationVersion.objects.get(code=code).act.actor == key.actor
    history = lead.get(reverse("history", args=["norra", "norra-1", code])).content.decode()
    assert "Verksamhetssystemet (API-nyckel)" in history
    made = AuditEvent.objects.get(action="make_key")
    assert (made.actor, made.subject_id) == (world.north.lead, key.pk)


def test_nobody_can_log_in_as_a_machine(world: World, client: StrictClient):
    actor = key_for(world)[0].actor
    assert not actor.has_usable_password() or not actor.check_password("")
    told = {"email": actor.email, "password": PASSWORD}
    assert client.post(f"{API}login", told, content_type="application/json").status_code == 401
    assert client.post(reverse("login"), {"username": actor.email, "password": ""}).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("scope", "path", "status"),
    [
        (Scope.READ_TABLES, TABLES, 200),
        (Scope.READ_TABLES, ROWS, 404),
        (Scope.READ_TABLES, f"{API}federations/sodra/tables/", 404),
        (Scope.FINSAM_EXPORT, TABLES, 403),
        (Scope.READ_REGISTRATIONS, ROWS, 200),
        (Scope.READ_REGISTRATIONS, TABLES, 403),
        (Scope.READ_REGISTRATIONS, ROWS.replace("norra-1", "norra-2"), 404),
        (Scope.WRITE_REGISTRATIONS, ROWS.replace("norra", "sodra"), 404),
        # A browser's pages know no keys.
        (Scope.READ_TABLES, "/forbund/norra/statistik/", 302),
        (Scope.WRITE_REGISTRATIONS, "/forbund/norra/insatser/norra-1/deltaganden/", 302),
    ],
)
def test_a_key_opens_what_its_scope_says_and_nothing_else(world: World, scope: Scope, path: str, status: int):
    assert Machine(key_for(world, scope)[1]).get(path).status_code == status


def test_a_key_that_reads_does_not_write(world: World):
    machine = Machine(key_for(world, Scope.READ_REGISTRATIONS)[1])
    code = world.north.enrol().code
    etag = machine.get(code + "/")["ETag"]
    for answer in (
        machine.post("", start()),
        machine.post("bulk", {"participations": [start()]}, Idempotency_Key="a"),
        machine.post(f"{code}/void", {"reason": "fel val"}, If_Match=etag),
    ):
        assert answer.status_code == 403
    assert machine.get(code + "/")["ETag"] == etag


def test_no_scope_is_more_than_the_role_behind_it():
    of = {
        Scope.READ_TABLES: Role.OFFICE,
        Scope.FINSAM_EXPORT: Role.OFFICE,
        Scope.READ_REGISTRATIONS: Role.COORDINATOR,
        Scope.WRITE_REGISTRATIONS: Role.COORDINATOR,
    }
    assert all(PERMISSIONS[scope] <= role.declaration.permissions for scope, role in of.items())


@pytest.mark.parametrize("who", ["coordinator", "office", "reader", "operator", "outsider"])
def test_only_a_lead_gives_a_key_to_rows(world: World, who: str):
    with pytest.raises(PermissionDenied):
        key_for(world, by=world.person(who))


@pytest.mark.parametrize("who", ["coordinator", "lead", "reader", "operator", "outsider"])
def test_only_the_office_gives_a_key_to_figures(world: World, who: str):
    with pytest.raises(PermissionDenied):
        key_for(world, Scope.READ_TABLES, by=world.person(who))


def test_a_lead_gives_no_key_to_another_initiative(world: World):
    with pytest.raises(PermissionDenied):
        key_for(world, initiative=world.north.second)
    with pytest.raises(PermissionDenied):
        key_for(world, initiative=world.south.first, federation=world.south.federation)


def test_figures_and_rows_never_meet_in_a_key(world: World):
    key, _secret = key_for(world)
    with pytest.raises(PermissionDenied):
        key_for(world, Scope.READ_TABLES, scopes=[Scope.READ_TABLES, Scope.READ_REGISTRATIONS])
    with pytest.raises(PermissionDenied):
        key_for(world, scopes=[Scope.WRITE_REGISTRATIONS, Scope.READ_TABLES])
    for scopes in ("read_tables", "read_tables+write_registrations"):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiKey.objects.filter(pk=key.pk).update(scopes=scopes)


def test_the_office_sees_a_lead_s_key_and_can_end_it_but_never_gets_a_secret_of_it(world: World, office: StrictClient):
    key, secret = key_for(world)
    listed = office.get(reverse("keys", args=["norra"])).content.decode()
    assert "Verksamhetssystemet" in listed
    assert "Vägen vidare" in listed
    assert office.get(reverse("rotate_key", args=["norra", key.prefix])).status_code == 404
    with pytest.raises(PermissionDenied):
        rotate_key(by=world.north.office, key=key, overlap_days=0, expires_on=NEXT_YEAR, now=timezone.now())
    assert opens(secret) == 200
    assert office.post(reverse("revoke_key", args=["norra", key.prefix])).status_code == 302
    assert opens(secret) == 401
    assert not Membership.objects.filter(user=key.actor, ended_on=None).exists()


def test_a_new_secret_lets_the_old_one_live_for_some_days(world: World, lead: StrictClient):
    key, old = key_for(world)
    address = reverse("initiative_rotate_key", args=["norra", "norra-1", key.prefix])
    page = lead.post(address, {"overlap_days": "3", "expires_on": NEXT_YEAR.isoformat()})
    new, today = secret_on(page), timezone.localdate()
    assert "Den gamla gäller 3 dagar till." in page.content.decode()
    assert [bool(key_of(old, today=today + timedelta(days=n))) for n in (0, 3, 4)] == [True, True, False]
    assert key_of(new, today=NEXT_YEAR)
    assert not key_of(new, today=NEXT_YEAR + timedelta(days=1))
    lead.post(address, {"overlap_days": "0", "expires_on": NEXT_YEAR.isoformat()})
    assert (opens(old), opens(new)) == (401, 401)


def test_an_expired_key_opens_nothing(world: World):
    _key, secret = key_for(world)
    ApiKey.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert opens(secret) == 401


def test_a_key_ends_with_its_membership_and_its_place(world: World):
    key, secret = key_for(world)
    Membership.objects.filter(user=key.actor).update(ended_on=timezone.localdate())
    assert opens(secret) == 404


@pytest.mark.parametrize(
    "header", ["Api-Key", "Api-Key ", "Api-Key x", "Api-Key finsam_", "Api-Key finsam_abc_å", "Api-Key finsam_a b_c"]
)
def test_what_is_no_key_is_refused(world: World, client: StrictClient, header: str):
    key_for(world)
    answer = client.get(ROWS, headers={"Authorization": header})
    assert answer.status_code == 401
    assert "Api-Key" in answer.json()["detail"]


def test_another_s_secret_with_a_right_prefix_is_refused(world: World):
    first, _secret = key_for(world)
    _second, other = key_for(world, name="Ett annat")
    assert opens(f"finsam_{first.prefix}_{other.rpartition('_')[2]}") == 401


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"name": ""}, "Skriv systemets namn."),
        ({"name": "x" * 61}, "Skriv högst 60 tecken."),
        ({"name": "Systemet 19811218-9876"}, "ser ut som ett personnummer"),
        ({"name": "Annas dator Anna"}, "ser ut som ett namn"),
        ({"scopes": ""}, "Välj vad nyckeln ska få göra."),
        ({"scopes": "read_tables"}, "Välj vad nyckeln ska få göra."),
        ({"expires_on": "snart"}, "”snart” är inget datum."),
        ({"expires_on": "2020-01-01"}, "Skriv en dag från och med i dag till och med"),
        ({"expires_on": "2999-01-01"}, "Skriv en dag från och med i dag till och med"),
    ],
)
def test_a_bad_form_says_what_to_do(lead: StrictClient, told: dict[str, str], sentence: str):
    page = lead.post(reverse("initiative_make_key", args=["norra", "norra-1"]), FORM | told).content.decode()
    assert sentence in page
    assert "811218" not in page
    assert not ApiKey.objects.exists()


def test_two_keys_do_not_have_the_same_name_until_one_is_revoked(world: World, lead: StrictClient):
    key, _secret = key_for(world)
    address = reverse("initiative_make_key", args=["norra", "norra-1"])
    assert "heter så" in lead.post(address, FORM).content.decode()
    revoke_key(by=world.north.lead, key=key, now=timezone.now())
    assert secret_on(lead.post(address, FORM))
    with pytest.raises(ValidationError):
        revoke_key(by=world.north.lead, key=key, now=timezone.now())


@pytest.mark.parametrize("days", ["-1", "31", "tre", ""])
def test_a_bad_overlap_is_refused(world: World, lead: StrictClient, days: str):
    key, secret = key_for(world)
    address = reverse("initiative_rotate_key", args=["norra", "norra-1", key.prefix])
    page = lead.post(address, {"overlap_days": days, "expires_on": NEXT_YEAR.isoformat()})
    assert "Skriv antalet dagar som ett heltal" in page.content.decode()
    assert opens(secret) == 200


def test_the_office_makes_a_key_to_tables(world: World, office: StrictClient):
    told = {**FORM, "scopes": ["read_tables", "finsam_export"]}
    secret = secret_on(office.post(reverse("make_key", args=["norra"]), told))
    assert Machine(secret).get(TABLES).status_code == 200
    assert User.objects.filter(name="Verksamhetssystemet (API-nyckel)", is_active=False).count() == 1


def test_who_asks_too_often_is_told_when_to_come_back(world: World, settings: Any):
    settings.API_REQUESTS_PER_MINUTE = 2
    caches["limits"].clear()
    machine, other = Machine(key_for(world)[1]), Machine(key_for(world, name="Ett annat")[1])
    # The minute of the clock may turn in between.
    answers = [machine.get() for _n in range(5)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert 0 < int(refused[0]["Retry-After"]) <= 60
    assert refused[0].json()["title"] == "För många begäranden"
    assert other.get().status_code == 200


def test_make_key_needs_some_scope(world: World):
    with pytest.raises(ValidationError):
        make_key(
            by=world.north.office,
            federation=world.north.federation,
            name="Tom",
            scopes=[],
            expires_on=NEXT_YEAR,
            now=timezone.now(),
        )
