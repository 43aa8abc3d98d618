"""What is said about initiatives and list items, as plain values: what forms and files hand to the services."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finsam_tracker.core.models import Party
from initiatives.models import ExitReason, Initiative, OutcomeGroup


@dataclass(frozen=True)
class InitiativeFacts:
    """An initiative. Of these ``orientation``, ``follow_up_method`` and ``esf`` are told once and for all."""

    name: str
    label: str
    start_on: date
    orientation: str
    end_on: date | None = None
    owner: Party | None = None
    parties: tuple[Party, ...] = ()
    narrower_orientation: str = ""
    follow_up_method: str = ""
    esf: bool = False
    target_group: str = ""
    age_from: int | None = None
    age_to: int | None = None
    uses_assignments: bool = False

    @classmethod
    def of(cls, initiative: Initiative) -> "InitiativeFacts":
        """The initiative as it is now."""
        return cls(
            name=initiative.name,
            label=initiative.label,
            start_on=initiative.start_on,
            orientation=initiative.orientation,
            end_on=initiative.end_on,
            owner=initiative.owner,
            parties=tuple(initiative.parties.order_by("pk")),
            narrower_orientation=initiative.narrower_orientation,
            follow_up_method=initiative.follow_up_method,
            esf=initiative.esf,
            target_group=initiative.target_group,
            age_from=initiative.age_from,
            age_to=initiative.age_to,
            uses_assignments=initiative.uses_assignments,
        )


@dataclass(frozen=True)
class YearFacts:
    """An initiative's year; None is not known."""

    budget_sek: Decimal | None = None
    outcome_sek: Decimal | None = None
    planned_participants: int | None = None


@dataclass(frozen=True)
class ItemFacts:
    """An item of a plain list, or a step (which has no national counterpart)."""

    label: str
    common: str = ""


@dataclass(frozen=True)
class ReasonFacts:
    """An exit reason."""

    label: str
    group: OutcomeGroup
    counts_as_positive_step: bool = False
    purpose_reached: bool = False
    went_on: bool = False

    @classmethod
    def of(cls, reason: ExitReason) -> "ReasonFacts":
        """The reason as it is now."""
        return cls(reason.label, reason.group, reason.counts_as_positive_step, reason.purpose_reached, reason.went_on)

    def counts_as(self, other: "ReasonFacts") -> bool:
        """Whether figures come out the same: all but the label."""
        mine, others = ((f.group.pk, f.counts_as_positive_step, f.purpose_reached, f.went_on) for f in (self, other))
        return mine == others


@dataclass(frozen=True)
class Validity:
    """The days on which an item may be chosen; None is without end."""

    valid_from: date | None = None
    valid_to: date | None = None


ALWAYS = Validity()


@dataclass(frozen=True)
class BandFacts:
    """A class of a number: ``low`` to ``high``, both within it; ``high`` None is "and more"."""

    label: str
    low: int
    high: int | None

    @property
    def code(self) -> str:
        """The code of a class is its bounds."""
        return str(self.low) if self.high in (None, self.low) else f"{self.low}-{self.high}"
