"""Participations as they are told over REST: codes, never labels, and never a key of the database."""

from collections.abc import Iterable, Mapping
from typing import Any

from participants.api.etags import etag_of
from participants.marks import marks_of
from participants.models import FollowUp, Participation

Told = dict[str, Any]


def tell(rows: Iterable[Participation]) -> list[Mapping[str, Any]]:
    """Participations with their marks."""
    found = list(rows)
    marks = marks_of(found)
    return [{**tell_one(row), "etag": etag_of(row, marks[row.pk])} for row in found]


def tell_one(row: Participation) -> Told:
    """A participation without its mark."""
    return {
        "code": row.code,
        "is_void": row.is_void,
        "gender": row.gender,
        "start_on": row.start_on.isoformat(),
        "birth_year": row.birth_year,
        "municipality": row.municipality.code if row.municipality else None,
        "education": row.education,
        "referrer": row.referrer,
        "assignment": row.assignment,
        "support_before": _codes(row.support_before),
        "support_months": row.support_months,
        "asked_about_violence": row.asked_about_violence,
        "exit": _exit(row),
        "steps": [{"on": a.on.isoformat(), "step": a.step.code} for a in row.assessments.all()],
        "follow_ups": [tell_follow_up(follow_up) for follow_up in row.follow_ups.all()],
    }


def tell_follow_up(row: FollowUp) -> Told:
    """A follow-up. One that is not done has no day and is ``planned``, however late."""
    return {
        "months": row.months,
        "due_on": row.due_on.isoformat(),
        "outcome": row.outcome,
        "done_on": row.done_on.isoformat() if row.done_on else None,
        "work_after": row.work_after,
        "studies_after": row.studies_after,
        "support_after": _codes(row.support_after),
    }


def _exit(row: Participation) -> Told | None:
    if row.exit_on is None or row.exit_reason is None:
        return None
    return {
        "exit_on": row.exit_on.isoformat(),
        "exit_reason": row.exit_reason.code,
        "work_after": row.work_after,
        "studies_after": row.studies_after,
        "support_after": _codes(row.support_after),
    }


def _codes(codes: frozenset[str] | None) -> list[str] | None:
    return sorted(codes) if codes else None
