"""Many rows in one request."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from finsam_tracker.clients.idempotency import idempotency_parameter, once
from finsam_tracker.core.api import ApiView, problems
from finsam_tracker.core.api_reading import (
    Given,
    Property,
    WrongValueError,
    day,
    read_body,
    whole_number,
    wrong,
    yes_or_no,
)
from finsam_tracker.core.models import User
from finsam_tracker.core.permissions import Permission
from finsam_tracker.core.problems import Problem
from initiatives.lists import Lists
from initiatives.models import Initiative
from participants.api.acting import place_of
from participants.api.bodies import (
    EXIT,
    Properties,
    enrolment_body,
    exit_body,
    follow_up_body,
    read_with_exit,
    step_body,
    under_exit,
)
from participants.api.serializers import MAX_ROWS, BulkAnswerSerializer, BulkSerializer
from participants.api.views import PLACE
from participants.codes import read_code
from participants.importing.columns import FOLLOW_UPS, PARTICIPATIONS, STEPS
from participants.importing.plan import Plan, PlanRow
from participants.policies import Problems
from participants.services.rows import Outcome, Place, write_all

KINDS = {"participations": PARTICIPATIONS, "steps": STEPS, "follow_ups": FOLLOW_UPS}
_ROWS_OF = {"municipality": "municipality_id", "exit_reason": "exit_reason_id", "step": "step_id"}
EXAMPLE = OpenApiExample(
    "A new one, one that ends, and a step",
    value={
        "atomic": True,
        "participations": [
            {"gender": "man", "start_on": "2025-04-01", "birth_year": 1990},
            {"code": "K7M-4RX-G", "exit": {"exit_on": "2025-09-30", "exit_reason": "work", "work_after": "100"}},
        ],
        "steps": [{"code": "K7M-4RX-G", "on": "2025-05-02", "step": "step-2"}],
    },
    request_only=True,
)


class BulkView(ApiView):
    """Enrols, corrects, ends, assesses and follows up."""

    @extend_schema(
        operation_id="participations_bulk",
        summary="Write many rows at once",
        description=(
            "A participation without a code is new; with a code, what is given is changed. Steps and follow-ups name "
            "the code they belong to. The answer has a line for each row, in its order. With `atomic` true a single "
            "fault stops everything: 422, with the faults under `participations/3/gender`. Sent again with the same "
            "`Idempotency-Key`, nothing is written twice."
        ),
        parameters=[*PLACE, idempotency_parameter(required=True)],
        request=BulkSerializer,
        responses={200: BulkAnswerSerializer, **problems(400, 401, 403, 404, 406, 413, 415, 422, 429)},
        examples=[EXAMPLE],
    )
    def post(self, request: Request, federation: str, initiative: str) -> Response:
        user, place = place_of(request, federation, initiative, Permission.REGISTER)
        now = timezone.now()
        return once(request, lambda: _write(request, user, place, now), now=now, required=True)


def _write(request: Request, user: User, place: Initiative, now: datetime) -> Response:
    rows, atomic = _rows(request.data)
    reading = _Reading(place, Lists(place.federation))
    for kind, items in rows.items():
        for number, item in enumerate(items):
            reading.take(kind, number, item)
    outcome = write_all(
        by=user,
        initiative=place,
        plan=reading.plan,
        faults=reading.faults,
        not_ended=reading.not_ended,
        atomic=atomic,
        now=now,
        lists=reading.lists,
    )
    if not outcome.is_written:
        raise _nothing_written(outcome)
    return Response(_answer(rows, reading.codes, outcome))


def _rows(data: Any) -> tuple[dict[str, list[Any]], bool]:
    lists = {kind: Property(_list, may_be_null=False) for kind in KINDS}
    given = read_body(data, {"atomic": Property(yes_or_no, may_be_null=False), **lists})
    if given.problems:
        raise wrong(given.problems)
    rows = {kind: given.values.get(kind, []) for kind in KINDS}
    if sum(map(len, rows.values())) > MAX_ROWS:
        raise wrong({"__all__": [_("Skicka högst %d rader i en begäran. Dela upp dem i flera.") % MAX_ROWS]})
    return rows, given.values.get("atomic", False)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise WrongValueError(_("Skicka en lista med rader."))
    return value


class _Reading:
    """The rows of a request on their way into a plan."""

    def __init__(self, place: Initiative, lists: Lists) -> None:
        self.lists = lists
        self.plan = Plan()
        self.faults: dict[Place, Problems] = {}
        self.codes: dict[Place, str] = {}
        self.not_ended: set[int] = set()
        self._start, self._exit = enrolment_body(lists), exit_body(place, lists)
        needed = Property(_code, _("Skicka deltagandets kod."))
        months = _("Skriv antalet månader som ett heltal mellan 1 och 60.")
        self._others: dict[str, Properties] = {
            "steps": {"code": needed, "on": Property(day, _("Skriv bedömningens dag.")), **step_body(lists)},
            "follow_ups": {"code": needed, "months": Property(whole_number(months), months), **follow_up_body()},
        }

    def take(self, kind: str, number: int, item: Any) -> None:
        """Read a row into the plan, or its faults."""
        given = self._participation(item, number) if kind == "participations" else read_body(item, self._others[kind])
        place = KINDS[kind], number
        code = given.values.pop("code", None)
        if code:
            self.codes[place] = code
        if given.problems:
            self.faults[place] = given.problems
        else:
            values = {_ROWS_OF.get(n, n): v.pk if n in _ROWS_OF and v else v for n, v in given.values.items()}
            getattr(self.plan, kind).append(PlanRow(number, code, values))

    def _participation(self, item: Any, number: int) -> Given:
        is_known = isinstance(item, dict) and item.get("code") is not None
        properties = {"code": Property(_code), **self._start}
        given = read_with_exit(item, properties, self._exit, partly=is_known)
        if "exit" in given.values:
            ending = given.values.pop("exit")
            given.values |= ending or {}
            if ending is None:
                self.not_ended.add(number)
        return given


def _code(value: Any) -> str:
    code = read_code(value) if isinstance(value, str) else None
    if code is None:
        raise WrongValueError(_("Koden stämmer inte. Kontrollera varje tecken mot den kod du fick."))
    return code


def _nothing_written(outcome: Outcome) -> Problem:
    kinds = {sheet: kind for kind, sheet in KINDS.items()}
    errors = {
        f"{kinds[sheet]}/{number}/{name}".rstrip("/"): sentences
        for (sheet, number), told in outcome.faults.items()
        for name, sentences in _named(sheet, told).items()
    }
    sentence = _("Inget är sparat, eftersom %d rader har fel. Rätta dem och skicka alla igen.") % len(outcome.faults)
    return Problem(status.HTTP_422_UNPROCESSABLE_ENTITY, sentence, errors)


def _answer(rows: dict[str, list[Any]], codes: dict[Place, str], outcome: Outcome) -> dict[str, Any]:
    told: Callable[[str, int], dict[str, Any]] = lambda kind, n: _line((KINDS[kind], n), codes, outcome)  # noqa: E731
    lines = {kind: [told(kind, number) for number in range(len(items))] for kind, items in rows.items()}
    counts = Counter(line["status"] for kind in lines.values() for line in kind)
    return {"counts": {name: counts[name] for name in ("created", "changed", "unchanged", "faulty")}, **lines}


def _line(place: Place, codes: dict[Place, str], outcome: Outcome) -> dict[str, Any]:
    sheet, number = place
    line = {"row": number, "status": "unchanged", "code": codes.get(place)}
    if place in outcome.faults:
        return {**line, "status": "faulty", "errors": _named(sheet, outcome.faults[place])}
    if sheet == PARTICIPATIONS and number in outcome.created:
        return {**line, "status": "created", "code": outcome.created[number]}
    return {**line, "status": "changed"} if place in outcome.changed else line


def _named(sheet: str, told: Problems) -> Problems:
    """The faults by the properties of a row, where those of an exit stand within it."""
    plain = {"" if name == "__all__" else name: sentences for name, sentences in told.items()}
    if sheet != PARTICIPATIONS:
        return plain
    ending = {name: sentences for name, sentences in plain.items() if name in EXIT}
    return {name: sentences for name, sentences in plain.items() if name not in EXIT} | under_exit(ending)
