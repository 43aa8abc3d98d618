"""The figures arrive once and only once, whatever the receiver does; and the page says how it went."""

import hashlib
import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from finsam_tracker.celery import app
from reports import tasks
from reports.finsam import delivery
from reports.finsam.export import export_of, usual
from reports.finsam.transport import Problem
from reports.models import FinsamDelivery
from tests.conftest import StrictClient
from tests.factories import Tenant, World, make_funding
from tests.receivers import Receiver, certificate_for, running
from tests.test_participant_pages import text_of

PAGE = "/forbund/norra/uppfoljning-finsam/2025/"
State = FinsamDelivery.State
pytestmark = pytest.mark.usefixtures("tasks_run_here")


@pytest.fixture
def north(world: World) -> Tenant:
    make_funding(world.north, 2025)
    world.north.enrol()
    delivery.switch(by=world.north.office, federation=world.north.federation, wanted=True, now=timezone.now())
    return world.north


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.DELIVERY_HTTP_TO_LOOPBACK = True
    settings.DELIVERY_TOKEN = "hemlig"
    settings.DELIVERY_SILENCE_SECONDS, settings.DELIVERY_DEADLINE_SECONDS = 0.3, 0.6
    with running() as server:
        settings.DELIVERY_URL = server.url
        yield server


def sent(tenant: Tenant) -> FinsamDelivery:
    """Asked for, and not tried yet: what does that comes on commit."""
    now = timezone.now()
    return delivery.send(by=tenant.office, export=export_of(tenant.federation, usual(2025), now=now), now=now)


def tried(asked: FinsamDelivery, at: datetime | None = None) -> FinsamDelivery:
    found = delivery.attempt(asked.pk, now=at or timezone.now())
    assert found
    return found


def tried_when_due(asked: FinsamDelivery) -> FinsamDelivery:
    asked.refresh_from_db()
    return tried(asked, asked.next_at)


def test_what_is_sent_is_the_export_with_a_key_a_token_and_a_receipt(north: Tenant, receiver: Receiver):
    done = tried(sent(north))
    (seen,) = receiver.seen
    assert json.loads(seen["body"])["figures_sha256"] == done.figures
    assert seen["headers"]["Authorization"] == "Bearer hemlig"
    assert seen["headers"]["Idempotency-Key"] == done.key == f"norra-2025-1-{done.figures}"
    assert receiver.ledger == [done.key]
    digest = hashlib.sha256(seen["body"]).hexdigest()
    assert done.receipt == {"receipt": "KVITTO-1", "idempotency_key": done.key, "sha256": digest}
    assert (done.state, done.problem, done.leased_until) == (State.DELIVERED, "", None)
    # Done is done: nothing is due, and nobody sends it again.
    assert delivery.due(timezone.now() + timedelta(days=1)) == []
    assert delivery.attempt(done.pk, now=timezone.now()) is None
    with pytest.raises(ValidationError, match="redan de här siffrorna"):
        sent(north)
    assert len(receiver.seen) == 1


@pytest.mark.parametrize(
    ("mode", "problem"),
    [
        ("silence", Problem.TIMEOUT),
        ("drip", Problem.TIMEOUT),
        ("drip of headers", Problem.TIMEOUT),
        ("500", Problem.FAULT),
        ("503", Problem.FAULT),
        ("409", Problem.BUSY),
        ("429", Problem.BUSY),
        ("204", Problem.FAULT),
        ("fault after booking", Problem.FAULT),
        ("half", Problem.HALF),
        ("half chunk", Problem.HALF),
        ("reset", Problem.NO_ANSWER),
        ("hangs up", Problem.NO_ANSWER),
        ("huge", Problem.TOO_LARGE),
        ("wrong key", Problem.WRONG_RECEIPT),
        ("wrong digest", Problem.WRONG_RECEIPT),
        ("no receipt", Problem.NO_RECEIPT),
        ("no json", Problem.NO_RECEIPT),
        ("no object", Problem.NO_RECEIPT),
        ("deep", Problem.NO_RECEIPT),
    ],
)
def test_after_a_fault_it_is_tried_again_and_booked_once(
    north: Tenant, receiver: Receiver, mode: str, problem: Problem
):
    receiver.modes = [mode, mode]
    asked, begun = sent(north), time.monotonic()
    now = asked.next_at
    failed = tried(asked, now)
    assert time.monotonic() - begun < 3
    assert (failed.state, failed.problem, failed.receipt) == (State.WAITING, problem, None)
    # Not before its time, and then in longer and longer steps.
    assert failed.next_at == now + delivery.WAITS[0]
    assert delivery.due(now) == []
    assert delivery.attempt(failed.pk, now=now) is None
    failed = tried_when_due(failed)
    assert failed.problem == problem
    assert failed.next_at == now + delivery.WAITS[0] + delivery.WAITS[1]
    done = tried_when_due(failed)
    assert (done.state, done.attempts) == (State.DELIVERED, 3)
    assert receiver.ledger == [done.key]
    assert {seen["headers"]["Idempotency-Key"] for seen in receiver.seen} == {done.key}
    assert len({seen["body"] for seen in receiver.seen}) == 1


