"""A registration as it is planned: the codes of lists and not their rows, so that no database is needed."""

from dataclasses import dataclass
from datetime import date

WOMAN, MAN = "woman", "man"
NOT_WORKING = NOT_STUDYING = "none"
NO_SUPPORT = "none"
ASKED, NOT_ASKED, NOT_YET_ASKED = "yes", "no", "not_yet"
REACHED = "reached"
WITHOUT_UPPER_SECONDARY = ("incomplete-primary", "primary", "incomplete-upper-secondary")


@dataclass(frozen=True)
class PlannedStep:
    on: date
    step: str


@dataclass(frozen=True)
class PlannedFollowUp:
    """What a follow-up came to. One that nobody has made yet is not planned here."""

    outcome: str
    done_on: date
    work_after: str | None = None
    studies_after: str | None = None
    support_after: frozenset[str] | None = None


@dataclass(frozen=True)
class PlannedParticipation:
    """Everything that will be known of a participation in the end. None is "not known"."""

    initiative: str
    gender: str
    start_on: date
    number: int = 0
    birth_year: int | None = None
    municipality: str | None = None
    education: str | None = None
    referrer: str | None = None
    assignment: str | None = None
    support_before: frozenset[str] | None = None
    support_months: int | None = None
    asked_about_violence: str = ASKED
    exit_on: date | None = None
    exit_reason: str | None = None
    work_after: str | None = None
    studies_after: str | None = None
    support_after: frozenset[str] | None = None
    steps: tuple[PlannedStep, ...] = ()
    follow_up: PlannedFollowUp | None = None

    @property
    def age(self) -> int:
        """In the year of the start."""
        if self.birth_year is None:
            raise ValueError("every planned participation gets a birth year")
        return self.start_on.year - self.birth_year

    @property
    def works(self) -> bool:
        return self.work_after not in (None, NOT_WORKING)
