"""Initiatives, the lists that a federation chooses for itself, and money and goals."""

from initiatives.models.activity import Activity, ActivityVersion
from initiatives.models.codelists import (
    Band,
    BandKind,
    CodeItem,
    CodeKind,
    CommonGroup,
    ExitReason,
    ListItem,
    OutcomeGroup,
    Step,
)
from initiatives.models.economy import Goal, InitiativeYear
from initiatives.models.initiative import FollowUpRule, Initiative, InitiativeStaff
from initiatives.models.invitation import Invitation

__all__ = [
    "Activity",
    "ActivityVersion",
    "Band",
    "BandKind",
    "CodeItem",
    "CodeKind",
    "CommonGroup",
    "ExitReason",
    "FollowUpRule",
    "Goal",
    "Initiative",
    "InitiativeStaff",
    "InitiativeYear",
    "Invitation",
    "ListItem",
    "OutcomeGroup",
    "Step",
]