@pytest.mark.parametrize(
    ("mode", "problem"), [("redirect", Problem.REDIRECT), ("400", Problem.REFUSED), ("401", Problem.REFUSED)]
)
def test_what_would_end_in_the_same_way_is_left_to_a_person(
    north: Tenant, receiver: Receiver, office: StrictClient, mode: str, problem: Problem
):
    receiver.modes = [mode]
    failed = tried(sent(north))
    assert (failed.state, failed.problem) == (State.FAILED, problem)
    assert [seen["path"] for seen in receiver.seen] == ["/finsam"]
    assert delivery.due(timezone.now() + timedelta(days=9)) == []
    page = text_of(office.get(PAGE))
    assert problem.sentence in page
    assert "Försök igen" in page
    office.post(f"{PAGE}skicka/{failed.pk}/igen/")
    assert tried_when_due(failed).state == State.DELIVERED
    assert receiver.ledger == [failed.key]


def test_a_receiver_that_never_answers_is_given_up_and_can_be_asked_again(north: Tenant, receiver: Receiver):
    receiver.modes = ["500"] * 20
    asked = sent(north)
    tries = 0
    while asked.state == State.WAITING:
        asked, tries = tried_when_due(asked), tries + 1
    assert (asked.state, tries) == (State.FAILED, len(delivery.WAITS) + 1)
    receiver.modes = []
    # The same figures are the same delivery, whichever button is pressed.
    again = sent(north)
    assert (again.pk, again.key) == (asked.pk, asked.key)
    assert tried_when_due(again).state == State.DELIVERED
    assert receiver.ledger == [asked.key]


def test_what_a_dead_worker_left_is_taken_up_when_its_time_is_over(north: Tenant, receiver: Receiver):
    asked, now = sent(north), timezone.now()
    # The worker claimed it, the receiver booked it, and the worker was killed before it could write down the receipt.
    FinsamDelivery.objects.filter(pk=asked.pk).update(leased_until=now + delivery.LEASE, attempts=1, tried_at=now)
    receiver.book(asked.key, asked.body.encode())
    assert delivery.due(now) == []
    assert delivery.attempt(asked.pk, now=now) is None
    later = now + delivery.LEASE + timedelta(seconds=1)
    assert delivery.due(later) == [asked.pk]
    assert tried(asked, later).state == State.DELIVERED
    assert receiver.ledger == [asked.key]
    assert app.conf.beat_schedule["deliver-finsam"]["task"] == tasks.deliver_finsam_due.name


def test_other_figures_are_another_delivery_also_when_they_are_the_old_ones_again(north: Tenant, receiver: Receiver):
    first = tried(sent(north))
    made = north.enrol()
    second = tried(sent(north))
    type(made).objects.filter(pk=made.pk).update(is_void=True)
    third = tried(sent(north))
    assert receiver.ledger == [first.key, second.key, third.key]
    assert first.figures == third.figures
    assert [one.number for one in (first, second, third)] == [1, 2, 3]


