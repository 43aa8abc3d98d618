"""Sending a year's figures: asked for by a person, done by a worker, over when a receipt says that they are there.

The database is the truth about what has been sent. A row is claimed for a while before the request, so that two
workers never send it at once and a dead one's row is taken up again. The receiver tells attempts from deliveries by
the idempotency key, so that an attempt too many adds nothing there.
"""

import hashlib
import json
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from finsam_tracker.core import audit
from finsam_tracker.core.jobs import ask_on_commit
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.tenancy import allow
from reports.finsam.export import Export, canonical, payload_of
from reports.finsam.transport import Answer, NotDeliveredError, Problem, has_address, post
from reports.models import FinsamDelivery, FinsamSwitch

TASK = "reports.tasks.deliver_finsam"
LEASE = timedelta(minutes=3)
"""How long a worker has for an attempt: above the task's time limit, so that only a dead one's is taken over."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""After each attempt that failed; after the last of them there is one more attempt, and then a person must ask."""
WAIT_AND_ASK_AGAIN = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,  # the first attempt is still being worked at
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
RECEIPT = ("receipt", "idempotency_key", "sha256", "received_at")
"""What is kept of a receipt."""
LONGEST = 200
State = FinsamDelivery.State


def is_on(federation: Federation) -> bool:
    """Whether the federation lets its figures be sent."""
    return FinsamSwitch.objects.filter(federation=federation, is_on=True).exists()


@transaction.atomic
def switch(*, by: User, federation: Federation, wanted: bool, now: datetime) -> None:
    """Let the federation's figures be sent, or not any more. Nothing is sent by this."""
    allow(by, Permission.REPORT_FINSAM, federation)
    row, _created = FinsamSwitch.objects.select_for_update().get_or_create(federation=federation)
    if row.is_on != wanted:
        row.is_on = wanted
        row.save()
        action = "open_finsam_delivery" if wanted else "close_finsam_delivery"
        audit.record(by=by, action=action, subject=row, federation=federation, now=now)


@transaction.atomic
def send(*, by: User, export: Export, now: datetime) -> FinsamDelivery:
    """Ask for the figures to be sent. The same that did not arrive are the same delivery. Raises ValidationError."""
    federation, year = export.federation, export.asked.year
    _ready(by, federation)
    last = FinsamDelivery.objects.filter(federation=federation, year=year).first()
    payload = payload_of(export)
    figures = payload["figures_sha256"]
    if last is not None and last.state == State.WAITING:
        raise ValidationError(_("En leverans är redan på väg. Vänta på den."))
    if last is not None and last.figures == figures:
        return _again(by, last, now)
    number = last.number + 1 if last else 1
    made = FinsamDelivery.objects.create(
        federation=federation,
        year=year,
        number=number,
        key=f"{federation.slug}-{year}-{number}-{figures}",
        body=canonical(payload).decode(),
        figures=figures,
        asked_by=by,
        asked_at=now,
        next_at=now,
    )
    return _ask(by, made, "send_finsam", now)


@transaction.atomic
def send_again(*, by: User, delivery: FinsamDelivery, now: datetime) -> FinsamDelivery:
    """Try once more with what did not arrive, as it was. Raises ValidationError."""
    _ready(by, delivery.federation)
    last = FinsamDelivery.objects.filter(federation=delivery.federation, year=delivery.year).first()
    if last is None or last.pk != delivery.pk:
        raise ValidationError(_("Det finns en senare leverans. Ladda om sidan."))
    return _again(by, last, now)


def _ready(by: User, federation: Federation) -> None:
    allow(by, Permission.REPORT_FINSAM, federation)
    Federation.objects.select_for_update(no_key=True).get(pk=federation.pk)
    if not has_address():
        raise ValidationError(Problem.NO_ADDRESS.sentence)
    if not is_on(federation):
        raise ValidationError(_("Slå på leveransen först."))


