"""What a form, an import or the API hands to a service: plain values, checked by ``participants.policies``."""

from dataclasses import dataclass, fields
from datetime import date

from finsam_tracker.core.models import Municipality
from initiatives.models import ExitReason
from participants.codes import Asked, FollowUpOutcome
from participants.models import FollowUp, Participation


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """What is known at the start. None means "not known" and is printed as Uppgift saknas."""

    gender: str
    start_on: date
    birth_year: int | None = None
    municipality: Municipality | None = None
    education: str | None = None
    referrer: str | None = None
    assignment: str | None = None
    support_before: frozenset[str] | None = None
    support_months: int | None = None
    asked_about_violence: str = Asked.NOT_YET


@dataclass(frozen=True, kw_only=True)
class Exit:
    """What is known at the exit."""

    exit_on: date
    exit_reason: ExitReason
    work_after: str | None = None
    studies_after: str | None = None
    support_after: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class FollowUpAnswer:
    """What became of a follow-up. Occupation and support only where the participant was reached."""

    outcome: FollowUpOutcome
    done_on: date
    work_after: str | None = None
    studies_after: str | None = None
    support_after: frozenset[str] | None = None


def enrolment_of(participation: Participation) -> Enrolment:
    """What is registered about the start."""
    return Enrolment(**{field.name: getattr(participation, field.name) for field in fields(Enrolment)})


def exit_of(participation: Participation) -> Exit | None:
    """What is registered about the exit; None where there is none."""
    if participation.exit_on is None:
        return None
    return Exit(**{field.name: getattr(participation, field.name) for field in fields(Exit)})


def answer_of(follow_up: FollowUp) -> FollowUpAnswer | None:
    """What is registered about a follow-up; None for one that is not done."""
    if follow_up.done_on is None:
        return None
    return FollowUpAnswer(**{field.name: getattr(follow_up, field.name) for field in fields(FollowUpAnswer)})
