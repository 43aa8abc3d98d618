"""How a form knows whether what it was made from still holds."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any

from django.core import signing
from django.db.models import Max

from participants.models import (
    FollowUpVersion,
    Participation,
    ParticipationVersion,
    StepAssessmentVersion,
    Version,
)


@dataclass(frozen=True)
class Mark:
    """The latest version of everything that belongs to a participation; zero where there is none.

    Versions are only ever added, by whatever makes a change, so an equal mark means that nothing has happened.
    """

    participation: int
    assessments: int
    follow_ups: int

    def is_before(self, version: Version) -> bool:
        """Whether the version has been added since."""
        latest = self.follow_ups
        if isinstance(version, ParticipationVersion):
            latest = self.participation
        elif isinstance(version, StepAssessmentVersion):
            latest = self.assessments
        return bool(version.pk > latest)


def mark_of(participation: Participation) -> Mark:
    """The participation's mark at this moment."""

    def latest(model: Any, **of: Any) -> int:
        found: int | None = model.objects.filter(**of).aggregate(latest=Max("pk"))["latest"]
        return found or 0

    return Mark(
        latest(ParticipationVersion, registration=participation),
        latest(StepAssessmentVersion, participation=participation),
        latest(FollowUpVersion, participation=participation),
    )


def marks_of(participations: Iterable[Participation]) -> dict[int, Mark]:
    """The marks of many participations at this moment, by key."""
    keys = [participation.pk for participation in participations]

    def latest(model: Any, of: str) -> dict[int, int]:
        rows = model.objects.filter(**{f"{of}__in": keys}).order_by().values_list(of)
        return dict(rows.annotate(latest=Max("pk")))

    parts = [
        latest(ParticipationVersion, "registration"),
        latest(StepAssessmentVersion, "participation"),
        latest(FollowUpVersion, "participation"),
    ]
    return {key: Mark(*(part.get(key, 0) for part in parts)) for key in keys}


def seal(mark: Mark, participation: Participation) -> str:
    """The mark as a form carries it: nobody can make one, or use that of another participation."""
    return signing.dumps(astuple(mark), salt=_salt(participation))


def unseal(text: str, participation: Participation) -> Mark | None:
    """The mark that a form came back with; None where its seal is gone or broken."""
    try:
        return Mark(*signing.loads(text, salt=_salt(participation)))
    except signing.BadSignature:
        return None


def _salt(participation: Participation) -> str:
    return f"mark:{participation.pk}"