def _again(by: User, delivery: FinsamDelivery, now: datetime) -> FinsamDelivery:
    if delivery.state == State.DELIVERED:
        raise ValidationError(_("Mottagaren har redan de här siffrorna. Det finns inget nytt att sända."))
    delivery.state, delivery.attempts, delivery.next_at, delivery.leased_until = State.WAITING, 0, now, None
    delivery.save(update_fields=["state", "attempts", "next_at", "leased_until"])
    return _ask(by, delivery, "send_finsam_again", now)


def _ask(by: User, delivery: FinsamDelivery, action: str, now: datetime) -> FinsamDelivery:
    audit.record(by=by, action=action, subject=delivery, federation=delivery.federation, now=now)
    ask_on_commit(TASK, delivery.pk)
    return delivery


def due(now: datetime) -> list[int]:
    """The deliveries whose time has come, of federations that let them."""
    return list(FinsamDelivery.objects.due_at(now).values_list("pk", flat=True))


def attempt(number: int, *, now: datetime) -> FinsamDelivery | None:
    """Try a delivery once, if it is due and nobody is at it; None where it is not."""
    taken = FinsamDelivery.objects.due_at(now).filter(pk=number)
    if not taken.update(leased_until=now + LEASE, attempts=F("attempts") + 1, tried_at=now):
        return None
    delivery = FinsamDelivery.objects.select_related("federation").get(pk=number)
    try:
        receipt = _delivered(delivery)
    except NotDeliveredError as error:
        _keep_problem(delivery, error.problem, now)
    else:
        _keep_receipt(delivery, receipt, now)
    delivery.refresh_from_db()
    return delivery


def _delivered(delivery: FinsamDelivery) -> dict[str, str]:
    """The receipt for what was sent. Raises NotDeliveredError."""
    body = delivery.body.encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": delivery.key}
    if settings.DELIVERY_TOKEN:
        headers["Authorization"] = f"Bearer {settings.DELIVERY_TOKEN}"
    return _receipt(post(body, headers), delivery.key, hashlib.sha256(body).hexdigest())


def _receipt(answer: Answer, key: str, digest: str) -> dict[str, str]:
    if answer.status not in (HTTPStatus.OK, HTTPStatus.CREATED):
        raise NotDeliveredError(_problem_of(answer.status))
    try:
        told: Any = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise NotDeliveredError(Problem.NO_RECEIPT) from error
    if not isinstance(told, dict) or not isinstance(told.get("receipt"), str):
        raise NotDeliveredError(Problem.NO_RECEIPT)
    if (told.get("idempotency_key"), told.get("sha256")) != (key, digest):
        raise NotDeliveredError(Problem.WRONG_RECEIPT)
    return {name: str(told[name])[:LONGEST] for name in RECEIPT if name in told}


def _problem_of(status: int) -> Problem:
    if status in WAIT_AND_ASK_AGAIN:
        return Problem.BUSY
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Problem.REDIRECT
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Problem.REFUSED
    return Problem.FAULT


@transaction.atomic
def _keep_receipt(delivery: FinsamDelivery, receipt: dict[str, str], now: datetime) -> None:
    # Also where a later attempt has been begun, or given up: the receipt says that the figures are there.
    open_ = FinsamDelivery.objects.filter(pk=delivery.pk).exclude(state=State.DELIVERED)
    at = max(now, delivery.asked_at)  # the clock may have been set back
    values = {"state": State.DELIVERED, "receipt": receipt, "delivered_at": at, "problem": "", "leased_until": None}
    if open_.update(**values):
        system = User.objects.system()
        audit.record(by=system, action="deliver_finsam", subject=delivery, federation=delivery.federation, now=now)


def _keep_problem(delivery: FinsamDelivery, problem: Problem, now: datetime) -> None:
    """Note why, and when to try again, unless a later attempt has been begun meanwhile."""
    tries = delivery.attempts
    values: dict[str, Any] = {"problem": problem.value, "leased_until": None}
    if problem.is_final or tries > len(WAITS):
        values["state"] = State.FAILED
    else:
        values["next_at"] = now + WAITS[tries - 1]
    FinsamDelivery.objects.filter(pk=delivery.pk, state=State.WAITING, attempts=tries).update(**values)
