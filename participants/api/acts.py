"""What happens to a participation: an exit, a step, a follow-up, and taking back."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from finsam_tracker.clients.idempotency import idempotency_parameter, once
from finsam_tracker.core.api import ApiView, problems
from finsam_tracker.core.api_reading import Property, checked, read_body, yes_or_no
from finsam_tracker.core.days import DayError, read_day
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from participants.api.acting import answer_of, reason_in, refusals, row_of
from participants.api.bodies import exit_body, follow_up_body, reason_body, step_body
from participants.api.etags import if_match, seen_by
from participants.api.serializers import (
    AnswerSerializer,
    AssessmentSerializer,
    ExitSerializer,
    ParticipationSerializer,
    WhySerializer,
)
from participants.api.views import REFUSED, ROW
from participants.facts import Exit, FollowUpAnswer
from participants.models import FollowUp
from participants.services.assessment import take_back_assessment
from participants.services.correction import void
from participants.services.enrolment import assess_step
from participants.services.exit import end, reopen
from participants.services.followup import answer

ON = OpenApiParameter("on", OpenApiTypes.DATE, OpenApiParameter.PATH, description="The day of the assessment.")
MONTHS = OpenApiParameter("months", int, OpenApiParameter.PATH, description="Months after the exit.")
DONE: dict[Any, Any] = {200: ParticipationSerializer, **problems(*REFUSED)}
WHY_EXAMPLE = OpenApiExample("Why", value={"reason": "registrerat två gånger"}, request_only=True)


class ExitView(ApiView):
    @extend_schema(
        operation_id="participations_exit",
        summary="End a participation",
        description="Plans the follow-ups by the initiative's rules. An exit that is there is corrected with PATCH.",
        parameters=[*ROW, if_match(required=False), idempotency_parameter(required=False)],
        request=ExitSerializer,
        responses={**DONE, **problems(422)},
        examples=[
            OpenApiExample(
                "To work",
                value={"exit_on": "2025-09-30", "exit_reason": "work", "work_after": "50"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, federation: str, initiative: str, code: str) -> Response:
        user, row = row_of(request, federation, initiative, code, Permission.REGISTER)
        now = timezone.now()

        def act() -> Response:
            lists = Lists(row.federation)
            facts = Exit(**checked(read_body(request.data, exit_body(row.initiative, lists))))
            seen = seen_by(request, row, required=False)
            with refusals():
                end(by=user, participation=row, facts=facts, now=now, lists=lists, seen=seen)
            return answer_of(user, row)

        return once(request, act, now=now)


class ReopenView(ApiView):
    @extend_schema(
        operation_id="participations_reopen",
        summary="Take an exit back",
        description="The participation goes on, and the follow-ups fall away.",
        parameters=[*ROW, if_match(required=True)],
        request=WhySerializer,
        responses={**DONE, **problems(428)},
        examples=[WHY_EXAMPLE],
    )
    def post(self, request: Request, federation: str, initiative: str, code: str) -> Response:
        return _with_reason(reopen, request, federation, initiative, code)


class VoidView(ApiView):
    @extend_schema(
        operation_id="participations_void",
        summary="End as felregistrering",
        description="The participation leaves every statistic and stays in the history.",
        parameters=[*ROW, if_match(required=True)],
        request=WhySerializer,
        responses={**DONE, **problems(428)},
        examples=[WHY_EXAMPLE],
    )
    def post(self, request: Request, federation: str, initiative: str, code: str) -> Response:
        return _with_reason(void, request, federation, initiative, code)


class StepView(ApiView):
    @extend_schema(
        operation_id="participations_assess",
        summary="Assess a step",
        description="One assessment a day: a second one of the same day replaces it.",
        parameters=[*ROW, ON, if_match(required=False)],
        request=AssessmentSerializer,
        responses=DONE,
    )
    def put(self, request: Request, federation: str, initiative: str, code: str, on: str) -> Response:
        user, row = row_of(request, federation, initiative, code, Permission.REGISTER)
        day = _day(on)
        step = checked(read_body(request.data, step_body(Lists(row.federation))))["step"]
        seen = seen_by(request, row, required=False)
        with refusals():
            assess_step(by=user, participation=row, step=step, on=day, now=timezone.now(), seen=seen)
        return answer_of(user, row)


class TakeBackView(ApiView):
    @extend_schema(
        operation_id="participations_take_back_assessment",
        summary="Take an assessment back",
        parameters=[*ROW, ON, if_match(required=True)],
        request=WhySerializer,
        responses={**DONE, **problems(428)},
        examples=[WHY_EXAMPLE],
    )
    def post(self, request: Request, federation: str, initiative: str, code: str, on: str) -> Response:
        user, row = row_of(request, federation, initiative, code, Permission.REGISTER)
        assessment = get_object_or_404(row.assessments.counted(), on=_day(on))
        assessment.participation = row
        seen = seen_by(request, row, required=True)
        reason = _reason(request)
        with refusals():
            take_back_assessment(by=user, assessment=assessment, reason=reason, now=timezone.now(), seen=seen)
        return answer_of(user, row)


class FollowUpView(ApiView):
    @extend_schema(
        operation_id="participations_follow_up",
        summary="Answer a follow-up",
        description="An answer that is there is corrected with a `reason`; then `If-Match` must be sent.",
        parameters=[*ROW, MONTHS, if_match(required=False)],
        request=AnswerSerializer,
        responses={**DONE, **problems(428)},
        examples=[
            OpenApiExample(
                "Reached",
                value={"outcome": "reached", "done_on": "2026-03-30", "work_after": "50", "studies_after": "none"},
                request_only=True,
            )
        ],
    )
    def put(self, request: Request, federation: str, initiative: str, code: str, months: int) -> Response:
        user, row = row_of(request, federation, initiative, code, Permission.REGISTER)
        follow_up: FollowUp = get_object_or_404(row.follow_ups.counted(), months=months)
        follow_up.participation = row
        seen = seen_by(request, row, required=follow_up.done_on is not None)
        values = checked(read_body(request.data, _answer_body()))
        again, reason = values.pop("try_again", False), reason_in(values)
        facts = FollowUpAnswer(**values)
        with refusals():
            answer(by=user, follow_up=follow_up, facts=facts, now=timezone.now(), reason=reason, again=again, seen=seen)
        return answer_of(user, row)


def _with_reason(
    service: Callable[..., object], request: Request, federation: str, initiative: str, code: str
) -> Response:
    """Do to a whole participation what asks for a reason."""
    user, row = row_of(request, federation, initiative, code, Permission.REGISTER)
    seen = seen_by(request, row, required=True)
    reason = _reason(request)
    with refusals():
        service(by=user, participation=row, reason=reason, now=timezone.now(), seen=seen)
    return answer_of(user, row)


def _answer_body() -> dict[str, Property]:
    return {**follow_up_body(), "try_again": Property(yes_or_no, may_be_null=False), **reason_body()}


def _reason(request: Request) -> str:
    return reason_in(checked(read_body(request.data, reason_body())))


def _day(text: str) -> date:
    """The day in an address; what is no day is no address."""
    try:
        return read_day(text)
    except DayError as error:
        raise Http404 from error
