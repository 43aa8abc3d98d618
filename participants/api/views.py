"""Participations: the list, one to read and correct, and a new one."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from finsam_tracker.clients.idempotency import idempotency_parameter, once
from finsam_tracker.core.api import ApiView, problems
from finsam_tracker.core.api_reading import checked, read_body, wrong
from finsam_tracker.core.conditional import NOT_MODIFIED, unless_unchanged
from finsam_tracker.core.models import User
from finsam_tracker.core.paging import PAGING, page_of, paged
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.models import Initiative
from participants.api.acting import answer_of, place_of, reason_in, refusals, row_of
from participants.api.bodies import EXIT, enrolment_body, exit_body, read_with_exit, reason_body, under_exit
from participants.api.etags import if_match, seen_by
from participants.api.filters import FILTERS, narrowed
from participants.api.serializers import (
    CorrectionSerializer,
    EnrolmentSerializer,
    PartialCorrectionSerializer,
    ParticipationSerializer,
)
from participants.api.showing import tell
from participants.facts import Enrolment, Exit, enrolment_of, exit_of
from participants.models import Participation
from participants.policies import Problems
from participants.services.correction import correct
from participants.services.enrolment import enrol
from participants.whole import with_everything

FEDERATION = OpenApiParameter("federation", str, OpenApiParameter.PATH, description="A federation's `slug`.")
INITIATIVE = OpenApiParameter("initiative", str, OpenApiParameter.PATH, description="An initiative's `slug`.")
CODE = OpenApiParameter("code", str, OpenApiParameter.PATH, description="A participation's `code`.")
PLACE = [FEDERATION, INITIATIVE]
ROW = [*PLACE, CODE]
REFUSED = (400, 401, 403, 404, 406, 412, 413, 415, 429)
START_EXAMPLE = OpenApiExample(
    "A start",
    value={
        "gender": "woman",
        "start_on": "2025-03-10",
        "birth_year": 1985,
        "municipality": "ekby",
        "education": "primary",
        "support_before": ["municipal-support"],
        "asked_about_violence": "yes",
    },
    request_only=True,
)
CORRECTION_EXAMPLE = OpenApiExample(
    "Another start", value={"start_on": "2025-03-11", "reason": "fel datum"}, request_only=True
)


class ParticipationsView(ApiView):
    """Those of an initiative."""

    @extend_schema(
        operation_id="participations_list",
        summary="The participations of an initiative",
        description="In the order in which they were made, with their steps and follow-ups.",
        parameters=[*PLACE, *FILTERS, *PAGING],
        responses={
            200: paged(ParticipationSerializer, "ParticipationPage"),
            **problems(400, 401, 403, 404, 406, 429),
        },
    )
    def get(self, request: Request, federation: str, initiative: str) -> Response:
        user, place = place_of(request, federation, initiative, Permission.SEE_ROWS)
        own = Participation.objects.visible_to(user).filter(initiative=place)
        rows = narrowed(request, with_everything(own))
        return Response(page_of(request, rows, tell))

    @extend_schema(
        operation_id="participations_create",
        summary="Enrol a participant",
        description="The system makes the code. Send an `Idempotency-Key`, so that a repeated request enrols once.",
        parameters=[*PLACE, idempotency_parameter(required=False)],
        request=EnrolmentSerializer,
        responses={201: ParticipationSerializer, **problems(400, 401, 403, 404, 406, 413, 415, 422, 429)},
        examples=[START_EXAMPLE],
    )
    def post(self, request: Request, federation: str, initiative: str) -> Response:
        user, place = place_of(request, federation, initiative, Permission.REGISTER)
        now = timezone.now()
        return once(request, lambda: _enrol(request, user, place, now), now=now)


class ParticipationView(ApiView):
    """One participation."""

    @extend_schema(
        operation_id="participations_read",
        summary="A participation",
        parameters=ROW,
        responses={
            200: ParticipationSerializer,
            **NOT_MODIFIED,
            **problems(401, 403, 404, 406, 429),
        },
    )
    def get(self, request: Request, federation: str, initiative: str, code: str) -> HttpResponseBase:
        user, row = row_of(request, federation, initiative, code, Permission.SEE_ROWS)
        return unless_unchanged(request, answer_of(user, row))

    @extend_schema(
        operation_id="participations_correct",
        summary="Correct a participation",
        description="Replaces all that is registered about the start and the exit. What is left out is not known.",
        parameters=[*ROW, if_match(required=True)],
        request=CorrectionSerializer,
        responses={200: ParticipationSerializer, **problems(*REFUSED, 428)},
    )
    def put(self, request: Request, federation: str, initiative: str, code: str) -> Response:
        return self._correct(request, federation, initiative, code, partly=False)

    @extend_schema(
        operation_id="participations_correct_partly",
        summary="Correct a part of a participation",
        description="What is left out stays as it is.",
        parameters=[*ROW, if_match(required=True)],
        request=PartialCorrectionSerializer,
        responses={200: ParticipationSerializer, **problems(*REFUSED, 428)},
        examples=[CORRECTION_EXAMPLE],
    )
    def patch(self, request: Request, federation: str, initiative: str, code: str) -> Response:
        return self._correct(request, federation, initiative, code, partly=True)

    def _correct(self, request: Request, federation: str, initiative: str, code: str, *, partly: bool) -> Response:
        user, row = row_of(request, federation, initiative, code, Permission.REGISTER)
        seen = seen_by(request, row, required=True)
        lists = Lists(row.federation)
        properties = {**enrolment_body(lists), **reason_body()}
        given = read_with_exit(request.data, properties, exit_body(row.initiative, lists), partly=partly)
        values = checked(given)
        reason = reason_in(values)
        ending = _ending(row, values, partly=partly)
        start = replace(enrolment_of(row), **values) if partly else Enrolment(**values)
        with refusals(renamed=_in_exit):
            correct(
                by=user,
                participation=row,
                enrolment=start,
                exit_=ending,
                reason=reason,
                now=timezone.now(),
                lists=lists,
                seen=seen,
            )
        return answer_of(user, row)


def _enrol(request: Request, user: User, place: Initiative, now: datetime) -> Response:
    lists = Lists(place.federation)
    values = checked(read_body(request.data, enrolment_body(lists)))
    with refusals():
        made = enrol(by=user, initiative=place, facts=Enrolment(**values), now=now, lists=lists)
    return answer_of(user, made, status.HTTP_201_CREATED)


def _ending(row: Participation, values: dict[str, Any], *, partly: bool) -> Exit | None:
    """The exit as it is to be: as it was where nothing is said of it."""
    before = exit_of(row)
    if "exit" not in values:
        return before
    given = values.pop("exit")
    if given is None:
        return None
    if not partly:
        return Exit(**given)
    if before is None:
        raise wrong({"exit": [_("Deltagandet är inte avslutat. Avsluta det på dess adress /exit.")]})
    return replace(before, **given)


def _in_exit(told: Problems) -> Problems:
    """The service tells of all facts by one name; in this body those of the exit stand within it."""
    ending = {name: sentences for name, sentences in told.items() if name in EXIT}
    return {name: sentences for name, sentences in told.items() if name not in EXIT} | under_exit(ending)
