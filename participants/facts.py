"""What a form, an import or the API hands to a service: plain values, checked by ``participants.policies``."""

from dataclasses import dataclass
from datetime import date

from finsam_tracker.core.models import Municipality
from initiatives.models import ExitReason
from participants.codes import Asked, FollowUpOutcome


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
