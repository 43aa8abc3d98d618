"""A federation read out as plain values: what the reference counts."""

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from finsam_tracker.core.models import Federation, FederationYear, Funding, Inhabitants, Municipality, Parameter
from initiatives.models import (
    Activity,
    ActivityVersion,
    Band,
    CodeItem,
    ExitReason,
    Goal,
    Initiative,
    InitiativeYear,
    OutcomeGroup,
    Step,
)
from participants.models import (
    AdvisoryContacts,
    AdvisoryContactsVersion,
    FollowUp,
    FollowUpVersion,
    Participation,
    ParticipationVersion,
)

Row = dict[str, Any]


@dataclass
class Facts:
    """Rows as dictionaries; lists by the key that registrations hold."""

    positive_step: str
    participations: list[Row]
    follow_ups: list[Row]
    contacts: list[Row]
    initiatives: dict[int, Row]
    reasons: dict[int, Row]
    groups: dict[int, Row]
    steps: dict[int, Row]
    municipalities: dict[int, Row]
    education: dict[str, Row]
    bands: dict[str, list[Row]]
    parameters: dict[str, Fraction]
    inhabitants: dict[tuple[int, str], int]
    funding: dict[tuple[int, str], int]
    goals: list[Row]
    activities: list[Row]
    initiative_years: list[Row]
    federation_year: Row


def read(federation: Federation, known_at: datetime | None = None) -> Facts:
    """Everything as it is now, or as it was known at a moment."""
    bands: dict[str, list[Row]] = {}
    for band in _by_key(Band, federation).values():
        bands.setdefault(band["kind"], []).append(band)
    participations = _known(Participation, ParticipationVersion, federation, known_at)
    of_registration = {row["registration_id"]: row for row in participations}
    follow_ups = _known(FollowUp, FollowUpVersion, federation, known_at)
    for row in follow_ups:
        row["initiative_id"] = of_registration[row["participation_id"]]["initiative_id"]
    return Facts(
        positive_step=federation.positive_step,
        participations=participations,
        follow_ups=follow_ups,
        contacts=_known(AdvisoryContacts, AdvisoryContactsVersion, federation, known_at),
        initiatives=_by_key(Initiative, federation),
        reasons=_by_key(ExitReason, federation),
        groups=_by_key(OutcomeGroup, federation),
        steps=_by_key(Step, federation),
        municipalities=_by_key(Municipality, federation),
        education={r["code"]: r for r in _by_key(CodeItem, federation).values() if r["kind"] == "education"},
        bands=bands,
        parameters={r.key: Fraction(r.value) for r in Parameter.objects.filter(federation=federation)},
        inhabitants={
            (r.year, r.municipality.code): r.count
            for r in Inhabitants.objects.filter(municipality__federation=federation).select_related("municipality")
        },
        funding={(r.year, r.source): int(r.amount_sek) for r in Funding.objects.filter(federation=federation)},
        goals=list(_by_key(Goal, federation).values()),
        activities=_known(Activity, ActivityVersion, federation, known_at),
        initiative_years=list(InitiativeYear.objects.filter(initiative__federation=federation).values()),  # type: ignore[arg-type]
        federation_year=next(iter(_by_key(FederationYear, federation).values()), {}),
    )


def narrowed(facts: Facts, initiative: int | None = None, municipality: str = "", assignment: str = "") -> Facts:
    """Only what is of one initiative, and there of those with a municipality or an assignment."""
    people = [
        row
        for row in facts.participations
        if initiative in (None, row["initiative_id"])
        and municipality in ("", facts.municipalities.get(row["municipality_id"], {}).get("code"))
        and assignment in ("", row["assignment"])
    ]
    kept = {row["registration_id"] for row in people}
    return replace(
        facts,
        participations=people,
        follow_ups=[row for row in facts.follow_ups if row["participation_id"] in kept],
        contacts=[row for row in facts.contacts if initiative in (None, row["initiative_id"])],
        activities=[row for row in facts.activities if initiative in (None, row["initiative_id"])],
    )


def _by_key(model: Any, federation: Federation) -> dict[int, Row]:
    return {row["id"]: row for row in model.objects.filter(federation=federation).values()}


def _known(current: Any, versions: Any, federation: Federation, known_at: datetime | None) -> list[Row]:
    """The rows that hold now, or the versions that held at a moment, each with the key of its registration."""
    if known_at is None:
        rows = list(current.objects.filter(federation=federation).values())
        return [{**row, "registration_id": row["id"]} for row in rows]
    return [
        row
        for row in versions.objects.filter(federation=federation).values()
        if row["known_from"] <= known_at and (row["known_until"] is None or row["known_until"] > known_at)
    ]