def test_nothing_is_sent_while_one_is_on_its_way_or_the_federation_has_it_off(north: Tenant, receiver: Receiver):
    asked = sent(north)
    with pytest.raises(ValidationError, match="redan på väg"):
        sent(north)
    delivery.switch(by=north.office, federation=north.federation, wanted=False, now=timezone.now())
    assert delivery.attempt(asked.pk, now=timezone.now()) is None
    with pytest.raises(ValidationError, match="Slå på leveransen"):
        sent(north)
    assert receiver.seen == []


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:{port}/finsam", "http://10.0.0.1/", "http://localhost.example.org/", "ftp://localhost/", "/x"],
)
def test_only_https_is_spoken_and_only_to_the_named_host(
    north: Tenant, receiver: Receiver, settings: Any, address: str
):
    settings.DELIVERY_HTTP_TO_LOOPBACK = "{port}" not in address
    settings.DELIVERY_URL = address.format(port=receiver.server_port)
    failed = tried(sent(north))
    assert (failed.state, failed.problem) == (State.FAILED, Problem.NO_ADDRESS)
    assert receiver.seen == []


def test_a_proxy_of_the_environment_is_not_used(north: Tenant, receiver: Receiver, monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert tried(sent(north)).state == State.DELIVERED


@pytest.mark.parametrize("host", ["localhost", "other.example.org"])
def test_a_certificate_is_verified(north: Tenant, receiver: Receiver, settings: Any, tmp_path: Path, host: str):
    certificate = certificate_for(host, tmp_path)
    with running(certificate) as secure:
        settings.DELIVERY_URL = secure.url
        failed = tried(sent(north))
        assert (failed.state, failed.problem, secure.seen) == (State.WAITING, Problem.CERTIFICATE, [])
        # Trusted, it is let in if it is the host's own.
        settings.DELIVERY_CA = str(certificate)
        done = tried_when_due(failed)
        assert (done.state == State.DELIVERED) == (host == "localhost")
        assert secure.ledger == ([done.key] if host == "localhost" else [])


def test_the_office_sends_from_the_page_and_sees_what_has_changed_since(
    north: Tenant, receiver: Receiver, office: StrictClient, django_capture_on_commit_callbacks: Any
):
    assert "Inget har sänts för det här året" in text_of(office.get(PAGE))
    receiver.modes = ["500"]
    with django_capture_on_commit_callbacks(execute=True):
        office.post(f"{PAGE}skicka/", {"participants": "total", "period": "2025"})
    asked = FinsamDelivery.objects.get()
    page = text_of(office.get(PAGE))
    assert "Det blev fel hos mottagaren. Nästa försök" in page
    assert "Skicka nu" not in page
    FinsamDelivery.objects.update(next_at=timezone.now())
    tasks.deliver_finsam_due()
    page = text_of(office.get(PAGE))
    assert "KVITTO-1" in page
    assert "Inget har ändrats sedan det sändes" in page
    assert "Skicka nu" not in page
    north.enrol()
    page = text_of(office.get(PAGE))
    assert "Ändrat sedan det sändes" in page
    assert "Deltagare, summa 1 2 +1" in page
    with django_capture_on_commit_callbacks(execute=True):
        office.post(f"{PAGE}skicka/", {"participants": "total", "period": "2025"})
    assert receiver.ledger == [asked.key, FinsamDelivery.objects.get(number=2).key]
    assert "på ett annat sätt" in text_of(office.get(f"{PAGE}?participants=new"))


def test_where_no_address_is_named_the_page_says_so(north: Tenant, office: StrictClient):
    assert "inget öppet gränssnitt att sända till än" in text_of(office.get(PAGE))
    answer = office.post(f"{PAGE}skicka/", {"participants": "total", "period": "2025"}, follow=True)
    assert Problem.NO_ADDRESS.sentence in text_of(answer)
    assert not FinsamDelivery.objects.exists()


def test_the_switch_is_the_offices(world: World, office: StrictClient):
    assert not delivery.is_on(world.north.federation)
    office.post(f"{PAGE}leverans/", {"on": "ja"})
    assert delivery.is_on(world.north.federation)
    office.post(f"{PAGE}leverans/", {"on": "nej"})
    assert not delivery.is_on(world.north.federation)
